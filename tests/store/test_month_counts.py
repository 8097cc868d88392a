"""The documents of a month by type and state, on both databases, without reading a document."""

import sqlite3

import pytest

from ocote.store import month_counts
from ocote.store.engine.statement import Statement, Transaction, sql
from ocote.store.month_counts import InvalidatedCount, TypeCount, invalidated_counts, type_counts
from tests.databases import Databases
from tests.store.place import Place
from tests.store.rows import add_company

NOVEMBER = ("2026-11-01T06:00:00.000000Z", "2026-12-01T06:00:00.000000Z")
_UNDO = sql("""
    UPDATE document SET state = 'stamped', invalidated_at = '2026-11-21T10:00:00.000000Z', invalidated_by = :by,
        posted_at = :posted WHERE id = :id""")


def _undone(document: str, by: str, posted: str = "2026-11-20T17:21:33.123456Z") -> Transaction[None]:
    yield _UNDO(id=document, by=by, posted=posted)


async def test_documents_are_counted_by_type_and_state(place: Place) -> None:
    for state in ("stamped", "stamped", "registered", "contingency", "rejected"):
        await place.document(state=state)
    await place.document(doc_type="03", state="stamped")
    counts = await place.store.read(type_counts, place.company, *NOVEMBER)
    assert counts == [TypeCount("01", 5, 2, 2, 1), TypeCount("03", 1, 1, 0, 0)]
    other = await place.store.write(lambda: add_company("06140000000002"))
    assert await place.store.read(type_counts, other, *NOVEMBER) == []


async def test_invalidations_count_in_their_own_month_and_notes_do_not_count(place: Place) -> None:
    of_month, of_before, by_note = [await place.document() for _ in range(3)]
    await place.store.write(_undone, of_month, "event")
    await place.store.write(_undone, of_before, "event", "2026-10-30T17:00:00.000000Z")
    await place.store.write(_undone, by_note, "note")
    counts = await place.store.read(invalidated_counts, place.company, *NOVEMBER, "2026-08-01T06:00:00.000000Z")
    assert counts == [InvalidatedCount("01", of_span=1, in_span=2)]


@pytest.mark.parametrize(("name", "uses"), [("_BY_TYPE", "COVERING INDEX document_by_time"), ("_INVALIDATED", "INDEX")])
def test_counts_come_from_the_index_by_time(all_databases: Databases, name: str, uses: str) -> None:
    statement = getattr(month_counts, name)
    assert isinstance(statement, Statement)
    connection = sqlite3.connect(all_databases.sqlite().removeprefix("sqlite:///"))
    query = f"EXPLAIN QUERY PLAN {statement.sqlite}"
    plan = [row[3] for row in connection.execute(query, dict.fromkeys(statement.names, 1))]
    connection.close()
    assert any(uses in step and step.startswith("SEARCH document") for step in plan), plan
