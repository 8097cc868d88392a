"""Annex 1: sales to taxpayers, a line for each CCF and each note on one (manual III)."""

from decimal import Decimal

from ocote.books.choices import Choices
from ocote.books.entry import DTE_CLASS, ZERO, BookEntry, day, local_sales, name, plain, usd
from ocote.dte.money import to_cents

_NUMBER = "1"
_VAT = "20"
_DUI_DIGITS = 9


def sale_row(entry: BookEntry, choices: Choices) -> tuple[str, ...]:
    """The 20 columns A to T. A note has positive amounts: its type says that they are subtracted."""
    said, party, sales = entry.identification, entry.party, local_sales(entry)
    vat = _vat(entry)
    number = plain(party.get("nit") or party.get("numDocumento") or party.get("nrc") or "")
    is_dui = len(number) == _DUI_DIGITS
    return (
        day(said["fecEmi"]),
        DTE_CLASS,
        said["tipoDte"],
        plain(said["numeroControl"]),
        entry.stamp,
        plain(said["codigoGeneracion"]),
        "",
        "" if is_dui else number,
        name(party),
        usd(sales.exempt),
        usd(sales.not_subject),
        usd(sales.taxed),
        usd(vat),
        usd(ZERO),
        usd(ZERO),
        usd(sales.exempt + sales.not_subject + sales.taxed + vat),
        number if is_dui else "",
        sales.operation,
        choices.income_type,
        _NUMBER,
    )


def _vat(entry: BookEntry) -> Decimal:
    taxes = entry.document["resumen"].get("tributos") or ()
    return sum((to_cents(Decimal(tax["valor"])) for tax in taxes if tax["codigo"] == _VAT), ZERO)
