"""A gateway in this process whose background work a test does itself, piece by piece, moving the clocks between."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ocote.contingency.piece import WorkLimits
from ocote.emulator.faults import Endpoint
from ocote.parts import Parts
from ocote.store.contingency.overview import overview
from tests.e2e.outage import a_worker, time_passes
from tests.faults.books import gateway_books
from tests.faults.clerk import Clerk
from tests.faults.operations import Operation
from tests.house import RunningHouse

_SPANS = 90
SPAN_S = 61
_LIMITS = WorkLimits(few=2)
_UNSETTLED = frozenset({"registered", "contingency"})
_STATE_BEFORE: Mapping[Endpoint, str] = {"contingency": "filing", "lot": "delivering", "lot_query": "delivering"}


@dataclass(frozen=True, slots=True)
class OpenHouse:
    """A gateway of this process, as a client's counter."""

    house: RunningHouse

    def post(self, operation: Operation) -> tuple[int, dict[str, Any]]:
        reply = self.house.request("POST", operation.path, dict(operation.body))
        return reply.status, reply.json()

    def is_dead(self) -> bool:
        return False


def works(house: RunningHouse, pieces: int) -> None:
    """Some rounds of the background work, by a worker that then ends."""

    async def work() -> None:
        async with a_worker(house, _LIMITS) as worker:
            for _ in range(pieces):
                if not await _round(worker):
                    return

    asyncio.run(work())


def comes_to(house: RunningHouse, endpoint: Endpoint) -> None:
    """Works until this endpoint is the next that MH is asked at. Raises AssertionError when it never is."""

    async def work() -> None:
        async with a_worker(house, _LIMITS) as worker:
            for _ in range(_SPANS):
                [contingency] = await worker.store.read(overview)
                if contingency.state == _STATE_BEFORE[endpoint]:
                    if endpoint == "lot_query":
                        while not house.emulator.control.counts().get("lot"):
                            await _round(worker)
                        house.emulator.control.call("DELETE", "transmissions")
                    time_passes(house, SPAN_S)
                    return
                if not await _round(worker):
                    time_passes(house, SPAN_S)
        raise AssertionError(f"it never came to {endpoint}")

    asyncio.run(work())


def settle(house: RunningHouse, clerk: Clerk, what: str) -> None:
    """Time passes, the background work is done, and the client asks again, until everything is settled.

    Raises AssertionError for what does not settle.
    """
    for _ in range(_SPANS):
        works(house, pieces=30)
        clerk.ask_again(OpenHouse(house))
        waiting = [r["external_ref"] for r in gateway_books(house.database_url).values() if r["state"] in _UNSETTLED]
        if not clerk.open and not waiting:
            return
        time_passes(house, SPAN_S)
    raise AssertionError(f"{what}: {list(clerk.open)} and {waiting} did not settle")


async def _round(worker: Parts) -> int:
    return sum([await one() for one in worker.rounds])
