"""An invoice from the POST to the stamped files, as a client sees it."""

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
from jsonschema import Draft7Validator

from ocote.store.documents import register
from tests.builders.bodies import LARGE_TAXPAYER, ccf, invoice
from tests.e2e.meanwhile import meanwhile
from tests.official import official_schema
from tests.running_gateway import RunningGateway, serving


def test_an_invoice_to_a_consumer_comes_back_stamped(gateway: RunningGateway) -> None:
    answer = gateway.post("/invoice", invoice("caja-1"))
    assert {name: answer[name] for name in ("success", "dte_success", "posted")} == dict.fromkeys(
        ("success", "dte_success", "posted"), True
    )
    assert {name: answer[name] for name in ("contingency", "rejected", "is_duplicate")} == dict.fromkeys(
        ("contingency", "rejected", "is_duplicate"), False
    )
    assert answer["external_ref"] == "caja-1"
    assert answer["control_number"] == "DTE-01-M001P001-000000000000001"
    assert re.fullmatch(r"[0-9A-Z]{40}", answer["reception_stamp"])
    assert (answer["amount_taxable"], answer["amount_vat"], answer["amount_gross"]) == (
        Decimal("10.00"),
        Decimal("1.30"),
        Decimal("11.30"),
    )
    [stored] = gateway.emulator.control.documents()
    assert stored["generation_code"] == answer["generation_code"]


def test_a_large_taxpayer_withholds_one_percent_of_a_ccf(gateway: RunningGateway) -> None:
    answer = gateway.post("/invoice", ccf("b2b-1"))
    assert answer["dte_success"] is True, answer
    amounts = [answer[f"amount_{name}"] for name in ("taxable", "vat", "gross", "withheld", "payable")]
    assert amounts == [Decimal(text) for text in ("100.00", "13.00", "113.00", "1.00", "112.00")]
    assert answer["ticket_url"] == ""


@pytest.mark.parametrize(("doc_type", "filename"), [("01", "fe-f-v2.json"), ("03", "fe-ccf-v4.json")])
def test_version_two_documents_meet_their_official_schema(
    gateway_v2: RunningGateway, doc_type: str, filename: str
) -> None:
    answer = gateway_v2.post("/invoice", ccf("x") if doc_type == "03" else invoice("x"))
    assert answer["dte_success"] is True, answer
    signed = gateway_v2.get(f"/status/{answer['document_id']}?include_dte=1")["schema"]
    assert list(Draft7Validator(official_schema("v2", filename)).iter_errors(signed)) == []


@pytest.mark.parametrize(("doc_type", "filename"), [("01", "fe-fc-v1.json"), ("03", "fe-ccf-v3.json")])
def test_version_one_documents_meet_their_official_schema(
    gateway: RunningGateway, doc_type: str, filename: str
) -> None:
    answer = gateway.post("/invoice", ccf("x") if doc_type == "03" else invoice("x"))
    signed = gateway.get(f"/status/{answer['document_id']}?include_dte=1")["schema"]
    assert list(Draft7Validator(official_schema("v1", filename)).iter_errors(signed)) == []


def test_the_delivered_json_holds_the_signed_bytes_the_signature_and_the_stamp(gateway: RunningGateway) -> None:
    answer = gateway.post("/invoice", invoice("caja-1"))
    reply = gateway.request("GET", "/file/caja-1?type=json")
    assert reply.headers["content-type"] == "application/json"
    delivered = reply.json()
    header, payload, _ = delivered["firmaElectronica"].split(".")
    assert header == "eyJhbGciOiJSUzUxMiJ9"
    signed = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    assert reply.content.startswith(signed[:-1] + b",")
    assert list(delivered)[-2:] == ["firmaElectronica", "selloRecibido"]
    assert delivered["selloRecibido"] == answer["reception_stamp"]
    assert json.loads(signed)["identificacion"]["numeroControl"] == answer["control_number"]


