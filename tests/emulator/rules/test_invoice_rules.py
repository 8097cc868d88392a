"""Invoices (01) one step beside the rules, and the exact answer each draws."""

from decimal import Decimal
from typing import Any

import pytest

from tests.emulator.changes import Changes, changed
from tests.emulator.client import Client
from tests.emulator.documents import full, invoice
from tests.emulator.documents.parts import Emission, paid_in_cash
from tests.emulator_fixture import fresh_nit

D = Decimal

ARITHMETIC: list[tuple[Changes, str]] = [
    ({"cuerpoDocumento.0.ventaGravada": D("29.27")}, "cuerpoDocumento.1.ventaGravada"),
    ({"cuerpoDocumento.1.montoDescu": D("0.15")}, "cuerpoDocumento.2.ventaGravada"),
    ({"cuerpoDocumento.2.cantidad": D("1.51")}, "cuerpoDocumento.3.ventaGravada"),
    ({"cuerpoDocumento.0.ivaItem": D("3.39")}, "cuerpoDocumento.1.ivaItem"),
    ({"cuerpoDocumento.0.ivaItem": D("3.8025")}, "cuerpoDocumento.1.ivaItem"),  # 13 % of the gross: net mistaken
    ({"resumen.totalNoSuj": D("0.02")}, "resumen.totalNoSuj"),
    ({"resumen.totalExenta": D("0.02")}, "resumen.totalExenta"),
    ({"resumen.totalGravada": D("39.27")}, "resumen.totalGravada"),
    ({"resumen.subTotalVentas": D("39.27")}, "resumen.subTotalVentas"),
    ({"resumen.subTotal": D("39.23")}, "resumen.subTotal"),
    ({"resumen.totalDescu": D("0.12")}, "resumen.totalDescu"),
    ({"resumen.montoTotalOperacion": D("39.27")}, "resumen.montoTotalOperacion"),
    ({"resumen.totalNoGravado": D("0.02")}, "resumen.totalNoGravado"),
    ({"resumen.totalPagar": D("39.27")}, "resumen.totalPagar"),
    ({"resumen.totalIva": D("4.54")}, "resumen.totalIva"),
    ({"resumen.pagos.0.montoPago": D("39.27")}, "resumen.pagos"),
]


@pytest.mark.parametrize(("changes", "field"), ARITHMETIC, ids=lambda value: str(value)[:60])
@pytest.mark.parametrize("make", [invoice.v1, invoice.v2], ids=["v1", "v2"])
def test_an_amount_two_cents_off_is_a_wrong_calculation(
    client: Client, emission: Emission, make: Any, changes: Changes, field: str
) -> None:
    answer = client.send(changed(make(emission), changes))
    class_code = "15" if field.startswith("cuerpo") else "16"
    assert answer.status == 400
    assert answer.verdict == ("020", class_code, f"[{field}] CALCULO INCORRECTO")


@pytest.mark.parametrize(
    "changes",
    [
        {"cuerpoDocumento.0.ventaGravada": D("29.26")},
        {"cuerpoDocumento.0.ivaItem": D("3.36")},
        {"resumen.totalGravada": D("39.26")},
        {"resumen.totalIva": D("4.51")},
        {"resumen.totalPagar": D("39.24")},
        {"resumen.pagos.0.montoPago": D("39.26")},
        {"cuerpoDocumento.0.psv": D("9.75")},
    ],
    ids=str,
)
def test_one_cent_is_tolerated(client: Client, emission: Emission, changes: Changes) -> None:
    assert client.send(changed(invoice.v2(emission), changes)).status == 200


def test_ten_lines_with_vat_in_cents_need_their_own_sum(client: Client, emission: Emission) -> None:
    """Precision traps of arithmetic.md 3: ten lines of 1.10 with 0.13 each sum to 1.30, not to 1.27."""
    document = invoice.single(invoice.v2(emission), "11.00", "1.27")
    document["cuerpoDocumento"] = [invoice.line(n, "1", "1.10", "0", "1.10", "0.13") for n in range(1, 11)]
    assert client.send(document).verdict == ("020", "16", "[resumen.totalIva] CALCULO INCORRECTO")
    assert client.send(changed(document, {"resumen.totalIva": D("1.29")})).status == 200


