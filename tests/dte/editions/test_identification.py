"""``identificacion`` and the address, which all documents of an edition share."""

import pytest
from msgspec.structs import replace

from ocote.dte.editions import Edition
from ocote.dte.faults import FaultCode, InvalidSale
from ocote.dte.sale import Contingency
from tests.dte.editions.written import written
from tests.dte.samples import ISSUER, line, sale

SOLD = sale("01", [line("1", "11.30")])
BOTH = pytest.mark.parametrize("edition", ["v1", "v2"])


@BOTH
def test_a_document_sent_at_once_is_prior_model_and_normal_transmission(edition: Edition) -> None:
    assert written(edition, SOLD)["identificacion"] == {
        "version": 1 if edition == "v1" else 2,
        "ambiente": "00",
        "tipoDte": "01",
        "numeroControl": "DTE-01-M001P001-000000000000001",
        "codigoGeneracion": "6B0D549B-6F03-475A-9600-A35A099950D8",
        "tipoModelo": 1,
        "tipoOperacion": 1,
        "tipoContingencia": None,
        "motivoContin": None,
        "fecEmi": "2026-06-03",
        "horEmi": "08:15:40",
        "tipoMoneda": "USD",
    }


@BOTH
def test_a_contingency_document_is_deferred_and_names_its_cause_but_no_text_for_the_four_known_causes(
    edition: Edition,
) -> None:
    sent = written(edition, SOLD, Contingency(kind=3, reason="sin internet en la zona"))["identificacion"]
    assert (sent["tipoModelo"], sent["tipoOperacion"]) == (2, 2)
    assert (sent["tipoContingencia"], sent["motivoContin"]) == (3, None)


@BOTH
def test_another_cause_is_told_in_words(edition: Edition) -> None:
    sent = written(edition, SOLD, Contingency(kind=5, reason="Inundación del local"))["identificacion"]
    assert (sent["tipoContingencia"], sent["motivoContin"]) == (5, "Inundación del local")


@pytest.mark.parametrize(
    ("edition", "reason"), [("v1", None), ("v1", "luz"), ("v1", "x" * 151), ("v2", None), ("v2", "x" * 501)]
)
def test_a_cause_in_words_must_fit_the_schema(edition: Edition, reason: str | None) -> None:
    with pytest.raises(InvalidSale) as refusal:
        written(edition, SOLD, Contingency(kind=5, reason=reason))
    assert refusal.value.faults[0].code is FaultCode.CONTINGENCY_REASON_LENGTH


def test_version_one_writes_the_district_as_its_municipality_and_version_two_writes_both() -> None:
    assert written("v1", SOLD)["emisor"]["direccion"] == {
        "departamento": "06",
        "municipio": "14",
        "complemento": "Calle Arce 1210",
    }
    assert written("v2", SOLD)["emisor"]["direccion"] == {
        "departamento": "06",
        "municipio": "23",
        "distrito": "14",
        "complemento": "Calle Arce 1210",
    }


def test_the_issuer_shows_its_place_of_issue() -> None:
    first = written("v1", SOLD)["emisor"]
    assert first["tipoEstablecimiento"] == "02"
    assert (first["codEstableMH"], first["codEstable"]) == ("M001", "M001")
    assert (first["codPuntoVentaMH"], first["codPuntoVenta"]) == ("P001", "P001")
    second = written("v2", SOLD)["emisor"]
    assert (second["codEstable"], second["codPuntoVenta"]) == ("M001", "P001")
    assert "codEstableMH" not in second


def test_a_trade_name_too_short_for_the_schema_is_left_out() -> None:
    shop = replace(ISSUER, trade_name="Volc")
    assert written("v1", sale("01", [line("1", "1.00")], issuer=shop))["emisor"]["nombreComercial"] is None
    assert written("v2", sale("01", [line("1", "1.00")], issuer=shop))["emisor"]["nombreComercial"] == "Volc"
    assert written("v1", sale("03", [line("1", "1.00")], issuer=shop))["emisor"]["nombreComercial"] == "Volc"


@BOTH
def test_an_activity_that_mh_does_not_know_is_refused(edition: Edition) -> None:
    with pytest.raises(InvalidSale) as refusal:
        written(edition, sale("01", [line("1", "1.00")], issuer=replace(ISSUER, activity_code="99999")))
    assert (refusal.value.faults[0].code, refusal.value.faults[0].field) == ("unknown_activity", "activity_code")
