"""A gateway in this process whose background work a test does itself, piece by piece, moving the clocks between."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ocote.contingency.piece import WorkLimits
from ocote.emulator.faults import Endpoint
from ocote.store.contingency.overview import overview
from tests.e2e.worker import a_worker, one_round
from tests.faults.books import gateway_books
from tests.faults.client import Client
from tests.faults.operations import Operation
from tests.running_gateway import RunningGateway

_SPANS = 90
_PIECES_AN_HOUR = 4
SPAN_S = 61
_LIMITS = WorkLimits(few=2)
_UNSETTLED = frozenset({"registered", "contingency"})
_STATE_BEFORE: Mapping[Endpoint, str] = {"contingency": "filing", "lot": "delivering", "lot_query": "delivering"}


@dataclass(frozen=True, slots=True)
class InProcessGateway:
    """A gateway of this process, where a client posts its operations."""

    gateway: RunningGateway

    def post(self, operation: Operation) -> tuple[int, dict[str, Any]]:
        reply = self.gateway.request("POST", operation.path, dict(operation.body))
        return reply.status, reply.json()

    def is_dead(self) -> bool:
        return False


def works(gateway: RunningGateway, pieces: int) -> None:
    """Some rounds of the background work, by a worker that then ends."""

    async def work() -> None:
        async with a_worker(gateway, _LIMITS) as worker:
            for _ in range(pieces):
                if not await one_round(worker):
                    return

    asyncio.run(work())


def works_in_vain(gateway: RunningGateway, hours: int) -> None:
    """A worker does what is due once an hour, for so many hours."""

    async def work() -> None:
        async with a_worker(gateway, _LIMITS) as worker:
            for _ in range(hours):
                gateway.time_passes(hours=1)
                for _ in range(_PIECES_AN_HOUR):
                    if not await one_round(worker):
                        break

    asyncio.run(work())


def comes_to(gateway: RunningGateway, endpoint: Endpoint) -> None:
    """Works until this endpoint is the next that MH is asked at. Raises AssertionError when it never is."""

    async def work() -> None:
        async with a_worker(gateway, _LIMITS) as worker:
            for _ in range(_SPANS):
                [contingency] = await worker.store.read(overview)
                if contingency.state == _STATE_BEFORE[endpoint]:
                    if endpoint == "lot_query":
                        while not gateway.emulator.control.counts().get("lot"):
                            await one_round(worker)
                        gateway.emulator.control.call("DELETE", "transmissions")
                    gateway.time_passes(seconds=SPAN_S)
                    return
                if not await one_round(worker):
                    gateway.time_passes(seconds=SPAN_S)
        raise AssertionError(f"it never came to {endpoint}")

    asyncio.run(work())


def settle(gateway: RunningGateway, client: Client, what: str) -> None:
    """Time passes, the background work is done, and the client asks again, until everything is settled.

    Raises AssertionError for what does not settle.
    """
    for _ in range(_SPANS):
        works(gateway, pieces=30)
        client.ask_again(InProcessGateway(gateway))
        waiting = [r["external_ref"] for r in gateway_books(gateway.database_url).values() if r["state"] in _UNSETTLED]
        if not client.open and not waiting:
            return
        gateway.time_passes(seconds=SPAN_S)
    raise AssertionError(f"{what}: {list(client.open)} and {waiting} did not settle")
