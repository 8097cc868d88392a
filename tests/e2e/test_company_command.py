"""``ocote company disable`` while the gateway runs."""

import pytest

from tests.cli.conftest import Run, run
from tests.e2e.test_mh_trouble import a_worker_works
from tests.e2e.test_sales import invoice
from tests.house import RunningHouse

__all__ = ["run"]

COMPANY = "06140101260017"


def test_a_company_that_is_switched_off_sells_no_more_and_finishes_what_it_sold(
    house: RunningHouse, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCOTE_DATABASE_URL", house.database_url)
    house.emulator.control.fault("down", count=None)
    assert house.post("/invoice", invoice("caja-1"))["contingency"] is True
    house.emulator.control.behave()
    assert run("company", "disable", COMPANY).status == 0
    while (refused := house.request("POST", "/invoice", invoice("caja-2"))).status == 200:
        pass  # on PostgreSQL the gateway hears of it a moment later
    assert (refused.status, refused.json()["code"]) == (401, "company_disabled")
    a_worker_works(house)
    assert run("company", "enable", COMPANY).status == 0
    while (told := house.request("GET", "/status/caja-1")).status == 401:
        pass
    assert told.json()["dte_success"] is True
