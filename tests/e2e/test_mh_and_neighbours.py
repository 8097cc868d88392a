"""MH fails with what one company sends: the others issue and cancel as ever."""

from typing import Any

import pytest

from tests.builders.bodies import invoice
from tests.builders.company import NIT
from tests.running_gateway import RunningGateway


@pytest.fixture
def neighbour(gateway: RunningGateway) -> str:
    """The key of a second company."""
    return gateway.another_company()


def fails_with(gateway: RunningGateway, endpoint: str, **more: Any) -> None:
    """MH fails with whatever the first company sends there."""
    gateway.emulator.control.call("POST", "faults", {"kind": "status", "status": 500, "endpoint": endpoint, **more})


def test_documents_that_mh_cannot_digest_put_no_other_company_into_contingency(
    gateway: RunningGateway, neighbour: str
) -> None:
    fails_with(gateway, "reception", nit=NIT)
    for number in range(6):
        assert gateway.post("/invoice", invoice(f"mala-{number}"))["contingency"] is True
        assert gateway.post("/invoice", invoice(f"buena-{number}"), key=neighbour)["dte_success"] is True


def test_the_company_itself_waits_only_for_two_of_them(gateway: RunningGateway, neighbour: str) -> None:
    fails_with(gateway, "reception", nit=NIT)
    for number in range(6):
        gateway.post("/invoice", invoice(f"mala-{number}"))
    sent = [each for each in gateway.emulator.control.transmissions() if each["endpoint"] == "reception"]
    assert {each["nit"] for each in sent} == {NIT}
    assert gateway.post("/invoice", invoice("buena-1"), key=neighbour)["dte_success"] is True
    assert len({each["document_sha256"] for each in sent}) == 2


def test_cancellations_that_mh_cannot_digest_put_no_company_into_contingency(
    gateway: RunningGateway, neighbour: str
) -> None:
    for number in range(4):
        assert gateway.post("/invoice", invoice(f"mala-{number}"))["dte_success"] is True
    fails_with(gateway, "invalidation", nit=NIT)
    for number in range(4):
        gateway.request("POST", f"/invalidate/mala-{number}", {})
    assert gateway.post("/invoice", invoice("buena-1"), key=neighbour)["dte_success"] is True


def test_when_two_companies_are_left_without_answers_nobody_waits_any_more(
    gateway: RunningGateway, neighbour: str
) -> None:
    fails_with(gateway, "reception")
    for key in (gateway.key, neighbour):
        for number in range(2):
            assert gateway.post("/invoice", invoice(f"caja-{number}"), key=key)["contingency"] is True
    received = gateway.emulator.control.counts()["reception"]
    third = gateway.another_company("06140103260021", "1234583")
    assert gateway.post("/invoice", invoice("caja-1"), key=third)["contingency"] is True
    assert gateway.emulator.control.counts()["reception"] == received
