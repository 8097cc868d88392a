"""The index as CSV, line by line."""

import csv
from io import StringIO
from typing import Final

from ocote.exports.record import INDEX_COLUMNS, Record, operation
from ocote.printing.names import title
from ocote.spreadsheets import marked_as_text

MARK: Final = "\ufeff"
"""The mark of UTF-8; without the mark spreadsheets show accents wrongly."""


def heading() -> bytes:
    """The first line, with the mark in front."""
    return (MARK + _line(INDEX_COLUMNS)).encode()


def index_line(record: Record) -> bytes:
    """The line of one document: local time as ``2026-06-03 08:15:40``, amounts with a point and two decimals."""
    numbers = record.identifiers
    cells = (
        f"{record.posted_at:%Y-%m-%d %H:%M:%S}",
        record.doc_type,
        title(record.doc_type),
        operation(record.doc_type),
        record.control_number,
        record.generation_code,
        marked_as_text(record.stamp),
        record.state,
        marked_as_text(record.party),
        marked_as_text(numbers.nit),
        marked_as_text(numbers.dui),
        marked_as_text(numbers.nrc),
        marked_as_text(numbers.other),
        *(f"{amount:f}" for amount in record.main_amounts),
        marked_as_text(record.reference),
        record.issued_with,
        record.invalidated_with,
        *(f"{amount:f}" for amount in record.further_amounts),
    )
    return _line(cells).encode()


def _line(cells: tuple[str, ...]) -> str:
    written = StringIO(newline="")
    csv.writer(written).writerow(cells)
    return written.getvalue()