def test_both_pdfs_of_an_invoice_can_be_fetched_with_header_or_key(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    for kind in ("ticket", "invoice"):
        reply = gateway.request("GET", f"/file/caja-1?type={kind}")
        assert (reply.status, reply.headers["content-type"]) == (200, "application/pdf")
        assert reply.content.startswith(b"%PDF-")
    old_way = gateway.request("GET", f"/file/caja-1?type=ticket&key={gateway.key}", key="")
    assert old_way.status == 200
    assert old_way.headers["deprecation"] == "true"


def test_a_document_is_found_by_id_reference_and_control_number(gateway: RunningGateway) -> None:
    answer = gateway.post("/invoice", invoice("tienda/100%"))
    for name in (answer["document_id"], "tienda%2F100%25", answer["control_number"]):
        assert gateway.get(f"/status/{name}")["document_id"] == answer["document_id"]


def test_a_repeated_reference_answers_with_the_original_and_sends_nothing(gateway: RunningGateway) -> None:
    first = gateway.post("/invoice", invoice("caja-1"))
    sent = gateway.emulator.control.counts()
    again = gateway.post("/invoice", invoice("caja-1"))
    assert again == {**first, "is_duplicate": True}
    other = gateway.post(
        "/invoice", {**invoice("caja-1"), "lines": [{"description": "Otra", "quantity": 1, "unit_price": 99}]}
    )
    assert other["content_differs"] is True
    assert other["amount_gross"] == first["amount_gross"]
    assert gateway.emulator.control.counts() == sent


def test_an_idempotency_key_stands_in_for_a_missing_reference(gateway: RunningGateway) -> None:
    first = gateway.post("/invoice", invoice(), headers={"Idempotency-Key": "k-1"})
    again = gateway.post("/invoice", invoice(), headers={"Idempotency-Key": "k-1"})
    assert again["document_id"] == first["document_id"]
    assert first["external_ref"] == "k-1"


def test_without_a_reference_each_call_is_a_document_of_its_own(gateway: RunningGateway) -> None:
    answers = [gateway.post("/invoice", invoice()) for _ in range(2)]
    assert [a["control_number"][-1] for a in answers] == ["1", "2"]
    assert all(a["external_ref"] == a["document_id"] for a in answers)


def test_fifty_callers_at_once_make_one_document(gateway: RunningGateway) -> None:
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: gateway.post("/invoice", invoice("rush")), range(50)))
    assert sum(not answer["is_duplicate"] for answer in answers) == 1
    told = {json.dumps({**answer, "is_duplicate": None}, default=str) for answer in answers}
    assert len(told) == 1, told
    assert gateway.emulator.control.counts()["reception"] == 1
    following = gateway.post("/invoice", invoice("next"))
    assert following["control_number"].endswith("000002")


def test_many_references_at_once_are_numbered_without_gaps(gateway: RunningGateway) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda i: gateway.post("/invoice", invoice(f"r-{i}")), range(48)))
    assert sorted(int(a["control_number"][-15:]) for a in answers) == list(range(1, 49))
    assert all(a["dte_success"] for a in answers)


