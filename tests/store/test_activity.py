"""Sums of days and months, and what is open, come out of indexes: no document is read for them."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

import asyncpg
import pytest

from ocote.store import activity, open_points
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Query, Transaction
from tests.builders.days import cancelled, corrected, sold_at
from tests.databases import Databases
from tests.store.place import Place
from tests.store.rows import add_company

SINCE: Final = "2026-11-20T06:00:00.000000Z"
UNTIL: Final = "2026-11-21T06:00:00.000000Z"
SUMS: Final = (activity.whole_sums, activity.hours_of)
"""The sums of a day, each out of the index by time alone."""


def asked(work: Transaction[Any]) -> Query[Any]:
    """The first query of some work."""
    query = next(work)
    assert isinstance(query, Query)
    return query


def exceptions(company: int) -> Query[Any]:
    """The query of the exceptions, which follows that of the installation."""
    work = activity.exceptions_of(company, SINCE, UNTIL)
    next(work)
    query = work.send([_Settled()])
    assert isinstance(query, Query)
    return query


class _Settled:
    unconfirmed_since = None
    confirmed_at = None


def _filled() -> Transaction[int]:
    company = yield from add_company()
    for number in range(3000):
        yield from sold_at(
            company, f"2026-11-{10 + number // 200}T{10 + number // 60 % 10}:{number % 60:02}:00.000000Z"
        )
    return company


@pytest.mark.parametrize("work", SUMS)
def test_on_sqlite_a_day_is_summed_up_out_of_the_index(
    all_databases: Databases, work: Callable[..., Transaction[Any]]
) -> None:
    url = all_databases.sqlite()
    company = asyncio.run(_written(url))
    plan = _plan(url, asked(work(company, SINCE, UNTIL)))
    assert "COVERING INDEX document_by_time (company_id=? AND posted_at>? AND posted_at<?)" in plan


def test_on_sqlite_exceptions_and_open_documents_come_out_of_small_indexes(all_databases: Databases) -> None:
    url = all_databases.sqlite()
    company = asyncio.run(_written(url))
    plan = _plan(url, exceptions(company))
    for index in ("COVERING INDEX document_open", "COVERING INDEX document_cancelled", "INDEX superseded_rejected"):
        assert index in plan
    assert "document_by_time" not in plan
    assert "COVERING INDEX document_open" in _plan(url, asked(open_points.open_documents(company, SINCE)))
    counts = _plan(url, asked(open_points.open_counts(company, SINCE)))
    assert "INDEX outbox_given_up" in counts
    assert "INDEX invalidation_due" in counts


def test_on_postgresql_a_day_is_summed_up_out_of_the_index(all_databases: Databases) -> None:
    url = all_databases.postgres()
    company = asyncio.run(_written(url))
    for work in SUMS:
        plan = asyncio.run(_postgres_plan(url, asked(work(company, SINCE, UNTIL))))
        assert '"Node Type": "Index Only Scan"' in plan
        assert '"Index Name": "document_by_time"' in plan
    plan = asyncio.run(_postgres_plan(url, exceptions(company)))
    for index in ("document_open", "document_cancelled", "superseded_rejected"):
        assert f'"Index Name": "{index}"' in plan
    assert "document_by_time" not in plan


async def test_exceptions_are_those_of_the_span_and_corrections_those_since_then(place: Place) -> None:
    waiting = await place.store.write(
        sold_at, place.company, "2026-11-20T18:00:00.000000Z", state="contingency", stamped_at=None
    )
    await place.store.write(sold_at, place.company, "2026-11-21T18:00:00.000000Z", state="rejected")
    gone = await place.store.write(sold_at, place.company, "2026-11-20T19:00:00.000000Z", cents=500)
    await place.store.write(cancelled, place.company, gone)
    by_note = await place.store.write(sold_at, place.company, "2026-11-20T19:00:00.000000Z")
    await place.store.write(cancelled, place.company, by_note, "note")
    before = await place.store.write(sold_at, place.company, "2026-11-01T18:00:00.000000Z", state="rejected")
    for moment, cents in (("2026-11-20T20:00:00.000000Z", 70), ("2026-11-22T20:00:00.000000Z", 80)):
        await place.store.write(corrected, place.company, before, moment, cents)
    found = await place.store.read(activity.exceptions_of, place.company, SINCE, UNTIL)
    assert found.is_settled
    assert [(row.kind, row.hour, row.state, row.gross_cents, row.corrected_at) for row in found.rows] == [
        ("open", "2026-11-20T18", "contingency", 1130, None),
        ("cancelled", "2026-11-20T19", "stamped", 500, None),
        ("corrected", "2026-11-01T18", "stamped", 80, "2026-11-22T20:00:00.000000Z"),
    ]
    assert waiting


async def test_documents_that_wait_are_open_however_old_and_refused_ones_lately(place: Place) -> None:
    for state in ("registered", "contingency", "rejected"):
        for moment in ("2026-01-20T18:00:00.000000Z", "2026-11-20T18:00:00.000000Z"):
            await place.store.write(sold_at, place.company, moment, state=state, stamped_at=None)
    found = await place.store.read(open_points.open_documents, place.company, SINCE)
    assert {row.state: row.documents for row in found} == {"registered": 2, "contingency": 2, "rejected": 1}


async def test_a_company_without_anything_has_nothing_open(place: Place) -> None:
    found = await place.store.read(open_points.open_counts, place.company, SINCE)
    assert (found.mails, found.webhooks_off, found.webhooks_failing, found.invalidations) == (0, 0, 0, 0)
    assert (found.certificate_valid_until, found.unconfirmed_since, found.backed_up_at) == (None, None, None)


async def _written(url: str) -> int:
    async with open_store(url) as store:
        return await store.write(_filled)


def _plan(url: str, query: Query[Any]) -> str:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {query.statement.sqlite}", query.params).fetchall()
    return "\n".join(row[3] for row in rows)


async def _postgres_plan(url: str, query: Query[Any]) -> str:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("VACUUM ANALYZE document")
        # A table of a test is so small that reading it whole would be no dearer.
        await connection.execute("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off")
        [row] = await connection.fetch(f"EXPLAIN (FORMAT JSON) {query.statement.postgres}", *query.positional())
        return json.dumps(json.loads(row[0]))
    finally:
        await connection.close()
