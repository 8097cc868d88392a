"""Export invoices (11) one step beside the rules, and the exact answer each draws."""

from decimal import Decimal
from typing import Any

import pytest

from tests.emulator.changes import Changes, changed
from tests.emulator.client import Client
from tests.emulator.documents import export_invoice
from tests.emulator.documents.parts import Document, Emission, paid_in_cash
from tests.emulator.documents.wider import tax

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
    ({"resumen.codIncoterms": None}, ("005", "16", "[resumen.codIncoterms] DEBE PROPORCIONAR UN VALOR")),
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


def _fuel(document: Document) -> Document:
    """200 gallons of 6.00, as much as example 6.1; FOVIAL 40.00 and COTRANS 20.00 on top: 1,348.20."""
    gallons = {"cantidad": 200, "uniMedida": 22, "precioUni": 6, "montoDescu": 0, "tributos": ["C3", "D1", "C8"]}
    document["cuerpoDocumento"][0] |= gallons
    document["resumen"] |= {
        "totalDescu": D("50.00"),
        "tributos": [tax("C3", "0"), tax("D1", "40.00"), tax("C8", "20.00")],
        "montoTotalOperacion": D("1348.20"),
        "totalPagar": D("1348.20"),
        "pagos": paid_in_cash("1348.20"),
    }
    return document


def _with_tax_line(document: Document) -> Document:
    """A tax of 10.00 as a line of its own: 1,298.20."""
    line = document["cuerpoDocumento"][0] | {"numItem": 2, "tipoItem": 4, "codTributo": "57", "cantidad": 1}
    amounts = {"uniMedida": 99, "precioUni": 10, "montoDescu": 0, "ventaGravada": 10, "tributos": None}
    document["cuerpoDocumento"].append(line | amounts)
    document["resumen"] |= {
        "totalGravada": D("1210.00"),
        "montoTotalOperacion": D("1298.20"),
        "totalPagar": D("1298.20"),
        "pagos": paid_in_cash("1298.20"),
    }
    return document


class TestTaxesOfExports:
    def test_fuel_taxes_are_added_by_the_gallon(self, client: Client, emission: Emission) -> None:
        assert client.send(_fuel(export_invoice.v3(emission))).status == 200
        document = changed(_fuel(export_invoice.v3(emission.next())), {"resumen.tributos.1.valor": D("20.00")})
        assert client.send(document).verdict == ("020", "16", "[resumen.tributos.2.valor] CALCULO INCORRECTO")

    def test_v1_has_none(self, client: Client, emission: Emission) -> None:
        document = changed(export_invoice.v1(emission), {"cuerpoDocumento.0.tributos": ["C3", "D1"]})
        assert client.send(document).body["codigoMsg"] == "096"

    def test_a_tax_line_has_no_taxes_of_its_own(self, client: Client, emission: Emission) -> None:
        assert client.send(_with_tax_line(export_invoice.v3(emission))).status == 200
        document = _with_tax_line(export_invoice.v3(emission.next()))
        document["cuerpoDocumento"][1]["tributos"] = ["C3"]
        verdict = client.send(document).verdict
        assert verdict == ("024", "15", "[cuerpoDocumento.2.tributos] VALOR EN CAMPO NO APLICA")

    @pytest.mark.parametrize(
        ("make", "field"),
        [(_fuel, "cuerpoDocumento.1.tributos"), (_with_tax_line, "cuerpoDocumento.2.codTributo")],
        ids=["fuel", "tax line"],
    )
    def test_they_need_an_authorisation_when_the_emulator_is_told_so(
        self, client: Client, emission: Emission, mh: Any, make: Any, field: str
    ) -> None:
        mh.control.policy(export_taxes_authorized=False)
        try:
            verdict = client.send(make(export_invoice.v3(emission))).verdict
        finally:
            mh.control.policy(export_taxes_authorized=True)
        assert verdict == ("007", "15", f"[{field}] VALOR NO ES PERMITIDO")
