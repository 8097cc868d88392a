"""Fair turns: how much of each mail server's and each webhook's work this process takes on at once."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

AT_ONCE: Final = 32
AT_ONCE_IN_A_LANE: Final = 4

_FIRST_PAUSE: Final = timedelta(seconds=30)
_LONGEST_PAUSE: Final = timedelta(minutes=5)


class _Pause(Struct, frozen=True):
    length: timedelta
    until: datetime


class Lanes:
    """The attempts under way in each lane, and the lanes that are left alone for a while.

    A slow lane fills its own places and no others; a lane that failed as a whole pauses, longer each time. Its rows
    keep their schedule: without the pause, all of them would be sent in turn to a server that is down. Each process
    counts for itself.
    """

    def __init__(self) -> None:
        self._under_way: Counter[str] = Counter()
        self._pauses: dict[str, _Pause] = {}
        self._last = ""

    def in_turn(self, due: Iterable[str], now: datetime) -> list[str]:
        """The lanes that may go on, beginning behind the lane that was served last."""
        ready = sorted(lane for lane in due if self.room(lane) and not self._is_paused(lane, now))
        return [lane for lane in ready if lane > self._last] + [lane for lane in ready if lane <= self._last]

    def room(self, lane: str) -> int:
        """How many more may be sent in this lane now."""
        return min(AT_ONCE_IN_A_LANE - self._under_way[lane], AT_ONCE - self._under_way.total())

    def begin(self, lane: str) -> None:
        """Takes a place in the lane for an attempt that begins."""
        self._under_way[lane] += 1
        self._last = lane

    def end(self, lane: str) -> None:
        """Gives the place back when the attempt ended, whatever the outcome."""
        self._under_way[lane] -= 1
        if not self._under_way[lane]:
            del self._under_way[lane]

    def pause(self, lane: str, now: datetime) -> None:
        """Leaves a lane that failed as a whole alone; attempts that fail during the pause do not make it longer."""
        before = self._pauses.get(lane)
        if before is not None and now < before.until:
            return
        length = _FIRST_PAUSE if before is None else min(2 * before.length, _LONGEST_PAUSE)
        self._pauses[lane] = _Pause(length, now + length)

    def resume(self, lane: str) -> None:
        """Ends the pauses of a lane that works."""
        self._pauses.pop(lane, None)

    def _is_paused(self, lane: str, now: datetime) -> bool:
        pause = self._pauses.get(lane)
        return pause is not None and now < pause.until
