"""The taxes of CAT-015: which document may have them, where they stand, what they are worth, what they add."""

from decimal import Decimal
from typing import Any

import pytest

from tests.emulator.changes import Changes, changed
from tests.emulator.client import Client
from tests.emulator.documents import credit_note, export_invoice, invoice, tax_credit, wider
from tests.emulator.documents.parts import Document, Emission, paid_in_cash
from tests.emulator.documents.tax_credit import vat

D = Decimal

Verdict = tuple[str, str, str]

INVOICES = pytest.mark.parametrize("make", [invoice.v1, invoice.v2], ids=["v1", "v2"])
CCFS = pytest.mark.parametrize("make", [tax_credit.v3, tax_credit.v4], ids=["v3", "v4"])


@INVOICES
@pytest.mark.parametrize(
    "sell",
    [wider.lodging_invoice, wider.flight_invoice, wider.cement_invoice, wider.liquor_invoice],
    ids=["lodging", "flight", "cement", "liquor"],
)
def test_an_invoice_with_taxes_is_stamped(client: Client, emission: Emission, make: Any, sell: Any) -> None:
    answer = client.send(sell(make(emission)))
    assert answer.status == 200, answer.body


@CCFS
@pytest.mark.parametrize(
    "sell", [wider.lodging_ccf, wider.cement_ccf, wider.liquor_ccf], ids=["lodging", "cement", "liquor"]
)
def test_a_ccf_with_taxes_is_stamped(client: Client, emission: Emission, make: Any, sell: Any) -> None:
    answer = client.send(sell(make(emission)))
    assert answer.status == 200, answer.body


VALUES: list[tuple[Any, str]] = [(wider.lodging_invoice, "6.78"), (wider.flight_invoice, "10.00")]


@INVOICES
@pytest.mark.parametrize(("sell", "amount"), VALUES, ids=["5 % of the price with VAT", "not 7.00 for each"])
def test_a_tax_of_an_invoice_has_the_value_of_its_law(
    client: Client, emission: Emission, make: Any, sell: Any, amount: str
) -> None:
    document = changed(sell(make(emission)), {"resumen.tributos.0.valor": D(amount)})
    assert client.send(document).verdict == ("020", "16", "[resumen.tributos.1.valor] CALCULO INCORRECTO")


@CCFS
@pytest.mark.parametrize("amount", ["6.78", "6.02", "0"])
def test_tourism_is_5_percent_of_the_net_lodging(client: Client, emission: Emission, make: Any, amount: str) -> None:
    document = changed(wider.lodging_ccf(make(emission)), {"resumen.tributos.1.valor": D(amount)})
    assert client.send(document).verdict == ("020", "16", "[resumen.tributos.2.valor] CALCULO INCORRECTO")


@pytest.mark.parametrize(
    ("make", "sell", "total"),
    [
        (invoice.v1, wider.lodging_invoice, "135.60"),
        (invoice.v2, wider.lodging_invoice, "135.60"),
        (tax_credit.v3, wider.lodging_ccf, "135.60"),
        (tax_credit.v4, wider.lodging_ccf, "135.60"),
        (invoice.v1, wider.liquor_invoice, "232.40"),
        (invoice.v2, wider.liquor_invoice, "232.40"),
        (tax_credit.v3, wider.liquor_ccf, "232.40"),
        (tax_credit.v4, wider.liquor_ccf, "232.40"),
    ],
    ids=[f"{what} in {where}" for what in ("lodging", "liquor") for where in ("01 v1", "01 v2", "03 v3", "03 v4")],
)
def test_taxes_of_section_1_are_added_and_those_of_section_3_are_not(
    client: Client, emission: Emission, make: Any, sell: Any, total: str
) -> None:
    document = sell(make(emission))
    document["resumen"] |= {"montoTotalOperacion": D(total), "totalPagar": D(total), "pagos": paid_in_cash(total)}
    assert client.send(document).verdict == ("020", "16", "[resumen.montoTotalOperacion] CALCULO INCORRECTO")


