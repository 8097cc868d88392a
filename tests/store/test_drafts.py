"""Drafts: each of one person in one company, saved by whoever has seen its last change, closed once."""

import pytest
from msgspec.structs import replace

from ocote.store.drafts import (
    DraftChange,
    DraftRow,
    draft_by_id,
    hand_over_draft,
    insert_draft,
    open_drafts,
    remove_draft,
    save_draft,
    settle_draft,
)
from ocote.store.engine.store import UniqueError
from ocote.store.people import insert_person
from tests.store.place import LATER, NOON, Place
from tests.store.rows import add_company

EVENING = "2026-11-20T23:00:00.000000Z"


async def person(place: Place, email: str = "ana@example.com") -> int:
    return await place.store.write(insert_person, email, "Ana", "es", NOON, is_operator=False)


async def drafted(place: Place, person_id: int, name: str = "d-1", company: int | None = None) -> DraftRow:
    row = DraftRow(
        id=name,
        company_id=company or place.company,
        person_id=person_id,
        kind="01",
        point="M001P001",
        reference=f"ref-{name}",
        body="{}",
        created_at=NOON,
        updated_at=NOON,
        document_id=None,
    )
    assert await place.store.write(insert_draft, row, 50)
    return row


def change(row: DraftRow, body: str, seen: str, now: str = LATER) -> DraftChange:
    return DraftChange(row.company_id, row.person_id, row.id, "M001P002", body, seen, now)


async def test_a_draft_is_saved_by_whoever_has_seen_its_last_change(place: Place) -> None:
    row = await drafted(place, await person(place))
    saved = await place.store.write(save_draft, change(row, '{"a":1}', NOON))
    assert saved == replace(row, point="M001P002", body='{"a":1}', updated_at=LATER)
    assert await place.store.write(save_draft, change(row, '{"a":2}', NOON, EVENING)) is None
    assert await place.store.read(draft_by_id, place.company, row.person_id, row.id) == saved


async def test_a_draft_of_another_person_or_company_is_not_found(place: Place) -> None:
    owner, other = await person(place), await person(place, "otro@example.com")
    elsewhere = await place.store.write(add_company, "06140000000002")
    row = await drafted(place, owner)
    await drafted(place, owner, "d-2", elsewhere)
    assert await place.store.read(draft_by_id, place.company, other, row.id) is None
    assert await place.store.read(draft_by_id, elsewhere, owner, row.id) is None
    assert await place.store.write(save_draft, replace(change(row, "{}", NOON), person_id=other)) is None
    assert not await place.store.write(remove_draft, place.company, other, row.id)
    assert [each.id for each in await place.store.read(open_drafts, place.company, owner, 10)] == ["d-1"]


async def test_a_reference_has_one_draft_in_a_company(place: Place) -> None:
    owner = await person(place)
    await drafted(place, owner)
    row = await place.store.read(draft_by_id, place.company, owner, "d-1")
    assert row is not None
    with pytest.raises(UniqueError):
        await place.store.write(insert_draft, replace(row, id="d-2"), 50)


async def test_a_draft_is_closed_once_and_then_neither_saved_nor_removed(place: Place) -> None:
    row = await drafted(place, await person(place))
    document = await place.document()
    closed = await place.store.write(settle_draft, place.company, row.id, document, LATER)
    assert closed is not None
    assert closed.document_id == document
    assert await place.store.write(settle_draft, place.company, row.id, document, EVENING) is None
    assert await place.store.write(save_draft, change(row, "{}", LATER)) is None
    assert not await place.store.write(remove_draft, place.company, row.person_id, row.id)
    assert await place.store.read(open_drafts, place.company, row.person_id, 10) == []


async def test_a_draft_is_opened_again_for_the_person_who_corrects_it(place: Place) -> None:
    row, other = await drafted(place, await person(place)), await person(place, "otro@example.com")
    document = await place.document()
    await place.store.write(settle_draft, place.company, row.id, document, LATER)
    opened = await place.store.write(hand_over_draft, place.company, row.reference, other, EVENING)
    assert opened is not None
    assert (opened.person_id, opened.document_id) == (other, None)
    assert await place.store.write(hand_over_draft, place.company, "otra", other, EVENING) is None


async def test_drafts_are_listed_with_those_changed_last_in_front(place: Place) -> None:
    owner = await person(place)
    first = await drafted(place, owner)
    await drafted(place, owner, "d-2")
    await place.store.write(save_draft, change(first, "{}", NOON))
    assert [each.id for each in await place.store.read(open_drafts, place.company, owner, 10)] == ["d-1", "d-2"]
    assert [each.id for each in await place.store.read(open_drafts, place.company, owner, 1)] == ["d-1"]
