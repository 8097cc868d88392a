"""Annex 9: the VAT of 1 % that the company collected, a line for each CCF and each note that bears it (books.md 3)."""

from typing import Final

from ocote.books.entry import ZERO, BookEntry, TaxNumbers, collected_of, day, local_sales, plain, usd

_NUMBER: Final = "9"


def collected_rows(entry: BookEntry) -> list[tuple[str, ...]]:
    """The 10 columns A to J of a CCF or note on which VAT was collected; nothing for any other document."""
    amount = collected_of(entry)
    if amount == ZERO:
        return []
    identity, numbers = entry.identification, TaxNumbers.of(entry.party)
    return [
        (
            numbers.nit,
            day(identity["fecEmi"]),
            identity["tipoDte"],
            plain(identity["numeroControl"]),
            entry.stamp,
            plain(identity["codigoGeneracion"]),
            usd(local_sales(entry).taxed),
            usd(amount),
            numbers.dui,
            _NUMBER,
        )
    ]
