"""Counters that expire, in this process's memory.

The in-memory store of ``limits`` walks over every known key on almost every call, which costs more than the rest of
the HTTP layer once some hundred keys are active. This store has the two methods of that store
and walks over its keys only now and then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from time import time
from typing import Protocol

_FIRST_SWEEP = 1024


class Counters(Protocol):
    """The methods of a store that the rate limit uses; the stores of ``limits`` have them."""

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Adds to a counter, which begins at zero and ends ``expiry`` seconds after it began; returns the new count."""

    async def get_expiry(self, key: str) -> float:
        """When the counter ends, in seconds since the epoch; the present for a counter that does not exist."""


@dataclass(slots=True)
class _Counter:
    count: int
    ends: float


class MemoryCounters:
    """Counters of one process; beyond ``most`` counters the oldest are forgotten, as strangers may have any number."""

    def __init__(self, now: Callable[[], float] = time, most: int | None = None) -> None:
        self._now = now
        self._most = most
        self._counters: dict[str, _Counter] = {}
        self._sweep_at = _FIRST_SWEEP

    def __len__(self) -> int:
        return len(self._counters)

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Adds to a counter; a new window begins with the first call after the last one ended."""
        now = self._now()
        counter = self._counters.get(key)
        if counter is None or counter.ends <= now:
            self._sweep(now)
            counter = self._counters[key] = _Counter(0, now + expiry)
        counter.count += amount
        return counter.count

    async def get_expiry(self, key: str) -> float:
        """When the counter's window ends."""
        counter = self._counters.get(key)
        return counter.ends if counter is not None else self._now()

    def _sweep(self, now: float) -> None:
        """Drops ended counters, each time the number of counters has doubled since the last sweep."""
        if len(self._counters) < self._sweep_at:
            return
        self._counters = {key: counter for key, counter in self._counters.items() if counter.ends > now}
        if self._most is not None and len(self._counters) >= self._most:
            self._counters = dict(islice(self._counters.items(), self._most // 2, None))
        self._sweep_at = max(_FIRST_SWEEP, 2 * len(self._counters))
        if self._most is not None:
            self._sweep_at = min(self._sweep_at, self._most)
