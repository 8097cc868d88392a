"""Comprobante de crédito fiscal 03 (arithmetic.md 4, contract 7.4)."""

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

SCHEMA = {"v1": "fe-ccf-v3.json", "v2": "fe-ccf-v4.json"}
BOTH = pytest.mark.parametrize("edition", ["v1", "v2"])

EXAMPLE_4_1 = sale("03", [line("10", "14.125", "4"), line("3", "8.28666629")], LARGE_BUYER)


def summary_of_example_4_1() -> dict[str, Any]:
    return {
        "totalNoSuj": 0, "totalExenta": 0, "totalGravada": 142, "subTotalVentas": 142, "descuNoSuj": 0,
        "descuExenta": 0, "descuGravada": 0, "porcentajeDescuento": 0, "totalDescu": 5,
        "tributos": [{"codigo": "20", "descripcion": "Impuesto al Valor Agregado 13%", "valor": Decimal("18.46")}],
        "subTotal": 142, "montoTotalOperacion": Decimal("160.46"), "totalNoGravado": 0,
        "totalPagar": Decimal("159.04"), "totalLetras": "CIENTO CINCUENTA Y NUEVE 04/100 DÓLARES", "saldoFavor": 0,
        "condicionOperacion": 1, "numPagoElectronico": None,
        "pagos": [
            {"codigo": "01", "montoPago": Decimal("159.04"), "referencia": None, "plazo": None, "periodo": None}
        ],
    }  # fmt: skip


def test_the_worked_example_in_version_two() -> None:
    document = written("v2", EXAMPLE_4_1)
    assert document["resumen"] == summary_of_example_4_1() | {
        "ivaPerci": 0, "ivaRete": Decimal("1.42"), "observaciones": None,
    }  # fmt: skip
    assert document["cuerpoDocumento"][0] == {
        "numItem": 1, "tipoItem": 1, "numeroDocumento": None, "codigo": None, "codTributo": None,
        "descripcion": "Resma de papel", "cantidad": 10, "uniMedida": 59, "precioUni": Decimal("12.5"),
        "montoDescu": 5, "ventaNoSuj": 0, "ventaExenta": 0, "ventaGravada": 120, "tributos": ["20"], "psv": 0,
        "noGravado": 0,
    }  # fmt: skip
    assert document["cuerpoDocumento"][1]["ventaGravada"] == Decimal("21.999999")


def test_the_worked_example_in_version_one() -> None:
    assert written("v1", EXAMPLE_4_1)["resumen"] == summary_of_example_4_1() | {
        "ivaPerci1": 0, "ivaRete1": Decimal("1.42"), "reteRenta": 0,
    }  # fmt: skip


@BOTH
def test_the_receiver_is_a_registered_taxpayer(edition: Edition) -> None:
    receiver = written(edition, EXAMPLE_4_1)["receptor"]
    assert list(receiver)[:3] == ["nit", "nrc", "nombre"]
    assert (receiver["nit"], receiver["nrc"], receiver["nombreComercial"]) == ("06140101900020", "765432", None)


@BOTH
@pytest.mark.parametrize("field", ["nit", "nrc", "activity_code", "address"])
def test_a_receiver_without_a_datum_the_ccf_prints_is_refused(edition: Edition, field: str) -> None:
    changed: dict[str, Any] = {field: None}
    with pytest.raises(InvalidSale) as refusal:
        written(edition, sale("03", [line("1", "1.00")], replace(BUYER, **changed)))
    (fault,) = refusal.value.faults
    assert (fault.code, fault.field) == (FaultCode.RECEIVER_INCOMPLETE, f"customer.{field}")


def test_only_version_one_insists_on_the_receivers_email() -> None:
    silent = sale("03", [line("1", "1.00")], replace(BUYER, email=None))
    assert written("v2", silent)["receptor"]["correo"] is None
    with pytest.raises(InvalidSale) as refusal:
        written("v1", silent)
    assert [fault.field for fault in refusal.value.faults] == ["customer.email"]


@BOTH
def test_all_missing_data_are_told_at_once(edition: Edition) -> None:
    with pytest.raises(InvalidSale) as refusal:
        written(edition, sale("03", [line("1", "1.00")], Receiver(name="Alguien", email="a@b.example")))
    assert [fault.field for fault in refusal.value.faults] == [
        "customer.nit", "customer.nrc", "customer.activity_code", "customer.address",
    ]  # fmt: skip


@BOTH
def test_a_receiver_abroad_is_refused_in_version_one_whose_schema_knows_no_department_00(edition: Edition) -> None:
    sold = sale("03", [line("1", "5.00")], replace(BUYER, address=Address("00", "00", "00", "Ciudad de Guatemala")))
    if edition == "v2":
        assert_conforms(edition, SCHEMA[edition], written(edition, sold))
        return
    with pytest.raises(InvalidSale) as refusal:
        written(edition, sold)
    (fault,) = refusal.value.faults
    assert (fault.code, fault.field) == (FaultCode.ADDRESS_ABROAD, "customer.department")
    assert "v2.0" in fault.message


@BOTH
def test_an_unknown_activity_of_the_receiver_is_refused(edition: Edition) -> None:
    with pytest.raises(InvalidSale) as refusal:
        written(edition, sale("03", [line("1", "1.00")], replace(BUYER, activity_code="00000")))
    assert refusal.value.faults[0].field == "customer.activity_code"


def test_version_one_tells_who_delivers_and_receives_from_eleven_thousand_on() -> None:
    assert written("v1", sale("03", [line("1", "11428.56")]))["extension"] is None
    assert written("v1", sale("03", [line("1", "11428.57")]))["extension"]["docuRecibe"] == "06140101900020"


@BOTH
@pytest.mark.parametrize("buyer", [BUYER, LARGE_BUYER, replace(BUYER, nit="000162975", phone=None)])
@pytest.mark.parametrize("price", ["0.01", "113.00", "11428.57", "99999999999.00"])
@pytest.mark.parametrize("payment", [Payment(), Payment(method="13", condition=2, term_unit=2, term_count=3)])
def test_vouchers_pass_the_official_schema(edition: Edition, buyer: Receiver, price: str, payment: Payment) -> None:
    assert_conforms(edition, SCHEMA[edition], written(edition, sale("03", [line("1", price)], buyer, payment)))
