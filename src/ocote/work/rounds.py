"""The common part of all rounds of the background work: many items at once, and a failure delays no other item."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Literal, TypeVar

T = TypeVar("T")

Progress = Literal["silence", "idle", "worked"]
"""The result of a piece of work: MH did not answer; there was nothing to do; something was done."""

_CALLS_AT_ONCE: Final = 16
_PIECE_S: Final = 10.0
"""The last moment at which a call begins in a piece: even the slowest call ends before the lease."""


async def all_at_once(
    taken: Sequence[T], work: Callable[[T], Awaitable[object]], on_failure: Callable[[T, Exception], None]
) -> int:
    """Works on all items that a round took, at the same time; returns how many items.

    A failure is passed to ``on_failure``: the lease of the failed work ends, and the work is taken again.
    """
    results = await asyncio.gather(*(work(one) for one in taken), return_exceptions=True)
    for one, result in zip(taken, results, strict=True):
        if isinstance(result, Exception):
            on_failure(one, result)
        elif isinstance(result, BaseException):
            raise result
    return len(taken)


async def each(
    things: Sequence[T], work: Callable[[T], Awaitable[Progress]], at_once: int = _CALLS_AT_ONCE
) -> Progress:
    """Works on many items, some at a time, until all are done, the time of a piece is over, or MH does not answer.

    ``silence`` when MH once did not answer, ``worked`` when something was done. Items may be left for the next piece.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + _PIECE_S
    waiting = list(reversed(things))
    found: set[Progress] = set()

    async def one_after_another() -> None:
        while waiting and "silence" not in found and clock() < end:
            found.add(await work(waiting.pop()))

    await asyncio.gather(*(one_after_another() for _ in range(min(at_once, len(waiting)))))
    if "silence" in found:
        return "silence"
    return "worked" if "worked" in found else "idle"