OTHERS: list[tuple[Changes, tuple[str, str, str]]] = [
    ({"cuerpoDocumento.1.numItem": 1}, ("025", "15", "[cuerpoDocumento.2.numItem] VALORES REPETIDOS")),
    ({"cuerpoDocumento.0.uniMedida": 98}, ("003", "15", "[cuerpoDocumento.1.uniMedida] VALOR NO VALIDO")),
    ({"cuerpoDocumento.0.tributos": ["20"]}, ("007", "15", "[cuerpoDocumento.1.tributos] VALOR NO ES PERMITIDO")),
    ({"cuerpoDocumento.0.tributos": ["C3"]}, ("007", "15", "[cuerpoDocumento.1.tributos] VALOR NO ES PERMITIDO")),
    ({"cuerpoDocumento.0.tributos": ["ZZ"]}, ("003", "15", "[cuerpoDocumento.1.tributos] VALOR NO VALIDO")),
    ({"cuerpoDocumento.0.tributos": ["59"]}, ("099", "99", "ERROR NO CATALOGADO")),
    (
        {"resumen.tributos": [{"codigo": "59", "descripcion": "Turismo", "valor": 0}]},
        ("099", "99", "ERROR NO CATALOGADO"),
    ),
    (
        {"resumen.tributos": [{"codigo": "ZZ", "descripcion": "No existe", "valor": 0}]},
        ("003", "16", "[resumen.tributos.1.codigo] VALOR NO VALIDO"),
    ),
    ({"cuerpoDocumento.0.tipoItem": 5}, ("003", "15", "[cuerpoDocumento.1.tipoItem] VALOR NO VALIDO")),
    ({"cuerpoDocumento.0.codTributo": "A8"}, ("024", "15", "[cuerpoDocumento.1.codTributo] VALOR EN CAMPO NO APLICA")),
    ({"cuerpoDocumento.0.tipoItem": 4}, ("005", "15", "[cuerpoDocumento.1.codTributo] DEBE PROPORCIONAR UN VALOR")),
    (
        {"cuerpoDocumento.0.ventaExenta": D("29.25")},
        ("007", "15", "[cuerpoDocumento.1.ventaGravada] VALOR NO ES PERMITIDO"),
    ),
    ({"cuerpoDocumento.0.montoDescu": 30}, ("007", "15", "[cuerpoDocumento.1.montoDescu] VALOR NO ES PERMITIDO")),
    (
        {"cuerpoDocumento.0.numeroDocumento": "FACTURA-1"},
        ("003", "15", "[cuerpoDocumento.1.numeroDocumento] VALOR NO VALIDO"),
    ),
    ({"cuerpoDocumento.0.noGravado": 1}, ("007", "15", "[cuerpoDocumento.1.cantidad] VALOR NO ES PERMITIDO")),
    ({"resumen.descuExenta": D("0.01")}, ("007", "16", "[resumen.descuExenta] VALOR NO ES PERMITIDO")),
    ({"resumen.condicionOperacion": 4}, ("003", "16", "[resumen.condicionOperacion] VALOR NO VALIDO")),
    ({"resumen.condicionOperacion": 2}, ("005", "16", "[resumen.pagos.1.plazo] DEBE PROPORCIONAR UN VALOR")),
    (
        {"resumen.condicionOperacion": 2, "resumen.pagos.0.plazo": "01"},
        ("005", "16", "[resumen.pagos.1.periodo] DEBE PROPORCIONAR UN VALOR"),
    ),
    (
        {"resumen.condicionOperacion": 2, "resumen.pagos": None},
        ("005", "16", "[resumen.pagos] DEBE PROPORCIONAR UN VALOR"),
    ),
    ({"resumen.pagos.0.plazo": "04"}, ("003", "16", "[resumen.pagos.1.plazo] VALOR NO VALIDO")),
    ({"resumen.pagos.0.codigo": "07"}, ("003", "16", "[resumen.pagos.1.codigo] VALOR NO VALIDO")),
    ({"resumen.pagos.0.codigo": None}, ("005", "16", "[resumen.pagos.1.codigo] DEBE PROPORCIONAR UN VALOR")),
    (
        {"resumen.pagos.0.referencia": "ABC"},
        ("024", "16", "[resumen.pagos.1.referencia] VALOR EN CAMPO NO APLICA"),
    ),
    ({"identificacion.tipoModelo": 2}, ("007", "11", "[identificacion.tipoModelo] VALOR NO ES PERMITIDO")),
    (
        {"identificacion.tipoContingencia": 1},
        ("024", "11", "[identificacion.tipoContingencia] VALOR EN CAMPO NO APLICA"),
    ),
    ({"identificacion.motivoContin": "x"}, ("024", "11", "[identificacion.motivoContin] VALOR EN CAMPO NO APLICA")),
    ({"identificacion.tipoOperacion": 2}, ("007", "11", "[identificacion.tipoModelo] VALOR NO ES PERMITIDO")),
    (
        {"identificacion.tipoOperacion": 2, "identificacion.tipoModelo": 2},
        ("005", "11", "[identificacion.tipoContingencia] DEBE PROPORCIONAR UN VALOR"),
    ),
    (
        {
            "identificacion.tipoOperacion": 2,
            "identificacion.tipoModelo": 2,
            "identificacion.tipoContingencia": 5,
        },
        ("005", "11", "[identificacion.motivoContin] DEBE PROPORCIONAR UN VALOR"),
    ),
    (
        {
            "identificacion.tipoOperacion": 2,
            "identificacion.tipoModelo": 2,
            "identificacion.tipoContingencia": 1,
        },
        ("012", "11", "NO EXISTE EVENTO DE CONTINGENCIA"),
    ),
    ({"emisor.nit": "06149999990018"}, ("008", "12", "[emisor.nit] NO CORRESPONDE A CONTRIBUYENTE")),
    ({"emisor.nrc": "7654321"}, ("008", "12", "[emisor.nrc] NO CORRESPONDE A CONTRIBUYENTE")),
    ({"emisor.codActividad": "99999"}, ("003", "12", "[emisor.codActividad] VALOR NO VALIDO")),
    ({"emisor.direccion.departamento": "15"}, ("007", "12", "[emisor.direccion.departamento] VALOR NO ES PERMITIDO")),
    ({"emisor.direccion.departamento": "00"}, ("007", "12", "[emisor.direccion.departamento] VALOR NO ES PERMITIDO")),
    ({"emisor.direccion.municipio": "14"}, ("007", "12", "[emisor.direccion.municipio] VALOR NO ES PERMITIDO")),
    ({"emisor.direccion.distrito": "13"}, ("007", "12", "[emisor.direccion.distrito] VALOR NO ES PERMITIDO")),
    ({"emisor.correo": "sin-arroba"}, ("006", "12", "[emisor.correo] FORMATO NO VALIDO")),
    ({"emisor.codEstable": "S001"}, ("003", "12", "[emisor.codEstable] VALOR NO VALIDO")),
    ({"emisor.codPuntoVenta": "P002"}, ("003", "12", "[emisor.codPuntoVenta] VALOR NO VALIDO")),
]


