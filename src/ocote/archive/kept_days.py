"""Facts about past days, kept in memory because hardly anything changes them.

All documents of a day, whatever becomes of them, are fixed once the day is over. What becomes of them is read each
time. Their amounts and names change with the correction of a refused document alone, and documents come into the past
only when an operator replays a journal: both are part of the ``mark`` under which a day is kept.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import date, timedelta
from typing import Final, Generic, TypeVar

T = TypeVar("T")

CLOSED_AFTER: Final = timedelta(hours=1)
"""After midnight: a document posted before midnight is committed by then, whatever the clocks of the processes say."""


class KeptDays(Generic[T]):
    """Keeps facts about past days, of those used last, up to a weight of all together. For one event loop."""

    def __init__(self, weigh: Callable[[T], int], most: int) -> None:
        self._weigh = weigh
        self._most = most
        self._weight = 0
        self._kept: OrderedDict[tuple[int, date], tuple[Hashable, T]] = OrderedDict()

    def find(self, company_id: int, day: date, mark: Hashable) -> T | None:
        """The facts about a day, if they were kept under this mark."""
        kept = self._kept.get((company_id, day))
        if kept is None or kept[0] != mark:
            return None
        self._kept.move_to_end((company_id, day))
        return kept[1]

    def keep(self, company_id: int, day: date, mark: Hashable, known: T) -> None:
        """Keeps the facts about a day in place of those of before."""
        before = self._kept.pop((company_id, day), None)
        self._weight += self._weigh(known) - (self._weigh(before[1]) if before is not None else 0)
        self._kept[company_id, day] = mark, known
        while self._weight > self._most and self._kept:
            _, (_, oldest) = self._kept.popitem(last=False)
            self._weight -= self._weigh(oldest)
