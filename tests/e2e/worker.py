"""What ``ocote worker`` does, by a second set of the gateway's parts, under the clock of the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ocote.contingency.piece import WorkLimits
from ocote.mh import BreakerRules
from ocote.parts import Parts, Tuning, open_parts
from ocote.store.engine.statement import Transaction, sql
from tests.running_gateway import RunningGateway

AT_ONCE = BreakerRules(threshold=2, first_pause_s=0.0, longest_pause_s=0.0)
"""A breaker that lets MH be tried at any moment: tests move the clock and never wait for a pause to end."""
_SPAN_S = 5

_WAITING = sql("""
    SELECT id FROM contingency WHERE state <> 'done'
    UNION ALL SELECT id FROM document WHERE due_at IS NOT NULL
    UNION ALL SELECT id FROM invalidation WHERE due_at IS NOT NULL""")


@asynccontextmanager
async def a_worker(gateway: RunningGateway, limits: WorkLimits | None = None) -> AsyncIterator[Parts]:
    """The parts of another process on the gateway's database."""
    tuning = Tuning(limits or WorkLimits(), AT_ONCE)
    async with open_parts(gateway.settings, clock=gateway.clock, tuning=tuning) as parts:
        yield parts


async def one_round(worker: Parts) -> int:
    """Every kind of background work once; returns how many pieces were done."""
    return sum([await one() for one in worker.rounds])


async def all_that_is_due(worker: Parts) -> None:
    """Rounds until nothing is due at this moment."""
    while await one_round(worker):
        pass


async def work_is_done(gateway: RunningGateway, worker: Parts, spans: int = 40) -> None:
    """Rounds until no document, invalidation or contingency is left, or in vain for so many spans of five seconds."""
    for _ in range(spans):
        await all_that_is_due(worker)
        if not await worker.store.read(_waiting):
            return
        gateway.time_passes(seconds=_SPAN_S)


def a_worker_works(gateway: RunningGateway, limits: WorkLimits | None = None, spans: int = 40) -> None:
    """Starts a worker, lets the worker do everything there is to do, and ends the worker."""

    async def work() -> None:
        async with a_worker(gateway, limits) as worker:
            await work_is_done(gateway, worker, spans)

    asyncio.run(work())


def send_what_is_due(gateway: RunningGateway) -> None:
    """Sends the mails and webhook messages that are due at this moment."""

    async def work() -> None:
        async with open_parts(gateway.settings, clock=gateway.clock) as other:
            while await other.sending.run_once():
                pass

    asyncio.run(work())


def _waiting() -> Transaction[int]:
    return len((yield _WAITING()))