@pytest.mark.parametrize(("changes", "verdict"), OTHERS, ids=lambda value: str(value)[:70])
def test_other_faults_draw_their_own_code(
    client: Client, emission: Emission, changes: Changes, verdict: tuple[str, str, str]
) -> None:
    answer = client.send(changed(invoice.v2(emission), changes))
    assert answer.status == 400
    assert answer.verdict == verdict


RECEIVER: list[tuple[Changes, tuple[str, str, str]]] = [
    ({"tipoDocumento": "99"}, ("003", "13", "[receptor.tipoDocumento] VALOR NO VALIDO")),
    ({"tipoDocumento": None}, ("005", "13", "[receptor.tipoDocumento] DEBE PROPORCIONAR UN VALOR")),
    ({"numDocumento": None}, ("005", "13", "[receptor.numDocumento] DEBE PROPORCIONAR UN VALOR")),
    ({"numDocumento": "0614-010190-101-9"}, ("006", "13", "[receptor.numDocumento] FORMATO NO VALIDO")),
    ({"tipoDocumento": "13"}, ("006", "13", "[receptor.numDocumento] FORMATO NO VALIDO")),
    (
        {"tipoDocumento": "13", "numDocumento": "00000001-7"},
        ("006", "13", "[receptor.numDocumento] FORMATO NO VALIDO"),
    ),
    ({"nrc": "12-34"}, ("006", "13", "[receptor.nrc] FORMATO NO VALIDO")),
    ({"codActividad": "99999"}, ("003", "13", "[receptor.codActividad] VALOR NO VALIDO")),
    ({"direccion.distrito": "01"}, ("007", "13", "[receptor.direccion.distrito] VALOR NO ES PERMITIDO")),
    ({"correo": "persona@dominio"}, ("006", "13", "[receptor.correo] FORMATO NO VALIDO")),
]


