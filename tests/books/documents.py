"""Entries of the books made from the sample documents, with changes."""

from typing import Any

from ocote.books.entry import BookEntry
from tests.archive.archived import sample

STAMP = "2026F41C0A7D9B3E5826714ACD90BE37F1258QXT"

RESIDENT = {"codDomiciliado": 1, "nit": "06149999990017", "nombre": "Mandante de Prueba, S.A. de C.V."}
RESIDENT_OF_V1 = {"nit": "06149999990017", "nombre": "Mandante de Prueba, S.A. de C.V."}
ABROAD = {"codDomiciliado": 2, "nit": "GB-000000-T", "nombre": "Mandante del Exterior Ltd."}
"""Principals on whose account a sale is made, as ``ventaTercero`` names them."""


def at(row: tuple[str, ...], columns: str) -> str | tuple[str, ...]:
    """What stands in the columns of these letters: one text, or several in a row."""
    found = tuple(row[ord(letter) - ord("A")] for letter in columns)
    return found if len(found) > 1 else found[0]


def entry(name: str, **identification: Any) -> BookEntry:
    """A sample document with changes in its identification."""
    document = sample(name)
    document["identificacion"] |= identification
    return BookEntry(document, STAMP)


def with_summary(name: str, **figures: Any) -> BookEntry:
    """A sample document with other figures in its summary."""
    document = sample(name)
    document["resumen"] |= figures
    return BookEntry(document, STAMP)


def own(name: str) -> BookEntry:
    """A sample document as a sale of the issuer, on account of nobody else."""
    return on_account_of(name, None)


def on_account_of(name: str, principal: dict[str, Any] | None, **figures: Any) -> BookEntry:
    """A sample document on account of a third party, with other figures in its summary."""
    document = sample(name)
    document["ventaTercero"] = principal
    document["resumen"] |= figures
    return BookEntry(document, STAMP)


def with_party(name: str, **changes: Any) -> BookEntry:
    """A sample document with changes in its other party."""
    document = sample(name)
    document["receptor" if document.get("receptor") else "sujetoExcluido"] |= changes
    return BookEntry(document, STAMP)
