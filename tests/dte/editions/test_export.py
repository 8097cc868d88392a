"""Factura de exportación 11 (arithmetic.md 6, contract 7.5 and D15)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ocote.dte.arithmetic import compute
from ocote.dte.catalogs import Catalog, labels, old_regime_codes
from ocote.dte.editions import Edition
from ocote.dte.export.rules import regime_type_of
from ocote.dte.faults import FaultCode, InvalidSale
from ocote.dte.sale import Contingency, ExportTerms, Line, Receiver, Sale
from tests.dte.editions.written import written
from tests.dte.official_rules import assert_conforms, close, total
from tests.dte.sale_strategies import ordinary_lines
from tests.dte.samples import BUYER, FOREIGN_BUYER, LARGE_BUYER, line, sale

SCHEMA = {"v1": "fe-fex-v1.json", "v2": "fe-fex-v3.json"}
BOTH = pytest.mark.parametrize("edition", ["v1", "v2"])

GOODS = ExportTerms(
    country="GT",
    customs_office="01",
    regime_type="EX-1",
    regime="1000.000",
    incoterm="09",
    freight=Decimal("120.00"),
    insurance=Decimal("18.20"),
)
SERVICE = ExportTerms(country="US", item_type=2, customs_office="01", regime_type="EX-1", regime="1000.000")
STRANGER = Receiver(name="Importadora de Guatemala, S.A.")


def export(lines: list[Line], terms: ExportTerms | None = GOODS, buyer: Receiver = FOREIGN_BUYER) -> Sale:
    return replace(sale("11", lines, buyer), export=terms)


EXAMPLE_6_1 = export([line("100", "12.35", "6.88259109")])
"""85.00 off 1,235.00: the example's 35.00 on the line and its global discount of 50.00, which we put on the line."""


def test_the_worked_example_adds_freight_and_insurance_to_the_operation() -> None:
    totals = compute(EXAMPLE_6_1)
    assert [str(amount) for amount in (totals.gross, totals.taxable, totals.payable)] == ["1288.20"] * 3
    assert [totals.vat, totals.withheld] == [0, 0]
    assert str(totals.all_discounts) == "85.00"


@BOTH
def test_the_worked_example_as_mh_reads_it(edition: Edition) -> None:
    summary = written(edition, EXAMPLE_6_1)["resumen"]
    assert summary["totalGravada"] == 1150
    assert (summary["seguro"], summary["flete"]) == (Decimal("18.2"), 120)
    assert summary["montoTotalOperacion"] == summary["totalPagar"] == Decimal("1288.2")
    assert summary["totalDescu"] == 85
    assert summary["totalLetras"] == "MIL DOSCIENTOS OCHENTA Y OCHO 20/100 DÓLARES"
    assert (summary["codIncoterms"], summary["descIncoterms"]) == ("09", "FOB-Libre a bordo")
    assert ("tributos" in summary) == (edition == "v2")


def test_version_two_lists_the_zero_rate_in_its_summary() -> None:
    assert written("v2", EXAMPLE_6_1)["resumen"]["tributos"] == [
        {"codigo": "C3", "descripcion": "Impuesto al Valor Agregado (exportaciones) 0%", "valor": 0}
    ]


@BOTH
def test_lines_carry_the_zero_rate(edition: Edition) -> None:
    (sold,) = written(edition, export([line("100", "12.35", "20")]))["cuerpoDocumento"]
    assert sold["tributos"] == ["C3"]
    assert (sold["precioUni"], sold["montoDescu"], sold["ventaGravada"]) == (Decimal("12.35"), 247, 988)


@BOTH
def test_a_large_taxpayer_abroad_withholds_nothing(edition: Edition) -> None:
    summary = written(edition, export([line("1", "500.00")], buyer=LARGE_BUYER))["resumen"]
    assert summary["totalPagar"] == summary["montoTotalOperacion"]


