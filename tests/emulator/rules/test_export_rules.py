"""Export invoices (11) one step beside the rules, and the exact answer each draws."""

from decimal import Decimal
from typing import Any

import pytest

from tests.emulator.changes import Changes, changed
from tests.emulator.client import Client
from tests.emulator.documents import export_invoice
from tests.emulator.documents.parts import Emission, paid_in_cash

D = Decimal

BOTH: list[tuple[Changes, tuple[str, str, str]]] = [
    (
        {"cuerpoDocumento.0.ventaGravada": D("1235.00")},
        ("020", "15", "[cuerpoDocumento.1.ventaGravada] CALCULO INCORRECTO"),
    ),
    ({"cuerpoDocumento.0.montoDescu": 1300}, ("007", "15", "[cuerpoDocumento.1.montoDescu] VALOR NO ES PERMITIDO")),
    ({"resumen.totalGravada": D("1200.02")}, ("020", "16", "[resumen.totalGravada] CALCULO INCORRECTO")),
    ({"resumen.totalDescu": D("35.00")}, ("020", "16", "[resumen.totalDescu] CALCULO INCORRECTO")),
    (
        {"resumen.montoTotalOperacion": D("1150.00")},
        ("020", "16", "[resumen.montoTotalOperacion] CALCULO INCORRECTO"),
    ),
    ({"resumen.totalPagar": D("1288.22")}, ("020", "16", "[resumen.totalPagar] CALCULO INCORRECTO")),
    ({"resumen.pagos.0.montoPago": D("1200")}, ("020", "16", "[resumen.pagos] CALCULO INCORRECTO")),
    ({"resumen.codIncoterms": "17"}, ("003", "16", "[resumen.codIncoterms] VALOR NO VALIDO")),
    (
        {"cuerpoDocumento.0.tributos": None},
        ("005", "15", "[cuerpoDocumento.1.tributos] DEBE PROPORCIONAR UN VALOR"),
    ),
    ({"emisor.recintoFiscal": "00"}, ("003", "12", "[emisor.recintoFiscal] VALOR NO VALIDO")),
]


@pytest.mark.parametrize(("changes", "verdict"), BOTH, ids=lambda value: str(value)[:70])
@pytest.mark.parametrize("make", [export_invoice.v1, export_invoice.v3], ids=["v1", "v3"])
def test_faults_of_both_editions(
    client: Client, emission: Emission, make: Any, changes: Changes, verdict: tuple[str, str, str]
) -> None:
    assert client.send(changed(make(emission), changes)).verdict == verdict


@pytest.mark.parametrize(("make", "key"), [(export_invoice.v1, "descuento"), (export_invoice.v3, "descuGravada")])
def test_a_discount_does_not_exceed_the_sale(client: Client, emission: Emission, make: Any, key: str) -> None:
    document = changed(make(emission), {f"resumen.{key}": 1201})
    assert client.send(document).verdict == ("007", "16", f"[resumen.{key}] VALOR NO ES PERMITIDO")


V3: list[tuple[Changes, tuple[str, str, str]]] = [
    ({"emisor.tipoItemExpor": 4}, ("003", "12", "[emisor.tipoItemExpor] VALOR NO VALIDO")),
    ({"emisor.tipoItemExpor": 2}, ("024", "12", "[emisor.recintoFiscal] VALOR EN CAMPO NO APLICA")),
    ({"emisor.tipoRegimen": "EX-9"}, ("003", "12", "[emisor.tipoRegimen] VALOR NO VALIDO")),
    ({"emisor.regimen": "EX-1.1000.000"}, ("003", "12", "[emisor.regimen] VALOR NO VALIDO")),
    ({"receptor.codPais": "9450"}, ("003", "13", "[receptor.codPais] VALOR NO VALIDO")),
    ({"receptor.tipoPersona": 3}, ("003", "13", "[receptor.tipoPersona] VALOR NO VALIDO")),
    ({"receptor.tipoDocumento": "99"}, ("003", "13", "[receptor.tipoDocumento] VALOR NO VALIDO")),
    ({"receptor.correo": "sin-arroba"}, ("006", "13", "[receptor.correo] FORMATO NO VALIDO")),
    ({"resumen.tributos": None}, ("099", "99", "ERROR NO CATALOGADO")),
    ({"resumen.tributos.0.valor": 13}, ("020", "16", "[resumen.tributos.1.valor] CALCULO INCORRECTO")),
    ({"cuerpoDocumento.0.tributos": ["20"]}, ("005", "15", "[cuerpoDocumento.1.tributos] DEBE PROPORCIONAR UN VALOR")),
]


@pytest.mark.parametrize(("changes", "verdict"), V3, ids=lambda value: str(value)[:70])
def test_faults_of_v3(client: Client, emission: Emission, changes: Changes, verdict: tuple[str, str, str]) -> None:
    assert client.send(changed(export_invoice.v3(emission), changes)).verdict == verdict


def test_services_leave_the_country_without_customs(client: Client, emission: Emission) -> None:
    services = {
        "emisor.tipoItemExpor": 2,
        "emisor.recintoFiscal": None,
        "emisor.tipoRegimen": None,
        "emisor.regimen": None,
    }
    with_term = changed(export_invoice.v3(emission), services)
    assert client.send(with_term).verdict == ("024", "16", "[resumen.codIncoterms] VALOR EN CAMPO NO APLICA")
    without_term = {"resumen.codIncoterms": None, "resumen.descIncoterms": None}
    assert client.send(changed(with_term, without_term)).status == 200


def test_v1_wants_the_buyer_s_mail_from_10000(client: Client, emission: Emission) -> None:
    """1,000 × 12.35 − 35.00 = 12,315.00; − 50.00 + 18.20 + 120.00 = 12,403.20."""
    document = changed(
        export_invoice.v1(emission),
        {
            "cuerpoDocumento.0.cantidad": 1000,
            "cuerpoDocumento.0.ventaGravada": 12315,
            "resumen.totalGravada": 12315,
            "resumen.montoTotalOperacion": D("12403.20"),
            "resumen.totalPagar": D("12403.20"),
            "resumen.pagos": paid_in_cash("12403.20"),
            "receptor.correo": None,
        },
    )
    assert client.send(document).body["observaciones"][0] == "Campo #/receptor/correo contiene un valor inválido"
    assert client.send(changed(document, {"receptor.correo": "buyer@example.com"})).status == 200


def test_a_charge_outside_the_base_bears_no_tax(client: Client, emission: Emission) -> None:
    document = export_invoice.v3(emission)
    charge = document["cuerpoDocumento"][0] | {
        "numItem": 2,
        "cantidad": 1,
        "uniMedida": 99,
        "precioUni": 0,
        "montoDescu": 0,
        "ventaGravada": 0,
        "tributos": None,
        "noGravado": D("10.00"),
    }
    document["cuerpoDocumento"].append(charge)
    paid = {"totalNoGravado": 10, "totalPagar": D("1298.20"), "pagos": paid_in_cash("1298.20")}
    document["resumen"] |= paid
    assert client.send(document).status == 200
