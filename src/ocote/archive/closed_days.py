"""Sums of past days, kept in memory because hardly anything changes them.

All documents of a day, whatever becomes of them, are fixed once the day is over. What becomes of them is read each
time. Their amounts change with the correction of a refused document alone, and documents come into the past only when
an operator replays a journal: both are part of a kept sum's ``mark``.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from datetime import date
from typing import Final

from ocote.archive.sums import Slice

MOST_SLICES: Final = 100_000
"""Kept slices of all companies, one for each day, type and till: some 20 MB."""


class ClosedDays:
    """Keeps the sums of past days, those used last, up to so many slices. For one event loop."""

    def __init__(self, most: int = MOST_SLICES) -> None:
        self._most = most
        self._slices = 0
        self._kept: OrderedDict[tuple[int, date], tuple[Hashable, Sequence[Slice]]] = OrderedDict()

    def find(self, company_id: int, day: date, mark: Hashable) -> Sequence[Slice] | None:
        """The sums of a day, if they were kept under this mark."""
        kept = self._kept.get((company_id, day))
        if kept is None or kept[0] != mark:
            return None
        self._kept.move_to_end((company_id, day))
        return kept[1]

    def keep(self, company_id: int, day: date, mark: Hashable, slices: Sequence[Slice]) -> None:
        """Keeps the sums of a day in place of those of before."""
        before = self._kept.pop((company_id, day), None)
        self._slices += _weight(slices) - (_weight(before[1]) if before is not None else 0)
        self._kept[company_id, day] = mark, slices
        while self._slices > self._most and self._kept:
            _, (_, oldest) = self._kept.popitem(last=False)
            self._slices -= _weight(oldest)


def _weight(slices: Sequence[Slice]) -> int:
    """A day without documents takes room too."""
    return len(slices) + 1
