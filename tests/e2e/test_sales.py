"""An invoice from the POST to the stamped files, as a client sees it."""

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft7Validator

from ocote.store.documents import register
from tests.e2e.meanwhile import meanwhile
from tests.house import RunningHouse, serving
from tests.official import official_schema

LARGE_TAXPAYER = {
    "name": "Gran Contribuyente de Prueba",
    "nit": "06140201260015",
    "nrc": "2345678",
    "type_contributor": 3,
    "activity_code": "46900",
    "department": "06",
    "municipality": "23",
    "address": "Calle de prueba 1",
    "email": "compras@example.com",
}


def invoice(reference: str | None = None, **more: Any) -> dict[str, Any]:
    """A minimal 01: 2 × 5.65 = 11.30 with VAT, that is 10.00 + 1.30."""
    body: dict[str, Any] = {"lines": [{"description": "Resma de papel", "quantity": 2, "unit_price": 5.65}], **more}
    return body if reference is None else {"external_ref": reference, **body}


def ccf(reference: str) -> dict[str, Any]:
    """A 03 of 113.00 to a large taxpayer: 100.00 + 13.00, 1.00 withheld, 112.00 to pay."""
    return {
        "doc_type": "03",
        "external_ref": reference,
        "customer": LARGE_TAXPAYER,
        "lines": [{"description": "Servicio mensual", "quantity": 1, "unit_price": 113.00}],
    }


def test_an_invoice_to_a_consumer_comes_back_stamped(house: RunningHouse) -> None:
    answer = house.post("/invoice", invoice("caja-1"))
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
    [stored] = house.emulator.control.documents()
    assert stored["generation_code"] == answer["generation_code"]


def test_a_large_taxpayer_withholds_one_percent_of_a_ccf(house: RunningHouse) -> None:
    answer = house.post("/invoice", ccf("b2b-1"))
    assert answer["dte_success"] is True, answer
    amounts = [answer[f"amount_{name}"] for name in ("taxable", "vat", "gross", "withheld", "payable")]
    assert amounts == [Decimal(text) for text in ("100.00", "13.00", "113.00", "1.00", "112.00")]
    assert answer["ticket_url"] == ""


@pytest.mark.parametrize(("doc_type", "filename"), [("01", "fe-f-v2.json"), ("03", "fe-ccf-v4.json")])
def test_version_two_documents_meet_their_official_schema(house_v2: RunningHouse, doc_type: str, filename: str) -> None:
    answer = house_v2.post("/invoice", ccf("x") if doc_type == "03" else invoice("x"))
    assert answer["dte_success"] is True, answer
    signed = house_v2.get(f"/status/{answer['document_id']}?include_dte=1")["schema"]
    assert list(Draft7Validator(official_schema("v2", filename)).iter_errors(signed)) == []


@pytest.mark.parametrize(("doc_type", "filename"), [("01", "fe-fc-v1.json"), ("03", "fe-ccf-v3.json")])
def test_version_one_documents_meet_their_official_schema(house: RunningHouse, doc_type: str, filename: str) -> None:
    answer = house.post("/invoice", ccf("x") if doc_type == "03" else invoice("x"))
    signed = house.get(f"/status/{answer['document_id']}?include_dte=1")["schema"]
    assert list(Draft7Validator(official_schema("v1", filename)).iter_errors(signed)) == []


def test_the_delivered_json_holds_the_signed_bytes_the_signature_and_the_stamp(house: RunningHouse) -> None:
    answer = house.post("/invoice", invoice("caja-1"))
    reply = house.request("GET", "/file/caja-1?type=json")
    assert reply.headers["content-type"] == "application/json"
    delivered = reply.json()
    header, payload, _ = delivered["firmaElectronica"].split(".")
    assert header == "eyJhbGciOiJSUzUxMiJ9"
    signed = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    assert reply.content.startswith(signed[:-1] + b",")
    assert list(delivered)[-2:] == ["firmaElectronica", "selloRecibido"]
    assert delivered["selloRecibido"] == answer["reception_stamp"]
    assert json.loads(signed)["identificacion"]["numeroControl"] == answer["control_number"]


