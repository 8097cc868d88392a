"""CCF (03) one step beside the rules, and the exact answer each draws."""

from decimal import Decimal
from typing import Any

import pytest

from tests.emulator.changes import Changes, changed
from tests.emulator.client import Client
from tests.emulator.documents import tax_credit
from tests.emulator.documents.parts import Emission, paid_in_cash

D = Decimal

ARITHMETIC: list[tuple[Changes, str]] = [
    ({"cuerpoDocumento.0.ventaGravada": D("120.02")}, "cuerpoDocumento.1.ventaGravada"),
    ({"cuerpoDocumento.1.precioUni": D("7.34")}, "cuerpoDocumento.2.ventaGravada"),
    ({"resumen.totalGravada": D("142.02")}, "resumen.totalGravada"),
    ({"resumen.subTotal": D("160.46")}, "resumen.subTotal"),  # with VAT, as an integrator once sent it
    ({"resumen.tributos.0.valor": D("18.48")}, "resumen.tributos.1.valor"),
    ({"resumen.montoTotalOperacion": D("159.04")}, "resumen.montoTotalOperacion"),  # after withholding
    ({"resumen.totalPagar": D("160.46")}, "resumen.totalPagar"),
]


@pytest.mark.parametrize(("changes", "field"), ARITHMETIC, ids=lambda value: str(value)[:60])
@pytest.mark.parametrize("make", [tax_credit.v3, tax_credit.v4], ids=["v3", "v4"])
def test_an_amount_off_is_a_wrong_calculation(
    client: Client, emission: Emission, make: Any, changes: Changes, field: str
) -> None:
    answer = client.send(changed(make(emission), changes))
    class_code = "15" if field.startswith("cuerpo") else "16"
    assert answer.verdict == ("020", class_code, f"[{field}] CALCULO INCORRECTO")


@pytest.mark.parametrize(("make", "field"), [(tax_credit.v3, "ivaRete1"), (tax_credit.v4, "ivaRete")])
def test_vat_withheld_is_one_percent_of_the_net(client: Client, emission: Emission, make: Any, field: str) -> None:
    document = changed(make(emission), {f"resumen.{field}": D("1.44"), "resumen.totalPagar": D("159.02")})
    assert client.send(document).verdict == ("020", "16", f"[resumen.{field}] CALCULO INCORRECTO")


def test_vat_collected_is_added_to_what_is_paid(client: Client, emission: Emission) -> None:
    """160.46 + 1.42 collected and nothing withheld: 161.88."""
    document = changed(
        tax_credit.v4(emission),
        {
            "resumen.ivaRete": 0,
            "resumen.ivaPerci": D("1.42"),
            "resumen.totalPagar": D("161.88"),
            "resumen.pagos": paid_in_cash("161.88"),
        },
    )
    assert client.send(document).status == 200


def test_vat_is_taken_once_on_the_total(client: Client, emission: Emission) -> None:
    """Ten lines of 0.04: 0.05 on the total of 0.40, while 0.01 per line would make 0.10."""
    document = tax_credit.v4(emission)
    document["cuerpoDocumento"] = [tax_credit.line(n, "1", "0.04", "0", "0.04") for n in range(1, 11)]
    document["resumen"] |= {
        "totalGravada": D("0.40"),
        "subTotalVentas": D("0.40"),
        "totalDescu": 0,
        "tributos": [tax_credit.vat("0.10")],
        "subTotal": D("0.40"),
        "ivaRete": 0,
        "montoTotalOperacion": D("0.50"),
        "totalPagar": D("0.50"),
        "pagos": paid_in_cash("0.50"),
    }
    assert client.send(document).verdict == ("020", "16", "[resumen.tributos.1.valor] CALCULO INCORRECTO")
    right = {
        "resumen.tributos": [tax_credit.vat("0.05")],
        "resumen.montoTotalOperacion": D("0.45"),
        "resumen.totalPagar": D("0.45"),
        "resumen.pagos": paid_in_cash("0.45"),
    }
    assert client.send(changed(document, right)).status == 200


def test_the_printed_example_of_the_manual_is_taken_only_when_asked(
    client: Client, emission: Emission, mh: Any
) -> None:
    """MF2: 697.50 net, VAT 90.68, withheld 6.98, −20.00 outside: total 788.18 before or 781.20 after withholding."""
    document = tax_credit.v4(emission)
    credit = tax_credit.line(2, "1", "0", "0", "0") | {"uniMedida": 99, "tributos": None, "noGravado": D("-20.00")}
    document["cuerpoDocumento"] = [tax_credit.line(1, "1", "775.00", "0", "775.00"), credit]
    document["resumen"] |= {
        "totalGravada": D("775.00"),
        "subTotalVentas": D("775.00"),
        "descuGravada": D("77.50"),
        "porcentajeDescuento": 10,
        "totalDescu": D("77.50"),
        "tributos": [tax_credit.vat("90.68")],
        "subTotal": D("697.50"),
        "ivaRete": D("6.98"),
        "montoTotalOperacion": D("781.20"),
        "totalNoGravado": D("-20.00"),
        "totalPagar": D("761.20"),
        "pagos": paid_in_cash("761.20"),
    }
    assert client.send(document).verdict == ("020", "16", "[resumen.montoTotalOperacion] CALCULO INCORRECTO")
    mh.control.policy(total_after_withholding_accepted=True)
    try:
        assert client.send(document).status == 200
    finally:
        mh.control.policy(total_after_withholding_accepted=False)
    following = emission.next()
    document["identificacion"] |= {
        "codigoGeneracion": following.code,
        "numeroControl": following.control_number("03"),
    }
    assert client.send(changed(document, {"resumen.montoTotalOperacion": D("788.18")})).status == 200


