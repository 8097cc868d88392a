"""An outage of MH as the tests of contingency play it, and the work that is done when it is over."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from threading import Event
from time import monotonic
from typing import Any

from msgspec.structs import asdict

from ocote.contingency.piece import WorkLimits
from ocote.mh import BreakerRules
from ocote.parts import Parts, Tuning, open_parts
from ocote.store.contingency.overview import overview
from ocote.store.engine.opening import open_store
from tests.e2e.test_sales import invoice
from tests.e2e.written import payload
from tests.house import RunningHouse

AT_ONCE = BreakerRules(threshold=2, first_pause_s=0.0, longest_pause_s=0.0)
"""A breaker that lets somebody look for MH at any moment: tests move the clock instead of waiting."""


def mh_goes_away(house: RunningHouse) -> None:
    """From now on MH takes nothing and answers nothing."""
    house.emulator.control.fault("down", count=None)


def mh_comes_back(house: RunningHouse) -> None:
    """MH answers again."""
    house.emulator.control.behave()


def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Looks again and again until it is so."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "it did not happen in time"
        Event().wait(0.02)


def sells(house: RunningHouse, count: int) -> list[dict[str, Any]]:
    """Invoices in contingency, the first two of which find out that MH is silent."""
    made = [house.post("/invoice", invoice(f"caja-{number}")) for number in range(min(count, 2))]
    with ThreadPoolExecutor(4) as pool:
        made += pool.map(lambda number: house.post("/invoice", invoice(f"caja-{number}")), range(2, count))
    assert all(answer["contingency"] for answer in made)
    return made


def mh_was_looked_for(house: RunningHouse) -> bool:
    """Whether the gateway that serves has heard from MH since it came back, so that it sends again."""
    return house.post("/invoice", invoice())["dte_success"] is True


@asynccontextmanager
async def a_worker(house: RunningHouse, limits: WorkLimits | None = None) -> AsyncIterator[Parts]:
    """What ``ocote worker`` is: another process on the same database."""
    tuning = Tuning(limits or WorkLimits(), AT_ONCE)
    async with open_parts(house.settings, clock=house.clock, tuning=tuning) as other:
        yield other


async def work_is_done(house: RunningHouse, worker: Parts, spans: int = 40) -> None:
    """The background work of one worker until no contingency is left, or in vain for so many spans of five seconds."""
    for _ in range(spans):
        while sum([await one() for one in worker.rounds]):
            pass
        if not await worker.store.read(overview):
            return
        time_passes(house, 5)


async def comes_to(house: RunningHouse, worker: Parts, state: str) -> None:
    """Works piece by piece until the one contingency is in this state; where nothing is due, time passes."""
    for _ in range(20):
        if [row.state for row in await worker.store.read(overview)] == [state]:
            return
        if not sum([await one() for one in worker.rounds]):
            time_passes(house, 5)
    raise AssertionError(f"it never came to {state}")


def time_passes(house: RunningHouse, seconds: float) -> None:
    """It becomes later, here and at MH."""
    house.clock.ahead += timedelta(seconds=seconds)
    house.emulator.control.move_clock(seconds)


def a_worker_works(house: RunningHouse, limits: WorkLimits | None = None, spans: int = 40) -> None:
    """Starts a worker, lets it work until no contingency is left, and ends it."""

    async def work() -> None:
        async with a_worker(house, limits) as worker:
            await work_is_done(house, worker, spans)

    asyncio.run(work())


def contingencies(house: RunningHouse) -> list[dict[str, Any]]:
    """Every contingency as the operator sees it, the latest first."""

    async def read() -> list[dict[str, Any]]:
        async with open_store(house.database_url) as store:
            return [asdict(row) for row in await store.read(overview, also_done=True)]

    return asyncio.run(read())


def reports(house: RunningHouse) -> list[dict[str, Any]]:
    """What the contingency events say that MH took, the oldest first."""
    return [payload(event["jws"]) for event in house.emulator.control.events() if "document_code" not in event]


def named(report: dict[str, Any]) -> list[str]:
    """The generation codes of the documents that an event names, in order."""
    return [row["codigoGeneracion"] for row in report["detalleDTE"]]


def held_by_mh(house: RunningHouse, answer: dict[str, Any]) -> dict[str, Any]:
    """What MH holds under the generation code of an answer: it has to be exactly one document."""
    [found] = house.emulator.control.documents(generation_code=answer["generation_code"])
    return found


def assert_delivered_as_mh_has_it(house: RunningHouse, reference: str) -> dict[str, Any]:
    """The document is stamped, and what the customer downloads is what MH holds; returns what it says."""
    status = status_of(house, reference, "?include_dte=1")
    assert status["dte_success"] is True, status
    assert (status["contingency"], status["contingency_deadline"]) == (False, None)
    held = held_by_mh(house, status)
    delivered = house.get(f"/file/{reference}?type=json")
    assert delivered["firmaElectronica"] == held["jws"]
    assert delivered["selloRecibido"] == held["stamp"] == status["reception_stamp"]
    assert payload(held["jws"]) == status["schema"]
    said: dict[str, Any] = status["schema"]
    return said


def status_of(house: RunningHouse, reference: str, query: str = "") -> dict[str, Any]:
    """The status of a document, which for purchases has a route of its own."""
    route = "/suex/status" if reference.startswith("compra") else "/status"
    answer: dict[str, Any] = house.get(f"{route}/{reference}{query}")
    return answer
