"""Buyers by any document, and what belongs to a sale, as POST /invoice reads and refuses them (wider-sales.md 4.5)."""

from datetime import date
from typing import Any

import pytest

from ocote.dte.mentions import (
    AppendixRow,
    AssociatedDocument,
    Delivery,
    Doctor,
    FinalBuyer,
    Mentions,
    RelatedDocument,
    ThirdParty,
    Transport,
)
from ocote.dte.sale import IdentityDocument
from ocote.issuing.request import CustomerData, InvoiceRequest, Place
from ocote.requests.invoice import read_invoice
from ocote.requests.note import read_note
from ocote.requests.purchase import read_purchase
from ocote.web.invalid import InvalidRequest
from tests.builders.bodies import IMPORTER, ccf, export, invoice, purchase
from tests.requests.reading import as_sent, faults_of

NIT = "0614-010190-002-0"
CODE = "E8B60BA3-8901-47EC-AC04-9E8F603C38DC"
DOCUMENT = {"side": "issuer", "name": "Permiso", "detail": "P-1"}
DOCTOR = {"name": "Médica de turno", "nit": NIT, "service": 2}
TRUCK = {"mode": 1, "plate": "C123456", "driver_document": "CR1234-5", "driver_name": "Conductor"}
ROW = {"field": "orden", "label": "Orden de compra", "value": "OC-1"}
NOTED = {"doc_type": "04", "generation_code": CODE, "issued_on": "2027-01-14"}
PAPER = {"doc_type": "04", "number": "NR-15", "issued_on": "2027-01-14"}
LINE = {"description": "Resma de papel", "quantity": 2, "unit_price": 5.65}


def read(body: dict[str, Any]) -> InvoiceRequest:
    return read_invoice(as_sent(body))


def buyer(**customer: Any) -> CustomerData:
    found = read(invoice(customer={"name": "Ana"} | customer)).customer
    assert found is not None
    return found


def test_everything_that_an_invoice_says_beside_its_amounts_is_read() -> None:
    found = read(
        invoice(
            on_behalf_of={"name": "Principal", "nit": NIT},
            documents=[DOCUMENT],
            doctors=[DOCTOR, {"name": "Médico de paso", "document_number": "P-9", "service": 1}],
            remarks=" Entregado\nen recepción ",
            appendix=[ROW],
            delivery={"delivered_by": "Ana", "vehicle_plate": "P123456"},
        )
    )
    assert found.mentions == Mentions(
        on_behalf_of=ThirdParty("Principal", "06140101900020"),
        documents=(AssociatedDocument("issuer", "Permiso", "P-1"),),
        doctors=(
            Doctor("Médica de turno", 2, nit="06140101900020"),
            Doctor("Médico de paso", 1, document_number="P-9"),
        ),
        remarks="Entregado\nen recepción",
        appendix=(AppendixRow("orden", "Orden de compra", "OC-1"),),
        delivery=Delivery(delivered_by="Ana", vehicle_plate="P123456"),
    )


def test_everything_that_an_export_says_beside_its_amounts_is_read() -> None:
    found = read(export(bought_for={"name": "Final", "document_number": "X-1"}, transport=[TRUCK]))
    assert found.mentions == Mentions(
        bought_for=FinalBuyer("Final", "X-1"), transport=(Transport(1, "C123456", "CR1234-5", "Conductor"),)
    )


@pytest.mark.parametrize("nothing", [{}, {"documents": []}, {"appendix": []}, {"delivery": {}}, {"remarks": None}])
def test_a_request_that_says_nothing_is_kept_as_before(nothing: dict[str, Any]) -> None:
    assert read(invoice(**nothing)) == read(invoice())


def test_a_principal_abroad_has_another_number_than_a_nit() -> None:
    found = read(invoice(on_behalf_of={"name": "Principal", "nit": "TIN-77", "domiciled": False})).mentions
    assert found is not None
    assert found.on_behalf_of == ThirdParty("Principal", "TIN-77", domiciled=False)
    domiciled = {"on_behalf_of": {"name": "Principal", "nit": "TIN-77"}}
    assert faults_of(read_invoice, invoice() | domiciled) == [("invalid_nit", "on_behalf_of.nit")]