def test_both_pdfs_of_an_invoice_can_be_fetched_with_header_or_key(house: RunningHouse) -> None:
    house.post("/invoice", invoice("caja-1"))
    for kind in ("ticket", "invoice"):
        reply = house.request("GET", f"/file/caja-1?type={kind}")
        assert (reply.status, reply.headers["content-type"]) == (200, "application/pdf")
        assert reply.content.startswith(b"%PDF-")
    old_way = house.request("GET", f"/file/caja-1?type=ticket&key={house.key}", key="")
    assert old_way.status == 200
    assert old_way.headers["deprecation"] == "true"


def test_a_document_is_found_by_id_reference_and_control_number(house: RunningHouse) -> None:
    answer = house.post("/invoice", invoice("tienda/100%"))
    for name in (answer["document_id"], "tienda%2F100%25", answer["control_number"]):
        assert house.get(f"/status/{name}")["document_id"] == answer["document_id"]


def test_a_repeated_reference_answers_with_the_original_and_sends_nothing(house: RunningHouse) -> None:
    first = house.post("/invoice", invoice("caja-1"))
    sent = house.emulator.control.counts()
    again = house.post("/invoice", invoice("caja-1"))
    assert again == {**first, "is_duplicate": True}
    other = house.post(
        "/invoice", {**invoice("caja-1"), "lines": [{"description": "Otra", "quantity": 1, "unit_price": 99}]}
    )
    assert other["content_differs"] is True
    assert other["amount_gross"] == first["amount_gross"]
    assert house.emulator.control.counts() == sent


def test_an_idempotency_key_stands_in_for_a_missing_reference(house: RunningHouse) -> None:
    first = house.post("/invoice", invoice(), headers={"Idempotency-Key": "k-1"})
    again = house.post("/invoice", invoice(), headers={"Idempotency-Key": "k-1"})
    assert again["document_id"] == first["document_id"]
    assert first["external_ref"] == "k-1"


def test_without_a_reference_each_call_is_a_document_of_its_own(house: RunningHouse) -> None:
    answers = [house.post("/invoice", invoice()) for _ in range(2)]
    assert [a["control_number"][-1] for a in answers] == ["1", "2"]
    assert all(a["external_ref"] == a["document_id"] for a in answers)


def test_fifty_callers_at_once_make_one_document(house: RunningHouse) -> None:
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: house.post("/invoice", invoice("rush")), range(50)))
    assert sum(not answer["is_duplicate"] for answer in answers) == 1
    told = {json.dumps({**answer, "is_duplicate": None}, default=str) for answer in answers}
    assert len(told) == 1, told
    assert house.emulator.control.counts()["reception"] == 1
    following = house.post("/invoice", invoice("next"))
    assert following["control_number"].endswith("000002")


def test_many_references_at_once_are_numbered_without_gaps(house: RunningHouse) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda i: house.post("/invoice", invoice(f"r-{i}")), range(48)))
    assert sorted(int(a["control_number"][-15:]) for a in answers) == list(range(1, 49))
    assert all(a["dte_success"] for a in answers)


def test_a_reference_cannot_change_its_type(house: RunningHouse) -> None:
    house.post("/invoice", invoice("caja-1"))
    refused = house.request("POST", "/invoice", ccf("caja-1"))
    # A stamped document is a duplicate whatever is asked; only its type may not differ (contract D11).
    assert refused.status == 409
    assert refused.json()["code"] == "doc_type_changed"


def test_a_dry_run_shows_the_document_and_uses_no_number(house: RunningHouse) -> None:
    preview = house.post("/invoice?dry_run=1", invoice("caja-1"))
    assert json.dumps(preview, default=str).count("DTE-01-M001P001-000000000000001") >= 1
    assert house.request("GET", "/status/caja-1").status == 404
    assert house.emulator.control.counts().get("reception", 0) == 0
    assert house.post("/invoice", invoice("caja-1"))["control_number"].endswith("000001")


def test_a_refused_request_stores_nothing_and_uses_no_number(house: RunningHouse) -> None:
    bad = house.request("POST", "/invoice", {**invoice("caja-1"), "lines": []})
    assert bad.status == 400
    assert house.request("GET", "/status/caja-1").status == 404
    assert house.post("/invoice", invoice("caja-1"))["control_number"].endswith("000001")


