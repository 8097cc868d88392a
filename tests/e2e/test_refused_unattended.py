"""What MH refuses while no caller waits for its answer is a warning in the log, as it is for a caller."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from ocote.contingency.piece import WorkLimits
from ocote.mh.hosts import MhHost
from ocote.parts import open_parts
from tests.builders.bodies import ccf, invoice
from tests.builders.death import Death
from tests.e2e.in_process import asked, issue_sale, key_holder
from tests.e2e.outage import mh_comes_back, mh_goes_away
from tests.e2e.worker import a_worker_works
from tests.running_gateway import RunningGateway

KNOWN_BUYER = "06140102260013"
"""A taxpayer that MH knows by another registration number than the documents of these tests name."""


def refusals(lines: list[EventDict]) -> list[EventDict]:
    return [line for line in lines if line["event"].endswith("_refused")]


@pytest.mark.parametrize("limits", [WorkLimits(few=0), WorkLimits(few=1000)], ids=["in lots", "one by one"])
def test_a_document_that_is_refused_after_its_contingency_is_a_warning(
    gateway: RunningGateway, limits: WorkLimits
) -> None:
    gateway.another_company(KNOWN_BUYER)
    wrong = ccf("b2b-1")
    wrong["customer"] = {**wrong["customer"], "nit": KNOWN_BUYER, "nrc": "2345678"}
    mh_goes_away(gateway)
    gateway.post("/invoice", invoice("caja-1"))
    answer = gateway.post("/invoice", wrong)
    mh_comes_back(gateway)

    with capture_logs() as lines:
        a_worker_works(gateway, limits)

    refused = gateway.get("/status/b2b-1")
    assert refused["rejected"] is True
    assert refusals(lines) == [
        {
            "event": "document_refused",
            "log_level": "warning",
            "document_id": answer["document_id"],
            "mh_code": refused["codigo_msg"],
        }
    ]


def test_a_document_of_a_dead_process_that_is_refused_is_a_warning(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die_before_sending() -> None:
        async def killed(*_: object, **__: object) -> None:
            raise Death

        monkeypatch.setattr(MhHost, "deliver", killed)
        async with open_parts(gateway.settings, clock=gateway.clock) as dying:
            with pytest.raises(Death):
                await issue_sale(dying, await key_holder(dying, gateway), asked(invoice("caja-1")))

    asyncio.run(die_before_sending())
    monkeypatch.undo()
    gateway.clock.ahead += timedelta(minutes=1)
    gateway.emulator.control.fault("reject", "reception", code="096")

    with capture_logs() as lines:
        a_worker_works(gateway)

    [line] = refusals(lines)
    assert (line["log_level"], line["event"], line["mh_code"]) == ("warning", "document_refused", "096")
    assert line["document_id"] == gateway.get("/status/caja-1")["document_id"]


def test_a_cancellation_that_is_refused_later_is_a_warning(gateway: RunningGateway) -> None:
    document = gateway.post("/invoice", invoice("caja-1"))
    gateway.emulator.control.fault("down", "invalidation")
    gateway.post("/invalidate/caja-1", None)
    gateway.emulator.control.fault("reject", "invalidation", code="027")
    gateway.time_passes(minutes=2)

    with capture_logs() as lines:
        a_worker_works(gateway)

    [line] = refusals(lines)
    assert (line["log_level"], line["event"], line["mh_code"]) == ("warning", "invalidation_refused", "027")
    assert line["document_id"] == document["document_id"]


def test_a_refusal_that_a_caller_is_answered_with_has_no_second_line(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("reject", "reception", code="096")

    with capture_logs() as lines:
        gateway.post("/invoice", invoice("caja-1"))

    assert refusals(lines) == []
    [line] = [line for line in lines if line["event"] == "request"]
    assert (line["log_level"], line["state"], line["mh_code"]) == ("warning", "rejected", "096")
