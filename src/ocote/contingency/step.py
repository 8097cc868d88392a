"""One piece of work on a contingency: how much it may do, and where it leaves the contingency."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from msgspec import Struct

from ocote.dte.contingency_event.value import MAX_DOCUMENTS
from ocote.store.engine.store import Row

_LOOK_FOR_MH = (timedelta(seconds=2), timedelta(seconds=5), timedelta(seconds=10))
"""How long to wait before MH's return is looked for again; by rule at most 15 minutes (protocol.md 6.5)."""
_TRY_AGAIN = (timedelta(seconds=2), timedelta(seconds=5), timedelta(seconds=15), timedelta(seconds=60))
"""The same once MH had come back, and does not take a part of the work."""
_AT_ONCE = timedelta()
_CALLS_AT_ONCE = 16
_PIECE_S = 10.0
"""No call is begun later in a piece: with the slowest answer it is over before its lease is."""


class WorkLimits(Struct, frozen=True):
    """How much is done together.

    Up to ``few`` documents are sent one by one, for a lot takes MH minutes; more go in lots. An event names up to
    ``documents_per_event`` documents, a lot holds up to ``documents_per_lot``, and MH has up to ``lots_at_once`` of
    them in hand, of the 300 that it would take (rules.md 4, protocol.md 4.2).
    """

    documents_per_event: int = MAX_DOCUMENTS
    documents_per_lot: int = 100
    few: int = 5
    lots_at_once: int = 100
    asked_in_a_piece: int = 128


class Step(Struct, frozen=True):
    """The contingency's next state, after how long it is due again, and what is known of the end of its cause.

    ``ended_at`` is stored text. ``attempts`` counts pieces in a row in which MH did not answer.
    """

    state: str
    ended_at: str | None
    after: timedelta = _AT_ONCE
    attempts: int = 0


def onward(row: Row, state: str, after: timedelta = _AT_ONCE) -> Step:
    """On to a state, or once more the same."""
    return Step(state, row["ended_at"], after)


def silence(row: Row, *, end_stands: bool = False) -> Step:
    """MH did not answer: the same again a little later.

    Until an event has told MH when the cause ended, a new silence means that it had not; unless the time to report
    that end was over before.
    """
    attempts = int(row["attempts"])
    ended_at = None if row["state"] == "asking" and not end_stands else row["ended_at"]
    pauses = _LOOK_FOR_MH if row["state"] == "open" else _TRY_AGAIN
    return Step(row["state"], ended_at, pauses[min(attempts, len(pauses) - 1)], attempts + 1)


async def each(documents: Sequence[Row], work: Callable[[Row], Awaitable[bool]], at_once: int = _CALLS_AT_ONCE) -> bool:
    """Does the same to many documents, some at a time, until all are done, time is over, or MH no longer answers.

    ``work`` tells whether MH answered; False when it once did not. Some may be left: whoever goes on looks again.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + _PIECE_S
    waiting = list(reversed(documents))
    answered = True

    async def one_after_another() -> None:
        nonlocal answered
        while waiting and answered and clock() < end:
            if not await work(waiting.pop()):
                answered = False

    await asyncio.gather(*(one_after_another() for _ in range(min(at_once, len(waiting)))))
    return answered
