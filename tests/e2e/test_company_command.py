"""``ocote company disable`` while the gateway runs."""

from collections.abc import Callable

from tests.cli.conftest import Run
from tests.e2e.test_mh_trouble import a_worker_works
from tests.e2e.test_sales import invoice
from tests.house import Reply, RunningHouse

COMPANY = "06140101260017"


def first_not(status: int, ask: Callable[[], Reply]) -> Reply:
    """The first answer of another status: on PostgreSQL the gateway hears of a change a moment later."""
    return next(reply for _ in range(2000) if (reply := ask()).status != status)


def test_a_company_that_is_switched_off_sells_no_more_and_finishes_what_it_sold(
    house: RunningHouse, run_here: Run
) -> None:
    house.emulator.control.fault("down", count=None)
    assert house.post("/invoice", invoice("caja-1"))["contingency"] is True
    house.emulator.control.behave()
    assert run_here("company", "disable", COMPANY).status == 0
    refused = first_not(200, lambda: house.request("POST", "/invoice", invoice("caja-2")))
    assert (refused.status, refused.json()["code"]) == (401, "company_disabled")
    a_worker_works(house)
    assert run_here("company", "enable", COMPANY).status == 0
    told = first_not(401, lambda: house.request("GET", "/status/caja-1"))
    assert told.json()["dte_success"] is True
