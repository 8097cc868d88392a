"""``ocote company disable`` while the gateway runs."""

from collections.abc import Callable

from tests.builders.bodies import invoice
from tests.builders.company import NIT
from tests.commands import Run
from tests.e2e.worker import a_worker_works
from tests.running_gateway import Reply, RunningGateway


def first_not(status: int, ask: Callable[[], Reply]) -> Reply:
    """The first answer of another status: on PostgreSQL the gateway hears of a change a moment later."""
    return next(reply for _ in range(2000) if (reply := ask()).status != status)


def test_a_company_that_is_switched_off_sells_no_more_and_finishes_what_it_sold(
    gateway: RunningGateway, run_here: Run
) -> None:
    gateway.emulator.control.fault("down", count=None)
    assert gateway.post("/invoice", invoice("caja-1"))["contingency"] is True
    gateway.emulator.control.behave()
    assert run_here("company", "disable", NIT).status == 0
    refused = first_not(200, lambda: gateway.request("POST", "/invoice", invoice("caja-2")))
    assert (refused.status, refused.json()["code"]) == (401, "company_disabled")
    a_worker_works(gateway)
    assert run_here("company", "enable", NIT).status == 0
    told = first_not(401, lambda: gateway.request("GET", "/status/caja-1"))
    assert told.json()["dte_success"] is True
