"""What a document says beside amounts and parties, block by block (wider-sales.md 2.6 to 2.10)."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from ocote.dte.editions import Edition
from ocote.dte.faults import InvalidSale
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
from ocote.dte.sale import ABROAD, Address, ExportTerms, IdentityDocument, Receiver, Sale, SaleType
from tests.dte.editions.written import written
from tests.dte.official_rules import assert_conforms
from tests.dte.samples import BUYER, FOREIGN_BUYER, ISSUER, line, sale

BOTH = pytest.mark.parametrize("edition", ["v1", "v2"])
GUEST = Receiver(name="Visitante", document=IdentityDocument("03", "A1234567"))
HANDED_OVER = Delivery("Bodeguero de turno", "000162975", "Recepcionista", "A1234567", "P123456")


def _sold(doc_type: SaleType, mentions: Mentions, price: str = "100.00") -> Sale:
    receiver = {"01": None, "03": BUYER, "11": FOREIGN_BUYER}[doc_type]
    export = ExportTerms(country="GT", item_type=2) if doc_type == "11" else None
    return replace(sale(doc_type, [line("1", price)], receiver), mentions=mentions, export=export)


def _block(edition: Edition, doc_type: SaleType, mentions: Mentions, key: str) -> Any:
    return written(edition, _sold(doc_type, mentions))[key]


def test_the_principal_is_domiciled_or_not_in_version_two_and_says_nothing_of_it_in_version_one() -> None:
    foreign = Mentions(on_behalf_of=ThirdParty("Principal de afuera", "TIN-77", domiciled=False))
    at_home = Mentions(on_behalf_of=ThirdParty("Principal de aquí", "06140101900020"))
    assert _block("v2", "01", foreign, "ventaTercero") == {
        "nit": "TIN-77", "nombre": "Principal de afuera", "codDomiciliado": 2,
    }  # fmt: skip
    assert _block("v2", "03", at_home, "ventaTercero") == {
        "nit": "06140101900020", "nombre": "Principal de aquí", "codDomiciliado": 1,
    }  # fmt: skip
    for doc_type in ("01", "03", "11"):
        assert _block("v1", doc_type, at_home, "ventaTercero") == {
            "nit": "06140101900020", "nombre": "Principal de aquí",
        }  # fmt: skip


def test_an_export_names_for_whom_its_buyer_buys() -> None:
    mentions = Mentions(bought_for=FinalBuyer("Destinatario final", "EXT-1"))
    assert _block("v2", "11", mentions, "compraTercero") == {"numDocumento": "EXT-1", "nombre": "Destinatario final"}


def test_a_related_document_is_electronic_or_on_paper() -> None:
    mentions = Mentions(
        related=(
            RelatedDocument("04", "6B0D549B-6F03-475A-9600-A35A099950D8", date(2026, 6, 2)),
            RelatedDocument("04", "NR-15", date(2026, 6, 1), electronic=False),
        )
    )
    assert _block("v2", "03", mentions, "documentoRelacionado") == [
        {"tipoDocumento": "04", "tipoGeneracion": 2, "numeroDocumento": "6B0D549B-6F03-475A-9600-A35A099950D8",
         "fechaEmision": "2026-06-02"},
        {"tipoDocumento": "04", "tipoGeneracion": 1, "numeroDocumento": "NR-15", "fechaEmision": "2026-06-01"},
    ]  # fmt: skip
    sold = replace(_sold("01", mentions), lines=(replace(line("1", "1.00"), related=1),))
    assert written("v1", sold)["cuerpoDocumento"][0]["numeroDocumento"] == "NR-15"


@BOTH
def test_documents_come_first_and_doctors_and_transport_behind_them(edition: Edition) -> None:
    permit, doctor = AssociatedDocument("issuer", "Permiso", "P-1"), Doctor("Médica de turno", 2, nit="06140101900020")
    inland = _block(edition, "01", Mentions(documents=(permit,), doctors=(doctor,)), "otrosDocumentos")
    assert inland == [
        {"codDocAsociado": 1, "descDocumento": "Permiso", "detalleDocumento": "P-1", "medico": None},
        {"codDocAsociado": 3, "descDocumento": None, "detalleDocumento": None,
         "medico": {"nombre": "Médica de turno", "nit": "06140101900020", "docIdentificacion": None,
                    "tipoServicio": 2}},
    ]  # fmt: skip
    truck = Transport(1, "C123456", "CR1234-5", "Conductor")
    abroad = _block(edition, "11", Mentions(documents=(permit,), transport=(truck,)), "otrosDocumentos")
    assert [row["codDocAsociado"] for row in abroad] == [1, 4]
    assert abroad[0]["placaTrans"] is None
    assert abroad[1] == {
        "codDocAsociado": 4, "descDocumento": None, "detalleDocumento": None, "placaTrans": "C123456",
        "modoTransp": 1, "numConductor": "CR1234-5", "nombreConductor": "Conductor",
    }  # fmt: skip


def test_persons_plate_and_remarks_are_the_extension_of_version_one() -> None:
    mentions = Mentions(remarks="Entregado en bodega", delivery=HANDED_OVER)
    for doc_type in ("01", "03"):
        assert _block("v1", doc_type, mentions, "extension") == {
            "nombEntrega": "Bodeguero de turno", "docuEntrega": "000162975", "nombRecibe": "Recepcionista",
            "docuRecibe": "A1234567", "observaciones": "Entregado en bodega", "placaVehiculo": "P123456",
        }  # fmt: skip
    only_remarks = _block("v1", "01", Mentions(remarks="Sin más"), "extension")
    assert only_remarks.pop("observaciones") == "Sin más"
    assert set(only_remarks.values()) == {None}


def test_a_person_who_is_sent_takes_the_place_of_the_one_by_law_with_name_and_document() -> None:
    sold = _sold("03", Mentions(delivery=Delivery("Bodeguero de turno", "00016297-5")), price="12000.00")
    assert written("v1", sold)["extension"] == {
        "nombEntrega": "Bodeguero de turno", "docuEntrega": "00016297-5",
        "nombRecibe": "Distribuidora del Centro, S.A. de C.V.", "docuRecibe": "06140101900020",
        "observaciones": None, "placaVehiculo": None,
    }  # fmt: skip


@pytest.mark.parametrize("doc_type", ["01", "03"])
def test_half_a_person_is_refused_where_the_law_demands_persons_and_taken_below(doc_type: SaleType) -> None:
    halves = Mentions(delivery=Delivery(delivered_by="Bodeguero de turno", received_by_document="A1234567"))
    sold = replace(_sold(doc_type, halves, price="12000.00"), receiver=BUYER)
    with pytest.raises(InvalidSale) as refusal:
        written("v1", sold)
    assert [(fault.code, fault.field) for fault in refusal.value.faults] == [
        ("field_required", "delivery.delivered_by_document"),
        ("field_required", "delivery.received_by"),
    ]
    below = written("v1", replace(_sold(doc_type, halves), receiver=BUYER))["extension"]
    assert (below["nombEntrega"], below["docuEntrega"], below["nombRecibe"]) == ("Bodeguero de turno", None, None)
    assert "extension" not in written("v2", sold)


def test_a_company_whose_responsible_person_does_not_fit_sends_who_hands_over() -> None:
    issuer = replace(ISSUER, responsible=replace(ISSUER.responsible, name="Luz"))
    sold = replace(_sold("01", Mentions(), price="12000.00"), receiver=BUYER, issuer=issuer)
    with pytest.raises(InvalidSale) as refusal:
        written("v1", sold)
    assert [(fault.code, fault.field) for fault in refusal.value.faults] == [
        ("field_required", "delivery.delivered_by"),
        ("field_required", "delivery.delivered_by_document"),
    ]
    whole = replace(sold, mentions=Mentions(delivery=HANDED_OVER))
    assert written("v1", whole)["extension"]["docuEntrega"] == "000162975"
    in_full = written("v1", replace(sold, doc_type="03"))["extension"]
    assert in_full["nombEntrega"] == "Luz", "a 03 takes a name of one letter"


def test_persons_and_plate_are_rows_of_the_appendix_in_version_two() -> None:
    row = AppendixRow("orden", "Orden de compra", "OC-1")
    document = written("v2", _sold("03", Mentions(remarks="Listo", appendix=(row,), delivery=HANDED_OVER)))
    assert "extension" not in document
    assert document["resumen"]["observaciones"] == "Listo"
    assert document["apendice"] == [
        {"campo": "orden", "etiqueta": "Orden de compra", "valor": "OC-1"},
        {"campo": "nombEntrega", "etiqueta": "Entrega", "valor": "Bodeguero de turno"},
        {"campo": "docuEntrega", "etiqueta": "Documento de quien entrega", "valor": "000162975"},
        {"campo": "nombRecibe", "etiqueta": "Recibe", "valor": "Recepcionista"},
        {"campo": "docuRecibe", "etiqueta": "Documento de quien recibe", "valor": "A1234567"},
        {"campo": "placaVehiculo", "etiqueta": "Placa del vehículo", "valor": "P123456"},
    ]


@BOTH
def test_a_passport_names_the_buyer_and_satisfies_every_threshold(edition: Edition) -> None:
    schema = {"v1": "fe-fc-v1.json", "v2": "fe-f-v2.json"}[edition]
    document = written(edition, sale("01", [line("1", "30000.00")], GUEST))
    assert (document["receptor"]["tipoDocumento"], document["receptor"]["numDocumento"]) == ("03", "A1234567")
    assert_conforms(edition, schema, document)
    with pytest.raises(InvalidSale):
        written(edition, sale("01", [line("1", "30000.00")]))


def test_the_address_abroad_of_a_passport_holder_is_written_in_version_two_alone() -> None:
    buyer = replace(GUEST, address=Address(ABROAD, ABROAD, ABROAD, "742 Evergreen Terrace"))
    sold = sale("01", [line("1", "10.00")], buyer)
    assert written("v1", sold)["receptor"]["direccion"] is None
    assert written("v2", sold)["receptor"]["direccion"] == {
        "departamento": "00", "municipio": "00", "distrito": "00", "complemento": "742 Evergreen Terrace",
    }  # fmt: skip


@BOTH
def test_a_trade_name_is_said_where_the_document_has_a_place_for_it(edition: Edition) -> None:
    buyer = replace(BUYER, trade_name="El Centro")
    assert written(edition, sale("03", [line("1", "10.00")], buyer))["receptor"]["nombreComercial"] == "El Centro"
    abroad = replace(_sold("11", Mentions()), receiver=replace(FOREIGN_BUYER, trade_name="El Centro"))
    assert written(edition, abroad)["receptor"]["nombreComercial"] == "El Centro"
