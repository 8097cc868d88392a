"""Finds documents by a part of the customer's name, which no index of either database knows.

A look at every name costs a quarter of a microsecond on SQLite and a microsecond on PostgreSQL, and a company that has
sold for years has a million of them. The names of each past day are therefore kept in memory as one text: the documents
of a day are read only when that text has what is looked for, and a name that nobody bears costs no reading at all.
See ``docs/decisions/0022-names-of-past-days.md``.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from ocote.archive.kept_days import CLOSED_AFTER, KeptDays
from ocote.clock import Clock
from ocote.store.engine.store import Store
from ocote.store.engine.values import folded, moment, moment_text
from ocote.store.listing import ListedRow, ListingFilter, Sought, documents_of_spans, documents_page
from ocote.store.named_days import NamesChanged, names_changed, names_of_days

MOST_LETTERS: Final = 32_000_000
"""Of the names of all kept days of all companies: a million documents, half of them with a name, have 12 million."""

_NAMES_AT_ONCE: Final = 31
"""Days whose names are read at once, and which are looked through before earlier ones are."""

_MOST_READ_AT_ONCE: Final = 64
"""Days whose documents are read at once: one at first, because a page of a frequent name is full after it, then twice
as many each time, because each reading waits for its turn."""

_ONE_DAY: Final = timedelta(days=1)
_EARLIEST: Final = "0"


class NameSearch:
    """Searches the documents of every company of a store; each call sees those of one company."""

    def __init__(self, store: Store, clock: Clock, most: int = MOST_LETTERS) -> None:
        self._store = store
        self._clock = clock
        self._kept: KeptDays[str] = KeptDays(_letters, most)

    async def page(self, company_id: int, wanted: ListingFilter) -> list[ListedRow]:
        """A page of documents, newest first, whose names have what is looked for, or that a mark of the search names.

        Raises TooManySearchesError and SearchTooLongError.
        """
        found: dict[str, ListedRow] = {}
        by_name = wanted
        if wanted.sought is not None:
            by_mark = replace(wanted, sought=replace(wanted.sought, customer_name=None))
            found.update({row.id: row for row in await self._store.search(documents_page, company_id, by_mark)})
            by_name = replace(wanted, sought=Sought(customer_name=wanted.sought.customer_name))
        found.update({row.id: row for row in await self._named(company_id, by_name)})
        return sorted(found.values(), key=lambda row: (row.posted_at, row.id), reverse=True)[: wanted.most]

    async def _named(self, company_id: int, wanted: ListingFilter) -> list[ListedRow]:
        # Read before the names: a correction in between leaves names that the next reader does not take for current.
        changed = await self._store.read(names_changed, company_id, wanted.since or _EARLIEST)
        if changed.posted is None:
            return []
        if not changed.is_settled:
            return await self._store.search(documents_of_spans, company_id, wanted, [(_EARLIEST, _after_all(wanted))])
        names = _names_in(wanted)
        found: list[ListedRow] = []
        to_read: list[date] = []
        days_at_once = 1
        for days in _some_days(wanted, changed.posted):
            known = await self._names(company_id, days, changed)
            to_read += [day for day in days if day not in known or all(name in known[day] for name in names)]
            while len(to_read) >= days_at_once and len(found) < wanted.most:
                left = replace(wanted, most=wanted.most - len(found))
                found += await self._of_days(company_id, left, to_read[:days_at_once])
                del to_read[:days_at_once]
                days_at_once = min(2 * days_at_once, _MOST_READ_AT_ONCE)
            if len(found) >= wanted.most:
                return found
        return found + await self._of_days(company_id, replace(wanted, most=wanted.most - len(found)), to_read)

    async def _of_days(self, company_id: int, wanted: ListingFilter, days: Sequence[date]) -> list[ListedRow]:
        if not days:
            return []
        return await self._store.search(documents_of_spans, company_id, wanted, _spans(days))

    async def _names(self, company_id: int, days: Sequence[date], changed: NamesChanged) -> Mapping[date, str]:
        """The names of each of these days, latest first, that is over; a day that goes on has none yet."""
        goes_on = (self._clock() - CLOSED_AFTER).astimezone(UTC).date()
        over = [day for day in days if day < goes_on]
        known: dict[date, str] = {}
        for day in over:
            kept = self._kept.find(company_id, day, _mark(day, changed))
            if kept is not None:
                known[day] = kept
        unknown = [day for day in over if day not in known]
        if unknown:
            spans = [(_start(day), _end(day)) for day in unknown]
            for day, names in zip(unknown, await self._store.search(names_of_days, company_id, spans), strict=True):
                known[day] = names
                self._kept.keep(company_id, day, _mark(day, changed), names)
        return known


def _names_in(wanted: ListingFilter) -> list[str]:
    """The parts of names that a document has to have."""
    sought = wanted.sought.customer_name if wanted.sought is not None else None
    return [folded(name) for name in (wanted.customer_name, sought) if name is not None]


def _some_days(wanted: ListingFilter, posted: tuple[str, str]) -> Iterator[list[date]]:
    """The days of a filter in UTC, as far as the company has documents; latest first, some at a time."""
    first, last = _day(max(posted[0], wanted.since or _EARLIEST)), _day(min(posted[1], _after_all(wanted)))
    days = [last - timedelta(days=number) for number in range((last - first).days + 1)]
    for start in range(0, len(days), _NAMES_AT_ONCE):
        yield days[start : start + _NAMES_AT_ONCE]


def _spans(days: Sequence[date]) -> list[tuple[str, str]]:
    """The beginnings and ends of the days, latest first; days that follow one another are one span."""
    spans: list[tuple[str, str]] = []
    for day in days:
        if spans and spans[-1][0] == _end(day):
            spans[-1] = _start(day), spans[-1][1]
        else:
            spans.append((_start(day), _end(day)))
    return spans


def _after_all(wanted: ListingFilter) -> str:
    """The moment behind which a filter has nothing."""
    last = "9999-12-31T00:00:00.000000Z"
    return min(wanted.until or last, wanted.before[0] if wanted.before is not None else last)


def _mark(day: date, changed: NamesChanged) -> tuple[object, ...]:
    return changed.confirmed_at, tuple(changed.corrected.get(day.isoformat(), ()))


def _letters(names: str) -> int:
    """A day without documents takes room too."""
    return len(names) + 200


def _day(text: str) -> date:
    return moment(text).astimezone(UTC).date()


def _start(day: date) -> str:
    return moment_text(datetime(day.year, day.month, day.day, tzinfo=UTC))


def _end(day: date) -> str:
    return _start(day + _ONE_DAY)
