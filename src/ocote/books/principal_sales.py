"""Annex 4: taxed sales on account of principals in the country, a line for each document (books.md 3)."""

from typing import Final

from ocote.books.entry import ZERO, BookEntry, TaxNumbers, day, name, net_sales, plain, usd

_NUMBER: Final = "4"
_TO_FILL_IN: Final = ""


def principal_rows(entry: BookEntry) -> list[tuple[str, ...]]:
    """The 15 columns A to O of a document with a resident principal; nothing when nothing in it is taxed.

    A note has positive amounts. The settlement (08) of the principal is in no sale: its four columns stay empty.
    """
    principal, sales = entry.principal, net_sales(entry)
    if principal is None or sales.net == ZERO:
        return []
    identity, numbers = entry.identification, TaxNumbers.of(principal)
    return [
        (
            numbers.nit,
            name(principal),
            day(identity["fecEmi"]),
            identity["tipoDte"],
            entry.stamp,
            plain(identity["numeroControl"]),
            plain(identity["codigoGeneracion"]),
            usd(sales.net),
            usd(sales.vat),
            *(_TO_FILL_IN,) * 4,
            numbers.dui,
            _NUMBER,
        )
    ]
