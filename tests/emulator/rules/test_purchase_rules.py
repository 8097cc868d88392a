"""Purchases from excluded subjects (14) one step beside the rules, and the exact answer each draws."""

from decimal import Decimal
from typing import Any

import pytest

from tests.emulator.changes import Changes, changed
from tests.emulator.client import Client
from tests.emulator.documents import excluded_subject
from tests.emulator.documents.parts import Emission, paid_in_cash

D = Decimal

BOTH: list[tuple[Changes, tuple[str, str, str]]] = [
    ({"cuerpoDocumento.0.compra": D("136.50")}, ("020", "15", "[cuerpoDocumento.1.compra] CALCULO INCORRECTO")),
    ({"cuerpoDocumento.0.montoDescu": 200}, ("007", "15", "[cuerpoDocumento.1.montoDescu] VALOR NO ES PERMITIDO")),
    ({"resumen.totalCompra": D("130.02")}, ("020", "16", "[resumen.totalCompra] CALCULO INCORRECTO")),
    ({"resumen.descu": 131}, ("007", "16", "[resumen.descu] VALOR NO ES PERMITIDO")),
    ({"resumen.totalDescu": D("6.50")}, ("020", "16", "[resumen.totalDescu] CALCULO INCORRECTO")),
    ({"resumen.subTotal": D("130.00")}, ("020", "16", "[resumen.subTotal] CALCULO INCORRECTO")),
    ({"resumen.reteRenta": D("11.50")}, ("020", "16", "[resumen.reteRenta] CALCULO INCORRECTO")),
    ({"resumen.reteRenta": D("1.20")}, ("020", "16", "[resumen.reteRenta] CALCULO INCORRECTO")),
    ({"resumen.totalPagar": D("120.00")}, ("020", "16", "[resumen.totalPagar] CALCULO INCORRECTO")),
    ({"resumen.pagos.0.montoPago": D("120.00")}, ("020", "16", "[resumen.pagos] CALCULO INCORRECTO")),
    ({"emisor.nrc": "7654321"}, ("008", "12", "[emisor.nrc] NO CORRESPONDE A CONTRIBUYENTE")),
]


@pytest.mark.parametrize(("changes", "verdict"), BOTH, ids=lambda value: str(value)[:70])
@pytest.mark.parametrize("make", [excluded_subject.v1, excluded_subject.v2], ids=["v1", "v2"])
def test_faults_of_both_editions(
    client: Client, emission: Emission, make: Any, changes: Changes, verdict: tuple[str, str, str]
) -> None:
    assert client.send(changed(make(emission), changes)).verdict == verdict


V2: list[tuple[Changes, tuple[str, str, str]]] = [
    ({"cuerpoDocumento.0.tipoItem": 4}, ("003", "15", "[cuerpoDocumento.1.tipoItem] VALOR NO VALIDO")),
    ({"cuerpoDocumento.0.uniMedida": 3}, ("003", "15", "[cuerpoDocumento.1.uniMedida] VALOR NO VALIDO")),
    ({"receptor.tipoDocumento": "XX"}, ("003", "13", "[receptor.tipoDocumento] VALOR NO VALIDO")),
    ({"receptor.numDocumento": "00000001-7"}, ("006", "13", "[receptor.numDocumento] FORMATO NO VALIDO")),
    ({"receptor.codActividad": "99999"}, ("003", "13", "[receptor.codActividad] VALOR NO VALIDO")),
    ({"receptor.direccion.distrito": "14"}, ("007", "13", "[receptor.direccion.distrito] VALOR NO ES PERMITIDO")),
    ({"resumen.condicionOperacion": 5}, ("003", "16", "[resumen.condicionOperacion] VALOR NO VALIDO")),
]


@pytest.mark.parametrize(("changes", "verdict"), V2, ids=lambda value: str(value)[:70])
def test_faults_of_v2(client: Client, emission: Emission, changes: Changes, verdict: tuple[str, str, str]) -> None:
    assert client.send(changed(excluded_subject.v2(emission), changes)).verdict == verdict


