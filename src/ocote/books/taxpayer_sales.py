"""Annex 1: sales to taxpayers, a line for each CCF and each note on one (manual III)."""

from ocote.books.choices import Choices
from ocote.books.entry import DTE_CLASS, ZERO, BookEntry, TaxNumbers, day, local_sales, name, plain, usd, vat_of

_NUMBER = "1"


def sale_row(entry: BookEntry, choices: Choices) -> tuple[str, ...]:
    """The 20 columns A to T. A note has positive amounts: its type says that they are subtracted.

    A sale on account of a third party, who is not a resident here, stands in the columns N and O instead of J to M.
    """
    identity, party, sales = entry.identification, entry.party, local_sales(entry)
    vat, numbers = vat_of(entry), TaxNumbers.of(party)
    own = (sales.exempt, sales.not_subject, sales.taxed, vat)
    amounts = (*own, ZERO, ZERO) if entry.principal is None else (*(ZERO,) * len(own), sales.whole, vat)
    nrc = plain(party.get("nrc") or "").lstrip("0")
    return (
        day(identity["fecEmi"]),
        DTE_CLASS,
        identity["tipoDte"],
        plain(identity["numeroControl"]),
        entry.stamp,
        plain(identity["codigoGeneracion"]),
        "",
        "" if numbers.dui else numbers.nit or nrc,
        name(party),
        *map(usd, amounts),
        usd(sum(amounts, ZERO)),
        numbers.dui,
        sales.operation,
        choices.income_type,
        _NUMBER,
    )
