"""Sums of days and months: each figure worked out by hand, whatever happened to the documents afterwards."""

import random
from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Final

import pytest

from ocote.archive.activity import Activity, DaySpan, month_of, span_before
from ocote.archive.kept_days import KeptDays
from ocote.archive.sums import Figure, Slice, figures_by, is_counted_purchase, is_sale, signed_cents, whole
from ocote.clock import EL_SALVADOR
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction
from ocote.store.engine.values import moment_text
from ocote.store.installation import confirm_numbers, doubt_numbers
from tests.builders.days import cancelled, corrected, settled, sold_at
from tests.store.place import Place
from tests.store.rows import add_company

MONTH: Final = month_of(date(2026, 11, 1))
NOW: Final = datetime(2026, 12, 20, 12, tzinfo=EL_SALVADOR)


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Place]:
    async with open_store(database_url) as store:
        yield Place(store, await store.write(add_company))


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> str:
    """A moment in El Salvador as stored text."""
    return moment_text(datetime(year, month, day, hour, minute, tzinfo=EL_SALVADOR))


def activity_of(place: Place, now: datetime = NOW) -> Activity:
    return Activity(place.store, lambda: now)


def sales(slices: list[Slice]) -> Figure:
    return whole(filter(is_sale, slices))


async def sales_of(activity: Activity, place: Place, day: date) -> tuple[Figure, Figure]:
    """The sales of a day as its own page shows them, and as the month's."""
    of_month = await activity.days(place.company, month_of(day))
    return sales(await activity.day(place.company, day)), sales([each for each in of_month if each.day == day])


async def test_notes_count_against_sales_and_purchases_apart_and_what_is_cancelled_nowhere(place: Place) -> None:
    day = date(2026, 11, 20)
    for changes in (
        {"cents": 1130},
        {"cents": 11300, "doc_type": "03", "pos": "P002"},
        {"cents": 98800, "doc_type": "11", "branch": "S001"},
        {"cents": 2260, "doc_type": "05"},
        {"cents": 21400, "doc_type": "14"},
        {"cents": 500, "state": "contingency", "stamped_at": None},
        {"cents": 7777, "state": "rejected", "stamped_at": None},
        {"cents": 8888, "state": "registered", "stamped_at": None},
    ):
        await place.store.write(sold_at, place.company, at(11, 20, 9), **changes)
    gone = await place.store.write(sold_at, place.company, at(11, 20, 10), cents=9999)
    await place.store.write(cancelled, place.company, gone)
    activity = activity_of(place)
    by_hand = Figure(5, 1130 + 11300 + 98800 - 2260 + 500)
    assert await sales_of(activity, place, day) == (by_hand, by_hand)
    for slices in (await activity.day(place.company, day), await activity.days(place.company, MONTH)):
        assert whole(filter(is_counted_purchase, slices)) == Figure(1, 21400)
        assert figures_by(slices, lambda each: each.status) == {
            "stamped": Figure(5, 1130 + 11300 + 98800 - 2260 + 21400),
            "contingency": Figure(1, 500),
            "rejected": Figure(1, 7777),
            "registered": Figure(1, 8888),
            "cancelled": Figure(1, 9999),
        }


async def test_a_ccf_that_a_note_takes_back_counts_because_the_note_counts_against_it(place: Place) -> None:
    ccf = await place.store.write(sold_at, place.company, at(11, 20, 9), cents=11300, doc_type="03")
    await place.store.write(sold_at, place.company, at(11, 21, 9), cents=11300, doc_type="05")
    await place.store.write(cancelled, place.company, ccf, "note")
    activity = activity_of(place)
    assert sales(await activity.days(place.company, MONTH)) == Figure(2, 0)
    assert (await sales_of(activity, place, date(2026, 11, 20)))[1] == Figure(1, 11300)


async def test_the_days_begin_at_midnight_in_el_salvador(place: Place) -> None:
    for moment in (at(10, 31, 23, 59), at(11, 1, 0), at(11, 30, 23, 59), at(12, 1, 0)):
        await place.store.write(sold_at, place.company, moment)
    activity = activity_of(place)
    found = figures_by(await activity.days(place.company, MONTH), lambda each: each.day)
    assert found == {date(2026, 11, 1): Figure(1, 1130), date(2026, 11, 30): Figure(1, 1130)}
    assert {each.hour for each in await activity.day(place.company, date(2026, 11, 30))} == {23}
    assert {each.hour for each in await activity.day(place.company, date(2026, 12, 1))} == {0}