@pytest.mark.parametrize("make", [excluded_subject.v1, excluded_subject.v2], ids=["v1", "v2"])
def test_income_tax_may_be_nothing(client: Client, emission: Emission, make: Any) -> None:
    document = changed(
        make(emission),
        {"resumen.reteRenta": 0, "resumen.totalPagar": 120, "resumen.pagos": paid_in_cash("120"), "emisor.nrc": None},
    )
    assert client.send(document).status == 200


def test_among_goods_only_services_bear_income_tax(client: Client, emission: Emission) -> None:
    """A service of 200.00 and goods of 14.00: 20.00 withheld, 194.00 paid."""
    document = excluded_subject.v2(emission)
    document["cuerpoDocumento"] = [
        excluded_subject.line(1, "1", "200", "0", "200"),
        excluded_subject.line(2, "3.5", "4", "0", "14", kind=1),
    ]
    document["resumen"] |= {
        "totalCompra": 214,
        "descu": 0,
        "totalDescu": 0,
        "subTotal": 214,
        "reteRenta": 20,
        "totalPagar": 194,
        "pagos": paid_in_cash("194"),
    }
    assert client.send(document).status == 200


def _withholding(make: Any, emission: Emission, withheld: str, **more: Any) -> Any:
    """Example 7.1 with another income tax: 120.00 less what is withheld."""
    payable = str(D(120) - D(withheld))
    changes = {"reteRenta": D(withheld), "totalPagar": D(payable), "pagos": paid_in_cash(payable)} | more
    return changed(make(emission), {f"resumen.{key}": value for key, value in changes.items()})


@pytest.mark.parametrize("make", [excluded_subject.v1, excluded_subject.v2], ids=["v1", "v2"])
@pytest.mark.parametrize("withheld", ["6", "12", "24", "30"])
def test_the_rates_of_the_law_are_accepted(client: Client, emission: Emission, make: Any, withheld: str) -> None:
    """5, 10, 20 and 25 % of 120.00 (CT 156, 158, 158-A)."""
    assert client.send(_withholding(make, emission, withheld)).status == 200


@pytest.mark.parametrize(("withheld", "status"), [("1.20", 200), ("30", 200), ("30.02", 400)])
def test_remarks_explain_any_amount_up_to_the_highest_rate(
    client: Client, emission: Emission, withheld: str, status: int
) -> None:
    document = _withholding(excluded_subject.v2, emission, withheld, observaciones="Por el artículo 158")
    assert client.send(document).status == status


@pytest.mark.parametrize(("withheld", "status"), [("9.22", 200), ("10.00", 200), ("12.01", 200), ("9.00", 400)])
def test_any_part_of_a_line_of_goods_and_service_may_bear_income_tax(
    client: Client, emission: Emission, withheld: str, status: int
) -> None:
    """A service of 100.00 and a line of both of 30.00, less 10.00 in 130.00: 10 % is between 9.23 and 12.00."""
    document = _withholding(excluded_subject.v2, emission, withheld)
    document["cuerpoDocumento"] = [
        excluded_subject.line(1, "1", "100", "0", "100"),
        excluded_subject.line(2, "1", "36.50", "6.50", "30", kind=3),
    ]
    assert client.send(document).status == status


def test_a_discount_on_the_document_is_taken_from_every_line(client: Client, emission: Emission) -> None:
    """A service of 100.00 beside goods of 30.00, less 10.00: 100.00 × 120.00 / 130.00 is 92.31, and 10 % is 9.23."""
    document = _withholding(excluded_subject.v2, emission, "9.23")
    document["cuerpoDocumento"] = [
        excluded_subject.line(1, "1", "100", "0", "100"),
        excluded_subject.line(2, "1", "36.50", "6.50", "30", kind=1),
    ]
    assert client.send(document).status == 200
    assert client.send(_withholding(excluded_subject.v2, emission, "9.23")).status == 400
