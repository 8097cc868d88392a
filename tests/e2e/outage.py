"""An outage of MH, and what both sides hold after the outage."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ocote.mh import Credentials, Envelope, MhClient, Stamped, open_session
from ocote.parts import Parts
from ocote.store.contingency.overview import overview
from ocote.store.contingency.row import ContingencyOverview
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Row, Transaction, sql
from tests.builders.bodies import invoice
from tests.builders.company import MH_PASSWORD, NIT
from tests.e2e.worker import one_round
from tests.e2e.written import payload
from tests.running_gateway import RunningGateway

_SIGNED_FIRST = sql("SELECT jws FROM superseded_version WHERE generation_code = :code AND why = 'contingency'")


def _signed_first(code: str) -> Transaction[list[Row]]:
    return (yield _SIGNED_FIRST(code=code))


async def arrives_at_last(gateway: RunningGateway, worker: Parts, code: str) -> None:
    """The transmission that was made before the contingency reaches MH after all."""
    [first] = await worker.store.read(_signed_first, code)
    credentials = Credentials(NIT, NIT, MH_PASSWORD)
    async with open_session() as session:
        sent = await MhClient(session, gateway.emulator.url).send_once(
            credentials, Envelope("00", 1, "01", first["jws"], code)
        )
    assert isinstance(sent, Stamped)


def mh_goes_away(gateway: RunningGateway) -> None:
    """From now on MH takes no document and answers no request."""
    gateway.emulator.control.fault("down", count=None)


def mh_comes_back(gateway: RunningGateway) -> None:
    """MH answers again."""
    gateway.emulator.control.behave()


def sells(gateway: RunningGateway, count: int) -> list[dict[str, Any]]:
    """Invoices in contingency, the first two of which find out that MH is silent."""
    made = [gateway.post("/invoice", invoice(f"caja-{number}")) for number in range(min(count, 2))]
    with ThreadPoolExecutor(4) as pool:
        made += pool.map(lambda number: gateway.post("/invoice", invoice(f"caja-{number}")), range(2, count))
    assert all(answer["contingency"] for answer in made)
    return made


def mh_was_looked_for(gateway: RunningGateway) -> bool:
    """Whether the serving gateway has found MH again and sends documents."""
    return gateway.post("/invoice", invoice())["dte_success"] is True


async def comes_to(gateway: RunningGateway, worker: Parts, state: str) -> None:
    """Works piece by piece until the only contingency is in this state; time passes when nothing is due."""
    for _ in range(20):
        if [row.state for row in await worker.store.read(overview)] == [state]:
            return
        if not await one_round(worker):
            gateway.time_passes(seconds=5)
    raise AssertionError(f"it never came to {state}")


def contingencies(gateway: RunningGateway) -> list[ContingencyOverview]:
    """Every contingency as the operator sees the list, the latest first."""

    async def read() -> list[ContingencyOverview]:
        async with open_store(gateway.database_url) as store:
            return await store.read(overview, also_done=True)

    return asyncio.run(read())


def reports(gateway: RunningGateway) -> list[dict[str, Any]]:
    """The contents of the contingency events that MH took, the oldest first."""
    return [payload(event["jws"]) for event in gateway.emulator.control.events() if "document_code" not in event]


def named(report: dict[str, Any]) -> list[str]:
    """The generation codes of the documents that an event names, in order."""
    return [row["codigoGeneracion"] for row in report["detalleDTE"]]


def held_by_mh(gateway: RunningGateway, answer: dict[str, Any]) -> dict[str, Any]:
    """The only document that MH holds under the generation code of an answer."""
    [found] = gateway.emulator.control.documents(generation_code=answer["generation_code"])
    return found


def assert_delivered_as_mh_has_it(gateway: RunningGateway, reference: str) -> dict[str, Any]:
    """Asserts that the customer downloads exactly what MH holds, with the stamp; returns the signed document."""
    status = status_of(gateway, reference, "?include_dte=1")
    assert status["dte_success"] is True, status
    assert (status["contingency"], status["contingency_deadline"]) == (False, None)
    held = held_by_mh(gateway, status)
    delivered = gateway.get(f"/file/{reference}?type=json")
    assert delivered["firmaElectronica"] == held["jws"]
    assert delivered["selloRecibido"] == held["stamp"] == status["reception_stamp"]
    assert payload(held["jws"]) == status["schema"]
    said: dict[str, Any] = status["schema"]
    return said


def status_of(gateway: RunningGateway, reference: str, query: str = "") -> dict[str, Any]:
    """The status of a document, which for purchases has a route of its own."""
    route = "/suex/status" if reference.startswith("compra") else "/status"
    answer: dict[str, Any] = gateway.get(f"{route}/{reference}{query}")
    return answer