@pytest.mark.parametrize("make", [tax_credit.v3, tax_credit.v4], ids=["v3", "v4"])
def test_nobody_is_given_a_tax_credit_by_himself(client: Client, emission: Emission, make: Any) -> None:
    document = changed(make(emission), {"receptor.nit": client.company.nit})
    assert client.send(document).verdict == ("007", "13", "[receptor.nit] VALOR NO ES PERMITIDO")


OTHERS: list[tuple[Changes, tuple[str, str, str]]] = [
    ({"receptor.nit": "123"}, ("006", "13", "[receptor.nit] FORMATO NO VALIDO")),
    ({"receptor.nrc": None}, ("005", "13", "[receptor.nrc] DEBE PROPORCIONAR UN VALOR")),
    ({"receptor.nrc": "12A4"}, ("006", "13", "[receptor.nrc] FORMATO NO VALIDO")),
    ({"receptor.direccion.municipio": "23"}, ("007", "13", "[receptor.direccion.distrito] VALOR NO ES PERMITIDO")),
    ({"receptor.codActividad": "00000"}, ("003", "13", "[receptor.codActividad] VALOR NO VALIDO")),
    ({"resumen.pagos": None}, ("005", "16", "[resumen.pagos] DEBE PROPORCIONAR UN VALOR")),
    (
        {"cuerpoDocumento.0.tributos": None},
        ("005", "15", "[cuerpoDocumento.1.tributos] DEBE PROPORCIONAR UN VALOR"),
    ),
    (
        {"cuerpoDocumento.0.tributos": ["D1"]},
        ("005", "15", "[cuerpoDocumento.1.tributos] DEBE PROPORCIONAR UN VALOR"),
    ),
    (
        {"resumen.tributos": None, "resumen.montoTotalOperacion": 142, "resumen.totalPagar": D("140.58")},
        ("099", "99", "ERROR NO CATALOGADO"),
    ),
    ({"cuerpoDocumento.0.tributos": ["20", "59"]}, ("099", "99", "ERROR NO CATALOGADO")),
]


@pytest.mark.parametrize(("changes", "verdict"), OTHERS, ids=lambda value: str(value)[:70])
def test_other_faults_draw_their_own_code(
    client: Client, emission: Emission, changes: Changes, verdict: tuple[str, str, str]
) -> None:
    document = changed(tax_credit.v4(emission), changes)
    assert client.send(document).verdict == verdict


def test_an_exempt_line_bears_no_tax(client: Client, emission: Emission) -> None:
    document = tax_credit.v4(emission)
    exempt = tax_credit.line(3, "1", "10.00", "0", "0") | {"ventaExenta": D("10.00")}
    document["cuerpoDocumento"].append(exempt)
    document["resumen"] |= {
        "totalExenta": 10,
        "subTotalVentas": 152,
        "subTotal": 152,
        "montoTotalOperacion": D("170.46"),
        "totalPagar": D("169.04"),
        "pagos": paid_in_cash("169.04"),
    }
    assert client.send(document).verdict == ("024", "15", "[cuerpoDocumento.3.tributos] VALOR EN CAMPO NO APLICA")
    exempt["tributos"] = None
    assert client.send(document).status == 200


def test_fuel_taxes_are_added_to_vat(client: Client, emission: Emission) -> None:
    """arithmetic.md 4: net 200.00 and 50 gallons: 26.00, 10.00 and 5.00 make 241.00."""
    document = tax_credit.v4(emission)
    gallons = tax_credit.line(1, "50", "4.00", "0", "200") | {"uniMedida": 22, "tributos": ["20", "D1", "C8"]}
    document["cuerpoDocumento"] = [gallons]
    document["resumen"] |= {
        "totalGravada": 200,
        "subTotalVentas": 200,
        "totalDescu": 0,
        "tributos": [
            tax_credit.vat("26.00"),
            {"codigo": "D1", "descripcion": "FOVIAL", "valor": D("10.00")},
            {"codigo": "C8", "descripcion": "COTRANS", "valor": D("5.00")},
        ],
        "subTotal": 200,
        "ivaRete": 0,
        "montoTotalOperacion": 241,
        "totalPagar": 241,
        "pagos": paid_in_cash("241"),
    }
    assert client.send(document).status == 200
