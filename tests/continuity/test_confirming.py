"""Which tills a person has to set before the numbers of a database are confirmed."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ocote.audit import Author
from ocote.clock import Clock
from ocote.continuity.confirming import NumbersNotSetError, TillNumber, Unconfirmed, confirm, unconfirmed_numbers
from ocote.continuity.seen import SeenFile, SeenInstallation, SeenSeries
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from ocote.store.installation import doubt_numbers, installation
from tests.store.place import Place
from tests.store.rows import add_company

NIT = "06140000000001"
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
SINCE, LATER = "2026-11-20T17:00:00.000000Z", "2026-11-20T17:30:00.000000Z"

_POINT = sql("""
    INSERT INTO point_of_sale (company_id, branch_code, pos_code, establishment_kind, active)
    VALUES (:company, 'M001', :pos, '02', :active)""")
_COUNTER = sql("""
    INSERT INTO correlative (company_id, doc_type, branch_code, pos_code, year, last)
    VALUES (:company, :doc_type, 'M001', :pos, :year, :last)""")
_CHANGE = sql("""
    INSERT INTO number_change (id, company_id, doc_type, branch_code, pos_code, year, next_before, next, changed_at,
                               changed_by)
    VALUES (:id, :company, :doc_type, 'M001', :pos, :year, 1, 2, :at, 'operadora')""")
_POSTED = sql("UPDATE document SET posted_at = :at WHERE company_id = :company")
_SWITCH_OFF = sql("UPDATE company SET active = 0 WHERE id = :company")


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Place]:
    """A database with one company, whose numbers are in doubt."""
    async with open_store(database_url) as store:
        company = await store.write(add_company)
        assert await store.write(doubt_numbers, "restored", SINCE)
        yield Place(store, company)


def at(moment: datetime) -> Clock:
    return lambda: moment


def point(company: int, pos: str, *, active: int = 1) -> Transaction[None]:
    yield _POINT(company=company, pos=pos, active=active)


def counter(company: int, pos: str, last: int, *, doc_type: str = "01", year: int = 2026) -> Transaction[None]:
    yield _COUNTER(company=company, pos=pos, doc_type=doc_type, year=year, last=last)


def change(company: int, pos: str, when: str, *, doc_type: str = "01", year: int = 2026) -> Transaction[None]:
    yield _CHANGE(id=f"{pos}{doc_type}{year}{when}", company=company, pos=pos, doc_type=doc_type, year=year, at=when)


def posted(company: int, when: str) -> Transaction[None]:
    yield _POSTED(company=company, at=when)


def switch_off(company: int) -> Transaction[None]:
    yield _SWITCH_OFF(company=company)


async def a_till(place: Place, pos: str, last: int, **more: Any) -> None:
    await place.store.write(point, place.company, pos)
    await place.store.write(counter, place.company, pos, last, **more)


async def state(place: Place, folder: Path, now: datetime = NOW) -> Unconfirmed:
    found = await unconfirmed_numbers(place.store, SeenFile(folder), at(now))
    assert found is not None
    return found


def awaited(found: Unconfirmed) -> list[tuple[str, str]]:
    return [(till.point, till.doc_type) for till in found.awaited]


async def test_a_till_is_awaited_until_it_was_set_since_the_doubt_began(place: Place, tmp_path: Path) -> None:
    await a_till(place, "P001", 40)
    await a_till(place, "P002", 7, doc_type="03")
    await place.store.write(change, place.company, "P001", "2026-11-20T16:59:59.999999Z")
    await place.store.write(change, place.company, "P001", LATER, year=2025)
    found = await state(place, tmp_path)
    assert awaited(found) == [("M001P001", "01"), ("M001P002", "03")]
    assert [till.next for till in found.tills] == [41, 8]
    with pytest.raises(NumbersNotSetError):
        await confirm(place.store, at(NOW), found, Author("operadora", "terminal"))
    await place.store.write(change, place.company, "P001", LATER)
    assert awaited(await state(place, tmp_path)) == [("M001P002", "03")]
    await place.store.write(change, place.company, "P002", SINCE, doc_type="03")
    ready = await state(place, tmp_path)
    assert await confirm(place.store, at(NOW), ready, Author("operadora", "terminal"))
    assert not await confirm(place.store, at(NOW), ready, Author("otra", "terminal"))
    row = await place.store.read(installation)
    assert (row.unconfirmed_since, row.unconfirmed_because, row.confirmed_by) == (None, None, "operadora")
    assert await unconfirmed_numbers(place.store, SeenFile(tmp_path), at(NOW)) is None


async def test_who_issues_no_more_is_shown_and_not_awaited(place: Place, tmp_path: Path) -> None:
    await place.store.write(point, place.company, "P001", active=0)
    await place.store.write(counter, place.company, "P001", 40)
    closed = await place.store.write(add_company, "06140000000002")
    await place.store.write(point, closed, "P001")
    await place.store.write(counter, closed, "P001", 9)
    await place.store.write(switch_off, closed)
    await a_till(place, "P002", 5, year=2025)
    found = await state(place, tmp_path)
    assert (awaited(found), len(found.tills)) == ([], 3)


async def test_of_a_backup_from_december_the_numbers_of_january_are_awaited(place: Place, tmp_path: Path) -> None:
    await place.document()
    await place.store.write(posted, place.company, "2026-12-30T17:00:00.000000Z")
    await a_till(place, "P001", 812)
    january = datetime(2027, 1, 3, 15, tzinfo=UTC)
    found = await state(place, tmp_path, january)
    assert [(till.point, till.next, till.is_awaited) for till in found.tills] == [("M001P001", 1, True)]
    await place.store.write(change, place.company, "P001", "2027-01-03T14:00:00.000000Z", year=2026)
    assert awaited(await state(place, tmp_path, january)) == [("M001P001", "01")]
    await place.store.write(change, place.company, "P001", "2027-01-03T14:30:00.000000Z", year=2027)
    assert awaited(await state(place, tmp_path, january)) == []


async def test_a_series_that_only_this_machine_has_seen_is_awaited_with_its_number(
    place: Place, tmp_path: Path
) -> None:
    """Its first document was made after the backup: the database has no counter of it."""
    await place.store.write(point, place.company, "P001")
    row = await place.store.read(installation)
    series = {
        f"{NIT} 00 03 M001 P001 2026": SeenSeries(12, 12, "d"),
        f"{NIT} 00 01 M001 P009 2026": SeenSeries(3, 3, "e"),
        "06140000000009 00 01 M001 P001 2026": SeenSeries(5, 5, "f"),
    }
    SeenFile(tmp_path).write({row.id: SeenInstallation(SINCE, 0, series)})
    found = await state(place, tmp_path)
    assert [(till.doc_type, till.next, till.seen) for till in found.awaited] == [("03", 1, 12)]
    (tmp_path / "numbers-seen.json").write_text("{", encoding="utf-8")
    assert awaited(await state(place, tmp_path)) == []


async def test_hundreds_of_tills_are_awaited_each_by_itself(place: Place, tmp_path: Path) -> None:
    def many(company: int) -> Transaction[None]:
        for number in range(1, 301):
            yield from point(company, f"P{number:03}")
            yield from counter(company, f"P{number:03}", number)

    await place.store.write(many, place.company)
    found = await state(place, tmp_path)
    assert len(found.awaited) == 300
    assert [till.point for till in found.awaited[:2]] == ["M001P001", "M001P002"]
    assert all(isinstance(till, TillNumber) and till.set_at is None for till in found.awaited)
