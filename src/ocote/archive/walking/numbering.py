"""Whether the numbers of each series follow each other without gap, and none lies above its counter. Pure.

A series is the numbers of one type, branch and point of sale in one year. It begins with 1. Numbers are missing for a
good reason when a person or the company's file set the counter past them, or when their documents left them because MH
refused them as the numbers of other documents.
"""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct

from ocote.documents.states import number_was_refused
from ocote.dte.control_number import ControlNumberParts, parse_control_number
from ocote.dte.stated import read_document
from ocote.mh.fields import answer_of, json_object
from ocote.signing import jws
from ocote.store.numbers import Series
from ocote.store.verifying import LastNumberRow, LeftNumberRow, NumberChangeRow, NumberRow


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


def series_of_counter(row: LastNumberRow | NumberChangeRow) -> Series:
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
        for series, last in self._last.items():
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
        self._left: dict[Series, set[int]] = {}
        for row in changes:
            if row.next > row.next_before:
                self._skipped.setdefault(series_of_counter(row), []).append((row.next_before, row.next - 1))

    def add_left(self, rows: Iterable[LeftNumberRow]) -> None:
        """Adds the numbers that documents have left for another one."""
        for row in rows:
            parts = _parts_in(row.jws) if may_leave_its_number(row.why, row.answer) else None
            if parts is not None:
                series = Series(parts.doc_type, parts.branch, parts.pos, row.year)
                self._left.setdefault(series, set()).add(parts.correlative)

    def unexplained(self, missing: MissingNumbers) -> Iterator[MissingNumbers]:
        """The parts of a gap that have no explanation, in their order."""
        known = [
            *self._skipped.get(missing.series, ()),
            *((number, number) for number in self._left.get(missing.series, ())),
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


def may_leave_its_number(why: str, answer: str | None) -> bool:
    """Whether the text that replaced a text may bear another number (decision 0015).

    ``why`` is the reason of the replacement. MH refused the number as another document's, or later showed the stamp of
    the first text, which came back together with its number.
    """
    if why != "rejected":
        return why in {"number", "unsent"}
    fields = json_object(answer or "")
    if fields is None:
        return False
    said = answer_of(fields, answer or "")
    return number_was_refused(said.code, said.description)


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
