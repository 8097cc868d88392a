"""No number is given out twice, whatever people do to the counters while tills sell."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import count
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from ocote.store.engine.store import Store
from ocote.store.numbers import (
    NumberGivenOutError,
    NumberSet,
    Series,
    WantedNumber,
    begin_series,
    counters_of,
    peek_number,
    set_next_number,
)
from tests.store.place import NOON, Place
from tests.store.rows import add_company, add_key
from tests.store.sales import NotSignedError, sell

INVOICES = Series("01", "M001", "P001", 2026)
CCFS = Series("03", "M001", "P001", 2026)
YEAR_BEFORE = Series("01", "M001", "P001", 2025)
NEIGHBOUR = Series("01", "M001", "P002", 2026)

_CHANGES = sql("SELECT next_before, next FROM number_change WHERE company_id = :company ORDER BY id")
_TAKEN = sql("UPDATE correlative SET taken = 2, taken_at = :now WHERE company_id = :company")


def wanted(series: Series, following: int) -> WantedNumber:
    return WantedNumber(series, following, "operadora", NOON)


def _changes(company: int) -> Transaction[list[tuple[int, int]]]:
    return [(row["next_before"], row["next"]) for row in (yield _CHANGES(company=company))]


def _refuse(company: int) -> Transaction[None]:
    yield _TAKEN(company=company, now=NOON)


class Act(Struct, frozen=True):
    """One thing that happens to a series: a sale, a sale that fails, or a number that is set."""

    what: Literal["sell", "fail", "set"]
    series: Series
    following: int = 0


SERIES = st.sampled_from((INVOICES, CCFS))
ACTS = st.one_of(
    st.builds(Act, st.just("sell"), SERIES),
    st.builds(Act, st.just("fail"), SERIES),
    st.builds(Act, st.just("set"), SERIES, st.integers(1, 30)),
)
"""Numbers are small, so that sets meet numbers that sales have given out."""


class Operators:
    """People and tills of one company, in two processes on one database."""

    def __init__(self, stores: Sequence[Store], company: int, key: int) -> None:
        self._stores = stores
        self._company = company
        self._key = key
        self._given: dict[Series, set[int]] = defaultdict(set)

    async def act_at_once(self, acts: Sequence[Act]) -> None:
        """Does everything at the same time, by turns in either process, and compares with what was given before."""
        before = {series: max(self._given[series], default=0) for series in (INVOICES, CCFS)}
        expected = [await self._stores[0].read(peek_number, self._company, act.series) for act in acts]
        done = await asyncio.gather(
            *(self._act(self._stores[index % 2], act) for index, act in enumerate(acts)), return_exceptions=True
        )
        for act, result in zip(acts, done, strict=True):
            if act.what == "sell":
                assert isinstance(result, int), result
                assert result not in self._given[act.series], "a number was given out twice"
                assert result > before[act.series], "a number below one that was given out"
                self._given[act.series].add(result)
                assert len(acts) > 1 or [result] == expected
        for act, result in zip(acts, done, strict=True):
            if act.what == "fail":
                assert isinstance(result, NotSignedError)
            if act.what == "set":
                self._assert_set(act, result, before[act.series])

    def _assert_set(self, act: Act, result: object, before: int) -> None:
        highest = max(self._given[act.series], default=0)
        if isinstance(result, NumberGivenOutError):
            assert before < act.following <= highest or act.following <= before
            return
        assert isinstance(result, NumberSet), result
        assert act.following > before, "a number was set that a document has, or one below"

    async def _act(self, store: Store, act: Act) -> object:
        if act.what == "set":
            return await store.write(set_next_number, self._company, wanted(act.series, act.following))
        return await store.write(sell, self._company, self._key, act.series, fails=act.what == "fail")


def test_no_interleaving_of_sets_and_sales_gives_a_number_twice_or_below_one_given_out(database_url: str) -> None:
    nits = count(1)

    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def opened() -> list[Store]:
            return [await stack.enter_async_context(open_store(database_url)) for _ in range(2)]

        stores = runner.run(opened())

        @settings(max_examples=60)
        @given(st.lists(st.lists(ACTS, min_size=1, max_size=6), min_size=1, max_size=8))
        def holds(groups: list[list[Act]]) -> None:
            async def play() -> None:
                company = await stores[0].write(add_company, f"0614{next(nits):010d}")
                operators = Operators(stores, company, await stores[0].write(add_key, company))
                for acts in groups:
                    await operators.act_at_once(acts)

            runner.run(play())

        try:
            holds()
        finally:
            runner.run(stack.aclose())


async def sold(place: Place, series: Series = INVOICES, times: int = 1) -> list[int]:
    key = await place.store.write(add_key, place.company)
    return [await place.store.write(sell, place.company, key, series) for _ in range(times)]


async def test_the_highest_document_of_the_series_bounds_the_number_and_not_the_counter(place: Place) -> None:
    await sold(place, times=3)
    done = await place.store.write(set_next_number, place.company, wanted(INVOICES, 10_940))
    assert (done.next_before, done.document and done.document.correlative) == (4, 3)
    back = await place.store.write(set_next_number, place.company, wanted(INVOICES, 4))
    assert back.next_before == 10_940
    for refused in (3, 1):
        with pytest.raises(NumberGivenOutError) as raised:
            await place.store.write(set_next_number, place.company, wanted(INVOICES, refused))
        assert raised.value.document.correlative == 3
    assert await sold(place) == [4]
    assert sorted(await place.store.read(_changes, place.company)) == [(4, 10_940), (10_940, 4)]


async def test_documents_of_other_series_years_and_companies_bound_nothing(place: Place) -> None:
    for other in (CCFS, YEAR_BEFORE, NEIGHBOUR):
        await sold(place, other, times=5)
    stranger = Place(place.store, await place.store.write(add_company, "06140000000002"))
    await sold(stranger, times=5)
    await place.store.write(set_next_number, place.company, wanted(INVOICES, 2))
    assert await sold(place) == [2]
    assert await sold(place, YEAR_BEFORE) == [6]


async def test_two_operators_at_once_leave_the_number_of_one_of_them(place: Place) -> None:
    numbers = range(100, 120)
    sets = (place.store.write(set_next_number, place.company, wanted(INVOICES, one)) for one in numbers)
    done = await asyncio.gather(*sets)
    assert await place.store.read(peek_number, place.company, INVOICES) in numbers
    recorded = await place.store.read(_changes, place.company)
    assert len(recorded) == len(numbers)
    following = sorted(one.next_before for one in done)
    left = await place.store.read(peek_number, place.company, INVOICES)
    assert sorted([*following, left]) == [1, *numbers], "each operator saw what the one before has set"


async def test_a_number_that_is_set_forgets_what_mh_refused(place: Place) -> None:
    await sold(place)
    await place.store.write(_refuse, place.company)
    [counter] = await place.store.read(counters_of, place.company)
    assert (counter.row.taken, counter.row.taken_at) == (2, NOON)
    await place.store.write(set_next_number, place.company, wanted(INVOICES, 9))
    [counter] = await place.store.read(counters_of, place.company)
    assert (counter.row.taken, counter.row.taken_at, counter.row.last) == (0, None, 8)
    assert counter.document is not None
    assert counter.document.control_number == "DTE-01-M001P001-000000000000001"


async def test_a_series_begins_once_and_never_again_in_a_later_year(place: Place) -> None:
    first = (wanted(INVOICES, 1094), wanted(CCFS, 311))
    assert await place.store.write(begin_series, place.company, first) == first
    assert await place.store.write(begin_series, place.company, first) == ()
    assert await sold(place, INVOICES) == [1094]
    assert await sold(place, CCFS, times=2) == [311, 312]
    later = tuple(wanted(Series(one.series.doc_type, "M001", "P001", 2027), one.next) for one in first)
    assert await place.store.write(begin_series, place.company, later) == ()
    assert await sold(place, later[0].series) == [1]
    assert sorted(await place.store.read(_changes, place.company)) == [(1, 311), (1, 1094)]


async def test_a_series_that_begins_beside_the_first_sale_keeps_to_one_of_both(place: Place) -> None:
    first, begun, second = await asyncio.gather(
        sold(place), place.store.write(begin_series, place.company, (wanted(INVOICES, 1094),)), sold(place)
    )
    given = sorted([*first, *second])
    assert given == ([1094, 1095] if begun else [1, 2])
