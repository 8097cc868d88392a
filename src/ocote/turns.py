"""Turns at something scarce: a few at once, one of each line, and the lines take turns."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

_Line = TypeVar("_Line", bound=Hashable)


class LineTooLongError(Exception):
    """As many are waiting in the line as may."""


class FairTurns(Generic[_Line]):
    """Gives ``places`` to callers who stand in lines, such as one line for each company.

    A line has one place at a time, and a free place goes to the line that was served longest ago: a long line makes
    its own callers wait and nobody else. ``most_waiting`` bounds each line.
    """

    def __init__(self, places: int, most_waiting: int) -> None:
        self._free = places
        self._most_waiting = most_waiting
        self._served: set[_Line] = set()
        self._lines: dict[_Line, deque[asyncio.Future[None]]] = {}
        """Those who wait, the line whose turn is next first."""

    @asynccontextmanager
    async def turn(self, line: _Line) -> AsyncIterator[None]:
        """Waits for a place, and holds it inside the context. Raises LineTooLongError."""
        await self._enter(line)
        try:
            yield
        finally:
            self._leave(line)

    async def _enter(self, line: _Line) -> None:
        if self._free and line not in self._served:
            self._free -= 1
            self._served.add(line)
            return
        waiting = self._lines.setdefault(line, deque())
        if len(waiting) >= self._most_waiting:
            raise LineTooLongError
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.cancelled():
                self._forget(line, place)
            else:  # the place was given in the moment in which the caller was cancelled
                self._leave(line)
            raise

    def _leave(self, line: _Line) -> None:
        self._free += 1
        self._served.discard(line)
        if line in self._lines:
            self._lines[line] = self._lines.pop(line)  # now it is the last
        for next_line in list(self._lines):
            if next_line not in self._served and self._serve(next_line):
                return

    def _serve(self, line: _Line) -> bool:
        """Gives a free place to the first of a line; False when everybody in it has gone."""
        waiting = self._lines.pop(line)
        while waiting:
            place = waiting.popleft()
            if place.done():
                continue
            if waiting:
                self._lines[line] = waiting
            self._free -= 1
            self._served.add(line)
            place.set_result(None)
            return True
        return False

    def _forget(self, line: _Line, place: "asyncio.Future[None]") -> None:
        waiting = self._lines.get(line)
        if waiting is not None and place in waiting:
            waiting.remove(place)
            if not waiting:
                del self._lines[line]