@pytest.mark.parametrize(
    ("make", "sell", "changes"),
    [
        (invoice.v2, wider.liquor_invoice, {"cuerpoDocumento.0.tributos": None}),
        (invoice.v2, wider.liquor_invoice, {"resumen.tributos": None}),
        (invoice.v2, wider.liquor_invoice, {"cuerpoDocumento.0.tributos": ["C5", "C6"]}),
        (tax_credit.v4, wider.liquor_ccf, {"cuerpoDocumento.0.tributos": ["20"]}),
        (tax_credit.v3, wider.liquor_ccf, {"cuerpoDocumento.0.tributos": ["20", "C6"]}),
    ],
    ids=["01 no line", "01 no summary", "01 one line too many", "03 no line", "03 another line"],
)
def test_a_code_stands_in_a_line_if_and_only_if_it_stands_in_the_summary(
    client: Client, emission: Emission, make: Any, sell: Any, changes: Changes
) -> None:
    document = changed(sell(make(emission)), changes)
    assert client.send(document).verdict == ("099", "99", "ERROR NO CATALOGADO")


def test_a_code_stands_once_in_the_summary(client: Client, emission: Emission) -> None:
    document = wider.lodging_ccf(tax_credit.v4(emission))
    document["resumen"]["tributos"].append(wider.tax("59", "6.01"))
    assert client.send(document).verdict == ("025", "16", "[resumen.tributos.3.codigo] VALORES REPETIDOS")


OWN_LINE: list[tuple[Changes, Verdict]] = [
    ({"codTributo": None}, ("005", "15", "[cuerpoDocumento.2.codTributo] DEBE PROPORCIONAR UN VALOR")),
    ({"codTributo": "59"}, ("003", "15", "[cuerpoDocumento.2.codTributo] VALOR NO VALIDO")),
    ({"codTributo": "D4"}, ("007", "15", "[cuerpoDocumento.2.codTributo] VALOR NO ES PERMITIDO")),
    ({"codTributo": "D5"}, ("007", "15", "[cuerpoDocumento.2.codTributo] VALOR NO ES PERMITIDO")),
    ({"codTributo": "25"}, ("007", "15", "[cuerpoDocumento.2.codTributo] VALOR NO ES PERMITIDO")),
    ({"cantidad": 2}, ("007", "15", "[cuerpoDocumento.2.cantidad] VALOR NO ES PERMITIDO")),
    ({"uniMedida": 59}, ("007", "15", "[cuerpoDocumento.2.uniMedida] VALOR NO ES PERMITIDO")),
    ({"montoDescu": D("0.01")}, ("024", "15", "[cuerpoDocumento.2.montoDescu] VALOR EN CAMPO NO APLICA")),
    ({"psv": 1}, ("024", "15", "[cuerpoDocumento.2.psv] VALOR EN CAMPO NO APLICA")),
    ({"noGravado": 1}, ("024", "15", "[cuerpoDocumento.2.noGravado] VALOR EN CAMPO NO APLICA")),
    (
        {"ventaGravada": 0, "ventaExenta": 16},
        ("007", "15", "[cuerpoDocumento.2.ventaExenta] VALOR NO ES PERMITIDO"),
    ),
    ({"tipoItem": 1}, ("024", "15", "[cuerpoDocumento.2.codTributo] VALOR EN CAMPO NO APLICA")),
]


@pytest.mark.parametrize(("changes", "verdict"), OWN_LINE, ids=lambda value: str(value)[:60])
@pytest.mark.parametrize(
    ("make", "sell"),
    [(invoice.v2, wider.cement_invoice), (tax_credit.v4, wider.cement_ccf)],
    ids=["01", "03"],
)
def test_a_tax_that_is_a_line_of_its_own_has_its_form(
    client: Client, emission: Emission, make: Any, sell: Any, changes: Changes, verdict: Verdict
) -> None:
    document = sell(make(emission))
    document["cuerpoDocumento"][1] |= changes
    assert client.send(document).verdict == verdict


IN_V1: list[Any] = [
    pytest.param(invoice.v1, wider.cement_invoice, {"montoDescu": D("0.01")}, "024", id="01 discount"),
    pytest.param(invoice.v1, wider.cement_invoice, {"noGravado": 1}, "024", id="01 charge"),
    pytest.param(invoice.v1, wider.cement_invoice, {"cantidad": 2}, "007", id="01 quantity"),
    pytest.param(tax_credit.v3, wider.cement_ccf, {"psv": 1}, "024", id="03 suggested price"),
    pytest.param(tax_credit.v3, wider.cement_ccf, {"codTributo": "D4"}, "007", id="03 code"),
]


