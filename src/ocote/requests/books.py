"""``GET /books``: the month, the accountant's choices and the first folios."""

from collections.abc import Mapping
from typing import Final

from ocote.archive.book_exporting import BooksRequest
from ocote.archive.bookkeeping import Month
from ocote.archive.legal_books import FirstFolios
from ocote.books.choices import (
    INCOME_TYPES,
    PURCHASE_CLASSES,
    PURCHASE_KINDS,
    PURCHASE_OPERATIONS,
    PURCHASE_SECTORS,
    Choices,
    goes_with,
)
from ocote.requests.description import RequestField, RequestObject
from ocote.requests.kinds import CodeValue, MonthValue, WholeValue
from ocote.requests.reading import read_by

_LARGEST_FOLIO: Final = 9_999_999
_USUAL: Final = Choices()


def _code(name: str, known: Mapping[str, str], meaning: str, default: str) -> RequestField[str]:
    kind = CodeValue[str](known, "query_value_unknown", {"allowed": ", ".join(known)})
    return RequestField(name, kind, meaning, default=default)


def _folio(name: str, book: str) -> RequestField[int]:
    kind = WholeValue(_LARGEST_FOLIO, "folio_out_of_range")
    return RequestField(name, kind, f"First folio of the book of {book}.", 121, default=1)


_MONTH = RequestField("month", MonthValue(), "The month, by the dates in the documents.", "2026-06", required=True)
_INCOME_TYPE = _code("income_type", INCOME_TYPES, "Kind of income of local sales.", _USUAL.income_type)
_OPERATION = _code(
    "purchase_operation", PURCHASE_OPERATIONS, "Purchases from excluded subjects: operation.", _USUAL.purchase_operation
)
_CLASS = _code("purchase_class", PURCHASE_CLASSES, "The same: cost or expense.", _USUAL.purchase_class)
_SECTOR = _code("purchase_sector", PURCHASE_SECTORS, "The same: sector.", _USUAL.purchase_sector)
_KIND = _code("purchase_kind", PURCHASE_KINDS, "The same: kind of cost or expense.", _USUAL.purchase_kind)
_CONSUMERS = _folio("consumers_folio", "sales to consumers")
_TAXPAYERS = _folio("taxpayers_folio", "sales to taxpayers")
_PURCHASES = _folio("purchases_folio", "purchases")

BOOKS_QUERY = RequestObject(
    "BooksQuery",
    "Which month, and what no document holds.",
    (_MONTH, _INCOME_TYPE, _OPERATION, _CLASS, _SECTOR, _KIND, _CONSUMERS, _TAXPAYERS, _PURCHASES),
)


def read_books(query: Mapping[str, str]) -> BooksRequest:
    """The books that the parameters of the URL describe. Raises InvalidRequest with all faults."""
    reading = read_by(BOOKS_QUERY, query)
    kind, purchase_class = reading.found.get(_KIND), reading.found.get(_CLASS)
    if kind is not None and purchase_class is not None and not goes_with(kind, purchase_class):
        reading.refuse(_KIND, "purchase_kind_mismatch")
    found = reading.accepted()
    return BooksRequest(
        Month(*found[_MONTH]),
        Choices(found[_INCOME_TYPE], found[_OPERATION], found[_CLASS], found[_SECTOR], found[_KIND]),
        FirstFolios(found[_CONSUMERS], found[_TAXPAYERS], found[_PURCHASES]),
    )