def test_a_passport_is_kept_as_written_and_nit_and_dui_become_those_of_the_buyer() -> None:
    assert buyer(document_type="03", document_number=" a-12 34 ").document == IdentityDocument("03", "a-12 34")
    by_nit = buyer(document_type="36", document_number=NIT, nrc="123456-7")
    assert by_nit == buyer(nit=NIT, nrc="123456-7")
    assert buyer(document_type="13", document_number="00016297-5") == buyer(dui="000162975")


def test_a_country_makes_the_address_one_abroad_but_beside_a_place_in_the_country() -> None:
    abroad = buyer(country="US", address="742 Evergreen Terrace")
    assert (abroad.place, abroad.country) == (Place("00", "00", "00"), "US")
    inland = buyer(country="US", district="0614")
    assert (inland.place, inland.country) == (Place("06", "23", "14"), None)
    assert (buyer(country="SV").place, buyer(country="SV").country) == (None, None)
    free_zone = read(export(customer=IMPORTER | {"country": "SV"})).export
    assert free_zone is not None
    assert free_zone.country == "SV"
    sold = read(export(customer=IMPORTER | {"country": "US"}))
    assert sold.export is not None
    assert sold.export.country == "US"


@pytest.mark.parametrize(
    ("customer", "fault"),
    [
        ({"document_type": "03"}, ("identity_incomplete", "customer.document_number")),
        ({"document_number": "A1"}, ("identity_incomplete", "customer.document_type")),
        ({"document_type": "03", "document_number": "A1", "nit": NIT}, ("identity_twice", "customer.document_type")),
        (
            {"document_type": "03", "document_number": "A1", "dui": "00016297-5"},
            ("identity_twice", "customer.document_type"),
        ),
        ({"document_type": "99", "document_number": "A1"}, ("document_type_unknown", "customer.document_type")),
        ({"document_type": "36", "document_number": "A1"}, ("invalid_nit", "customer.document_number")),
        ({"document_type": "13", "document_number": "1"}, ("invalid_dui", "customer.document_number")),
        ({"document_type": "03", "document_number": "A" * 21}, ("text_too_long", "customer.document_number")),
        ({"document_type": "03", "document_number": "A1", "nrc": "123456-7"}, ("nrc_needs_nit", "customer.nrc")),
        ({"country": "USA"}, ("country_unknown", "customer.country")),
        ({"trade_name": "El Centro"}, ("field_not_here", "customer.trade_name")),
    ],
)
def test_the_identity_of_a_buyer_is_whole_and_one(customer: dict[str, Any], fault: tuple[str, str]) -> None:
    assert faults_of(read_invoice, invoice(customer={"name": "Ana"} | customer)) == [fault]


def test_the_buyer_of_a_ccf_has_a_nit_whatever_field_names_it() -> None:
    body = ccf("b2b-1")
    number = body["customer"].pop("nit")
    by_document = body | {"customer": body["customer"] | {"document_type": "36", "document_number": number}}
    assert read(by_document) == read(ccf("b2b-1"))
    for kind, other in (("03", "A1234567"), ("13", "00016297-5")):
        shown = body | {"customer": body["customer"] | {"document_type": kind, "document_number": other}}
        assert faults_of(read_invoice, shown) == [("ccf_customer_field_missing", "customer.nit")]
    assert faults_of(read_invoice, body) == [("ccf_customer_field_missing", "customer.nit")]


@pytest.mark.parametrize("named", [{"dui": "00016297-5"}, {"document_type": "13", "document_number": "00016297-5"}])
def test_the_dui_of_the_buyer_of_a_ccf_goes_into_the_nit(named: dict[str, Any]) -> None:
    body = ccf("b2b-1")
    del body["customer"]["nit"]

    with pytest.raises(InvalidRequest) as refused:
        read(body | {"customer": body["customer"] | named})

    [found] = refused.value.faults
    assert (found.code, found.field) == ("ccf_customer_field_missing", "customer.nit")
    assert found.message.endswith("; el DUI va en nit")


