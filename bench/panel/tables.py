"""Writes rows by the hundred thousand, past the product: what a million sales have left behind, in minutes."""

import asyncio
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, Protocol

import asyncpg

Row = Mapping[str, Any]

_AT_ONCE: Final = 20_000


class Tables(Protocol):
    """The tables of a database that no program uses meanwhile."""

    def read(self, statement: str) -> list[dict[str, Any]]:
        """The rows of a statement without parameters."""

    def run(self, statement: str) -> None:
        """Runs a statement that has no rows."""

    def fill(self, table: str, rows: Iterable[Row]) -> None:
        """Appends rows, each with the columns of the first."""

    def indexes(self, table: str) -> list[tuple[str, str]]:
        """The name of each index of a table that is no constraint, and the statement that creates it."""

    def settle(self) -> None:
        """Lets the database know what it holds, as it would know after years."""

    def close(self) -> None:
        """Ends the connection."""


def open_tables(database_url: str) -> Tables:
    """The tables of the database behind a URL."""
    if database_url.startswith("sqlite:"):
        return _SqliteTables(Path(database_url.removeprefix("sqlite:///")))
    return _PostgresTables(database_url)


@contextmanager
def without_indexes(tables: Tables, names: Iterable[str]) -> Iterator[None]:
    """Makes the indexes of tables again at the end, which is far quicker than row by row."""
    indexes = [index for table in names for index in tables.indexes(table)]
    for name, _ in indexes:
        tables.run(f"DROP INDEX {name}")
    yield
    for _, statement in indexes:
        tables.run(statement)


class _SqliteTables:
    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        # Whoever pulls the plug meanwhile makes the archive again.
        for pragma in ("synchronous = OFF", "cache_size = -1000000", "temp_store = MEMORY"):
            self._connection.execute(f"PRAGMA {pragma}")

    def read(self, statement: str) -> list[dict[str, Any]]:
        return [dict(row) for row in self._connection.execute(statement)]

    def run(self, statement: str) -> None:
        self._connection.execute(statement)

    def fill(self, table: str, rows: Iterable[Row]) -> None:
        for names, values in _batches(rows):
            marks = ", ".join("?" * len(names))
            statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - names of columns
            self._connection.execute("BEGIN")
            self._connection.executemany(statement, values)
            self._connection.execute("COMMIT")

    def indexes(self, table: str) -> list[tuple[str, str]]:
        found = self._connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?", (table,)
        )
        return [(row["name"], row["sql"]) for row in found]

    def settle(self) -> None:
        self._connection.execute("ANALYZE")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._connection.close()


class _PostgresTables:
    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self._connection: Any = self._runner.run(asyncpg.connect(url))
        # The copied rows name rows that are there: to look for each of them would take longer than to write them.
        for setting in (
            "synchronous_commit = off",
            "maintenance_work_mem = '1GB'",
            "session_replication_role = replica",
        ):
            self.run(f"SET {setting}")

    def read(self, statement: str) -> list[dict[str, Any]]:
        return [dict(row) for row in self._runner.run(self._connection.fetch(statement))]

    def run(self, statement: str) -> None:
        self._runner.run(self._connection.execute(statement))

    def fill(self, table: str, rows: Iterable[Row]) -> None:
        for names, values in _batches(rows):
            self._runner.run(self._connection.copy_records_to_table(table, records=values, columns=names))

    def indexes(self, table: str) -> list[tuple[str, str]]:
        found = self.read(
            f"""
            SELECT indexname, indexdef FROM pg_indexes
            WHERE schemaname = 'public' AND tablename = '{table}'
              AND indexname NOT IN (SELECT conname FROM pg_constraint)"""  # noqa: S608 - a table of the product
        )
        return [(row["indexname"], row["indexdef"]) for row in found]

    def settle(self) -> None:
        self.run("VACUUM ANALYZE")
        self.run("CHECKPOINT")

    def close(self) -> None:
        self._runner.run(self._connection.close())
        self._runner.close()


def _batches(rows: Iterable[Row]) -> Iterator[tuple[Sequence[str], list[tuple[Any, ...]]]]:
    """The rows some thousands at a time, each as its values in the order of the names."""
    left = iter(rows)
    first = next(left, None)
    if first is None:
        return
    names = tuple(first)
    left = chain((first,), left)
    while batch := [tuple(row[name] for name in names) for row in islice(left, _AT_ONCE)]:
        yield names, batch
