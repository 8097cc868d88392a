"""What every round of the background work does: many things at once, and one that fails holds up no other."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Literal, TypeVar

T = TypeVar("T")

Progress = Literal["silence", "idle", "worked"]
"""How a piece of work ended: MH did not answer; there was nothing to do; something was done."""

_CALLS_AT_ONCE: Final = 16
_PIECE_S: Final = 10.0
"""No call begins later in a piece: with the slowest answer the call ends before the lease does."""


async def all_at_once(
    taken: Sequence[T], work: Callable[[T], Awaitable[object]], on_failure: Callable[[T, Exception], None]
) -> int:
    """Works on everything that a round took, at once; returns how much that was.

    A failure goes to ``on_failure``: the lease of the failed work ends, and the work is taken again.
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
    """Works on many things, some at a time, until all are done, the time of a piece is over, or MH is silent.

    ``silence`` when MH was silent once, ``worked`` when something was done. Some things may be left for the next piece.
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