async def test_the_year_changes_in_el_salvador_too(place: Place) -> None:
    for moment in (at(12, 31, 23, 59), at(1, 1, 0, 0, 2027)):
        await place.store.write(sold_at, place.company, moment)
    activity = activity_of(place, datetime(2027, 1, 1, 9, tzinfo=EL_SALVADOR))
    assert sales(await activity.days(place.company, month_of(date(2026, 12, 1)))) == Figure(1, 1130)
    assert sales(await activity.days(place.company, month_of(date(2027, 1, 1)))) == Figure(1, 1130)


async def test_a_day_that_is_kept_follows_what_becomes_of_its_documents(place: Place) -> None:
    day, activity = date(2026, 11, 20), activity_of(place)
    ids = [await place.store.write(sold_at, place.company, at(11, 20, 9), cents=100) for _ in range(3)]
    waiting = await place.store.write(
        sold_at, place.company, at(11, 20, 9), cents=40, state="contingency", stamped_at=None
    )
    assert await sales_of(activity, place, day) == (Figure(4, 340), Figure(4, 340))
    await place.store.write(cancelled, place.company, ids[0])
    await place.store.write(settled, place.company, waiting, "rejected", None)
    assert await sales_of(activity, place, day) == (Figure(2, 200), Figure(2, 200))
    await place.store.write(settled, place.company, waiting, "stamped", at(11, 20, 12))
    assert await sales_of(activity, place, day) == (Figure(3, 240), Figure(3, 240))


async def test_a_corrected_document_counts_on_the_day_of_its_correction(place: Place) -> None:
    activity = activity_of(place)
    refused = await place.store.write(
        sold_at, place.company, at(11, 20, 9), cents=100, state="rejected", stamped_at=None
    )
    assert await sales_of(activity, place, date(2026, 11, 20)) == (Figure(), Figure())
    await place.store.write(corrected, place.company, refused, at(11, 22, 15), 90)
    assert await sales_of(activity, place, date(2026, 11, 20)) == (Figure(), Figure())
    assert await sales_of(activity, place, date(2026, 11, 22)) == (Figure(1, 90), Figure(1, 90))
    assert [each.hour for each in await activity.day(place.company, date(2026, 11, 22))] == [15]


async def test_a_document_that_is_corrected_on_its_day_counts_with_its_new_amount(place: Place) -> None:
    activity, day = activity_of(place), date(2026, 11, 20)
    refused = await place.store.write(
        sold_at, place.company, at(11, 20, 9), cents=100, state="rejected", stamped_at=None
    )
    await sales_of(activity, place, day)
    await place.store.write(corrected, place.company, refused, at(11, 20, 9, 30), 90)
    assert await sales_of(activity, place, day) == (Figure(1, 90), Figure(1, 90))


async def test_a_document_that_is_corrected_after_new_year_stays_in_its_year(place: Place) -> None:
    refused = await place.store.write(
        sold_at, place.company, at(12, 31, 23, 50), cents=100, state="rejected", stamped_at=None, year=2026
    )
    await place.store.write(corrected, place.company, refused, at(1, 1, 0, 10, 2027), 90)
    activity = activity_of(place, datetime(2027, 1, 20, 9, tzinfo=EL_SALVADOR))
    assert (await sales_of(activity, place, date(2026, 12, 31))) == (Figure(1, 90), Figure(1, 90))
    assert sales(await activity.days(place.company, month_of(date(2027, 1, 1)))) == Figure()


async def test_documents_that_a_journal_brings_back_into_the_past_are_counted(place: Place) -> None:
    activity, day = activity_of(place), date(2026, 11, 20)
    await place.store.write(sold_at, place.company, at(11, 20, 9), cents=100)
    assert (await sales_of(activity, place, day))[1] == Figure(1, 100)
    await place.store.write(doubt_numbers, "restored", at(12, 20, 11))
    await place.store.write(sold_at, place.company, at(11, 20, 10), cents=50)
    assert (await sales_of(activity, place, day))[1] == Figure(2, 150)
    await place.store.write(confirm_numbers, at(12, 20, 11), at(12, 20, 12), "alguien")
    assert (await sales_of(activity, place, day))[1] == Figure(2, 150)


