"""The documents of a credit note: in every answer about the note, and what they mean to notes and cancellations."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from ocote.dte.types import CCF
from tests.builders.bodies import ccf, invoice, note
from tests.e2e.answers import refusal
from tests.e2e.old_system import issued_before
from tests.e2e.written import assert_official, signed
from tests.emulator.documents.parts import TAXPAYER_NIT, TAXPAYER_NRC
from tests.running_gateway import RunningGateway, serving

CUSTOMER = {"nit": TAXPAYER_NIT, "nrc": TAXPAYER_NRC}
"""The customer of the old system's CCF, as a CCF of the gateway names them beside the rest."""


def sell(gateway: RunningGateway, *references: str) -> None:
    """Issues CCFs of 113.00 to the customer of the old system, in June."""
    gateway.is_now(2026, 6, 3)
    for reference in references:
        body = ccf(reference)
        gateway.post("/invoice", {**body, "customer": {**body["customer"], **CUSTOMER}})


def on_paper(taxable: str = "100.00", number: str = "4512") -> dict[str, Any]:
    """A CCF on paper, of which the customer withheld 1 %."""
    withheld = f"{float(taxable) / 100:.2f}"
    return {"number": number, "issued_on": "2026-06-01", "amount_taxable": taxable, "amount_withheld": withheld}


def on_several(reference: str, documents: Sequence[dict[str, Any]], *prices: str, **more: Any) -> dict[str, Any]:
    """A 05 with one line of a price for each of these documents."""
    lines = [
        {"description": "Devolución", "quantity": 1, "unit_price": price, "related": at}
        for at, price in enumerate(prices)
    ]
    return {"external_ref": reference, "related_documents": list(documents), "lines": lines, **more}


def taken(answer: dict[str, Any]) -> list[str]:
    """The taxed sales that a note takes back of each of its documents."""
    return [str(each["amount_taxable"]) for each in answer["related"]]


def test_a_note_on_one_ccf_names_it_with_what_the_note_takes(either_gateway: RunningGateway) -> None:
    made = either_gateway.post("/invoice", ccf("b2b-1"))
    answer = either_gateway.post("/credit-memo", note("b2b-1", "nc-1", "22.60"))
    assert answer["related"] == [
        {
            "document_id": made["document_id"],
            "doc_type": CCF.code,
            "issued_here": True,
            "external_ref": "b2b-1",
            "control_number": made["control_number"],
            "generation_code": made["generation_code"],
            "amount_taxable": 20,
            "amount_exempt": 0,
            "amount_not_subject": 0,
            "invalidated": False,
        }
    ]
    assert either_gateway.get("/status/nc-1")["related"] == answer["related"]
    [listed, unrelated] = either_gateway.get("/documents")["documents"]
    assert listed["related"] == answer["related"]
    assert "related" not in unrelated
    assert "related" not in either_gateway.post("/invoice", invoice("pos-1"))


def test_a_note_on_several_documents_names_all_of_them_in_the_order_of_its_request(
    either_gateway: RunningGateway,
) -> None:
    gateway = either_gateway
    gateway.is_now(2026, 6, 3)
    [number] = issued_before(gateway, CCF.code, 901, 901)
    [foreign] = [each["generation_code"] for each in gateway.emulator.control.documents(doc_type=CCF.code)]
    stated = {
        "generation_code": foreign,
        "control_number": number,
        "issued_on": "2026-06-03",
        "amount_taxable": "142.00",
        "amount_withheld": "1.42",
    }
    sell(gateway, "b2b-1", "b2b-2")
    documents = [{"document_id": "b2b-2"}, stated, {"document_id": "b2b-1"}, on_paper()]
    body = on_several("nc-1", documents, "22.60", "11.30", "5.65", "33.90")
    answer = gateway.post("/credit-memo", body)
    assert answer["dte_success"] is True, answer
    assert_official(signed(gateway, answer))
    assert "adjusted_document" not in answer
    assert taken(answer) == ["20.00", "10.00", "5.00", "30.00"]
    assert [each.get("external_ref") for each in answer["related"]] == ["b2b-2", None, "b2b-1", None]
    assert [each.get("invalidated") for each in answer["related"]] == [False, None, False, None]
    described = [each for each in answer["related"] if not each["issued_here"]]
    assert [{key: each[key] for key in each if not key.startswith("amount_")} for each in described] == [
        {
            "document_id": None,
            "doc_type": CCF.code,
            "issued_here": False,
            "control_number": number,
            "generation_code": foreign,
            "issued_on": "2026-06-03",
        },
        {
            "document_id": None,
            "doc_type": CCF.code,
            "issued_here": False,
            "control_number": None,
            "generation_code": None,
            "number": "4512",
            "issued_on": "2026-06-01",
        },
    ]
    alone = gateway.post("/credit-memo", note("b2b-1", "nc-2", "11.30"))
    assert gateway.get("/credit-memo/status/nc-1")["related"] == answer["related"]
    assert gateway.post("/credit-memo", body)["related"] == answer["related"]
    of_one, of_several, *_ = gateway.get("/documents")["documents"]
    assert of_several["related"] == answer["related"]
    assert (of_one["related"], of_one["adjusted_document"]) == (alone["related"], alone["adjusted_document"])


