"""Annex 5: purchases from excluded subjects, a line for each document of type 14 (manual VII)."""

from typing import Final

from ocote.books.choices import Choices
from ocote.books.entry import ZERO, BookEntry, day, name, plain, usd
from ocote.spreadsheets import without_formula_signs

_NUMBER: Final = "5"
_NIT, _DUI, _OTHER = "1", "2", "3"
_DUI_DIGITS: Final = 9


def purchase_row(entry: BookEntry, choices: Choices) -> tuple[str, ...]:
    """The 13 columns A to M. VAT is never withheld on these documents; income tax goes into form F-14."""
    identity, party = entry.identification, entry.party
    kind, number = _identity(party.get("tipoDocumento"), party.get("numDocumento") or "")
    return (
        kind,
        number,
        name(party),
        day(identity["fecEmi"]),
        entry.stamp,
        plain(identity["codigoGeneracion"]),
        usd(entry.total("subTotal")),
        usd(ZERO),
        choices.purchase_operation,
        choices.purchase_class,
        choices.purchase_sector,
        choices.purchase_kind,
        _NUMBER,
    )


def _identity(kind: str | None, number: str) -> tuple[str, str]:
    """Kind and number of an identity document (CAT-022) in the annex; a NIT of nine digits is a DUI (rules.md 9)."""
    if kind in {"36", "13"}:
        digits = plain(number)
        return (_DUI if len(digits) == _DUI_DIGITS else _NIT), digits
    return _OTHER, without_formula_signs(number)