async def test_a_cashier_sees_the_tills_of_the_membership_and_no_other(place: Place) -> None:
    for pos in ("P001", "P002", "P003"):
        await place.store.write(sold_at, place.company, at(11, 20, 9), pos=pos)
    activity, day = activity_of(place), date(2026, 11, 20)
    points = ("M001P001", "M001P003")
    assert {each.point for each in await activity.day(place.company, day, points)} == set(points)
    assert {each.point for each in await activity.days(place.company, MONTH, points)} == set(points)
    assert [row.pos_code for row in await activity.latest(place.company, day, ("M001P002",))] == ["P002"]
    assert await activity.latest(place.company, day, ("M001P0",)) == []


async def test_no_company_sees_documents_of_another(place: Place) -> None:
    other = await place.store.write(add_company, "06140000000002")
    await place.store.write(sold_at, other, at(11, 20, 9))
    activity = activity_of(place)
    assert await activity.day(place.company, date(2026, 11, 20)) == []
    assert await activity.days(place.company, MONTH) == []
    assert await activity.latest(place.company, date(2026, 11, 20)) == []


async def test_sums_by_hour_by_type_and_by_till_are_those_of_the_list(place: Place) -> None:
    chance = random.Random(13)
    listed: list[tuple[date, int, str, str, str, int]] = []

    def filled() -> Transaction[None]:
        for _ in range(400):
            day, hour = chance.randint(1, 30), chance.randrange(24)
            doc_type = chance.choice(("01", "01", "03", "05", "11", "14"))
            state = chance.choice(("stamped", "stamped", "stamped", "contingency", "rejected", "registered"))
            pos, cents = chance.choice(("P001", "P002")), chance.randrange(1, 10**6)
            document = yield from sold_at(
                place.company, at(11, day, hour), doc_type=doc_type, pos=pos, cents=cents, state=state
            )
            if state == "stamped" and chance.random() < 0.2:
                yield from cancelled(place.company, document)
                state = "cancelled"
            listed.append((date(2026, 11, day), hour, doc_type, f"M001{pos}", state, cents))

    await place.store.write(filled)
    activity = activity_of(place)
    counted = [each for each in listed if each[4] in ("stamped", "contingency") and each[2] != "14"]
    total = Figure(len(counted), sum(signed_cents(each[2], each[5]) for each in counted))
    by_hour = [each for day in MONTH.days for each in await activity.day(place.company, day)]
    for _ in range(2):
        by_day = await activity.days(place.company, MONTH)
        for slices in (by_hour, by_day):
            valid = list(filter(is_sale, slices))
            for key in (lambda each: each.day, lambda each: each.doc_type, lambda each: each.point):
                assert sum(figures_by(valid, key).values(), Figure()) == total
        assert sum(figures_by(filter(is_sale, by_hour), lambda each: each.hour).values(), Figure()) == total
        for key in (lambda each: (each.day, each.status), lambda each: (each.doc_type, each.point, each.status)):
            assert figures_by(by_day, key) == figures_by(by_hour, key)


def test_a_month_is_compared_with_as_many_days_of_the_month_before() -> None:
    march = month_of(date(2026, 3, 1))
    assert span_before(march, date(2026, 3, 12)) == DaySpan(date(2026, 2, 1), date(2026, 2, 12))
    assert span_before(march, march.last) == DaySpan(date(2026, 2, 1), date(2026, 2, 28))
    assert span_before(month_of(date(2027, 1, 5)), date(2027, 1, 5)) == DaySpan(date(2026, 12, 1), date(2026, 12, 5))


def test_days_that_are_kept_are_bounded_and_go_with_their_mark() -> None:
    rows = [Slice(date(2026, 11, 1), None, "01", f"M001P00{number}", "stamped", 1, 1) for number in range(4)]
    kept: KeptDays[list[Slice]] = KeptDays(lambda slices: len(slices) + 1, most=10)
    for day in (1, 2, 3):
        kept.keep(1, date(2026, 11, day), "a", rows)
    assert kept.find(1, date(2026, 11, 1), "a") is None
    assert kept.find(1, date(2026, 11, 2), "a") == rows
    assert kept.find(1, date(2026, 11, 3), "b") is None
    assert kept.find(2, date(2026, 11, 2), "a") is None
    kept.keep(1, date(2026, 11, 3), "b", rows[:1])
    assert kept.find(1, date(2026, 11, 3), "b") == rows[:1]