@pytest.mark.parametrize(("changes", "verdict"), RECEIVER, ids=lambda value: str(value)[:70])
def test_what_is_said_of_the_buyer_is_in_good_form(
    client: Client, emission: Emission, changes: Changes, verdict: tuple[str, str, str]
) -> None:
    document = full.identified(invoice.v2(emission))
    changed(document["receptor"], changes)
    assert client.send(document).verdict == verdict


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"tipoDocumento": "13", "numDocumento": "000000017"},
        {"tipoDocumento": "36", "numDocumento": "000000017"},
        {"tipoDocumento": "03", "numDocumento": "PA-1234", "nrc": None},
        {"tipoDocumento": None, "numDocumento": None, "nrc": None, "codActividad": None, "descActividad": None},
        {"direccion": None, "telefono": None, "correo": None},
        {"direccion": {"departamento": "00", "municipio": "00", "distrito": "00", "complemento": "Ottawa"}},
    ],
    ids=str,
)
def test_a_buyer_may_be_named_in_many_ways(client: Client, emission: Emission, changes: Changes) -> None:
    document = full.identified(invoice.v2(emission))
    changed(document["receptor"], changes)
    assert client.send(document).status == 200


def test_a_taxpayer_on_record_bears_its_own_registration_number(client: Client, emission: Emission, mh: Any) -> None:
    known = mh.add_company(nit=fresh_nit(), nrc="77777", certificate=client.company.certificate.decode())
    wrong = changed(full.identified(invoice.v2(emission)), {"receptor.numDocumento": known.nit})
    assert client.send(wrong).verdict == ("008", "13", "[receptor.nrc] NO CORRESPONDE A CONTRIBUYENTE")
    assert client.send(changed(wrong, {"receptor.nrc": "77777"})).status == 200


class TestIdentification:
    """rules.md 9: from USD 25,000.00 in v2.0; 25,000.00 / 1.13 × 0.13 = 2,876.10619469."""

    def test_an_anonymous_sale_ends_below_25000(self, client: Client, emission: Emission) -> None:
        below = invoice.single(invoice.v2(emission), "24999.99", "2876.10504425")
        assert client.send(below).status == 200
        at_limit = invoice.single(invoice.v2(emission.next()), "25000.00", "2876.10619469")
        assert client.send(at_limit).verdict == ("005", "13", "[receptor] DEBE PROPORCIONAR UN VALOR")

    @pytest.mark.parametrize("key", ["nombre", "numDocumento"])
    def test_a_large_sale_names_document_and_name(self, client: Client, emission: Emission, key: str) -> None:
        document = invoice.single(full.identified(invoice.v2(emission)), "25000.00", "2876.10619469")
        document["receptor"][key] = None
        assert client.send(document).verdict == ("005", "13", f"[receptor.{key}] DEBE PROPORCIONAR UN VALOR")

    def test_v1_wants_the_extension_from_11428_57(self, client: Client, emission: Emission) -> None:
        """11,428.57 / 1.13 × 0.13 = 1,314.79123894."""
        document = invoice.single(full.identified(invoice.v1(emission)), "11428.57", "1314.79123894")
        assert client.send(document).verdict == ("005", "17", "[extension] DEBE PROPORCIONAR UN VALOR")
        document = full.filled(document) | {"documentoRelacionado": None, "ventaTercero": None}
        document["extension"]["docuRecibe"] = None
        assert client.send(document).verdict == ("005", "17", "[extension.docuRecibe] DEBE PROPORCIONAR UN VALOR")
        document["extension"]["docuRecibe"] = "000000025"
        assert client.send(document).status == 200


class TestV1:
    @pytest.mark.parametrize("municipality", ["14", "23", "20"])
    def test_municipalities_of_both_numberings_are_taken(
        self, client: Client, emission: Emission, municipality: str
    ) -> None:
        document = changed(invoice.v1(emission), {"emisor.direccion.municipio": municipality})
        assert client.send(document).status == 200

    def test_a_municipality_of_neither_numbering_is_refused(self, client: Client, emission: Emission) -> None:
        document = changed(invoice.v1(emission), {"emisor.direccion.municipio": "25"})
        verdict = client.send(document).verdict
        assert verdict == ("007", "12", "[emisor.direccion.municipio] VALOR NO ES PERMITIDO")

    def test_mh_s_establishment_codes_are_those_of_the_control_number(self, client: Client, emission: Emission) -> None:
        own = {"emisor.codEstable": "0001", "emisor.codPuntoVenta": "CAJA-7"}
        assert client.send(changed(invoice.v1(emission), own)).status == 200
        document = changed(invoice.v1(emission.next()), {"emisor.codPuntoVentaMH": "P002"})
        assert client.send(document).verdict == ("003", "12", "[emisor.codPuntoVentaMH] VALOR NO VALIDO")

    def test_a_credit_sale_may_still_state_no_payment(self, client: Client, emission: Emission) -> None:
        document = full.on_credit(invoice.v1(emission))
        document["resumen"]["pagos"][0]["montoPago"] = 0
        assert client.send(document).status == 200


