"""One CCF that a note names in a second way, or by a number that looks like another, over HTTP (rules.md 7)."""

from typing import Any

import pytest

from ocote.dte.local_time import date_and_hour
from tests.builders.bodies import LARGE_TAXPAYER
from tests.running_gateway import RunningGateway

CUSTOMER = {**LARGE_TAXPAYER, "type_contributor": 1}
LINE = {"description": "Artículo", "quantity": 1, "unit_price": "113.00"}


def faults(gateway: RunningGateway, body: dict[str, Any]) -> list[tuple[str, str]]:
    reply = gateway.request("POST", "/credit-memo", body)
    assert reply.status == 400, reply.json()
    return [(each["code"], each["field"]) for each in reply.json()["errors"]]


@pytest.fixture
def sold(either_gateway: RunningGateway) -> dict[str, Any]:
    """An own CCF whose whole amount a note has taken back."""
    ccf = {"doc_type": "03", "external_ref": "b2b-1", "customer": CUSTOMER, "lines": [LINE]}
    answer: dict[str, Any] = either_gateway.post("/invoice", ccf)
    either_gateway.post("/credit-memo", {"external_ref": "nc-1", "document_id": "b2b-1", "lines": [LINE]})
    return answer


def on_paper(gateway: RunningGateway, number: str) -> dict[str, Any]:
    """A note on all of a CCF of 100.00 that is said to be on paper."""
    paper = {"number": number, "issued_on": date_and_hour(gateway.clock())[0], "amount_taxable": 100}
    return {"external_ref": "nc-2", "customer": CUSTOMER, "related_documents": [paper], "lines": [LINE]}


def test_an_own_ccf_is_not_credited_again_under_the_numbers_of_its_vat_book(
    either_gateway: RunningGateway, sold: dict[str, Any]
) -> None:
    for name in ("generation_code", "control_number"):
        for number in (sold[name], sold[name].replace("-", ""), sold[name].replace("-", " ").lower()):
            found = faults(either_gateway, on_paper(either_gateway, number))
            assert found == [("number_is_electronic", "related_documents[0].number")]


def test_a_paper_ccf_is_not_credited_again_under_a_number_that_looks_like_its_own(
    either_gateway: RunningGateway,
) -> None:
    assert either_gateway.post("/credit-memo", on_paper(either_gateway, "i 1"))["dte_success"] is True
    for number in ("I\u00a01", "\uff29 1", "I\u20091", "I  1", "\u0131 1"):
        again = {**on_paper(either_gateway, number), "external_ref": "nc-3"}
        assert faults(either_gateway, again) == [("paper_number_characters", "related_documents[0].number")]
    again = {**on_paper(either_gateway, " I 1 "), "external_ref": "nc-3"}
    assert faults(either_gateway, again) == [("note_exceeds_voucher", "lines")]