@pytest.mark.parametrize(("make", "sell", "changes", "code"), IN_V1)
def test_a_tax_line_of_v1_has_its_form_too(
    client: Client, emission: Emission, make: Any, sell: Any, changes: Changes, code: str
) -> None:
    document = sell(make(emission))
    document["cuerpoDocumento"][1] |= changes
    text = {"007": "VALOR NO ES PERMITIDO", "024": "VALOR EN CAMPO NO APLICA"}[code]
    assert client.send(document).verdict == (code, "15", f"[cuerpoDocumento.2.{next(iter(changes))}] {text}")


@pytest.mark.parametrize("code", ["25", "D5"])
def test_some_tax_lines_are_of_v1_only(client: Client, emission: Emission, code: str) -> None:
    document = changed(wider.cement_ccf(tax_credit.v3(emission)), {"cuerpoDocumento.1.codTributo": code})
    assert client.send(document).status == 200


def test_the_tax_line_of_a_ccf_bears_vat_alone(client: Client, emission: Emission) -> None:
    document = changed(wider.cement_ccf(tax_credit.v4(emission)), {"cuerpoDocumento.1.tributos": ["20", "59"]})
    assert client.send(document).verdict == ("007", "15", "[cuerpoDocumento.2.tributos] VALOR NO ES PERMITIDO")


def test_the_tax_line_of_an_invoice_has_vat_inside(client: Client, emission: Emission) -> None:
    document = changed(wider.cement_invoice(invoice.v2(emission)), {"cuerpoDocumento.1.ivaItem": 0})
    assert client.send(document).verdict == ("020", "15", "[cuerpoDocumento.2.ivaItem] CALCULO INCORRECTO")


def _note_v3(emission: Emission) -> Document:
    return credit_note.adjusting(emission, version=3)


NOT_HERE: list[Any] = [
    pytest.param(invoice.v2, ["20"], id="01 v2, whose price has its VAT inside"),
    pytest.param(invoice.v2, ["C3"], id="01 v2, the rate of exports"),
    pytest.param(invoice.v2, ["D4"], id="01 v2, a code of MH's own"),
    pytest.param(invoice.v1, ["D4"], id="01 v1, a code of MH's own"),
    pytest.param(tax_credit.v4, ["20", "C3"], id="03 v4, the rate of exports"),
    pytest.param(tax_credit.v3, ["20", "C3"], id="03 v3, the rate of exports"),
    pytest.param(tax_credit.v4, ["20", "D4"], id="03 v4, a code of MH's own"),
    pytest.param(export_invoice.v3, ["C3", "59"], id="11 v3, lodging"),
    pytest.param(export_invoice.v3, ["C3", "20"], id="11 v3, the rate of local sales"),
]


@pytest.mark.parametrize(("make", "taxes"), NOT_HERE)
def test_a_document_has_only_the_taxes_of_its_type(
    client: Client, emission: Emission, make: Any, taxes: list[str]
) -> None:
    document = changed(make(emission), {"cuerpoDocumento.0.tributos": taxes})
    verdict = client.send(document).verdict
    assert verdict == ("007", "15", "[cuerpoDocumento.1.tributos] VALOR NO ES PERMITIDO")


def test_the_summary_has_only_the_taxes_of_its_type(client: Client, emission: Emission) -> None:
    document = changed(invoice.v2(emission), {"resumen.tributos": [vat("0")]})
    assert client.send(document).verdict == ("007", "16", "[resumen.tributos.1.codigo] VALOR NO ES PERMITIDO")


def test_a_note_of_v1_has_no_informative_taxes(client: Client, emission: Emission) -> None:
    document = changed(_note_v3(emission), {"cuerpoDocumento.0.tributos": ["20", "C5"]})
    assert client.send(document).body["codigoMsg"] == "096"


def _special_rate(document: Document) -> Document:
    """D5, a rate of its own: 5.00 on top of 226.00."""
    document = wider.liquor_invoice(document)
    document["cuerpoDocumento"][0]["tributos"] = ["D5"]
    paid = {"montoTotalOperacion": D("231.00"), "totalPagar": D("231.00"), "pagos": paid_in_cash("231.00")}
    document["resumen"] |= paid | {"tributos": [wider.tax("D5", "5.00")]}
    return document


def test_a_special_rate_is_of_v1_only(client: Client, emission: Emission) -> None:
    assert client.send(_special_rate(invoice.v1(emission))).status == 200
    answer = client.send(_special_rate(invoice.v2(emission.next())))
    assert answer.verdict == ("007", "15", "[cuerpoDocumento.1.tributos] VALOR NO ES PERMITIDO")
