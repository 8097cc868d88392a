"""Factura 01 (arithmetic.md 3, rules.md 9 and 12)."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from ocote.dte.editions import Edition
from ocote.dte.faults import FaultCode, InvalidSale
from ocote.dte.sale import Address, Payment, Receiver
from tests.dte.editions.written import written
from tests.dte.official_rules import assert_conforms
from tests.dte.samples import BUYER, LARGE_BUYER, line, sale

SCHEMA = {"v1": "fe-fc-v1.json", "v2": "fe-f-v2.json"}
BOTH = pytest.mark.parametrize("edition", ["v1", "v2"])

NEIGHBOUR = Receiver(name="Cliente con DUI", dui="000162975", nrc="1234567")


def summary_of_example_3_1() -> dict[str, Any]:
    return {
        "totalNoSuj": 0, "totalExenta": 0, "totalGravada": Decimal("39.25"), "subTotalVentas": Decimal("39.25"),
        "descuNoSuj": 0, "descuExenta": 0, "descuGravada": 0, "porcentajeDescuento": 0, "totalDescu": Decimal("0.1"),
        "tributos": None, "subTotal": Decimal("39.25"), "montoTotalOperacion": Decimal("39.25"), "totalNoGravado": 0,
        "totalPagar": Decimal("39.25"), "totalLetras": "TREINTA Y NUEVE 25/100 DÓLARES", "totalIva": Decimal("4.52"),
        "saldoFavor": 0, "condicionOperacion": 1, "numPagoElectronico": None,
        "pagos": [
            {"codigo": "01", "montoPago": Decimal("39.25"), "referencia": None, "plazo": None, "periodo": None}
        ],
    }  # fmt: skip


def test_the_worked_example_of_three_lines_in_version_two() -> None:
    document = written("v2", sale("01", [line("3", "9.75"), line("2", "1.80", "2.77777778"), line("1.5", "4.333333")]))
    assert document["resumen"] == summary_of_example_3_1() | {"ivaRete": 0, "observaciones": None}
    assert document["cuerpoDocumento"][2] == {
        "numItem": 3, "tipoItem": 1, "numeroDocumento": None, "cantidad": Decimal("1.5"), "codigo": None,
        "codTributo": None, "uniMedida": 59, "descripcion": "Resma de papel", "precioUni": Decimal("4.333333"),
        "montoDescu": 0, "ventaNoSuj": 0, "ventaExenta": 0, "ventaGravada": Decimal("6.4999995"), "tributos": None,
        "psv": 0, "noGravado": 0, "ivaItem": Decimal("0.74778755"),
    }  # fmt: skip


def test_the_worked_example_of_three_lines_in_version_one() -> None:
    document = written("v1", sale("01", [line("3", "9.75"), line("2", "1.80", "2.77777778"), line("1.5", "4.333333")]))
    assert document["resumen"] == summary_of_example_3_1() | {"ivaRete1": 0, "reteRenta": 0}


@BOTH
def test_an_unknown_consumer_is_a_name_and_nothing_else(edition: Edition) -> None:
    receiver = written(edition, sale("01", [line("1", "1.00")]))["receptor"]
    assert receiver.pop("nombre") == "Consumidor Final"
    assert set(receiver.values()) == {None}


def test_a_dui_has_its_hyphen_in_version_one_only_and_an_nrc_needs_a_nit() -> None:
    sold = sale("01", [line("1", "1.00")], NEIGHBOUR)
    first, second = written("v1", sold)["receptor"], written("v2", sold)["receptor"]
    assert (first["tipoDocumento"], first["numDocumento"], first["nrc"]) == ("13", "00016297-5", None)
    assert (second["tipoDocumento"], second["numDocumento"], second["nrc"]) == ("13", "000162975", None)


@BOTH
def test_a_taxpayer_is_identified_by_its_nit(edition: Edition) -> None:
    receiver = written(edition, sale("01", [line("1", "1.00")], BUYER))["receptor"]
    assert (receiver["tipoDocumento"], receiver["numDocumento"], receiver["nrc"]) == ("36", "06140101900020", "765432")
    assert receiver["descActividad"] == "Venta al por mayor de otros productos"


@pytest.mark.parametrize(("edition", "threshold"), [("v1", "1095.00"), ("v2", "25000.00")])
def test_from_its_threshold_on_an_invoice_must_name_the_buyer(edition: Edition, threshold: str) -> None:
    just_below = str(Decimal(threshold) - Decimal("0.01"))
    assert written(edition, sale("01", [line("1", just_below)]))["receptor"]["numDocumento"] is None
    assert written(edition, sale("01", [line("1", threshold)], NEIGHBOUR))["receptor"]["numDocumento"]
    with pytest.raises(InvalidSale) as refusal:
        written(edition, sale("01", [line("1", threshold)]))
    (fault,) = refusal.value.faults
    assert (fault.code, fault.field) == (FaultCode.RECEIVER_NOT_IDENTIFIED, "customer")
    assert f"{Decimal(threshold):,.2f}" in fault.message


def test_version_one_tells_who_delivers_and_receives_from_eleven_thousand_on() -> None:
    def extension(price: str, buyer: Receiver = BUYER) -> dict[str, Any] | None:
        found: dict[str, Any] | None = written("v1", sale("01", [line("1", price)], buyer))["extension"]
        return found

    assert extension("11428.56") is None
    assert extension("11428.57") == {
        "nombEntrega": "Encargada de turno",
        "docuEntrega": "000162975",
        "nombRecibe": "Distribuidora del Centro, S.A. de C.V.",
        "docuRecibe": "06140101900020",
        "observaciones": None,
        "placaVehiculo": None,
    }
    assert extension("11428.56", replace(NEIGHBOUR, name="Luz")) is None
    with pytest.raises(InvalidSale) as refusal:
        extension("11428.57", replace(NEIGHBOUR, name="Luz"))
    assert [(fault.code, fault.field) for fault in refusal.value.faults] == [("text_too_short", "customer.name")]


def test_an_address_too_short_for_version_one_is_left_out() -> None:
    assert BUYER.address is not None
    nearby = replace(BUYER, address=replace(BUYER.address, complement="s/n"))
    sold = sale("01", [line("1", "1.00")], nearby)
    assert written("v1", sold)["receptor"]["direccion"] is None
    assert written("v2", sold)["receptor"]["direccion"]["complemento"] == "s/n"


@BOTH
def test_an_address_abroad_is_left_out_in_version_one_whose_schema_knows_no_department_00(edition: Edition) -> None:
    sold = sale("01", [line("1", "5.00")], replace(BUYER, address=Address("00", "00", "00", "Ciudad de Guatemala")))
    document = written(edition, sold)
    assert (document["receptor"]["direccion"] is None) == (edition == "v1")
    assert_conforms(edition, SCHEMA[edition], document)


@BOTH
def test_withholding_lowers_what_is_paid_and_not_the_operation(edition: Edition) -> None:
    summary = written(edition, sale("01", [line("1", "226.00", "10")], LARGE_BUYER))["resumen"]
    assert summary["ivaRete1" if edition == "v1" else "ivaRete"] == Decimal("1.8")
    assert summary["montoTotalOperacion"] == Decimal("203.4")
    assert summary["totalPagar"] == summary["pagos"][0]["montoPago"] == Decimal("201.6")
    assert summary["totalLetras"] == "DOSCIENTOS UN 60/100 DÓLARES"


@BOTH
def test_credit_has_a_term_and_the_full_amount(edition: Edition) -> None:
    thirty_days = Payment(method="05", condition=2, term_unit=1, term_count=30)
    summary = written(edition, sale("01", [line("1", "11.30")], payment=thirty_days))["resumen"]
    assert summary["condicionOperacion"] == 2
    assert summary["pagos"] == [
        {"codigo": "05", "montoPago": Decimal("11.3"), "referencia": None, "plazo": "01", "periodo": 30}
    ]


@BOTH
@pytest.mark.parametrize("receiver", [None, NEIGHBOUR, BUYER, replace(BUYER, email=None, phone=None, address=None)])
@pytest.mark.parametrize("price", ["0.01", "1094.99", "99999999999.00"])
def test_invoices_pass_the_official_schema(edition: Edition, receiver: Receiver | None, price: str) -> None:
    if receiver is None and Decimal(price) > 25000:
        receiver = NEIGHBOUR
    assert_conforms(edition, SCHEMA[edition], written(edition, sale("01", [line("1", price)], receiver)))