class TestPayments:
    def test_an_invoice_for_cash_may_leave_out_its_payments(self, client: Client, emission: Emission) -> None:
        assert client.send(changed(invoice.v2(emission), {"resumen.pagos": None})).status == 200

    def test_nothing_to_pay_is_sold_for_cash(self, client: Client, emission: Emission) -> None:
        free = invoice.single(invoice.v2(emission), "0.00", "0")
        free["cuerpoDocumento"] = [invoice.line(1, "1", "5", "5", "0", "0")]
        free["resumen"] |= {"totalDescu": 5, "pagos": paid_in_cash("0"), "condicionOperacion": 3}
        assert client.send(free).verdict == ("007", "16", "[resumen.condicionOperacion] VALOR NO ES PERMITIDO")
        assert client.send(changed(free, {"resumen.condicionOperacion": 1})).status == 200


class TestOutsideTheBase:
    def test_a_credit_outside_the_base_is_a_line_of_its_own(self, client: Client, emission: Emission) -> None:
        """39.25 less 5.00 outside the tax base: 34.25 to pay."""
        document = invoice.v2(emission)
        credit = invoice.line(4, "1", "0", "0", "0", "0") | {"uniMedida": 99, "noGravado": D("-5.00")}
        document["cuerpoDocumento"].append(credit)
        document["resumen"] |= {"totalNoGravado": D("-5.00"), "totalPagar": D("34.25"), "pagos": paid_in_cash("34.25")}
        assert client.send(document).status == 200

    def test_it_needs_a_sale_beside_it(self, client: Client, emission: Emission) -> None:
        document = invoice.single(invoice.v2(emission), "0.00", "0")
        charge = invoice.line(1, "1", "0", "0", "0", "0") | {"uniMedida": 99, "noGravado": D("5.00")}
        document["cuerpoDocumento"] = [charge]
        document["resumen"] |= {"totalNoGravado": 5, "totalPagar": 5, "pagos": paid_in_cash("5")}
        assert client.send(document).verdict == ("007", "15", "[cuerpoDocumento.1.noGravado] VALOR NO ES PERMITIDO")

    def test_a_total_to_pay_never_falls_below_zero(self, client: Client, emission: Emission) -> None:
        document = invoice.v2(emission)
        credit = invoice.line(4, "1", "0", "0", "0", "0") | {"uniMedida": 99, "noGravado": D("-50.00")}
        document["cuerpoDocumento"].append(credit)
        paid = paid_in_cash("0")
        paid[0]["codigo"] = "99"
        document["resumen"] |= {"totalNoGravado": -50, "totalPagar": 0, "saldoFavor": D("-10.75"), "pagos": paid}
        assert client.send(document).status == 200


class TestFuel:
    def test_fuel_taxes_go_by_the_gallon(self, client: Client, emission: Emission) -> None:
        document = changed(invoice.fuel(invoice.v2(emission)), {"resumen.tributos.0.valor": D("10.50")})
        assert client.send(document).verdict == ("020", "16", "[resumen.tributos.1.valor] CALCULO INCORRECTO")

    def test_a_tax_stands_once_in_the_summary(self, client: Client, emission: Emission) -> None:
        document = invoice.fuel(invoice.v2(emission))
        document["resumen"]["tributos"].append(document["resumen"]["tributos"][0] | {"descripcion": "Otra vez"})
        assert client.send(document).verdict == ("025", "16", "[resumen.tributos.3.codigo] VALORES REPETIDOS")


class TestWithholding:
    @pytest.mark.parametrize(("withheld", "payable"), [("1.82", "201.58"), ("1.70", "201.70"), ("22.60", "180.80")])
    def test_vat_withheld_is_one_percent_of_the_net(
        self, client: Client, emission: Emission, withheld: str, payable: str
    ) -> None:
        document = invoice.discounted_and_withheld(invoice.v2(emission))
        document["resumen"] |= {"ivaRete": D(withheld), "totalPagar": D(payable), "pagos": paid_in_cash(payable)}
        assert client.send(document).verdict == ("020", "16", "[resumen.ivaRete] CALCULO INCORRECTO")
