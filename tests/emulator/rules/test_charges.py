"""Charges and credits outside the tax base: tips, advances, money spent for the buyer (01, 03, 11; 05 in v2.0)."""

from decimal import Decimal
from typing import Any

import pytest

from tests.emulator.changes import Changes, changed
from tests.emulator.client import Client
from tests.emulator.documents import credit_note, export_invoice, invoice, tax_credit, wider
from tests.emulator.documents.parts import Emission, paid_in_cash

D = Decimal

WITH_CREDIT = [
    pytest.param(invoice.v1, "44.25", "34.25", id="01 v1"),
    pytest.param(invoice.v2, "44.25", "34.25", id="01 v2"),
    pytest.param(tax_credit.v3, "164.04", "154.04", id="03 v3"),
    pytest.param(tax_credit.v4, "164.04", "154.04", id="03 v4"),
    pytest.param(export_invoice.v1, "1293.20", "1283.20", id="11 v1"),
    pytest.param(export_invoice.v3, "1293.20", "1283.20", id="11 v3"),
]


SALES = [pytest.param(*each.values[:2], id=each.id) for each in WITH_CREDIT]


@pytest.mark.parametrize(("make", "more", "less"), WITH_CREDIT)
def test_a_charge_is_added_and_a_credit_is_taken_off(
    client: Client, emission: Emission, make: Any, more: str, less: str
) -> None:
    assert client.send(wider.with_charge(make(emission), "5.00", more)).status == 200
    assert client.send(wider.with_charge(make(emission.next()), "-5.00", less)).status == 200


@pytest.mark.parametrize(("make", "more"), SALES)
def test_a_sale_may_have_several_charges(client: Client, emission: Emission, make: Any, more: str) -> None:
    """A charge of 8.00 and a credit of 3.00 make 5.00."""
    document = wider.with_charge(wider.with_charge(make(emission), "8.00", more), "-3.00", more)
    document["resumen"]["totalNoGravado"] = 5
    assert client.send(document).status == 200


FORM: list[tuple[Changes, str, str]] = [
    ({"cantidad": 2}, "007", "cantidad"),
    ({"uniMedida": 59}, "007", "uniMedida"),
    ({"precioUni": D("5.00")}, "007", "precioUni"),
    ({"montoDescu": D("0.01")}, "007", "montoDescu"),
    ({"ventaGravada": D("0.01")}, "007", "ventaGravada"),
]


@pytest.mark.parametrize(("changes", "code", "key"), FORM, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize(("make", "more"), SALES)
def test_a_charge_is_one_unit_without_price_discount_and_sale(
    client: Client, emission: Emission, make: Any, more: str, changes: Changes, code: str, key: str
) -> None:
    document = wider.with_charge(make(emission), "5.00", more)
    charge = document["cuerpoDocumento"][-1]
    if make is tax_credit.v3 and key == "ventaGravada":
        charge["tributos"] = ["20"]  # the schema of this edition wants a tax beside a taxed sale
        key, code = "tributos", "024"
    answer = client.send(document | {"cuerpoDocumento": [*document["cuerpoDocumento"][:-1], charge | changes]})
    text = {"007": "VALOR NO ES PERMITIDO", "024": "VALOR EN CAMPO NO APLICA"}[code]
    assert answer.verdict == (code, "15", f"[cuerpoDocumento.{charge['numItem']}.{key}] {text}")


@pytest.mark.parametrize(
    ("make", "more", "taxes"),
    [(invoice.v2, "44.25", ["59"]), (tax_credit.v4, "164.04", ["20"]), (export_invoice.v3, "1293.20", ["C3"])],
    ids=["01", "03", "11"],
)
def test_a_charge_has_no_taxes(client: Client, emission: Emission, make: Any, more: str, taxes: list[str]) -> None:
    document = wider.with_charge(make(emission), "5.00", more)
    charge = document["cuerpoDocumento"][-1]
    charge["tributos"] = taxes
    path = f"cuerpoDocumento.{charge['numItem']}.tributos"
    assert client.send(document).verdict == ("024", "15", f"[{path}] VALOR EN CAMPO NO APLICA")


@pytest.mark.parametrize("make", [each.values[0] for each in SALES], ids=[each.id for each in SALES])
def test_a_charge_needs_a_sale_beside_it(client: Client, emission: Emission, make: Any) -> None:
    document = wider.with_charge(make(emission), "5.00", "5.00")
    document["cuerpoDocumento"] = document["cuerpoDocumento"][-1:]
    assert client.send(document).verdict == ("007", "15", "[cuerpoDocumento.1.noGravado] VALOR NO ES PERMITIDO")


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"resumen.totalNoGravado": 0}, "totalNoGravado"),
        ({"resumen.totalNoGravado": D("-5.00")}, "totalNoGravado"),
        ({"resumen.totalPagar": 1}, "totalPagar"),
    ],
    ids=str,
)
@pytest.mark.parametrize(("make", "more"), SALES)
def test_charges_are_summed_with_their_sign_and_paid(
    client: Client, emission: Emission, make: Any, more: str, changes: Changes, key: str
) -> None:
    document = changed(wider.with_charge(make(emission), "5.00", more), changes)
    assert client.send(document).verdict == ("020", "16", f"[resumen.{key}] CALCULO INCORRECTO")