def test_an_unidentified_buyer_of_a_large_amount_is_refused_by_the_edition_in_force(house: RunningHouse) -> None:
    body = {**invoice("caja-1"), "lines": [{"description": "Refrigeradora", "quantity": 1, "unit_price": 1095.00}]}
    reply = house.request("POST", "/invoice", body)
    assert reply.status == 400, "Normativa v1.x wants the buyer from 1,095.00 on (rules.md 9)"
    assert reply.json()["errors"][0]["field"].startswith("customer")


def test_version_two_lets_an_unidentified_buyer_spend_more(house_v2: RunningHouse) -> None:
    body = {**invoice("caja-1"), "lines": [{"description": "Refrigeradora", "quantity": 1, "unit_price": 1095.00}]}
    assert house_v2.post("/invoice", body)["dte_success"] is True


def test_what_a_customer_record_knows_completes_a_later_document(house: RunningHouse) -> None:
    house.post("/invoice", ccf("first"))
    minimal = {key: LARGE_TAXPAYER[key] for key in ("name", "nit", "nrc", "type_contributor")}
    later = house.post("/invoice", {**ccf("later"), "customer": minimal})
    receiver = house.get(f"/status/{later['document_id']}?include_dte=1")["schema"]["receptor"]
    assert receiver["direccion"]["complemento"] == "Calle de prueba 1"
    assert receiver["codActividad"] == "46900"