def test_the_regime_carries_its_type_in_front_in_version_one_and_beside_it_in_version_two() -> None:
    first, second = written("v1", EXAMPLE_6_1)["emisor"], written("v2", EXAMPLE_6_1)["emisor"]
    assert (first["tipoItemExpor"], first["recintoFiscal"], first["regimen"]) == (1, "01", "EX-1.1000.000")
    assert (second["recintoFiscal"], second["tipoRegimen"], second["regimen"]) == ("01", "EX-1", "1000.000")


@BOTH
def test_a_regime_of_another_type_is_refused(edition: Edition) -> None:
    wrong = export([line("1", "5.00")], replace(GOODS, regime_type="EX-2"))
    with pytest.raises(InvalidSale) as refusal:
        written(edition, wrong)
    (fault,) = refusal.value.faults
    assert (fault.code, fault.field) == (FaultCode.EXPORT_REGIME_TYPE_MISMATCH, "export.regime_type")
    assert fault.message == "El régimen 1000.000 es del tipo EX-1, no EX-2; envíe EX-1 u omita el tipo."


def test_the_old_catalog_has_56_regimes_each_with_its_own_type_in_front() -> None:
    assert len(old_regime_codes()) == 56
    assert all(old == f"{regime_type_of(regime)}.{regime}" for regime, old in old_regime_codes().items())


@pytest.mark.parametrize(("regime", "kind"), [("2100.065", "EX-2"), ("3058.082", "EX-3"), ("0000.000", "TA-1")])
def test_a_regime_of_the_catalog_of_2026_is_unknown_to_version_one(regime: str, kind: str) -> None:
    newer = export([line("1", "5.00")], replace(GOODS, regime_type=kind, regime=regime))
    with pytest.raises(InvalidSale) as refusal:
        written("v1", newer)
    (fault,) = refusal.value.faults
    assert (fault.code, fault.field) == (FaultCode.EXPORT_CODE_UNKNOWN, "export.regime")
    assert written("v2", newer)["emisor"]["regimen"] == regime


def test_a_service_may_leave_a_newer_regime_unwritten_in_version_one() -> None:
    sold = export([line("1", "5.00")], replace(SERVICE, regime_type="EX-2", regime="2100.065"))
    assert written("v1", sold)["emisor"]["regimen"] is None


@BOTH
def test_a_service_crosses_no_customs_office(edition: Edition) -> None:
    company = written(edition, export([line("1", "500.00")], SERVICE))["emisor"]
    assert company["tipoItemExpor"] == 2
    assert company["recintoFiscal"] is None
    assert company["regimen"] is None


def test_countries_have_two_letters_in_version_two_and_the_old_number_in_version_one() -> None:
    assert written("v1", EXAMPLE_6_1)["receptor"]["codPais"] == "9483"
    assert written("v2", EXAMPLE_6_1)["receptor"]["codPais"] == "GT"
    unlisted = export([line("1", "5.00")], replace(SERVICE, country="SS"))
    assert written("v1", unlisted)["receptor"]["codPais"] == "9999"
    assert written("v1", unlisted)["receptor"]["nombrePais"] == "South Sudan"


@BOTH
def test_a_buyer_known_by_name_alone_still_gives_a_valid_document(edition: Edition) -> None:
    document = written(edition, export([line("1", "5.00")], replace(SERVICE, country="PE"), STRANGER))
    receiver = document["receptor"]
    assert (receiver["tipoDocumento"], receiver["numDocumento"]) == ("37", "S/N")
    assert (receiver["complemento"], receiver["descActividad"]) == ("Domicilio en Perú", "Otros")
    assert_conforms(edition, SCHEMA[edition], document)


def test_a_large_export_in_version_one_needs_the_buyers_email() -> None:
    with pytest.raises(InvalidSale) as refusal:
        written("v1", export([line("1", "10000.00")], SERVICE, STRANGER))
    (fault,) = refusal.value.faults
    assert (fault.code, fault.field) == (FaultCode.RECEIVER_INCOMPLETE, "customer.email")
    assert written("v1", export([line("1", "9999.99")], SERVICE, STRANGER))
    assert written("v2", export([line("1", "10000.00")], SERVICE, STRANGER))


