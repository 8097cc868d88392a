"""What a sale says beside its amounts, and buyers without NIT and DUI, as a client sees them (wider-sales.md 4)."""

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ocote.clock import local_date
from ocote.documents.view import Refused
from ocote.dte.mentions import RelatedDocument
from ocote.issuing.related import found_related
from ocote.store.engine.opening import open_store
from tests.builders.bodies import ccf, export, invoice
from tests.builders.company import EXPORT_SETTINGS, NIT
from tests.e2e.answers import refusal
from tests.e2e.worker import send_what_is_due
from tests.e2e.written import assert_official, invalidations, signed
from tests.outbox.mail_server import MailServer, open_mail_server
from tests.running_gateway import NEVER, RunningGateway, running_gateway

NOTE_CODE = "E8B60BA3-8901-47EC-AC04-9E8F603C38DC"
PRINCIPAL = {"name": "Cooperativa El Jabalí de R.L.", "nit": "0614-010190-002-0"}
GUEST = {
    "name": "Visitante de lejos",
    "document_type": "03",
    "document_number": "A1234567",
    "country": "US",
    "address": "742 Evergreen Terrace, Springfield",
    "email": "visitante@example.com",
}
DELIVERY = {
    "delivered_by": "Bodeguero de turno",
    "delivered_by_document": "00016297-5",
    "received_by": "Recepcionista",
    "received_by_document": "A1234567",
    "vehicle_plate": "P123456",
}
ROW = {"field": "orden", "label": "Orden de compra", "value": "OC-1"}


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with open_mail_server() as opened:
        yield opened


@pytest.fixture(params=["v1", "v2"])
def seller(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, mail_server: MailServer
) -> Iterator[RunningGateway]:
    """A gateway of a company that exports and sends mail, in each edition."""
    edition_from = NEVER if request.param == "v1" else "2026-01-01"
    company = mail_server.company + EXPORT_SETTINGS
    with running_gateway(database_url, tmp_path, edition_from=edition_from, company=company) as running:
        yield running