def test_a_refused_note_may_be_sent_again_on_other_documents(gateway: RunningGateway) -> None:
    sell(gateway, "b2b-1", "b2b-2")
    gateway.emulator.control.fault("reject", "reception", code="020", text="CALCULO INCORRECTO")
    refused = gateway.post("/credit-memo", on_several("nc-1", [{"document_id": "b2b-1"}, on_paper()], "22.60", "11.30"))
    assert (refused["rejected"], taken(refused)) == (True, ["20.00", "10.00"])
    assert gateway.post("/credit-memo", note("b2b-1", "nc-2", "113.00"))["dte_success"] is True, "it counts no more"
    again = gateway.post("/credit-memo", on_several("nc-1", [on_paper(), {"document_id": "b2b-2"}], "11.30", "113.00"))
    assert (again["dte_success"], taken(again)) == (True, ["10.00", "100.00"])
    assert gateway.get("/status/nc-1")["related"] == again["related"]


def test_a_note_on_several_documents_keeps_each_from_being_cancelled_until_it_is_cancelled_itself(
    gateway: RunningGateway,
) -> None:
    documents = [{"document_id": "b2b-1"}, {"document_id": "b2b-2"}]
    sell(gateway, "b2b-1", "b2b-2")
    gateway.post("/credit-memo", on_several("nc-1", documents, "22.60", "113.00"))
    for reference in ("b2b-1", "b2b-2"):
        assert refusal(gateway, f"/invalidate/{reference}") == (409, "invalidation_blocked_by_note")
        assert gateway.get(f"/status/{reference}")["invalidated"] is False
    assert refusal(gateway, "/credit-memo", note("b2b-2", "nc-2", "0.01")) == (400, "note_exceeds_voucher")
    assert gateway.post("/invalidate/nc-1", None)["invalidated"] is True
    assert gateway.post("/credit-memo", note("b2b-2", "nc-3", "0.01"))["dte_success"] is True
    assert gateway.post("/invalidate/b2b-1", None)["invalidated"] is True
    assert [each["invalidated"] for each in gateway.get("/status/nc-1")["related"]] == [True, False]


def test_a_cancelled_note_frees_what_it_took_of_a_document_on_paper(gateway: RunningGateway) -> None:
    sell(gateway, "b2b-1")
    documents = [{"document_id": "b2b-1"}, on_paper()]
    gateway.post("/credit-memo", on_several("nc-1", documents, "11.30", "113.00"))
    again = on_several("nc-2", documents, "11.30", "0.01")
    assert refusal(gateway, "/credit-memo", again) == (400, "note_exceeds_voucher")
    gateway.post("/invalidate/nc-1", None)
    assert gateway.post("/credit-memo", again)["dte_success"] is True


def test_two_gateways_on_one_database_never_take_more_than_a_document_on_paper(gateway: RunningGateway) -> None:
    """No row of the database stands for such a document, so nothing but its number keeps the callers apart."""
    gateway.is_now(2026, 6, 3)
    customer = {**ccf("ccf-1")["customer"], **CUSTOMER}
    with serving(gateway.settings, gateway.clock, with_worker=False) as url, ThreadPoolExecutor(16) as pool:
        gateways = (gateway, replace(gateway, url=url))
        bodies = [on_several(f"nc-{i}", [on_paper()], "22.60", customer=customer) for i in range(16)]
        asked = pool.map(lambda i: gateways[i % 2].request("POST", "/credit-memo", bodies[i]), range(16))
        replies = list(asked)
    assert Counter(reply.status for reply in replies) == {200: 5, 400: 11}
    assert sum(reply.json()["amount_gross"] for reply in replies if reply.status == 200) == 113


def test_notes_that_name_the_same_documents_in_another_order_wait_for_each_other(gateway: RunningGateway) -> None:
    sell(gateway, "b2b-1", "b2b-2")
    documents = [{"document_id": "b2b-1"}, on_paper(number="A-1"), {"document_id": "b2b-2"}, on_paper(number="A-2")]
    with serving(gateway.settings, gateway.clock, with_worker=False) as url, ThreadPoolExecutor(12) as pool:
        gateways = (gateway, replace(gateway, url=url))
        bodies = [on_several(f"nc-{i}", documents[:: 1 - 2 * (i % 2)], *["11.30"] * 4) for i in range(12)]
        replies = list(pool.map(lambda i: gateways[i // 2 % 2].request("POST", "/credit-memo", bodies[i]), range(12)))
    assert Counter(reply.status for reply in replies) == {200: 10, 400: 2}, [reply.content for reply in replies]