@BOTH
def test_a_contingency_text_goes_under_the_key_of_its_edition(edition: Edition) -> None:
    document = written(edition, EXAMPLE_6_1, Contingency(kind=5, reason="Inundación del local"))
    key = "motivoContigencia" if edition == "v1" else "motivoContin"
    assert document["identificacion"][key] == "Inundación del local"
    assert_conforms(edition, SCHEMA[edition], document)


@BOTH
def test_an_export_without_terms_is_refused(edition: Edition) -> None:
    with pytest.raises(InvalidSale) as refusal:
        written(edition, export([line("1", "5.00")], None))
    assert refusal.value.faults[0].code is FaultCode.EXPORT_TERMS_MISSING


@BOTH
def test_every_unknown_code_is_named(edition: Edition) -> None:
    wrong = ExportTerms("XX", 4, 3, customs_office="00", regime_type="EX-9", regime="1", incoterm="12")
    with pytest.raises(InvalidSale) as refusal:
        written(edition, export([line("1", "5.00")], wrong))
    assert [fault.field for fault in refusal.value.faults] == [
        f"export.{name}"
        for name in ("country", "customs_office", "regime_type", "regime", "incoterm", "person_type", "item_type")
    ]


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "100000000000", "NaN"])
def test_freight_and_insurance_are_amounts_of_two_decimals(amount: str) -> None:
    with pytest.raises(InvalidSale) as refusal:
        compute(export([line("1", "5.00")], replace(GOODS, freight=Decimal(amount))))
    (fault,) = refusal.value.faults
    assert (fault.code, fault.field) == (FaultCode.EXPORT_CHARGE_OUT_OF_RANGE, "export.freight")


@BOTH
@pytest.mark.parametrize("country", list(labels(Catalog.COUNTRIES)))
def test_an_export_to_every_country_passes_the_official_schema(edition: Edition, country: str) -> None:
    sold = export([line("2", "150.00", "5")], replace(GOODS, country=country))
    assert_conforms(edition, SCHEMA[edition], written(edition, sold))


@BOTH
@pytest.mark.parametrize("buyer", [BUYER, replace(BUYER, nit=None, dui="000162975"), STRANGER, FOREIGN_BUYER])
@pytest.mark.parametrize("terms", [GOODS, SERVICE, ExportTerms("CA", 3)])
def test_exports_pass_the_official_schema(edition: Edition, buyer: Receiver, terms: ExportTerms) -> None:
    assert_conforms(edition, SCHEMA[edition], written(edition, export([line("1.5", "33.33")], terms, buyer)))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(ordinary_lines, min_size=1, max_size=20),
    st.decimals(0, 10**6, places=2),
    st.decimals(0, 10**6, places=2),
    st.sampled_from(["v1", "v2"]),
)
def test_exports_add_up_by_mhs_checks(sold: list[Line], freight: Decimal, insurance: Decimal, edition: Edition) -> None:
    terms = replace(GOODS, freight=freight, insurance=insurance)
    document = written(edition, export([*sold, line("1", "0.01")], terms))
    lines, summary = document["cuerpoDocumento"], document["resumen"]
    for item in lines:
        assert close(item["ventaGravada"], item["cantidad"] * item["precioUni"] - item["montoDescu"])
    assert close(summary["totalGravada"], total(item["ventaGravada"] for item in lines))
    assert summary["montoTotalOperacion"] == summary["totalGravada"] + summary["seguro"] + summary["flete"]
    assert summary["totalPagar"] == summary["montoTotalOperacion"]
    payment: dict[str, Any] = summary["pagos"][0]
    assert payment["montoPago"] == summary["totalPagar"]
