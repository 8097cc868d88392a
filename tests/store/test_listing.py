"""Pages over a company's documents cost the same wherever they lie."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from ocote.requests.person import MAX_NAME
from ocote.store import listing
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Query, Transaction, changed, sql
from ocote.store.engine.store import Store
from ocote.store.engine.values import folded
from tests.databases import Databases
from tests.store.place import Place
from tests.store.rows import add_company, add_document

MANY = 3000
PAGE = 20

_SPREAD = sql("""
    UPDATE document SET posted_at = '2026-06-01T00:' || substr(id, 1, 2) || ':' || substr(id, 3, 2) || '.000000Z'
    WHERE company_id = :company""")


def _filled() -> Transaction[int]:
    company = yield from add_company()
    yield from add_company("06140000000002")
    for number in range(MANY):
        yield from add_document(company, id=f"{number // 60:02}{number % 60:02}")
    yield _SPREAD(company=company)
    return company


def asked(company: int, before: tuple[str, str] | None) -> Query[Any]:
    """The query of one page."""
    query = next(_page(company, before))
    assert isinstance(query, Query)
    return query


def _page(company: int, before: tuple[str, str] | None) -> Transaction[list[Any]]:
    return listing.documents_page(company, listing.ListingFilter(most=PAGE, before=before))


def near_the_end() -> tuple[str, str]:
    """A position behind which little more than a page is left."""
    return "2026-06-01T00:00:30.000000Z", "0030"


async def _fill(url: str) -> int:
    async with open_store(url) as store:
        return await store.write(_filled)


def test_on_sqlite_the_last_page_takes_as_many_steps_as_the_first(all_databases: Databases) -> None:
    url = all_databases.sqlite()
    company = asyncio.run(_fill(url))
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    steps = {name: _steps(connection, asked(company, where)) for name, where in _places()}
    assert steps["deep"] < 1.2 * steps["first"], steps
    plan = [
        row[3]
        for row in connection.execute(
            f"EXPLAIN QUERY PLAN {asked(company, near_the_end()).statement.sqlite}",
            asked(company, near_the_end()).params,
        )
    ]
    assert any("document_by_time" in step and "(posted_at,id)<(?,?)" in step for step in plan), plan
    connection.close()


def _places() -> Iterator[tuple[str, tuple[str, str] | None]]:
    yield "first", None
    yield "deep", near_the_end()


def _steps(connection: sqlite3.Connection, query: Query[Any]) -> int:
    """How many instructions SQLite's machine runs for a query."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    connection.set_progress_handler(count, 1)
    found = connection.execute(query.statement.sqlite, query.params).fetchall()
    connection.set_progress_handler(None, 0)
    assert len(found) == PAGE
    return taken


def test_on_postgresql_every_page_begins_where_the_index_says(all_databases: Databases) -> None:
    url = all_databases.postgres()
    company = asyncio.run(_fill(url))

    async def buffers(query: Query[Any]) -> tuple[int, str]:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute("ANALYZE document")
            text = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query.statement.postgres}"
            [row] = await connection.fetch(text, *query.positional())
            plan = json.loads(row[0])[0]["Plan"]
            return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"], row[0]
        finally:
            await connection.close()

    read = {name: asyncio.run(buffers(asked(company, where))) for name, where in _places()}
    assert read["deep"][0] <= read["first"][0] + 10, read
    assert "document_by_time" in read["deep"][1]
    assert "ROW(posted_at, id) < ROW(" in read["deep"][1]


@pytest.fixture
async def filled(database_url: str) -> Any:
    """A store with many documents, and their company."""
    async with open_store(database_url) as store:
        yield store, await store.write(_filled)


async def test_pages_follow_each_other_without_a_gap_or_a_repetition(filled: tuple[Store, int]) -> None:
    store, company = filled
    seen: list[str] = []
    before = None
    while rows := await store.read(_page, company, before):
        seen += [row.id for row in rows]
        before = rows[-1].posted_at, rows[-1].id
    assert seen == [f"{number // 60:02}{number % 60:02}" for number in reversed(range(MANY))]


_NAME = sql("UPDATE document SET customer_folded = :name WHERE company_id = :company RETURNING id")


async def test_the_index_takes_every_name_a_customer_may_have(place: Place) -> None:
    """PostgreSQL refuses a row whose part in an index is longer than 2,704 bytes, and some letters fold to many."""
    longest = sorted(map(chr, [*range(0xD800), *range(0xE000, 0x20000)]), key=lambda letter: -len(folded(letter)))
    await place.document()
    for repeated in range(0, MAX_NAME, 10):
        name = folded("".join([*longest[: MAX_NAME - repeated], *longest[0] * repeated]))

        def called(name: str = name) -> Transaction[bool]:
            return (yield from changed(_NAME(name=name, company=place.company)))

        assert await place.store.write(called)
