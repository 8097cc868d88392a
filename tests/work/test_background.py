"""What becomes of the background work when a part of it fails."""

import asyncio

from structlog.testing import capture_logs

from ocote.store.engine.store import StoreUnavailableError
from ocote.work.background import keep_working, until_the_end


class Work:
    """A round that fails as it is told, and stops all work when it has been done so many times."""

    def __init__(self, stop: asyncio.Event, *failures: Exception, times: int = 1) -> None:
        self._stop = stop
        self._failures = list(failures)
        self._times = times
        self.done = 0

    async def run_once(self) -> int:
        if self._failures:
            raise self._failures.pop(0)
        self.done += 1
        if self.done >= self._times:
            self._stop.set()
        return 1


async def test_a_round_that_fails_holds_up_no_other_and_is_repeated() -> None:
    stop = asyncio.Event()
    broken = Work(stop, LookupError("a row of another kind"), LookupError("and again"))
    whole = Work(stop, times=10)
    with capture_logs() as log:
        await keep_working((broken.run_once, whole.run_once), stop, pause_s=0)
    assert (broken.done, whole.done) == (1, 3)
    assert [(line["event"], str(line["exc_info"])) for line in log] == [
        ("background_work_broke", "a row of another kind"),
        ("background_work_broke", "and again"),
    ]


async def test_a_database_that_is_away_is_no_fault_of_the_program() -> None:
    stop = asyncio.Event()
    round_of_work = Work(stop, StoreUnavailableError("away"))
    with capture_logs() as log:
        await keep_working((round_of_work.run_once,), stop, pause_s=0)
    assert [(line["event"], line["reason"]) for line in log] == [("background_work_waits_for_database", "away")]


async def test_a_task_that_fails_is_begun_again() -> None:
    begun = asyncio.Event()
    failures = [ValueError("once")]

    async def task(stop: asyncio.Event) -> None:
        if failures:
            raise failures.pop()
        begun.set()
        await stop.wait()

    with capture_logs() as log:
        async with until_the_end(task, pause_s=0):
            await begun.wait()
    assert [(line["event"], str(line["exc_info"])) for line in log] == [("background_task_broke", "once")]


async def test_a_task_that_fails_at_the_end_is_not_begun_again() -> None:
    begun = 0

    async def task(stop: asyncio.Event) -> None:
        nonlocal begun
        begun += 1
        await stop.wait()
        raise ValueError("at the end")

    with capture_logs() as log:
        async with until_the_end(task, pause_s=0):
            await asyncio.sleep(0)
    assert (begun, len(log)) == (1, 1)
