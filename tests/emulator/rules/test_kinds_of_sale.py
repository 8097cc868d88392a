"""Taxed, exempt and not subject lines, and the global discounts of each kind, in invoices (01) and CCF (03)."""

from decimal import Decimal
from typing import Any

import pytest

from tests.emulator.changes import Changes, changed
from tests.emulator.client import Client
from tests.emulator.documents import invoice, tax_credit, wider
from tests.emulator.documents.parts import Emission

D = Decimal

Verdict = tuple[str, str, str]

INVOICES = pytest.mark.parametrize("make", [invoice.v1, invoice.v2], ids=["v1", "v2"])
CCFS = pytest.mark.parametrize("make", [tax_credit.v3, tax_credit.v4], ids=["v3", "v4"])

EACH_KIND = [
    pytest.param(invoice.v1, wider.mixed_invoice, id="01 v1"),
    pytest.param(invoice.v2, wider.mixed_invoice, id="01 v2"),
    pytest.param(tax_credit.v3, wider.mixed_ccf, id="03 v3"),
    pytest.param(tax_credit.v4, wider.mixed_ccf, id="03 v4"),
]
NOTHING_TAXED = [
    pytest.param(invoice.v1, wider.untaxed_invoice, id="01 v1"),
    pytest.param(invoice.v2, wider.untaxed_invoice, id="01 v2"),
    pytest.param(tax_credit.v3, wider.untaxed_ccf, id="03 v3"),
    pytest.param(tax_credit.v4, wider.untaxed_ccf, id="03 v4"),
]


@pytest.mark.parametrize(("make", "sell"), [*EACH_KIND, *NOTHING_TAXED])
def test_the_kinds_of_sale_may_be_mixed_or_untaxed_alone(
    client: Client, emission: Emission, make: Any, sell: Any
) -> None:
    answer = client.send(sell(make(emission)))
    assert answer.status == 200, answer.body


TOTALS: list[tuple[Changes, str]] = [
    ({"cuerpoDocumento.1.ventaExenta": D("10.02")}, "cuerpoDocumento.2.ventaExenta"),
    ({"cuerpoDocumento.2.ventaNoSuj": D("7.98")}, "cuerpoDocumento.3.ventaNoSuj"),
    ({"resumen.totalExenta": D("10.02")}, "resumen.totalExenta"),
    ({"resumen.totalNoSuj": D("7.98")}, "resumen.totalNoSuj"),
    ({"resumen.totalGravada": D("78.00")}, "resumen.totalGravada"),
    ({"resumen.subTotalVentas": D("67.80")}, "resumen.subTotalVentas"),
    ({"resumen.descuExenta": 0}, "resumen.subTotal"),
    ({"resumen.descuNoSuj": D("0.45")}, "resumen.subTotal"),
    ({"resumen.totalDescu": 0}, "resumen.totalDescu"),
    ({"resumen.montoTotalOperacion": D("85.80")}, "resumen.montoTotalOperacion"),
]


@pytest.mark.parametrize(("changes", "field"), TOTALS, ids=lambda value: str(value)[:60])
@pytest.mark.parametrize(("make", "sell"), EACH_KIND)
def test_a_total_that_mixes_up_the_kinds_is_a_wrong_calculation(
    client: Client, emission: Emission, make: Any, sell: Any, changes: Changes, field: str
) -> None:
    answer = client.send(changed(sell(make(emission)), changes))
    class_code = "15" if field.startswith("cuerpo") else "16"
    assert answer.verdict == ("020", class_code, f"[{field}] CALCULO INCORRECTO")


@INVOICES
@pytest.mark.parametrize("vat", ["7.80", "9.38", "7.43"], ids=["no discount", "of the whole sale", "two cents off"])
def test_the_vat_of_an_invoice_is_that_of_the_taxed_lines_after_discount(
    client: Client, emission: Emission, make: Any, vat: str
) -> None:
    document = changed(wider.mixed_invoice(make(emission)), {"resumen.totalIva": D(vat)})
    assert client.send(document).verdict == ("020", "16", "[resumen.totalIva] CALCULO INCORRECTO")


@CCFS
@pytest.mark.parametrize("vat", ["7.80", "9.63", "7.43"], ids=["no discount", "of the whole sale", "two cents off"])
def test_the_vat_of_a_ccf_is_that_of_the_taxed_sales_after_discount(
    client: Client, emission: Emission, make: Any, vat: str
) -> None:
    document = changed(wider.mixed_ccf(make(emission)), {"resumen.tributos.0.valor": D(vat)})
    assert client.send(document).verdict == ("020", "16", "[resumen.tributos.1.valor] CALCULO INCORRECTO")