def test_a_refused_list_of_related_documents_says_what_to_send() -> None:
    lines = [LINE | {"related": 0}]

    with pytest.raises(InvalidRequest) as refused:
        read(invoice(related_documents=[NOTED, {}], lines=lines))

    assert [(each.field, each.message) for each in refused.value.faults] == [
        (
            "related_documents[1].document_id",
            "es obligatorio; uno de otro sistema lleva doc_type, issued_on y number o generation_code",
        ),
        (
            "related_documents[1]",
            "no lo nombra ninguna línea; envíe related: 1 en una línea, o quítelo",
        ),
    ]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (export(doctors=[DOCTOR]), ("documents_not_here", "doctors")),
        (invoice(transport=[TRUCK]), ("documents_not_here", "transport")),
        (ccf("A") | {"bought_for": {"name": "Final", "document_number": "X-1"}}, ("field_not_here", "bought_for")),
        (export(delivery={"delivered_by": "Ana"}), ("field_not_here", "delivery")),
        (
            ccf("A") | {"customer": ccf("A")["customer"] | {"country": "US"}},
            ("field_not_here", "customer.country"),
        ),
        (
            export(customer=IMPORTER | {"country": "US"}, country="DE"),
            ("country_twice", "country"),
        ),
        (
            export(on_behalf_of={"name": "P", "nit": NIT}, bought_for={"name": "Final", "document_number": "X-1"}),
            ("third_parties_both", "bought_for"),
        ),
        (invoice(documents=[DOCUMENT] * 9, doctors=[DOCTOR] * 2), ("documents_too_many", "doctors")),
        (export(documents=[DOCUMENT] * 20, transport=[TRUCK]), ("documents_too_many", "transport")),
        (export(documents=[DOCUMENT] * 21), ("documents_too_many", "documents")),
        (invoice(documents=[DOCUMENT | {"side": "ours"}]), ("document_side_unknown", "documents[0].side")),
        (invoice(documents=[{"side": "issuer", "name": "P"}]), ("field_required", "documents[0].detail")),
        (invoice(doctors=[{"name": "M", "service": 1}]), ("doctor_identity_missing", "doctors[0].nit")),
        (invoice(doctors=[DOCTOR | {"document_number": "P"}]), ("doctor_identity_twice", "doctors[0].document_number")),
        (invoice(doctors=[DOCTOR | {"service": 7}]), ("doctor_service_unknown", "doctors[0].service")),
        (export(transport=[TRUCK | {"mode": 7}]), ("transport_mode_unknown", "transport[0].mode")),
        (export(transport=[TRUCK | {"plate": "C12"}]), ("text_too_short", "transport[0].plate")),
        (
            export(transport=[{"mode": 1, "plate": "C123456", "driver_name": "Conductor"}]),
            ("field_required", "transport[0].driver_document"),
        ),
        (invoice(remarks="x" * 3001), ("text_too_long", "remarks")),
        (invoice(appendix=[ROW] * 11), ("appendix_too_long", "appendix")),
        (invoice(appendix=[ROW | {"value": "x" * 151}]), ("text_too_long", "appendix[0].value")),
        (invoice(delivery={"vehicle_plate": "P1234567890"}), ("text_too_long", "delivery.vehicle_plate")),
    ],
)
def test_what_no_edition_can_say_is_refused_by_field(body: dict[str, Any], fault: tuple[str, str]) -> None:
    assert faults_of(read_invoice, body) == [fault]


def test_related_documents_are_own_ones_by_reference_and_others_by_their_data() -> None:
    lines = [LINE | {"related": 2}, LINE | {"related": 0}, LINE | {"related": 1}]
    found = read({"lines": lines, "related_documents": [{"document_id": "NR-0007"}, NOTED, PAPER]})
    assert found.related == (
        "NR-0007",
        RelatedDocument("04", CODE, date(2027, 1, 14)),
        RelatedDocument("04", "NR-15", date(2027, 1, 14), electronic=False),
    )
    assert [line.related for line in found.lines] == [2, 0, 1]


def test_every_line_comes_from_the_only_related_document() -> None:
    found = read({"lines": [LINE, LINE], "related_documents": [NOTED | {"generation_code": CODE.lower()}]})
    assert found.related == (RelatedDocument("04", CODE, date(2027, 1, 14)),)
    assert [line.related for line in found.lines] == [0, 0]