@pytest.mark.parametrize(
    "make",
    [invoice.v1, invoice.v2, tax_credit.v4, export_invoice.v1, export_invoice.v3],
    ids=["01 v1", "01 v2", "03 v4", "11 v1", "11 v3"],
)
def test_a_credit_above_the_sale_leaves_nothing_to_pay_for_cash(client: Client, emission: Emission, make: Any) -> None:
    document = wider.with_charge(make(emission), "-9000.00", "0")
    assert client.send(document).status == 200
    on_credit = wider.with_charge(make(emission.next()), "-9000.00", "0")
    on_credit["resumen"] |= {"condicionOperacion": 2, "pagos": [wider.part_on_credit("0")]}
    assert client.send(on_credit).verdict == ("007", "16", "[resumen.condicionOperacion] VALOR NO ES PERMITIDO")


BALANCE: list[tuple[Changes, str, str]] = [
    ({"resumen.pagos.0.codigo": "01"}, "007", "pagos.1.codigo"),
    ({"resumen.totalPagar": D("0.01")}, "024", "saldoFavor"),
]


@pytest.mark.parametrize(("changes", "code", "key"), BALANCE, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize(
    "make", [invoice.v1, invoice.v2, tax_credit.v4, export_invoice.v3], ids=["01 v1", "01 v2", "03 v4", "11 v3"]
)
def test_a_balance_in_favour_stands_where_nothing_is_paid(
    client: Client, emission: Emission, make: Any, changes: Changes, code: str, key: str
) -> None:
    document = wider.with_charge(make(emission), "-9000.00", "0")
    document["resumen"] |= {"saldoFavor": D("-100.00"), "pagos": [paid_in_cash("0")[0] | {"codigo": "99"}]}
    text = {"007": "VALOR NO ES PERMITIDO", "024": "VALOR EN CAMPO NO APLICA"}[code]
    assert client.send(changed(document, changes)).verdict == (code, "16", f"[resumen.{key}] {text}")
    document["resumen"] |= {"totalPagar": 0, "pagos": [paid_in_cash("0")[0] | {"codigo": "99"}]}
    assert client.send(document).status == 200


def test_a_balance_in_favour_is_not_positive(client: Client, emission: Emission) -> None:
    document = changed(export_invoice.v3(emission), {"resumen.saldoFavor": 1})
    assert client.send(document).verdict == ("007", "16", "[resumen.saldoFavor] VALOR NO ES PERMITIDO")


def test_only_a_note_of_v2_takes_back_a_charge(client: Client, emission: Emission) -> None:
    ccf = wider.with_charge(tax_credit.v4(emission), "5.00", "164.04")
    assert client.send(ccf).status == 200
    note = wider.with_charge(credit_note.v4(emission.next(), ccf), "-5.00", "21.88")
    assert client.send(note).status == 200
    older = wider.with_charge(credit_note.v3(emission.next().next(), ccf), "-5.00", "21.88")
    assert client.send(older).body["codigoMsg"] == "096"
