"""Which notes stand on a document: notes on it alone, notes on several, and notes on documents of other systems."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg
import pytest

from ocote.journal.lines import AdjustedLink
from ocote.store import adjusted, adjustments, invalidations, naming, related, verifying
from ocote.store.adjustments import Adjusted, LiveNote, NoteLink
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Statement, Transaction, every, sql
from ocote.store.invalidations import NewInvalidation
from ocote.store.leases import Lease
from tests.databases import Databases
from tests.store.place import NOON, Place
from tests.store.rows import add_company, add_document, add_key

FOREIGN = "5A2C8E51-6B7D-4F3A-9C11-0D2E4F6A8B90"
MANY = 3000
SMALL = ("SCAN link", "SCAN found", "SCAN page", "SCAN json_each")
"""What SQLite reads whole: what an index has found, the documents of a page, and the ids in a parameter."""

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


async def on_own(place: Place, ccf: str, number: str, except_id: str = "") -> list[NoteLink]:
    """The valid notes on a document of the company."""
    return (await place.store.read(adjustments.notes_on, place.company, [Adjusted(ccf, number)], except_id))[number]


async def on_foreign(place: Place, except_id: str = "", company: int = 0) -> list[NoteLink]:
    """The valid notes on the document of another system."""
    adjusted = [Adjusted(None, FOREIGN)]
    notes = await place.store.read(adjustments.notes_on, company or place.company, adjusted, except_id)
    return sorted(notes[FOREIGN], key=lambda note: note.id)


async def test_a_note_on_several_documents_stands_on_each_of_them(place: Place) -> None:
    ccfs = [await place.document(id=name, state="stamped", doc_type="03") for name in ("A", "B")]
    await linked_note(place, "nota-02", [link(0, ccfs[0], "A"), link(1, ccfs[1], "B"), link(2, None)])
    await place.document(id="nota-03", family="note", doc_type="05", adjusts_id=ccfs[1])
    adjusted = [Adjusted("A", "A"), Adjusted("B", "B"), Adjusted(None, FOREIGN)]
    found = await place.store.read(adjustments.notes_on, place.company, adjusted)
    several = [
        NoteLink("nota-02", 1, "A", "A", 0, '{"gross":"1.00"}', None),
        NoteLink("nota-02", 1, "B", "B", 1, '{"gross":"2.00"}', None),
        NoteLink("nota-02", 1, None, FOREIGN, 2, '{"gross":"3.00"}', f'{{"number":"{FOREIGN}"}}'),
    ]
    alone = NoteLink("nota-03", 1, "B", None, None, None, None)
    on_second = sorted(found["B"], key=lambda note: note.id)
    assert (found["A"], on_second, found[FOREIGN]) == ([several[0]], [several[1], alone], [several[2]])
    assert await on_own(place, "B", "B", except_id="nota-02") == [alone]
    states = await place.store.write(adjustments.held, place.company, ["A", "B"], [FOREIGN], "")
    joint = LiveNote("nota-02", 1)
    assert [states[each].notes for each in ("A", "B", FOREIGN)] == [{joint}, {joint, LiveNote("nota-03", 1)}, {joint}]


async def test_notes_are_read_once_and_with_their_texts_only_where_these_are_needed(place: Place) -> None:
    await linked_note(place, "nota-02", [link(0, None)])
    await linked_note(place, "nota-03", [link(0, None)])
    read = await place.store.read(
        adjustments.adjusting_notes, place.company, ["nota-02", "nota-03", "otra"], ["nota-03"]
    )
    assert sorted((note.id, note.request, note.jws) for note in read) == [
        ("nota-02", "{}", ""),
        ("nota-03", "{}", "a.b.c"),
    ]


async def test_refused_and_cancelled_notes_on_several_documents_stand_on_none(place: Place) -> None:
    ccf = await place.document(id="A", state="stamped", doc_type="03")
    for name, state in (("nota-01", "rejected"), ("nota-02", "stamped"), ("nota-03", "stamped")):
        await linked_note(place, name, [link(0, ccf, "A"), link(1, None)], state=state)
    await place.store.write(lambda: every(_INVALIDATED(at=NOON, company=place.company, id="nota-02")))
    assert [note.id for note in await on_own(place, ccf, "A")] == ["nota-03"]
    assert [note.id for note in await on_foreign(place)] == ["nota-03"]


async def test_documents_left_behind_by_a_retry_on_one_document_do_not_count(place: Place) -> None:
    """A program that does not know the table writes a refused note again, on one document alone."""
    for name in ("A", "B"):
        await place.document(id=name, state="stamped", doc_type="03")
    await linked_note(place, "nota-02", [link(0, "A", "A"), link(1, "B", "B"), link(2, None)], adjusts_id="A")
    assert [(note.id, note.taken) for note in await on_own(place, "A", "A")] == [("nota-02", None)]
    assert (await on_own(place, "B", "B"), await on_foreign(place)) == ([], [])
    states = await place.store.write(adjustments.held, place.company, ["A", "B"], [FOREIGN], "")
    assert [len(states[each].notes) for each in ("A", "B", FOREIGN)] == [1, 0, 0]
    assert await place.store.read(adjustments.first_live_note, place.company, "B") is None
    assert await place.store.read(related.documents_of_notes, place.company, ["nota-02"]) == []


async def test_notes_on_a_document_of_another_system_are_found_by_its_number(place: Place) -> None:
    ccf = await place.document(state="stamped", doc_type="03")
    await linked_note(place, "nota-09", [link(0, None)])
    await linked_note(place, "nota-04", [link(0, ccf, "A"), link(1, None)])
    await linked_note(place, "nota-05", [link(0, None, "OTRO")])
    await linked_note(place, "nota-06", [link(0, ccf, FOREIGN)])
    found = await on_foreign(place)
    assert [(note.id, note.position) for note in found] == [("nota-04", 1), ("nota-09", 0)]
    assert found[-1].stated == f'{{"number":"{FOREIGN}"}}'
    assert await on_foreign(place, "nota-04") == found[1:]
    held = await place.store.write(adjustments.held, place.company, [], [FOREIGN], "nota-09")
    assert held[FOREIGN].notes == {LiveNote("nota-04", 1)}
    assert await on_foreign(place, company=place.company + 1) == []


async def test_a_document_that_was_noted_as_one_of_another_system_has_the_note(place: Place) -> None:
    """A CCF was lost, a note named it by its code, and the CCF came back."""
    await linked_note(place, "nota-02", [link(0, None, "A")])
    await place.document(id="A", state="stamped", doc_type="03")
    [note] = await on_own(place, "A", "A")
    assert (note.id, note.document_id, note.stated) == ("nota-02", None, '{"number":"A"}')
    states = await place.store.write(adjustments.held, place.company, ["A"], [], "")
    assert states["A"].notes == {LiveNote("nota-02", 1)}
    blocking = await place.store.read(adjustments.first_live_note, place.company, "A")
    assert blocking is not None
    assert blocking.id == "nota-02"


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
    for module in (adjusted, adjustments, naming, related, verifying)
    for name, value in vars(module).items()
    if isinstance(value, Statement) and not name.startswith(("_INSERT", "_HOLD_NUMBERS"))
    if module is not verifying or name == "_ADJUSTED"
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
    values = {"company": 1, "id": "0001", "note": "0002", "after_at": "", "after_id": "", "most": 4, "keys": '["7"]'}
    values |= dict.fromkeys(["ids", "notes", "names", "numbers", "with_text"], '["0002"]')
    connection = await asyncpg.connect(on_postgres)
    try:
        await connection.execute("ANALYZE")
        arguments = [values[name] for name in statement.names]
        [row] = await connection.fetch(f"EXPLAIN (FORMAT JSON) {statement.postgres}", *arguments)
    finally:
        await connection.close()
    read_whole = {table for kind, table in _nodes(json.loads(row[0])[0]["Plan"]) if kind == "Seq Scan"}
    assert not read_whole & {"document", "adjusted_document"}, row[0]


def _nodes(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield plan["Node Type"], plan.get("Relation Name", "")
    for part in plan.get("Plans", []):
        yield from _nodes(part)
