"""Damage to a database, as a disk, a person or a faulty program could do it, and its undoing."""

import asyncio
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Row, Transaction, sql


def rows_of(database_url: str, query: str, **values: Any) -> list[Row]:
    """The rows of a query."""
    rows: list[Row] = _run(database_url, _rows, query, values)
    return rows


def change(database_url: str, statement: str, **values: Any) -> None:
    """Runs one statement that writes."""
    _run(database_url, _rows, statement, values)


@contextmanager
def damaged(database_url: str, table: str, which: Mapping[str, Any], **damage: Any) -> Iterator[None]:
    """Overwrites columns of one row inside the context. A damage that is a function gets the value as it was."""
    where = " AND ".join(f"{column} = :{column}" for column in which)
    columns = ", ".join(damage)
    [found] = rows_of(database_url, f"SELECT {columns} FROM {table} WHERE {where}", **which)
    before = {column: found[column] for column in damage}
    after = {column: new(before[column]) if callable(new) else new for column, new in damage.items()}
    write = ", ".join(f"{column} = :new_{column}" for column in damage)
    statement = f"UPDATE {table} SET {write} WHERE {where}"
    change(database_url, statement, **which, **{f"new_{column}": value for column, value in after.items()})
    try:
        yield
    finally:
        undone = {**which, **{name: after[name] for name in which if name in after}}
        change(database_url, statement, **undone, **{f"new_{column}": value for column, value in before.items()})


def one_letter(position: float) -> Any:
    """Damage to one letter of a text, at a part of its length."""

    def damage(text: str) -> str:
        at = min(int(len(text) * position), len(text) - 1)
        return f"{text[:at]}{'A' if text[at] != 'A' else 'B'}{text[at + 1 :]}"

    return damage


def _run(database_url: str, work: Any, *arguments: Any) -> Any:
    async def run() -> Any:
        async with open_store(database_url) as store:
            return await store.write(work, *arguments)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, run()).result()


def _rows(query: str, values: Mapping[str, Any]) -> Transaction[list[Row]]:
    return (yield sql(query)(**values))