@pytest.fixture
def exporter(database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    with running_gateway(database_url, tmp_path, company=EXPORT_SETTINGS) as running:
        yield running


def today(gateway: RunningGateway) -> date:
    return local_date(gateway.clock())


def delivery_note(gateway: RunningGateway, **more: Any) -> dict[str, Any]:
    return {"doc_type": "04", "generation_code": NOTE_CODE, "issued_on": today(gateway).isoformat(), **more}


def is_version_two(document: dict[str, Any]) -> bool:
    return "extension" not in document


def inland(gateway: RunningGateway, doc_type: str) -> dict[str, Any]:
    body = ccf("venta-1") if doc_type == "03" else invoice("venta-1")
    return body | {
        "on_behalf_of": PRINCIPAL,
        "related_documents": [delivery_note(gateway)],
        "documents": [{"side": "receiver", "name": "Orden de compra", "detail": "OC-1"}],
        "doctors": [
            {"name": "Médica de turno", "nit": "0614-010190-002-0", "service": 2},
            {"name": "Médico de paso", "document_number": "P-998877", "service": 1},
        ],
        "remarks": "Entregado en recepción",
        "appendix": [ROW],
        "delivery": DELIVERY,
    }


@pytest.mark.parametrize("doc_type", ["01", "03"])
def test_a_sale_says_everything_that_it_was_asked_to_say(either_gateway: RunningGateway, doc_type: str) -> None:
    gateway = either_gateway
    answer = gateway.post("/invoice", inland(gateway, doc_type))
    assert answer["dte_success"] is True, answer
    assert "warnings" not in answer or {each["code"] for each in answer["warnings"]} <= {"buyer_field_filled"}
    said = signed(gateway, answer)
    assert_official(said)
    second = is_version_two(said)
    assert said["ventaTercero"] == {"nit": "06140101900020", "nombre": PRINCIPAL["name"]} | (
        {"codDomiciliado": 1} if second else {}
    )
    assert said["documentoRelacionado"] == [
        {"tipoDocumento": "04", "tipoGeneracion": 2, "numeroDocumento": NOTE_CODE,
         "fechaEmision": today(gateway).isoformat()},
    ]  # fmt: skip
    assert [line["numeroDocumento"] for line in said["cuerpoDocumento"]] == [NOTE_CODE]
    assert [row["codDocAsociado"] for row in said["otrosDocumentos"]] == [2, 3, 3]
    assert said["otrosDocumentos"][2]["medico"]["docIdentificacion"] == "P-998877"
    labels = [row["etiqueta"] for row in said["apendice"]]
    if second:
        assert said["resumen"]["observaciones"] == "Entregado en recepción"
        assert labels == [
            "Orden de compra", "Entrega", "Documento de quien entrega", "Recibe", "Documento de quien recibe",
            "Placa del vehículo",
        ]  # fmt: skip
    else:
        assert said["extension"] == {
            "nombEntrega": "Bodeguero de turno", "docuEntrega": "00016297-5", "nombRecibe": "Recepcionista",
            "docuRecibe": "A1234567", "observaciones": "Entregado en recepción", "placaVehiculo": "P123456",
        }  # fmt: skip
        assert labels == ["Orden de compra"]


def test_an_export_says_everything_that_its_edition_can_say(seller: RunningGateway) -> None:
    truck = {"mode": 1, "plate": "C123456", "driver_document": "CR1234-5", "driver_name": "Conductor de turno"}
    permit = {"side": "issuer", "name": "Permiso zoosanitario", "detail": "PZ-1"}
    body = export(documents=[permit], transport=[truck], remarks="Carga frágil", appendix=[ROW])
    body["customer"] |= {"document_type": "03", "document_number": "A1234567", "trade_name": "La Importadora"}
    answer = seller.post("/invoice", body)
    assert answer["dte_success"] is True, answer
    said = signed(seller, answer)
    assert_official(said)
    buyer = said["receptor"]
    assert (buyer["tipoDocumento"], buyer["numDocumento"], buyer["tipoPersona"]) == ("03", "A1234567", 1)
    assert buyer["nombreComercial"] == "La Importadora"
    assert [row["codDocAsociado"] for row in said["otrosDocumentos"]] == [1, 4]
    assert said["otrosDocumentos"][1]["numConductor"] == "CR1234-5"
    assert said["resumen"]["observaciones"] == "Carga frágil"
    assert said["apendice"] == [{"campo": "orden", "etiqueta": "Orden de compra", "valor": "OC-1"}]
    more = export(
        "exp-2", related_documents=[delivery_note(seller)], bought_for={"name": "Final", "document_number": "X-1"}
    )
    if is_export_of_version_two(said):
        told = signed(seller, seller.post("/invoice", more))
        assert_official(told)
        assert told["compraTercero"] == {"numDocumento": "X-1", "nombre": "Final"}
        assert told["documentoRelacionado"][0]["numeroDocumento"] == NOTE_CODE
    else:
        assert refusal(seller, "/invoice", more) == (409, "not_in_edition")


def is_export_of_version_two(document: dict[str, Any]) -> bool:
    version: int = document["identificacion"]["version"]
    return version == 3


def test_a_passport_holder_is_a_customer_like_any_other(seller: RunningGateway, mail_server: MailServer) -> None:
    answer = seller.post("/invoice", invoice("caja-1", customer=GUEST))
    assert answer["dte_success"] is True, answer
    said = signed(seller, answer)
    assert_official(said)
    buyer = said["receptor"]
    assert (buyer["tipoDocumento"], buyer["numDocumento"], buyer["nombre"]) == ("03", "A1234567", GUEST["name"])
    if is_version_two(said):
        assert buyer["direccion"] == {
            "departamento": "00", "municipio": "00", "distrito": "00", "complemento": GUEST["address"],
        }  # fmt: skip
        assert "warnings" not in answer
    else:
        assert buyer["direccion"] is None
        left_out = {(each["code"], each["field"]) for each in answer["warnings"]}
        assert left_out == {("field_left_out", "customer.country"), ("field_left_out", "customer.address")}
    send_what_is_due(seller)
    assert [mail["To"] for mail in mail_server.mails] == [GUEST["email"]]
    [listed] = seller.get("/documents?customer=lejos")["documents"]
    assert listed["document_id"] == answer["document_id"]
    day = today(seller).isoformat()
    index = seller.request("GET", f"/documents/export?date_from={day}&date_to={day}&format=csv")
    assert "A1234567" in index.content.decode("utf-8-sig")
    for kind in ("ticket", "invoice"):
        assert seller.request("GET", f"/file/caja-1?type={kind}").content.startswith(b"%PDF-")


def test_the_sale_to_a_passport_holder_is_cancelled_with_the_passport(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    gateway.post("/invoice", invoice("caja-1", customer=GUEST))
    answer = gateway.post("/invalidate/caja-1", None)
    assert answer["invalidated"] is True, answer
    [event] = invalidations(gateway)
    assert_official(event)
    named = event["documento"]
    assert (named["tipoDocumento"], named["numDocumento"], named["nombre"]) == ("03", "A1234567", GUEST["name"])


def test_every_identity_document_satisfies_the_threshold(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    large = {"description": "Joya", "quantity": 1, "unit_price": 30000.00}
    for kind, number in (("02", "CR-778812"), ("03", "A1234567"), ("37", "TAX-99"), ("13", "00016297-5")):
        customer = {"name": "Cliente grande", "document_type": kind, "document_number": number}
        answer = gateway.post("/invoice", {"lines": [large], "customer": customer})
        assert answer["dte_success"] is True, answer
        assert signed(gateway, answer)["receptor"]["tipoDocumento"] == kind
    assert refusal(gateway, "/invoice", {"lines": [large]}) == (400, "receiver_not_identified")


def test_a_nit_or_dui_sent_as_a_document_is_the_nit_or_dui_of_the_customer(either_gateway: RunningGateway) -> None:
    gateway, body = either_gateway, ccf("b2b-1")
    body["customer"] |= {"document_type": "36", "document_number": body["customer"].pop("nit"), "trade_name": "GC"}
    said = signed(gateway, gateway.post("/invoice", body))
    assert (said["receptor"]["nit"], said["receptor"]["nombreComercial"]) == ("06140201260015", "GC")
    again = gateway.post("/invoice", ccf("b2b-2"))
    assert signed(gateway, again)["receptor"]["nombreComercial"] == "GC"
    assert ("remembered", "customer.trade_name") in {(each["code"], each["field"]) for each in again["warnings"]}
    note = gateway.post("/credit-memo", {"document_id": "b2b-2", "external_ref": "nc-1"})
    assert signed(gateway, note)["receptor"]["nombreComercial"] == "GC"


def test_an_nrc_beside_a_dui_is_left_out_as_ever_and_refused_beside_the_new_field(gateway: RunningGateway) -> None:
    natural = {"name": "Comerciante de paso", "nrc": "231894-5"}
    answer = gateway.post("/invoice", invoice(customer=natural | {"dui": "00016297-5"}))
    assert [(each["code"], each["field"]) for each in answer["warnings"]] == [("field_left_out", "customer.nrc")]
    shown = natural | {"document_type": "13", "document_number": "00016297-5"}
    assert faults(gateway, invoice(customer=shown)) == {("nrc_needs_nit", "customer.nrc")}


def test_a_paper_note_and_several_notes_are_named_line_by_line(either_gateway: RunningGateway) -> None:
    gateway, day = either_gateway, today(either_gateway).isoformat()
    lines = [{"description": f"Bien {n}", "quantity": 1, "unit_price": 1, "related": n} for n in (1, 0)]
    paper = {"doc_type": "04", "number": "NR-15", "issued_on": day}
    answer = gateway.post("/invoice", {"lines": lines, "related_documents": [paper, delivery_note(gateway)]})
    assert answer["dte_success"] is True, answer
    said = signed(gateway, answer)
    assert_official(said)
    assert [each["tipoGeneracion"] for each in said["documentoRelacionado"]] == [1, 2]
    assert [line["numeroDocumento"] for line in said["cuerpoDocumento"]] == [NOTE_CODE, "NR-15"]


def test_an_own_document_is_looked_up_and_has_the_wrong_type(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    own = {"related_documents": [{"document_id": "caja-1"}]}
    assert refusal(gateway, "/invoice", invoice("caja-2", **own)) == (400, "related_type_not_allowed")
    unknown = {"related_documents": [{"document_id": "nadie"}]}
    assert refusal(gateway, "/invoice", invoice("caja-2", **unknown)) == (400, "related_not_found")
    assert gateway.post("/invoice", invoice("caja-2"))["control_number"].endswith("02"), "no number was used"


def test_an_own_document_is_not_one_of_another_system(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    sold = gateway.post("/invoice", invoice("caja-1"))
    day = today(gateway).isoformat()
    on_paper: dict[str, Any] = {"doc_type": "04", "issued_on": day}
    named = {
        "generation_code": delivery_note(gateway, generation_code=sold["generation_code"].lower()),
        "number": on_paper | {"number": sold["control_number"].lower()},
    }
    for field, each in named.items():
        for doc_type in ("01", "03"):
            body = ccf("b2b-1") if doc_type == "03" else invoice("caja-2")
            refused = ("related_type_not_allowed", f"related_documents[0].{field}")
            assert faults(gateway, body | {"related_documents": [each]}) == {refused}
    strange = invoice("caja-2", related_documents=[delivery_note(gateway), on_paper | {"number": "NR-15"}])
    strange["lines"] = [strange["lines"][0] | {"related": position} for position in (0, 1)]
    assert gateway.post("/invoice", strange)["control_number"].endswith("02"), "no number was used"


def test_an_own_document_has_to_be_stamped_and_alive(gateway: RunningGateway) -> None:
    """No type that the gateway issues may be related yet: the look-up is asked for a 01 in the place of a 04."""

    def found(reference: str | RelatedDocument) -> tuple[RelatedDocument, ...]:
        async def look_up() -> tuple[RelatedDocument, ...]:
            async with open_store(gateway.database_url) as store:
                return await store.read(found_related, 1, (reference,), ("01",), lambda *_: True)

        return asyncio.run(look_up())

    answer = gateway.post("/invoice", invoice("caja-1"))
    assert found(answer["control_number"]) == (RelatedDocument("01", answer["generation_code"], today(gateway)),)
    by_code = RelatedDocument("01", answer["generation_code"], today(gateway))
    assert found(by_code) == (by_code,)
    gateway.post("/invalidate/caja-1", None)
    with pytest.raises(Refused) as of_code:
        found(by_code)
    assert of_code.value.code == "already_invalidated"
    with pytest.raises(Refused) as cancelled:
        found("caja-1")
    assert cancelled.value.code == "already_invalidated"
    gateway.emulator.control.fault("reject", "reception", code="096")
    gateway.post("/invoice", invoice("caja-2"))
    with pytest.raises(Refused) as rejected:
        found("caja-2")
    assert rejected.value.code == "document_not_stamped"


def test_a_delivery_note_is_named_in_its_month_and_three_days_after_it(gateway: RunningGateway) -> None:
    gateway.is_now(2026, 7, 3)
    noted: dict[str, Any] = {"related_documents": [delivery_note(gateway, issued_on="2026-06-04")]}
    assert gateway.post("/invoice", invoice("caja-1", **noted))["dte_success"] is True
    gateway.is_now(2026, 7, 4)
    reply = gateway.request("POST", "/invoice", invoice("caja-2", **noted))
    [fault] = reply.json()["errors"]
    assert (reply.status, fault["code"], fault["field"]) == (400, "related_too_old", "related_documents[0]")
    assert "03/07/2026" in fault["message"]
    settled = {"related_documents": [delivery_note(gateway, doc_type="09", issued_on="2026-06-30")]}
    assert refusal(gateway, "/invoice", invoice("caja-2", **settled)) == (400, "related_too_old")
    tomorrow = (today(gateway) + timedelta(days=1)).isoformat()
    later = {"related_documents": [delivery_note(gateway, issued_on=tomorrow)]}
    assert refusal(gateway, "/invoice", invoice("caja-2", **later)) == (400, "related_after_document")


def faults(gateway: RunningGateway, body: dict[str, Any]) -> set[tuple[str, str]]:
    reply = gateway.request("POST", "/invoice", body)
    assert reply.status == 400, reply.content
    return {(each["code"], each["field"]) for each in reply.json()["errors"]}


def test_what_the_edition_cannot_say_is_refused_before_a_number_is_used(exporter: RunningGateway) -> None:
    foreign: dict[str, Any] = {"on_behalf_of": {"name": "Principal de afuera", "nit": "TIN-77", "domiciled": False}}
    reply = exporter.request("POST", "/invoice", invoice("caja-1", **foreign))
    assert (reply.status, reply.json()["code"]) == (409, "not_in_edition")
    assert "on_behalf_of.domiciled" in reply.json()["detail"]
    bought: dict[str, Any] = {"bought_for": {"name": "Final", "document_number": "X-1"}}
    assert refusal(exporter, "/invoice", export(**bought)) == (409, "not_in_edition")
    noted: dict[str, Any] = {"related_documents": [delivery_note(exporter)]}
    assert refusal(exporter, "/invoice", export(**noted)) == (409, "not_in_edition")
    assert exporter.post("/invoice", invoice("caja-1"))["control_number"].endswith("01")


def test_the_texts_of_an_edition_have_its_lengths(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    short = inland(gateway, "01") | {
        "documents": [{"side": "issuer", "name": "P", "detail": "1"}],
        "doctors": [{"name": "M", "document_number": "P", "service": 1}],
        "delivery": {"delivered_by": "Ana"},
    }
    reply = gateway.request("POST", "/invoice", short)
    found = {(each["code"], each["field"]) for each in reply.json()["errors"]}
    first = {("text_too_short", "doctors[0].document_number"), ("text_too_short", "delivery.delivered_by")}
    second = {("text_too_short", "documents[0].name"), ("text_too_short", "documents[0].detail")}
    assert found in (first, second)


def test_an_appendix_has_room_for_ten_rows_with_those_of_the_delivery(gateway_v2: RunningGateway) -> None:
    rows = [ROW | {"value": str(number)} for number in range(6)]
    assert faults(gateway_v2, invoice(appendix=rows, delivery=DELIVERY)) == {("appendix_too_long", "appendix")}
    assert gateway_v2.post("/invoice", invoice(appendix=rows[:5], delivery=DELIVERY))["dte_success"] is True


def test_a_company_is_not_its_own_principal(either_gateway: RunningGateway) -> None:
    own: dict[str, Any] = {"on_behalf_of": {"name": "La misma", "nit": NIT}}
    assert faults(either_gateway, invoice(**own)) == {("third_party_is_issuer", "on_behalf_of.nit")}


@pytest.mark.parametrize("written", [NIT, f"{NIT[:4]}-{NIT[4:10]}-{NIT[10:13]}-{NIT[13]}", f" {NIT[:4]} {NIT[4:]}"])
def test_nor_is_it_a_principal_abroad(gateway_v2: RunningGateway, written: str) -> None:
    abroad: dict[str, Any] = {"on_behalf_of": {"name": "La misma", "nit": written, "domiciled": False}}
    assert faults(gateway_v2, invoice(**abroad)) == {("third_party_is_issuer", "on_behalf_of.nit")}
    abroad["on_behalf_of"]["nit"] = f"X{NIT}"
    assert gateway_v2.post("/invoice", invoice(**abroad))["dte_success"] is True


LARGE = {"description": "Maquinaria", "quantity": 1, "unit_price": 12000.00}


def test_persons_whom_the_law_demands_are_whole_before_a_number_is_used(gateway: RunningGateway) -> None:
    named: dict[str, Any] = {"name": "Cliente grande", "document_type": "03", "document_number": "A1234567"}
    half = {"lines": [LARGE], "customer": named, "delivery": {"received_by": "Recepcionista"}}
    assert faults(gateway, half) == {("field_required", "delivery.received_by_document")}
    taxpayer = ccf("b2b-1") | {"lines": [LARGE], "delivery": {"delivered_by_document": "00016297-5"}}
    assert faults(gateway, taxpayer) == {("field_required", "delivery.delivered_by")}
    short: dict[str, Any] = {"lines": [LARGE], "customer": named | {"name": "Luz", "document_number": "A12"}}
    assert faults(gateway, short) == {
        ("text_too_short", "customer.name"),
        ("text_too_short", "customer.document_number"),
    }
    received = {"received_by": "Recepcionista", "received_by_document": "A1234567"}
    said = signed(gateway, gateway.post("/invoice", short | {"delivery": received}))
    assert said["identificacion"]["numeroControl"].endswith("01"), "no number was used"
    assert (said["extension"]["nombRecibe"], said["receptor"]["nombre"]) == ("Recepcionista", "Luz")
    assert said["extension"]["nombEntrega"]
    assert gateway.post("/invoice", taxpayer | {"delivery": DELIVERY})["control_number"].endswith("01")


@pytest.mark.parametrize("delivery", [{"received_by": "Recepcionista"}, {"delivered_by_document": "00016297-5"}])
def test_half_a_person_is_said_as_it_is_where_no_law_of_the_edition_demands_the_rest(
    either_gateway: RunningGateway, delivery: dict[str, Any]
) -> None:
    assert either_gateway.post("/invoice", invoice(delivery=delivery))["dte_success"] is True


def test_the_own_country_makes_no_address_abroad(gateway_v2: RunningGateway) -> None:
    at_home = {"name": "Cliente de paso", "document_type": "02", "document_number": "CR-778812", "country": "SV"}
    answer = gateway_v2.post("/invoice", invoice(customer=at_home))
    assert [(each["code"], each["field"]) for each in answer["warnings"]] == [("field_ignored", "customer.country")]
    assert signed(gateway_v2, answer)["receptor"]["direccion"] is None


def test_a_principal_and_a_settlement_exclude_each_other(either_gateway: RunningGateway) -> None:
    noted: dict[str, Any] = {
        "related_documents": [delivery_note(either_gateway, doc_type="09")],
        "on_behalf_of": PRINCIPAL,
    }
    assert faults(either_gateway, invoice(**noted)) == {("third_party_beside_settlement", "on_behalf_of")}


def test_related_documents_are_of_one_type_that_the_document_admits(either_gateway: RunningGateway) -> None:
    gateway, paper = either_gateway, {"doc_type": "08", "number": "L-1", "issued_on": today(either_gateway).isoformat()}
    line = {"description": "Bien", "quantity": 1, "unit_price": 1}
    lines = [line | {"related": 0}, line | {"related": 1}, line | {"related": 2}]
    body = {"lines": lines, "related_documents": [delivery_note(gateway), paper, delivery_note(gateway)]}
    assert faults(gateway, body) == {
        ("related_types_mixed", "related_documents"),
        ("related_type_not_allowed", "related_documents[1]"),
        ("related_repeated", "related_documents[2]"),
    }
    settled = ccf("b2b-1") | {"related_documents": [paper]}
    assert gateway.post("/invoice", settled)["dte_success"] is True


def test_modes_of_transport_and_remarks_are_fewer_in_version_one(exporter: RunningGateway) -> None:
    mail = {"mode": 6, "plate": "C123456", "driver_document": "CR1234-5", "driver_name": "Conductor de turno"}
    assert faults(exporter, export(transport=[mail], remarks="x" * 501)) == {
        ("transport_mode_unknown", "transport[0].mode"),
        ("text_too_long", "remarks"),
    }