def test_a_reference_cannot_change_its_type(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    refused = gateway.request("POST", "/invoice", ccf("caja-1"))
    # A stamped document is a duplicate whatever is asked; only its type may not differ (contract D11).
    assert refused.status == 409
    assert refused.json()["code"] == "doc_type_changed"


def test_a_dry_run_shows_the_document_and_uses_no_number(gateway: RunningGateway) -> None:
    preview = gateway.post("/invoice?dry_run=1", invoice("caja-1"))
    assert json.dumps(preview, default=str).count("DTE-01-M001P001-000000000000001") >= 1
    assert gateway.request("GET", "/status/caja-1").status == 404
    assert gateway.emulator.control.counts().get("reception", 0) == 0
    assert gateway.post("/invoice", invoice("caja-1"))["control_number"].endswith("000001")


def test_a_refused_request_stores_nothing_and_uses_no_number(gateway: RunningGateway) -> None:
    bad = gateway.request("POST", "/invoice", {**invoice("caja-1"), "lines": []})
    assert bad.status == 400
    assert gateway.request("GET", "/status/caja-1").status == 404
    assert gateway.post("/invoice", invoice("caja-1"))["control_number"].endswith("000001")


def test_an_unidentified_buyer_of_a_large_amount_is_refused_by_the_edition_in_force(gateway: RunningGateway) -> None:
    body = {**invoice("caja-1"), "lines": [{"description": "Refrigeradora", "quantity": 1, "unit_price": 1095.00}]}
    reply = gateway.request("POST", "/invoice", body)
    assert reply.status == 400, "Normativa v1.x wants the buyer from 1,095.00 on (rules.md 9)"
    assert reply.json()["errors"][0]["field"].startswith("customer")


def test_version_two_lets_an_unidentified_buyer_spend_more(gateway_v2: RunningGateway) -> None:
    body = {**invoice("caja-1"), "lines": [{"description": "Refrigeradora", "quantity": 1, "unit_price": 1095.00}]}
    assert gateway_v2.post("/invoice", body)["dte_success"] is True


def test_what_a_customer_record_knows_completes_a_later_document(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("first"))
    minimal = {key: LARGE_TAXPAYER[key] for key in ("name", "nit", "nrc", "type_contributor")}
    later = gateway.post("/invoice", {**ccf("later"), "customer": minimal})
    receiver = gateway.get(f"/status/{later['document_id']}?include_dte=1")["schema"]["receptor"]
    assert receiver["direccion"]["complemento"] == "Calle de prueba 1"
    assert receiver["codActividad"] == "46900"


def test_what_calls_at_once_tell_of_a_customer_is_all_known_afterwards(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two find no record of a person and both make it; then two find the same one and both change it."""
    who = {"name": "Ana Beltrán", "dui": "00016297-5"}
    made = ({"email": "ana@example.com"}, {"phone": "7000-0000"})
    changed = ({"activity_code": "46900"}, {"department": "06", "municipality": "23", "address": "Calle 1"})
    for first, second in (made, changed):
        body = invoice(customer={**who, **first})
        meanwhile(monkeypatch, register, partial(gateway.post, "/invoice", body))
        gateway.post("/invoice", invoice(customer={**who, **second}))
    said = gateway.post("/invoice?dry_run=1", invoice(customer=who))["schema"]["receptor"]
    assert (said["correo"], said["telefono"], said["codActividad"]) == ("ana@example.com", "7000-0000", "46900")
    assert said["direccion"]["complemento"] == "Calle 1"


def test_two_gateways_told_of_one_customer_at_once_keep_both_news(gateway: RunningGateway) -> None:
    """Documents of different types are numbered apart, so nothing else makes one wait for the other."""
    who = {"name": "Ana Beltrán", "dui": "00016297-5"}
    lines = [{"description": "Tela", "quantity": 1, "unit_price": 4}]
    with serving(gateway.settings, gateway.clock, with_worker=False) as url, ThreadPoolExecutor(2) as pool:
        other = replace(gateway, url=url)
        for i in range(8):
            email, phone = f"ana{i}@example.com", f"7000-000{i}"
            sold = pool.submit(gateway.post, "/invoice", invoice(customer={**who, "email": email}))
            bought = pool.submit(other.post, "/suex", {"lines": lines, "subject": {**who, "phone": phone}})
            assert sold.result()["dte_success"] is bought.result()["dte_success"] is True
            known = gateway.post("/invoice?dry_run=1", invoice(customer=who))["schema"]["receptor"]
            assert (known["correo"], known["telefono"]) == (email, phone)


def test_a_mistyped_nrc_does_not_take_one_customer_for_another(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("reject", "reception", code="008")
    other = {**LARGE_TAXPAYER, "name": "Otro Contribuyente de Prueba", "nit": "06140102260013"}
    assert gateway.post("/invoice", {**ccf("mistyped"), "customer": other})["rejected"] is True
    minimal = {key: LARGE_TAXPAYER[key] for key in ("name", "nit", "nrc", "type_contributor")}
    gateway.post("/invoice", {**ccf("right"), "customer": minimal})
    receiver = gateway.get("/status/right?include_dte=1")["schema"]["receptor"]
    assert receiver["correo"] != other["email"], "the two have another NIT"
    corrected = {**minimal, "name": other["name"], "nit": other["nit"], "nrc": "345678"}
    gateway.post("/invoice", {**ccf("mistyped"), "customer": corrected})
    assert gateway.get("/status/mistyped?include_dte=1")["schema"]["receptor"]["correo"] == other["email"]


def test_a_customer_known_by_its_nrc_alone_is_known_again_by_its_nit(gateway: RunningGateway) -> None:
    known = {key: LARGE_TAXPAYER[key] for key in ("name", "nrc", "email")}
    gateway.post("/invoice", invoice("caja-1", customer=known))
    minimal = {key: LARGE_TAXPAYER[key] for key in ("name", "nit", "nrc", "type_contributor")}
    gateway.post("/invoice", {**ccf("b2b-1"), "customer": minimal})
    assert gateway.get("/status/b2b-1?include_dte=1")["schema"]["receptor"]["correo"] == known["email"]


def test_a_key_sees_only_its_own_company(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    assert gateway.request("GET", "/status/caja-1", key="odt_" + "0" * 56).status == 401


def test_a_dry_run_refuses_a_reference_as_issuing_does(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    seller = {"name": "Marta Alvarenga", "dui": "00016297-5"}
    purchase = {**invoice("caja-1"), "subject": seller}
    for path, body, code in (
        ("/invoice", ccf("caja-1"), "doc_type_changed"),
        ("/suex", purchase, "reference_of_another_family"),
    ):
        for query in ("", "?dry_run=1"):
            reply = gateway.request("POST", path + query, body)
            assert (reply.status, reply.json()["code"]) == (409, code), path + query


def test_a_dry_run_under_a_rejected_reference_shows_the_retry(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("reject", "reception", code="096")
    refused = gateway.post("/invoice", invoice("caja-1"))
    gateway.post("/invoice", invoice("caja-2"))
    shown = gateway.post("/invoice?dry_run=1", invoice("caja-1", customer_name="Ana Ramos"))["schema"]["identificacion"]
    assert shown["numeroControl"] == refused["control_number"]
    assert shown["codigoGeneracion"] == refused["generation_code"]
    gateway.time_passes(hours=25)
    later = gateway.post("/invoice?dry_run=1", invoice("caja-1"))["schema"]["identificacion"]
    assert later["numeroControl"] == refused["control_number"]
    assert later["codigoGeneracion"] != refused["generation_code"], "MH takes a code again for 24 hours"
    status = gateway.get("/status/caja-1")
    assert (status["rejected"], status["generation_code"]) == (True, refused["generation_code"])


def test_a_dry_run_under_a_reference_that_is_issued_shows_what_it_has(gateway: RunningGateway) -> None:
    stamped = gateway.post("/invoice", invoice("caja-1"))
    assert gateway.post("/invoice?dry_run=1", invoice("caja-1")) == {**stamped, "is_duplicate": True}
    other = gateway.post("/invoice?dry_run=1", invoice("caja-1", customer_name="Ana Ramos"))
    assert other == {**stamped, "is_duplicate": True, "content_differs": True}
    gateway.emulator.control.fault("down", count=None)
    waiting = gateway.post("/invoice", invoice("caja-2"))
    gateway.emulator.control.behave()
    sent = len(gateway.emulator.control.transmissions())
    assert gateway.post("/invoice?dry_run=1", invoice("caja-2")) == waiting
    assert len(gateway.emulator.control.transmissions()) == sent, "nobody asked MH"


def test_a_dry_run_of_a_note_that_is_issued_names_its_ccf(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b2b-1"))
    body = {"document_id": "b2b-1", "external_ref": "nc-1", "full_adjustment": True}
    gateway.emulator.control.fault("reject", "reception", code="096")
    refused = gateway.post("/credit-memo", body)
    shown = gateway.post("/credit-memo?dry_run=1", body)["schema"]["identificacion"]
    assert shown["numeroControl"] == refused["control_number"]
    made = gateway.post("/credit-memo", body)
    assert gateway.post("/credit-memo?dry_run=1", body) == {**made, "is_duplicate": True}
