"""The audit log: entries in the transaction of the change, one chain whatever runs at once, and no change unnoticed."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ocote.audit import Author
from ocote.people.audit_trail import AuditTrail
from ocote.store.audit_log import (
    NOTHING_YET,
    AuditEntry,
    AuditRow,
    ChainEnd,
    audited,
    break_in,
    hash_of,
)
from ocote.store.audit_reading import AuditFilter, audit_chain
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from ocote.store.numbers import Series, WantedNumber, next_number, set_next_number
from ocote.store.webhooks import choose_events
from tests.store.place import Place

AT = "2026-11-20T17:21:33.123456Z"
PERSON = Author("persona@example.com", "192.0.2.7")
SERIES = Series("01", "M001", "P001", 2026)
_CHANGE = sql("UPDATE audit_entry SET after = :after WHERE number = :number")
_DELETE = sql("DELETE FROM audit_entry WHERE number = :number")


def entry(subject: str, **values: Any) -> AuditEntry:
    return AuditEntry(at=AT, by=PERSON, act="number_set", subject=subject, after=values)


def nothing() -> Transaction[None]:
    yield from ()


async def write(place: Place, *subjects: str) -> None:
    for subject in subjects:
        await place.store.write(audited, lambda _, subject=subject: entry(subject), nothing)


def chain(texts: list[str]) -> list[AuditRow]:
    """Entries that follow each other, as the store writes them."""
    rows: list[AuditRow] = []
    for number, text in enumerate(texts, start=1):
        before = rows[-1].hash if rows else NOTHING_YET.hash
        row = AuditRow(number, AT, None, "a", "terminal", None, "number_set", text, "{}", text, before, "")
        rows.append(replace(row, hash=hash_of(row)))
    return rows


def is_found(rows: list[AuditRow], head: str) -> bool:
    """Whether a walk finds the chain broken, or without the end that was kept elsewhere."""
    end = NOTHING_YET
    for row in rows:
        if break_in(end, row) is not None:
            return True
        end = ChainEnd(row.number, row.hash)
    return head not in {NOTHING_YET.hash if not rows else "", *(row.hash for row in rows)}


CHAINS = st.lists(st.text(max_size=8), min_size=1, max_size=12).map(chain)


@given(CHAINS)
def test_a_chain_as_it_was_written_is_whole(rows: list[AuditRow]) -> None:
    assert not is_found(rows, rows[-1].hash)


@given(CHAINS, st.data())
def test_an_altered_entry_is_found(rows: list[AuditRow], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    altered: dict[str, Any] = data.draw(
        st.sampled_from([{"author": "b"}, {"subject": "otro"}, {"before": "[]"}, {"company_id": 2}, {"at": "x"}])
    )
    changed = replace(rows[place], **altered)
    rewritten = data.draw(st.booleans())
    if rewritten:
        changed = replace(changed, hash=hash_of(changed))
    assert is_found([*rows[:place], changed, *rows[place + 1 :]], rows[-1].hash) or changed == rows[place]


@given(CHAINS, st.data())
def test_a_removed_entry_is_found(rows: list[AuditRow], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    assert is_found([*rows[:place], *rows[place + 1 :]], rows[-1].hash)


@given(CHAINS.filter(lambda rows: len(rows) > 1), st.data())
def test_entries_in_another_order_are_found(rows: list[AuditRow], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(rows))))
    moved = [replace(rows[each], number=number) for number, each in enumerate(order, start=1)]
    assert is_found(moved, rows[-1].hash) or moved == rows


@given(CHAINS, st.data())
def test_an_inserted_entry_is_found(rows: list[AuditRow], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    before = rows[place - 1].hash if place else NOTHING_YET.hash
    made = replace(rows[place], subject="falso", previous=before)
    made = replace(made, hash=hash_of(made))
    moved = [replace(row, number=row.number + 1) for row in rows[place:]]
    assert is_found([*rows[:place], made, *moved], rows[-1].hash)


async def test_a_change_that_is_undone_leaves_no_entry(place: Place) -> None:
    def fails() -> Transaction[None]:
        yield from next_number(place.company, SERIES)
        raise ValueError("undone")

    with pytest.raises(ValueError, match="undone"):
        await place.store.write(audited, lambda _: entry("x"), fails)
    assert await place.store.read(audit_chain, 0, 10) == []


async def test_a_change_that_changed_nothing_leaves_no_entry(place: Place) -> None:
    def entry_of(is_changed: bool) -> AuditEntry | None:
        return entry("wh_1") if is_changed else None

    assert not await place.store.write(audited, entry_of, choose_events, "wh_1", None)
    assert await place.store.read(audit_chain, 0, 10) == []


async def test_changes_at_once_make_one_chain_beside_sales(place: Place, database_url: str) -> None:
    async with open_store(database_url) as other:

        async def set_number(number: int) -> None:
            store = (place.store, other)[number % 2]
            wanted = WantedNumber(SERIES, 1000 * number, PERSON.name, AT)
            await store.write(audited, lambda _: entry(f"n{number}"), set_next_number, place.company, wanted)

        async def sell(number: int) -> None:
            await (place.store, other)[number % 2].write(next_number, place.company, SERIES)

        await asyncio.gather(*(work(number) for number in range(1, 41) for work in (set_number, sell)))
    verified = await AuditTrail(place.store).verify()
    assert (verified.entries, verified.is_whole) == (40, True)


async def test_the_first_broken_entry_is_named(place: Place) -> None:
    await write(place, "uno", "dos", "tres")
    trail = AuditTrail(place.store)
    whole = await trail.verify()
    assert (whole.entries, whole.is_whole) == (3, True)

    def alter() -> Transaction[None]:
        yield _CHANGE(after='{"next":2}', number=2)

    await place.store.write(alter)
    broken = (await trail.verify()).broken
    assert broken is not None
    assert (broken.number, broken.kind) == (2, "altered")
    page = await trail.page(AuditFilter(most=10))
    assert not page.is_whole
    assert (await trail.page(AuditFilter(most=1))).is_whole


async def test_entries_removed_from_the_end_are_found_by_the_hash_that_was_kept(place: Place) -> None:
    await write(place, "uno", "dos")
    trail = AuditTrail(place.store)
    kept = (await trail.verify()).head
    await write(place, "tres")
    assert (await trail.verify(kept)).is_whole

    def remove() -> Transaction[None]:
        yield _DELETE(number=3)
        yield _DELETE(number=2)

    await place.store.write(remove)
    assert (await trail.verify()).is_whole
    assert not (await trail.verify(kept)).is_whole


async def test_a_page_has_what_is_asked_for_the_newest_first(place: Place) -> None:
    await write(place, *(f"n{number}" for number in range(5)))

    async def asked(**wanted: Any) -> tuple[list[str], bool]:
        page = await AuditTrail(place.store).page(AuditFilter(**{"most": 2, **wanted}))
        return [row.subject for row in page.rows], page.has_more

    assert await asked() == (["n4", "n3"], True)
    assert await asked(before=4) == (["n2", "n1"], True)
    assert await asked(before=2) == (["n0"], False)
    assert await asked(author="PERSONA@", act="number_set", since=AT) == (["n4", "n3"], True)
    assert await asked(author="100%") == ([], False)
    assert await asked(act="key_created") == ([], False)
    assert await asked(until=AT) == ([], False)
    assert await asked(company_id=place.company) == ([], False)