@pytest.mark.parametrize(
    ("related", "fault"),
    [
        ([], ("related_empty", "related_documents")),
        ([PAPER] * 51, ("related_too_many", "related_documents")),
        ([{}], ("field_required", "related_documents[0].document_id")),
        ([{"document_id": "A", "number": "1"}], ("related_named_twice", "related_documents[0].number")),
        ([NOTED | {"number": "1"}], ("related_named_twice", "related_documents[0].generation_code")),
        ([{"doc_type": "04", "number": "1"}], ("field_required", "related_documents[0].issued_on")),
        ([{"number": "1", "issued_on": "2027-01-14"}], ("field_required", "related_documents[0].doc_type")),
        ([{"doc_type": "04", "issued_on": "2027-01-14"}], ("field_required", "related_documents[0].number")),
        ([NOTED | {"generation_code": "1"}], ("generation_code_malformed", "related_documents[0].generation_code")),
        ([NOTED | {"doc_type": "4"}], ("related_type_not_allowed", "related_documents[0].doc_type")),
    ],
)
def test_a_related_document_is_named_in_one_way(related: list[dict[str, Any]], fault: tuple[str, str]) -> None:
    assert faults_of(read_invoice, invoice(related_documents=related)) == [fault]


@pytest.mark.parametrize(
    ("positions", "related", "faults"),
    [
        ([0], [], [("related_index_unknown", "lines[0].related")]),
        ([1], [NOTED], [("related_index_unknown", "lines[0].related"), ("related_unused", "related_documents[0]")]),
        (
            [0, None],
            [NOTED, PAPER],
            [("field_required", "lines[1].related"), ("related_unused", "related_documents[1]")],
        ),
        ([0, 0], [NOTED, PAPER], [("related_unused", "related_documents[1]")]),
        ([-1], [NOTED], [("related_index_unknown", "lines[0].related")]),
        ([0, -1], [NOTED, PAPER], [("related_index_unknown", "lines[1].related")]),
        ([50], [PAPER] * 51, [("related_too_many", "related_documents")]),
        ([50], [], [("related_index_unknown", "lines[0].related")]),
        ([1], ["NR-1", PAPER], [("object_expected", "related_documents[0]")]),
    ],
)
def test_lines_and_related_documents_name_each_other(
    positions: list[int | None], related: list[Any], faults: list[tuple[str, str]]
) -> None:
    body: dict[str, Any] = {"lines": [LINE | {"related": position} for position in positions]}
    assert faults_of(read_invoice, body | ({"related_documents": related} if related else {})) == faults


def test_no_related_document_is_unused_while_the_lines_are_not_known() -> None:
    body = {"lines": "x", "related_documents": [NOTED, PAPER]}

    assert faults_of(read_invoice, body) == [("list_expected", "lines")]


@pytest.mark.parametrize(
    ("body", "most"),
    [
        (invoice(documents=[DOCUMENT] * 21), 10),
        (ccf("A") | {"documents": [DOCUMENT] * 11}, 10),
        (invoice(doctors=[DOCTOR] * 11), 10),
        (invoice(documents=[DOCUMENT] * 6, doctors=[DOCTOR] * 5), 10),
        (export(documents=[DOCUMENT] * 21), 20),
        (export(transport=[TRUCK] * 21), 20),
    ],
)
def test_too_many_documents_are_refused_with_the_limit_of_the_type(body: dict[str, Any], most: int) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        read(body)
    [fault] = refusal.value.faults
    assert fault.message == f"admite como máximo {most} entre documents, doctors y transport"


RELATION, PRINCIPAL = {"related_documents": [NOTED]}, {"on_behalf_of": {"name": "P", "nit": NIT}}


@pytest.mark.parametrize(
    ("read_other", "body", "more"),
    [
        (read_note, {"document_id": "A"}, PRINCIPAL),
        (read_purchase, purchase(), PRINCIPAL),
        (read_purchase, purchase(), RELATION),
    ],
)
def test_other_documents_refuse_what_they_would_not_say(read_other: Any, body: dict[str, Any], more: Any) -> None:
    (name,) = more
    assert faults_of(read_other, body | more) == [("field_not_here", name)]


def test_the_seller_of_a_purchase_has_no_trade_name() -> None:
    assert faults_of(read_purchase, purchase(trade_name="El Centro")) == [("field_not_here", "subject.trade_name")]
