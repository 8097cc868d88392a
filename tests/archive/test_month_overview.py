"""The documents of a month by type and state, on both databases."""

import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

import pytest

from ocote.archive.activity import Activity
from ocote.archive.bookkeeping import Month
from ocote.archive.month_overview import MonthOverviews, TypeCount
from ocote.clock import EL_SALVADOR
from ocote.store import activity as statements
from ocote.store.activity import InvalidatedCount
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Statement, Transaction, sql
from ocote.store.engine.values import moment_text
from tests.builders.days import corrected, sold_at
from tests.databases import Databases
from tests.store.place import Place
from tests.store.rows import add_company

NOVEMBER: Final = Month(2026, 11)
NOW: Final = datetime(2026, 12, 20, 12, tzinfo=EL_SALVADOR)
_UNDO = sql("""
    UPDATE document SET state = 'stamped', invalidated_at = :at, invalidated_by = :by
    WHERE company_id = :company AND id = :id""")


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Place]:
    async with open_store(database_url) as store:
        yield Place(store, await store.write(add_company))


def at(month: int, day: int, hour: int = 12) -> str:
    """A moment in El Salvador as stored text."""
    return moment_text(datetime(2026, month, day, hour, tzinfo=EL_SALVADOR))


def overviews(place: Place, now: datetime = NOW) -> MonthOverviews:
    return MonthOverviews(place.store, Activity(place.store, lambda: now), lambda: now, ())


async def sold(place: Place, posted_at: str, **changes: Any) -> str:
    return await place.store.write(sold_at, place.company, posted_at, **changes)


def _undone(company: int, document: str, by: str, when: str) -> Transaction[None]:
    yield _UNDO(company=company, id=document, by=by, at=when)


@pytest.mark.parametrize("now", [NOW, datetime(2026, 11, 20, 12, 30, tzinfo=EL_SALVADOR)])
async def test_documents_are_counted_by_type_and_state(place: Place, now: datetime) -> None:
    for state in ("stamped", "stamped", "registered", "contingency", "rejected"):
        await sold(place, at(11, 20), state=state, stamped_at=at(11, 20) if state == "stamped" else None)
    await sold(place, at(11, 3), doc_type="03")
    await sold(place, at(10, 31, 23), doc_type="03")
    other = await place.store.write(add_company, "06140000000002")
    months = overviews(place, now)
    for _ in ("cold", "warm"):
        shown = await months.of(place.company, NOVEMBER)
        assert shown.counts == (TypeCount("01", 5, 2, 2, 1), TypeCount("03", 1, 1, 0, 0))
        assert (shown.waiting, shown.rejected) == (2, 1)
    assert (await months.of(other, NOVEMBER)).counts == ()


async def test_invalidations_count_in_their_own_month_and_notes_do_not_count(place: Place) -> None:
    of_month, by_note = await sold(place, at(11, 20)), await sold(place, at(11, 20))
    of_before = await sold(place, at(10, 30))
    months = overviews(place)
    assert (await months.of(place.company, NOVEMBER)).invalidated == ()
    for document, by in ((of_month, "event"), (of_before, "event"), (by_note, "note")):
        await place.store.write(_undone, place.company, document, by, at(11, 21))
    shown = await months.of(place.company, NOVEMBER)
    assert shown.counts == (TypeCount("01", 2, 2, 0, 0),)
    assert shown.invalidated == (InvalidatedCount("01", of_span=1, in_span=2),)


async def test_an_invalidation_counts_however_old_its_document_is(place: Place) -> None:
    """Some activities have two years for it, and where no window is enforced MH alone refuses."""
    old = await sold(place, moment_text(datetime(2025, 1, 15, 12, tzinfo=EL_SALVADOR)))
    await place.store.write(_undone, place.company, old, "event", at(11, 30, 23))
    [shown] = (await overviews(place).of(place.company, NOVEMBER)).invalidated
    assert shown == InvalidatedCount("01", of_span=0, in_span=1)


async def test_a_corrected_document_counts_in_the_month_in_which_it_was_first_posted(place: Place) -> None:
    document = await sold(place, at(11, 30), state="rejected", stamped_at=None)
    months = overviews(place)
    assert (await months.of(place.company, NOVEMBER)).rejected == 1
    await place.store.write(corrected, place.company, document, at(12, 2), 1130)
    assert (await months.of(place.company, NOVEMBER)).counts == (TypeCount("01", 1, 1, 0, 0),)
    assert (await months.of(place.company, Month(2026, 12))).counts == ()


def test_invalidated_documents_come_from_an_index(all_databases: Databases) -> None:
    statement: Statement[InvalidatedCount] = statements._INVALIDATED
    connection = sqlite3.connect(all_databases.sqlite().removeprefix("sqlite:///"))
    query = f"EXPLAIN QUERY PLAN {statement.sqlite}"
    plan = [row[3] for row in connection.execute(query, dict.fromkeys(statement.names, 1))]
    connection.close()
    used = [step for step in plan if step.startswith("SEARCH document")]
    assert ["document_cancelled" in used[0], "document_by_cancellation" in used[1]] == [True, True], plan
