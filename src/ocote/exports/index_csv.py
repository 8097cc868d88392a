"""The index as CSV, line by line."""

import csv
from io import StringIO
from typing import Final

from ocote.exports.record import INDEX_COLUMNS, Record, operation
from ocote.printing.names import title

MARK: Final = "\ufeff"
"""Marks the text as UTF-8; without the mark spreadsheets show accents wrongly."""

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def heading() -> bytes:
    """The first line, with the mark in front."""
    return (MARK + _line(INDEX_COLUMNS)).encode()


def index_line(record: Record) -> bytes:
    """One document: moment as ``2026-06-03 08:15:40`` local time, amounts with a point and two decimals."""
    numbers = record.identifiers
    cells = (
        f"{record.posted_at:%Y-%m-%d %H:%M:%S}",
        record.doc_type,
        title(record.doc_type),
        operation(record.doc_type),
        record.control_number,
        record.generation_code,
        record.stamp,
        record.state,
        _inert(record.party),
        numbers.nit,
        numbers.dui,
        numbers.nrc,
        _inert(numbers.other),
        f"{record.taxable:f}",
        f"{record.vat:f}",
        f"{record.gross:f}",
        f"{record.withheld:f}",
        f"{record.payable:f}",
        _inert(record.reference),
    )
    return _line(cells).encode()


def _inert(text: str) -> str:
    """A stranger's text in a form that a spreadsheet does not run as a formula."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def _line(cells: tuple[str, ...]) -> str:
    written = StringIO(newline="")
    csv.writer(written).writerow(cells)
    return written.getvalue()
