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
