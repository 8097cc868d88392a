"""Sums of a company's documents by day and month, for the first pages of the panel."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from msgspec import Struct

from ocote.archive.kept_days import CLOSED_AFTER, KeptDays
from ocote.archive.sums import (
    DaySums,
    Slice,
    corrections_of_days,
    hour_slices,
    moved_slices,
    whole_day_slices,
)
from ocote.clock import EL_SALVADOR, Clock, local_date
from ocote.store.activity import LatestRow, exceptions_of, hours_of, latest_documents, whole_sums
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text

_ONE_DAY: Final = timedelta(days=1)
_MOST_LATEST: Final = 10

MOST_SLICES: Final = 100_000
"""Kept slices of all companies, one for each day, type and till: some 20 MB."""


class DaySpan(Struct, frozen=True):
    """Days in El Salvador, from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Each day, in order."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


def month_of(day: date) -> DaySpan:
    """The month of a day."""
    first = day.replace(day=1)
    return DaySpan(first, (first + timedelta(days=31)).replace(day=1) - _ONE_DAY)


def span_before(month: DaySpan, until: date) -> DaySpan:
    """The month before, up to the day ``until`` of the month: a shorter month ends earlier."""
    before = month_of(month.first - _ONE_DAY)
    return DaySpan(before.first, min(before.first + (min(until, month.last) - month.first), before.last))


class Activity:
    """Sums up the documents of a company. ``points`` are the points of sale that a person sees; none means all."""

    def __init__(self, store: Store, clock: Clock, most: int = MOST_SLICES) -> None:
        self._store = store
        self._clock = clock
        self._closed: KeptDays[Sequence[Slice]] = KeptDays(_weight, most)

    def now(self) -> datetime:
        """The present aware instant."""
        return self._clock()

    def today(self) -> date:
        """The present day in El Salvador."""
        return local_date(self._clock())

    async def day(self, company_id: int, day: date, points: tuple[str, ...] = ()) -> list[Slice]:
        """The slices of one day by hour."""
        span = _Moments.of(day)
        exceptions = await self._store.read(exceptions_of, company_id, span.since, span.until)
        rows = await self._store.read(hours_of, company_id, span.since, span.until)
        slices = [*hour_slices(rows), *moved_slices(exceptions.rows)]
        return _chosen(slices, DaySpan(day, day), points)

    async def days(self, company_id: int, span: DaySpan, points: tuple[str, ...] = ()) -> list[Slice]:
        """The slices of some days, without hours."""
        sums, moved = await self._sums(company_id, span)
        sums.add(moved)
        return _chosen(sums.slices(), span, points)

    async def posted(self, company_id: int, span: DaySpan) -> list[Slice]:
        """The slices of some days, in which a corrected document counts on the day on which it was first posted."""
        sums, _ = await self._sums(company_id, span)
        return _chosen(sums.slices(), span, ())

    async def _sums(self, company_id: int, span: DaySpan) -> tuple[DaySums, list[Slice]]:
        """The sums of days by posting, and what of them belongs to other days."""
        since, until = _Moments.of(span.first).since, _Moments.of(span.last).until
        # Read before the sums: a correction in between leaves a sum that the next reader does not take for current.
        exceptions = await self._store.read(exceptions_of, company_id, since, until)
        corrected = corrections_of_days(exceptions.rows)
        opened_on = local_date(self._clock() - CLOSED_AFTER)
        closed: set[date] = set()
        sums = DaySums()
        for day in span.days:
            if day < opened_on and exceptions.is_settled:
                closed.add(day)
                mark = (exceptions.confirmed_at, corrected.get(day, ()))
                sums.add(await self._closed_day(company_id, day, mark))
            elif day <= self.today():
                moments = _Moments.of(day)
                rows = await self._store.read(hours_of, company_id, moments.since, moments.until)
                sums.add(hour_slices(rows))
        sums.correct(exceptions.rows, closed)
        return sums, moved_slices(exceptions.rows)

    async def latest(self, company_id: int, day: date, points: tuple[str, ...] = ()) -> list[LatestRow]:
        """The last documents posted on a day, latest first."""
        span = _Moments.of(day)
        return await self._store.read(latest_documents, company_id, span.since, span.until, points, _MOST_LATEST)

    async def _closed_day(self, company_id: int, day: date, mark: tuple[object, ...]) -> Sequence[Slice]:
        kept = self._closed.find(company_id, day, mark)
        if kept is None:
            moments = _Moments.of(day)
            kept = whole_day_slices(day, await self._store.read(whole_sums, company_id, moments.since, moments.until))
            self._closed.keep(company_id, day, mark, kept)
        return kept


class _Moments(Struct, frozen=True):
    """The beginning and the end of a day as stored text."""

    since: str
    until: str

    @classmethod
    def of(cls, day: date) -> "_Moments":
        begin = datetime(day.year, day.month, day.day, tzinfo=EL_SALVADOR).astimezone(UTC)
        return cls(moment_text(begin), moment_text(begin + _ONE_DAY))


def _weight(slices: Sequence[Slice]) -> int:
    """A day without documents takes room too."""
    return len(slices) + 1


def _chosen(slices: Sequence[Slice], span: DaySpan, points: tuple[str, ...]) -> list[Slice]:
    return [each for each in slices if span.first <= each.day <= span.last and (not points or each.point in points)]