def test_what_calls_at_once_tell_of_a_customer_is_all_known_afterwards(
    house: RunningHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two find no record of a person and both make it; then two find the same one and both change it."""
    who = {"name": "Ana Beltrán", "dui": "00016297-5"}
    made = ({"email": "ana@example.com"}, {"phone": "7000-0000"})
    changed = ({"activity_code": "46900"}, {"department": "06", "municipality": "23", "address": "Calle 1"})
    for first, second in (made, changed):
        meanwhile(monkeypatch, register, lambda told=first: house.post("/invoice", invoice(customer={**who, **told})))
        house.post("/invoice", invoice(customer={**who, **second}))
    said = house.post("/invoice?dry_run=1", invoice(customer=who))["schema"]["receptor"]
    assert (said["correo"], said["telefono"], said["codActividad"]) == ("ana@example.com", "7000-0000", "46900")
    assert said["direccion"]["complemento"] == "Calle 1"


def test_two_gateways_told_of_one_customer_at_once_keep_both_news(house: RunningHouse) -> None:
    """Documents of different types are numbered apart, so nothing else makes one wait for the other."""
    who = {"name": "Ana Beltrán", "dui": "00016297-5"}
    lines = [{"description": "Tela", "quantity": 1, "unit_price": 4}]
    with serving(house.settings, house.clock, with_worker=False) as url, ThreadPoolExecutor(2) as pool:
        other = replace(house, url=url)
        for i in range(8):
            email, phone = f"ana{i}@example.com", f"7000-000{i}"
            sold = pool.submit(house.post, "/invoice", invoice(customer={**who, "email": email}))
            bought = pool.submit(other.post, "/suex", {"lines": lines, "subject": {**who, "phone": phone}})
            assert sold.result()["dte_success"] is bought.result()["dte_success"] is True
            known = house.post("/invoice?dry_run=1", invoice(customer=who))["schema"]["receptor"]
            assert (known["correo"], known["telefono"]) == (email, phone)


def test_a_mistyped_nrc_does_not_take_one_customer_for_another(house: RunningHouse) -> None:
    house.emulator.control.fault("reject", "reception", code="008")
    other = {**LARGE_TAXPAYER, "name": "Otro Contribuyente de Prueba", "nit": "06140102260013"}
    assert house.post("/invoice", {**ccf("mistyped"), "customer": other})["rejected"] is True
    minimal = {key: LARGE_TAXPAYER[key] for key in ("name", "nit", "nrc", "type_contributor")}
    house.post("/invoice", {**ccf("right"), "customer": minimal})
    receiver = house.get("/status/right?include_dte=1")["schema"]["receptor"]
    assert receiver["correo"] != other["email"], "the two have another NIT"
    corrected = {**minimal, "name": other["name"], "nit": other["nit"], "nrc": "345678"}
    house.post("/invoice", {**ccf("mistyped"), "customer": corrected})
    assert house.get("/status/mistyped?include_dte=1")["schema"]["receptor"]["correo"] == other["email"]


def test_a_customer_known_by_its_nrc_alone_is_known_again_by_its_nit(house: RunningHouse) -> None:
    known = {key: LARGE_TAXPAYER[key] for key in ("name", "nrc", "email")}
    house.post("/invoice", invoice("caja-1", customer=known))
    minimal = {key: LARGE_TAXPAYER[key] for key in ("name", "nit", "nrc", "type_contributor")}
    house.post("/invoice", {**ccf("b2b-1"), "customer": minimal})
    assert house.get("/status/b2b-1?include_dte=1")["schema"]["receptor"]["correo"] == known["email"]


def test_a_key_sees_only_its_own_company(house: RunningHouse) -> None:
    house.post("/invoice", invoice("caja-1"))
    assert house.request("GET", "/status/caja-1", key="odt_" + "0" * 56).status == 401


def test_a_dry_run_refuses_a_reference_as_issuing_does(house: RunningHouse) -> None:
    house.post("/invoice", invoice("caja-1"))
    seller = {"name": "Marta Alvarenga", "dui": "00016297-5"}
    purchase = {**invoice("caja-1"), "subject": seller}
    for path, body, code in (
        ("/invoice", ccf("caja-1"), "doc_type_changed"),
        ("/suex", purchase, "reference_of_another_family"),
    ):
        for query in ("", "?dry_run=1"):
            reply = house.request("POST", path + query, body)
            assert (reply.status, reply.json()["code"]) == (409, code), path + query


def test_a_dry_run_under_a_rejected_reference_shows_the_retry(house: RunningHouse) -> None:
    house.emulator.control.fault("reject", "reception", code="096")
    refused = house.post("/invoice", invoice("caja-1"))
    house.post("/invoice", invoice("caja-2"))
    shown = house.post("/invoice?dry_run=1", invoice("caja-1", customer_name="Ana Ramos"))["schema"]["identificacion"]
    assert shown["numeroControl"] == refused["control_number"]
    assert shown["codigoGeneracion"] == refused["generation_code"]
    house.time_passes(hours=25)
    later = house.post("/invoice?dry_run=1", invoice("caja-1"))["schema"]["identificacion"]
    assert later["numeroControl"] == refused["control_number"]
    assert later["codigoGeneracion"] != refused["generation_code"], "MH takes a code again for 24 hours"
    status = house.get("/status/caja-1")
    assert (status["rejected"], status["generation_code"]) == (True, refused["generation_code"])


def test_a_dry_run_under_a_reference_that_is_issued_shows_what_it_has(house: RunningHouse) -> None:
    stamped = house.post("/invoice", invoice("caja-1"))
    assert house.post("/invoice?dry_run=1", invoice("caja-1")) == {**stamped, "is_duplicate": True}
    other = house.post("/invoice?dry_run=1", invoice("caja-1", customer_name="Ana Ramos"))
    assert other == {**stamped, "is_duplicate": True, "content_differs": True}
    house.emulator.control.fault("down", count=None)
    waiting = house.post("/invoice", invoice("caja-2"))
    house.emulator.control.behave()
    sent = len(house.emulator.control.transmissions())
    assert house.post("/invoice?dry_run=1", invoice("caja-2")) == waiting
    assert len(house.emulator.control.transmissions()) == sent, "nobody asked MH"


def test_a_dry_run_of_a_note_that_is_issued_names_its_ccf(house: RunningHouse) -> None:
    house.post("/invoice", ccf("b2b-1"))
    body = {"document_id": "b2b-1", "external_ref": "nc-1", "full_adjustment": True}
    house.emulator.control.fault("reject", "reception", code="096")
    refused = house.post("/credit-memo", body)
    shown = house.post("/credit-memo?dry_run=1", body)["schema"]["identificacion"]
    assert shown["numeroControl"] == refused["control_number"]
    made = house.post("/credit-memo", body)
    assert house.post("/credit-memo?dry_run=1", body) == {**made, "is_duplicate": True}
