"""Runs rounds of due work, and other tasks, beside the requests until the process stops. Any process may do it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager

import structlog

from ocote.clock import pause
from ocote.store.engine.store import StoreUnavailableError

Round = Callable[[], Awaitable[int]]
"""Takes some of the work that is due and does it; returns how many items were taken."""

Task = Callable[[asyncio.Event], Coroutine[None, None, None]]
"""Goes on until the event is set."""

PAUSE_S = 1.0

_log = structlog.get_logger(__name__)


async def keep_working(rounds: Sequence[Round], stop: asyncio.Event, pause_s: float = PAUSE_S) -> None:
    """Repeats all rounds until ``stop``, with a pause when nothing was due.

    While the database does not answer only the pauses are made. A round that fails is repeated after a pause, and holds
    up no other round.
    """
    while not stop.is_set():
        taken, is_whole = 0, True
        for one in rounds:
            try:
                taken += await one()
            except StoreUnavailableError as error:
                _log.error("background_work_waits_for_database", reason=str(error))
            except Exception as error:  # noqa: BLE001 - a fault of this program must not end the work on all documents
                _log.error("background_work_broke", exc_info=error)
                is_whole = False
        if not (taken and is_whole):
            await pause(pause_s, stop)


@asynccontextmanager
async def until_the_end(task: Task, pause_s: float = PAUSE_S) -> AsyncIterator[None]:
    """Runs a task beside the context; at the end of the context sets its event and lets the task finish.

    A task that fails is begun again after a pause.
    """
    stop = asyncio.Event()
    running = asyncio.create_task(_go_on(task, stop, pause_s))
    try:
        yield
    finally:
        stop.set()
        await running


async def _go_on(task: Task, stop: asyncio.Event, pause_s: float) -> None:
    while True:
        try:
            await task(stop)
        except Exception as error:  # noqa: BLE001 - a fault of this program must not end the task for good, in silence
            _log.error("background_task_broke", exc_info=error)
        else:
            return
        if stop.is_set():
            return
        await pause(pause_s, stop)
