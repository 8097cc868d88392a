"""Counts documents and their amounts by hour, day, type and till: pure functions over sums from the store.

A document belongs to its own day in El Salvador, which is that of its date: the day on which it was posted, or after a
refusal the day on which it was written again. A document cancelled by an event counts nowhere. One that a credit note
takes back counts, because the note counts against it on the note's own day, as in the books.
"""

from collections.abc import Callable, Container, Hashable, Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Final, Literal, TypeVar

from msgspec import Struct

from ocote.clock import local
from ocote.dte.types import DOCUMENT_TYPES
from ocote.store.activity import ExceptionRow, HourRow, SummedRow
from ocote.store.engine.values import moment

CountedState = Literal["stamped", "contingency", "registered", "rejected", "cancelled"]
"""The state of counted documents: as stored, and ``cancelled`` for what an event of invalidation took back."""

COUNTED: Final[frozenset[CountedState]] = frozenset({"stamped", "contingency"})
"""The states of documents whose amounts count: a document in contingency is issued, and MH stamps it later."""


class Slice(Struct, frozen=True):
    """A number of documents of one day, type, till and state; ``hour`` is None where hours are not asked for.

    Numbers may be negative: a slice that corrects another one.
    """

    day: date
    hour: int | None
    doc_type: str
    point: str
    status: CountedState
    documents: int
    cents: int


class Figure(Struct, frozen=True):
    """A number of documents and the sum of their amounts in whole cents of USD, credit notes as negative amounts."""

    documents: int = 0
    cents: int = 0

    def __add__(self, other: "Figure") -> "Figure":
        return Figure(self.documents + other.documents, self.cents + other.cents)


K = TypeVar("K", bound=Hashable)


def hour_slices(rows: Iterable[HourRow]) -> list[Slice]:
    """The slices of a span that was read by hour and state."""
    return [
        _slice(row.hour, row, "cancelled" if row.cancelled and row.state == "stamped" else row.state) for row in rows
    ]


def whole_day_slices(day: date, rows: Iterable[SummedRow]) -> list[Slice]:
    """The slices of a day of which all documents were summed up, as if each was stamped; exceptions correct them."""
    return [
        Slice(day, None, row.doc_type, row.branch_code + row.pos_code, "stamped", row.documents, row.gross_cents)
        for row in rows
    ]


class DaySums:
    """Adds up slices by day, type, till and state, without hours."""

    def __init__(self) -> None:
        self._sums: dict[tuple[date, str, str, CountedState], tuple[int, int]] = {}

    def add(self, slices: Iterable[Slice]) -> None:
        """Adds slices."""
        for each in slices:
            self._add((each.day, each.doc_type, each.point, each.status), each.documents, each.cents)

    def correct(self, rows: Iterable[ExceptionRow], days: Container[date]) -> None:
        """Takes the exceptions of days that were summed up as a whole from ``stamped`` to their own state."""
        for row in rows:
            day = _of_hour(row.hour).date()
            if row.kind != "corrected" and day in days:
                status: CountedState = "cancelled" if row.kind == "cancelled" else row.state
                point = row.branch_code + row.pos_code
                self._add((day, row.doc_type, point, "stamped"), -row.documents, -row.gross_cents)
                self._add((day, row.doc_type, point, status), row.documents, row.gross_cents)

    def slices(self) -> list[Slice]:
        """The sums of which something is left."""
        return [
            Slice(day, None, doc_type, point, status, documents, cents)
            for (day, doc_type, point, status), (documents, cents) in self._sums.items()
            if documents or cents
        ]

    def _add(self, key: tuple[date, str, str, CountedState], documents: int, cents: int) -> None:
        before = self._sums.get(key, (0, 0))
        self._sums[key] = before[0] + documents, before[1] + cents


def moved_slices(rows: Iterable[ExceptionRow]) -> list[Slice]:
    """The slices to add because a corrected document's own day or hour is not that of its posting."""
    found: list[Slice] = []
    for row in rows:
        if row.kind == "corrected" and row.corrected_at is not None and row.state in COUNTED:
            posted = _slice(row.hour, row, "cancelled" if row.cancelled else row.state)
            own = local(moment(row.corrected_at))
            # After New Year a corrected document keeps its number, and so the date of its posting.
            if own.year == row.year and (own.date(), own.hour) != (posted.day, posted.hour):
                found.append(_taken_away(posted, posted.status))
                found.append(_placed(posted, own))
    return found


def corrections_of_days(rows: Iterable[ExceptionRow]) -> dict[date, tuple[str, ...]]:
    """The moments of all corrections by the day of posting: amounts of a past day change with a correction alone."""
    found: dict[date, list[str]] = {}
    for row in rows:
        if row.kind == "corrected":
            found.setdefault(_of_hour(row.hour).date(), []).append(row.corrected_at or "")
    return {day: tuple(sorted(moments)) for day, moments in found.items()}


def signed_cents(doc_type: str, cents: int) -> int:
    """An amount as it counts: what a credit note takes back is negative."""
    return -cents if DOCUMENT_TYPES[doc_type].family == "note" else cents


def is_sale(each: Slice) -> bool:
    """Whether documents count among the sales: valid, and no purchase."""
    return each.status in COUNTED and not DOCUMENT_TYPES[each.doc_type].is_purchase


def is_counted_purchase(each: Slice) -> bool:
    """Whether documents count among the purchases from excluded subjects: valid, and of type 14."""
    return each.status in COUNTED and DOCUMENT_TYPES[each.doc_type].is_purchase


def figures_by(slices: Iterable[Slice], by: Callable[[Slice], K]) -> dict[K, Figure]:
    """The figures by a property of the slices, without those of which nothing is left."""
    documents: dict[K, int] = {}
    cents: dict[K, int] = {}
    for each in slices:
        key = by(each)
        documents[key] = documents.get(key, 0) + each.documents
        cents[key] = cents.get(key, 0) + signed_cents(each.doc_type, each.cents)
    return {key: Figure(number, cents[key]) for key, number in documents.items() if number or cents[key]}


def whole(slices: Iterable[Slice]) -> Figure:
    """The figure of all slices together."""
    return figures_by(slices, lambda _: None).get(None, Figure())


@lru_cache(maxsize=4096)
def _of_hour(hour: str) -> datetime:
    return local(moment(f"{hour}:00:00Z"))


def _slice(hour: str, row: HourRow | ExceptionRow, status: CountedState) -> Slice:
    at = _of_hour(hour)
    point = row.branch_code + row.pos_code
    return Slice(at.date(), at.hour, row.doc_type, point, status, row.documents, row.gross_cents)


def _taken_away(each: Slice, status: CountedState) -> Slice:
    return Slice(each.day, each.hour, each.doc_type, each.point, status, -each.documents, -each.cents)


def _placed(each: Slice, at: datetime) -> Slice:
    return Slice(at.date(), at.hour, each.doc_type, each.point, each.status, each.documents, each.cents)
