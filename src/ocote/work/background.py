"""The background work: rounds over due work, until the process stops. Any process may do the work."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from ocote.clock import pause
from ocote.store.engine.store import StoreUnavailableError

Round = Callable[[], Awaitable[int]]
"""Takes some of the work that is due and does it; returns how many items were taken. A round handles all failures."""

PAUSE_S = 1.0

_log = structlog.get_logger(__name__)


async def keep_working(rounds: Sequence[Round], stop: asyncio.Event, pause_s: float = PAUSE_S) -> None:
    """Repeats all rounds until ``stop``, with a pause when nothing was due.

    While the database does not answer only the pauses are made.
    """
    while not stop.is_set():
        taken = 0
        for one in rounds:
            try:
                taken += await one()
            except StoreUnavailableError as error:
                _log.error("background_work_waits_for_database", reason=str(error))
        if not taken:
            await pause(pause_s, stop)
