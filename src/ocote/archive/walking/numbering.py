"""Whether the numbers of each series follow each other without gap, and none lies above its counter. Pure.

A series is the numbers of one type, branch and point of sale in one year. It begins with 1. Numbers are missing for a
good reason when a person or the company's file set the counter past them, or when MH refused them as the numbers of
another document.
"""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct

from ocote.dte.control_number import ControlNumberParts, parse_control_number
from ocote.dte.stated import read_document
from ocote.signing import jws
from ocote.store.verifying import CounterRow, NumberChangeRow, NumberRow, RenumberedRow


class Series(Struct, frozen=True, order=True):
    """The numbers of one type, branch and point of sale in one year."""

    doc_type: str
    branch_code: str
    pos_code: str
    year: int

    def __str__(self) -> str:
        return f"{self.doc_type} {self.branch_code}{self.pos_code} {self.year}"


class Reached(Struct, frozen=True):
    """A series with a number: the last that its counter gave out, or the last that was walked."""

    series: Series
    last: int


class MissingNumbers(Struct, frozen=True):
    """Numbers of a series, from ``first`` to ``last``, that no document bears."""

    series: Series
    first: int
    last: int


class RepeatedNumber(Struct, frozen=True):
    """A number of a series that more than one document bears."""

    series: Series
    number: int


def series_of(row: CounterRow | NumberChangeRow) -> Series:
    """The series of a counter."""
    return Series(row.doc_type, row.branch_code, row.pos_code, row.year)


class NumberWalk:
    """Walks the numbers of a company in their order; the years of a series come mixed.

    ``reached`` is where an earlier walk of the same numbers ended.
    """

    def __init__(self, reached: Iterable[Reached]) -> None:
        self._last = {one.series: one.last for one in reached}

    def take(self, rows: Iterable[NumberRow]) -> Iterator[MissingNumbers | RepeatedNumber]:
        """The gaps and repetitions among the next numbers. Texts that are no control numbers are passed over."""
        for row in rows:
            parts = _parts(row.control_number)
            if parts is None:
                continue
            series = Series(parts.doc_type, parts.branch, parts.pos, row.year)
            last = self._last.get(series, 0)
            if parts.correlative == last:
                yield RepeatedNumber(series, last)
            elif parts.correlative > last + 1:
                yield MissingNumbers(series, last + 1, parts.correlative - 1)
            self._last[series] = parts.correlative

    def end(self, counters: Iterable[Reached]) -> Iterator[MissingNumbers]:
        """The numbers missing at the end of each series; ``counters`` are those from before the walk."""
        for counter in counters:
            last = self._last.get(counter.series, 0)
            if last < counter.last:
                yield MissingNumbers(counter.series, last + 1, counter.last)

    def above(self, counters: Iterable[Reached]) -> Iterator[tuple[Reached, int]]:
        """Each series with a number above its counter, with the counter; ``counters`` are those from after the walk."""
        given_out = {counter.series: counter.last for counter in counters}
        for series, last in sorted(self._last.items()):
            if last > given_out.get(series, 0):
                yield Reached(series, last), given_out.get(series, 0)

    @property
    def reached(self) -> tuple[Reached, ...]:
        """The last number walked of each series."""
        return tuple(Reached(series, last) for series, last in self._last.items())


class Explanations:
    """The numbers that are missing for a good reason."""

    def __init__(self, changes: Iterable[NumberChangeRow]) -> None:
        self._skipped: dict[Series, list[tuple[int, int]]] = {}
        self._refused: dict[Series, set[int]] = {}
        for row in changes:
            if row.next > row.next_before:
                self._skipped.setdefault(series_of(row), []).append((row.next_before, row.next - 1))

    def add_refused(self, rows: Iterable[RenumberedRow]) -> None:
        """Adds the numbers that MH refused as the numbers of another document."""
        for row in rows:
            parts = _parts_in(row.jws)
            if parts is not None:
                series = Series(parts.doc_type, parts.branch, parts.pos, row.year)
                self._refused.setdefault(series, set()).add(parts.correlative)

    def unexplained(self, missing: MissingNumbers) -> Iterator[MissingNumbers]:
        """The parts of a gap that have no explanation, in their order."""
        known = [
            *self._skipped.get(missing.series, ()),
            *((number, number) for number in self._refused.get(missing.series, ())),
        ]
        first = missing.first
        for begins, ends in sorted(known):
            if ends < first:
                continue
            if begins > missing.last:
                break
            if begins > first:
                yield MissingNumbers(missing.series, first, begins - 1)
            first = ends + 1
        if first <= missing.last:
            yield MissingNumbers(missing.series, first, missing.last)


def _parts(number: str) -> ControlNumberParts | None:
    try:
        return parse_control_number(number)
    except ValueError:
        return None


def _parts_in(text: str) -> ControlNumberParts | None:
    """The number that a signed document states; None for a text that cannot be read."""
    try:
        return _parts(read_document(jws.payload_of(text)).identification.control_number)
    except (jws.JwsError, msgspec.DecodeError, UnicodeError):
        return None
