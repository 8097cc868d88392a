"""Which notes stand on a document: notes on it alone, notes on several, and notes on documents of other systems."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg
import pytest

from ocote.journal.lines import AdjustedLink
from ocote.store import adjusted, adjustments, invalidations, related, verifying
from ocote.store.adjustments import AdjustingNote, LiveNote
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Statement, Transaction, every, sql
from ocote.store.invalidations import NewInvalidation
from ocote.store.leases import Lease
from tests.databases import Databases
from tests.store.place import NOON, Place
from tests.store.rows import add_company, add_document, add_key

FOREIGN = "5A2C8E51-6B7D-4F3A-9C11-0D2E4F6A8B90"
MANY = 3000
SMALL = ("SCAN link", "SCAN page", "SCAN json_each")
"""What SQLite reads whole: the links that an index has found, the documents of a page, and the ids in a parameter."""

_POSTED = sql("UPDATE document SET posted_at = :at WHERE company_id = :company AND id = :id")
_INVALIDATED = sql("UPDATE document SET invalidated_at = :at WHERE company_id = :company AND id = :id")


def link(position: int, document_id: str | None, number: str = FOREIGN) -> AdjustedLink:
    """A document of a note; one of another system unless it has an id."""
    stated = None if document_id else f'{{"number":"{number}"}}'
    return AdjustedLink(position, document_id, number, f'{{"gross":"{position + 1}.00"}}', stated)


async def linked_note(place: Place, name: str, links: Sequence[AdjustedLink], **changes: Any) -> str:
    """Adds a note with these links, posted at a moment that follows from its name."""
    await place.document(id=name, family="note", doc_type="05", **changes)

    def write() -> Transaction[None]:
        yield _POSTED(at=f"2026-11-20T17:{name[-2:]}:00.000000Z", company=place.company, id=name)
        yield from adjusted.write_links(place.company, name, links)

    await place.store.write(write)
    return name


async def notes_on(place: Place, ccf: str, except_id: str = "") -> list[AdjustingNote]:
    """The valid notes on a document of the company."""
    return await place.store.read(adjustments.live_notes, place.company, ccf, except_id)


async def test_a_note_on_several_documents_stands_on_each_of_them(place: Place) -> None:
    ccfs = [await place.document(state="stamped", doc_type="03") for _ in range(2)]
    await linked_note(place, "nota-02", [link(0, ccfs[0], "A"), link(1, ccfs[1], "B"), link(2, None)])
    await place.document(id="nota-03", family="note", doc_type="05", adjusts_id=ccfs[1])
    [on_first] = await notes_on(place, ccfs[0])
    assert (on_first.id, on_first.control_number, on_first.position) == ("nota-02", "nota-02", 0)
    assert (on_first.taken, on_first.stated) == ('{"gross":"1.00"}', None)
    several, alone = await notes_on(place, ccfs[1])
    assert (several.id, several.position, several.taken) == ("nota-02", 1, '{"gross":"2.00"}')
    assert (alone.id, alone.position, alone.taken, alone.stated) == ("nota-03", None, None, None)
    [retried] = await notes_on(place, ccfs[1], except_id="nota-02")
    assert retried.id == "nota-03"
    state = await place.store.write(adjustments.held, place.company, ccfs[1], "")
    assert state.notes == {LiveNote("nota-02", 1), LiveNote("nota-03", 1)}


async def test_refused_and_cancelled_notes_on_several_documents_stand_on_none(place: Place) -> None:
    ccf = await place.document(state="stamped", doc_type="03")
    for name, state in (("nota-01", "rejected"), ("nota-02", "stamped"), ("nota-03", "stamped")):
        await linked_note(place, name, [link(0, ccf), link(1, None)], state=state)
    await place.store.write(lambda: every(_INVALIDATED(at=NOON, company=place.company, id="nota-02")))
    assert [note.id for note in await notes_on(place, ccf)] == ["nota-03"]
    on_number = await place.store.read(adjustments.live_notes_on, place.company, FOREIGN)
    assert [note.id for note in on_number] == ["nota-03"]


async def test_the_latest_note_on_a_document_of_another_system_is_the_last(place: Place) -> None:
    ccf = await place.document(state="stamped", doc_type="03")
    await linked_note(place, "nota-09", [link(0, None)])
    await linked_note(place, "nota-04", [link(0, ccf, "A"), link(1, None)])
    await linked_note(place, "nota-05", [link(0, None, "OTRO")])
    await linked_note(place, "nota-06", [link(0, ccf, FOREIGN)])
    found = await place.store.read(adjustments.live_notes_on, place.company, FOREIGN)
    assert [(note.id, note.position) for note in found] == [("nota-04", 1), ("nota-09", 0)]
    assert found[-1].stated == f'{{"number":"{FOREIGN}"}}'
    assert await place.store.read(adjustments.live_notes_on, place.company, FOREIGN, "nota-04") == found[1:]
    held = await place.store.write(adjustments.held_number, place.company, FOREIGN, "nota-09")
    assert held == {LiveNote("nota-04", 1)}
    assert await place.store.read(adjustments.live_notes_on, place.company + 1, FOREIGN) == []


async def test_a_note_on_several_documents_keeps_each_of_them_from_being_cancelled(place: Place) -> None:
    ccf = await place.document(state="stamped", doc_type="03")
    await linked_note(place, "nota-02", [link(0, None), link(1, ccf, "A")])
    blocking = await place.store.read(adjustments.first_live_note, place.company, ccf)
    assert blocking is not None
    assert (blocking.id, blocking.adjusts_whole) == ("nota-02", False)
    key = await place.store.write(add_key, place.company)
    event = NewInvalidation("E", place.company, key, ccf, "v1", "E", 2, None, "a.b.c", NOON, Lease("1", NOON))
    assert not await place.store.write(invalidations.insert_invalidation, event)


STATEMENTS = [
    pytest.param(value, id=name)
    for module in (adjusted, adjustments, related, verifying)
    for name, value in vars(module).items()
    if isinstance(value, Statement) and "adjusted_document" in value.sqlite and "INSERT" not in value.sqlite
]


def _filled() -> Transaction[int]:
    company = yield from add_company()
    for number in range(MANY):
        name = f"{number:04}"
        yield from add_document(company, id=name)
        if number % 3 == 2:
            yield from adjusted.write_links(company, name, [link(0, f"{number - 1:04}"), link(1, None, name)])
    return company


@pytest.fixture(scope="module")
def on_sqlite(all_databases: Databases) -> str:
    return _with_documents(all_databases.sqlite())


@pytest.fixture(scope="module")
def on_postgres(all_databases: Databases) -> str:
    return _with_documents(all_databases.postgres())


def _with_documents(url: str) -> str:
    async def fill() -> None:
        async with open_store(url) as store:
            await store.write(_filled)

    asyncio.run(fill())
    return url


@pytest.mark.parametrize("statement", STATEMENTS)
def test_on_sqlite_notes_are_found_by_an_index(on_sqlite: str, statement: Statement[Any]) -> None:
    connection = sqlite3.connect(on_sqlite.removeprefix("sqlite:///"))
    values = dict.fromkeys(statement.names, 1)
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement.sqlite}", values)]
    connection.close()
    read = [step for step in plan if step.startswith(("SCAN", "SEARCH"))]
    by_index = [step for step in read if "USING INDEX" in step or "USING COVERING INDEX" in step]
    assert [step for step in read if step not in by_index and not step.startswith(SMALL)] == [], plan
    assert not any("AUTOMATIC" in step or step.endswith("(company_id=?)") for step in plan), plan


@pytest.mark.parametrize("statement", STATEMENTS)
async def test_on_postgresql_notes_are_found_by_an_index(on_postgres: str, statement: Statement[Any]) -> None:
    values = {"company": 1, "id": "0001", "number": "0002", "except_id": "", "notes": '["0002"]', "note": "0002"}
    values |= {"after_at": "", "after_id": "", "most": 4}
    connection = await asyncpg.connect(on_postgres)
    try:
        await connection.execute("ANALYZE")
        arguments = [values[name] for name in statement.names]
        [row] = await connection.fetch(f"EXPLAIN (FORMAT JSON) {statement.postgres}", *arguments)
    finally:
        await connection.close()
    kinds = set(_nodes(json.loads(row[0])[0]["Plan"]))
    assert "Seq Scan" not in kinds, row[0]


def _nodes(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["Node Type"]
    for part in plan.get("Plans", []):
        yield from _nodes(part)