@pytest.mark.parametrize(
    ("key", "amount"),
    [("descuNoSuj", D("8.01")), ("descuExenta", D("10.01")), ("descuGravada", D("67.81"))],
)
@pytest.mark.parametrize(("make", "sell"), EACH_KIND)
def test_a_discount_is_not_above_its_own_kind(
    client: Client, emission: Emission, make: Any, sell: Any, key: str, amount: Decimal
) -> None:
    document = changed(sell(make(emission)), {f"resumen.{key}": amount})
    assert client.send(document).verdict == ("007", "16", f"[resumen.{key}] VALOR NO ES PERMITIDO")


OF_ONE_KIND: list[tuple[Changes, Verdict]] = [
    (
        {"cuerpoDocumento.1.ventaNoSuj": D("10.00")},
        ("007", "15", "[cuerpoDocumento.2.ventaExenta] VALOR NO ES PERMITIDO"),
    ),
    (
        {"cuerpoDocumento.0.ventaExenta": D("1.00")},
        ("007", "15", "[cuerpoDocumento.1.ventaGravada] VALOR NO ES PERMITIDO"),
    ),
]


@pytest.mark.parametrize(("changes", "verdict"), OF_ONE_KIND, ids=lambda value: str(value)[:60])
@pytest.mark.parametrize(("make", "sell"), EACH_KIND)
def test_a_line_is_a_sale_of_one_kind(
    client: Client, emission: Emission, make: Any, sell: Any, changes: Changes, verdict: Verdict
) -> None:
    assert client.send(changed(sell(make(emission)), changes)).verdict == verdict


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"cuerpoDocumento.1.tributos": ["59"]}, "tributos"),
        ({"cuerpoDocumento.1.ivaItem": D("0.01")}, "ivaItem"),
        ({"cuerpoDocumento.1.ivaItem": D("1.15")}, "ivaItem"),
    ],
    ids=str,
)
def test_an_untaxed_line_of_an_invoice_has_neither_taxes_nor_vat(
    client: Client, emission: Emission, changes: Changes, key: str
) -> None:
    document = changed(wider.mixed_invoice(invoice.v2(emission)), changes)
    assert client.send(document).verdict == ("024", "15", f"[cuerpoDocumento.2.{key}] VALOR EN CAMPO NO APLICA")
    in_v1 = changed(wider.mixed_invoice(invoice.v1(emission.next())), changes)
    assert client.send(in_v1).body["codigoMsg"] == "096"


def test_an_untaxed_line_of_a_ccf_has_no_taxes(client: Client, emission: Emission) -> None:
    changes = {"cuerpoDocumento.2.tributos": ["20"]}
    document = changed(wider.mixed_ccf(tax_credit.v4(emission)), changes)
    assert client.send(document).verdict == ("024", "15", "[cuerpoDocumento.3.tributos] VALOR EN CAMPO NO APLICA")
    in_v1 = changed(wider.mixed_ccf(tax_credit.v3(emission.next())), changes)
    assert client.send(in_v1).body["codigoMsg"] == "096"


@pytest.mark.parametrize("listed", [[], [wider.tax("59", "0")]], ids=["an empty list", "a tax of nothing"])
@pytest.mark.parametrize(("make", "sell"), NOTHING_TAXED)
def test_where_nothing_is_taxed_the_summary_lists_no_taxes(
    client: Client, emission: Emission, make: Any, sell: Any, listed: Any
) -> None:
    document = changed(sell(make(emission)), {"resumen.tributos": listed})
    assert client.send(document).verdict == ("024", "16", "[resumen.tributos] VALOR EN CAMPO NO APLICA")


@INVOICES
def test_a_price_is_not_negative(client: Client, emission: Emission, make: Any) -> None:
    document = changed(make(emission), {"cuerpoDocumento.0.precioUni": D("-0.001")})
    assert client.send(document).verdict == ("007", "15", "[cuerpoDocumento.1.precioUni] VALOR NO ES PERMITIDO")


@pytest.mark.parametrize(
    ("quantity", "price", "taxed"),
    [("42.75", "0.18954321", "8.10297223"), ("1250", "0.00123456", "1.5432")],
    ids=["energy", "wholesale"],
)
@CCFS
def test_a_price_has_up_to_eight_decimals(
    client: Client, emission: Emission, make: Any, quantity: str, price: str, taxed: str
) -> None:
    """8.10 with VAT 1.05 is 9.15; 1.54 with VAT 0.20 is 1.74."""
    net, tax, total = {"42.75": ("8.10", "1.05", "9.15"), "1250": ("1.54", "0.20", "1.74")}[quantity]
    line = tax_credit.line(1, quantity, price, "0", taxed)
    sold = {"totalGravada": D(net), "subTotalVentas": D(net), "subTotal": D(net), "tributos": [tax_credit.vat(tax)]}
    document = wider.selling(make(emission), [line], total, **sold)
    assert client.send(document).status == 200
