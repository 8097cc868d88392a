"""Adds up what is printed, as an accountant does: lines to sums, sums to the amount to pay, payments to it again."""

import re
from collections.abc import Mapping
from decimal import Decimal

from ocote.dte.money import to_cents
from ocote.printing.sheet import Sheet, Summary, Table
from ocote.printing.view import sheet
from tests.printing.documents import STAMP, Document

SALES = {
    "Ventas no sujetas": "Total ventas no sujetas",
    "Ventas exentas": "Total ventas exentas",
    "Ventas gravadas": "Total ventas gravadas",
    "Compras": "Total compras",
}
"""The columns of the kinds of sale, and the labels of their sums."""
_CHARGES = "Montos no afectos"
_SIGNED = {
    "Montos no afectos": "noGravado",
    "Ventas no sujetas": "ventaNoSuj",
    "Ventas exentas": "ventaExenta",
    "Ventas gravadas": "ventaGravada",
    "Compras": "compra",
}
_SUMS = re.compile("Total (ventas|compras)|Suma de ventas|Subtotal|Monto total")
"""The labels of figures that repeat what stands above them."""


def number(text: str) -> Decimal:
    """A printed figure, a negative one included."""
    return Decimal(text.replace(",", "").replace("\u2212", "-"))


def assert_adds_up(document: Document) -> None:
    """Letter and roll of a document add up, agree with each other, and are within a cent of the signed amounts."""
    on_letter = sheet(document, stamp=STAMP, undone=None, is_strip=False)
    on_roll = sheet(document, stamp=STAMP, undone=None, is_strip=True)
    assert on_letter.table is not None
    summary = on_letter.summary
    assert summary is not None
    assert on_roll.summary == summary

    columns = _columns(on_letter.table)
    assert [sum(cells, Decimal(0)) for cells in columns.values()] == [
        number(total) for total in on_letter.table.rows[-1].carried
    ]
    by_line = [sum(cells, Decimal(0)) for cells in zip(*columns.values(), strict=True)]
    assert [number(each.amount) for each in on_roll.strip] == by_line
    _assert_sums(columns, summary)
    _assert_honest(document, columns, on_letter)


def _columns(table: Table) -> dict[str, list[Decimal]]:
    """The amounts of the lines by the head of their column."""
    width = table.amount_columns
    heads = [column.label for column in table.columns[-width:]]
    return {head: [number(row.cells[at - width]) for row in table.rows] for at, head in enumerate(heads)}


def _assert_sums(columns: Mapping[str, list[Decimal]], summary: Summary) -> None:
    printed = {amount.label: number(amount.value) for amount in summary.amounts}
    sums = {head: sum(cells, Decimal(0)) for head, cells in columns.items()}
    sold = {head: total for head, total in sums.items() if head != _CHARGES}
    assert {SALES[head]: total for head, total in sold.items()} == {
        label: value for label, value in printed.items() if label in SALES.values()
    }
    assert printed.get("Otros montos no afectos", Decimal(0)) == sums.get(_CHARGES, Decimal(0))
    running = sum(sold.values(), Decimal(0))
    for each in summary.amounts:
        if each.label in SALES.values():
            continue
        if _SUMS.match(each.label):
            assert number(each.value) == running, each.label
        else:
            running += -number(each.value) if each.is_subtracted else number(each.value)
    assert number(summary.payable.value) == running
    if summary.payments:
        assert sum((number(each.amount) for each in summary.payments), Decimal(0)) == running


def _assert_honest(document: Document, columns: Mapping[str, list[Decimal]], printed: Sheet) -> None:
    """No amount is more than a cent away from what was signed, and a remark tells when it is not rounded half up."""
    pairs = [
        (shown, Decimal(signed[_SIGNED[head]]))
        for head, cells in columns.items()
        for shown, signed in zip(cells, document["cuerpoDocumento"], strict=True)
    ]
    assert all(abs(shown - signed) <= Decimal("0.01") for shown, signed in pairs)
    is_usual = all(shown == to_cents(signed) for shown, signed in pairs)
    assert ("Redondeo" in {fact.label for fact in printed.remarks}) is not is_usual
