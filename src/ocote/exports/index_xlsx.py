"""The index as a workbook, written row by row into a file, in constant memory."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from ocote.exports.record import INDEX_COLUMNS, Record, operation
from ocote.printing.names import title

ROWS_PER_SHEET: Final = 1_000_000
"""A sheet holds 1,048,576 rows; longer indexes continue in a second sheet."""

_WIDTHS: Final = (
    18,
    6,
    28,
    22,
    34,
    39,
    44,
    26,
    38,
    16,
    11,
    10,
    18,
    12,
    11,
    12,
    11,
    12,
    26,
    14,
    18,
    11,
    11,
    14,
    17,
    11,
    13,
    14,
)


class Workbook:
    """A workbook that takes rows until ``close`` compresses the file or ``abandon`` drops it."""

    def __init__(self, path: Path, rows_per_sheet: int = ROWS_PER_SHEET) -> None:
        # Imported with the first workbook, because the import takes a tenth of the time to start.
        import xlsxwriter  # noqa: PLC0415

        # Texts stay texts: a name that begins with "=" is no formula, a reference that looks like a URL no link.
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "remove_timezone": True,
            "tmpdir": str(path.parent),
        }
        self._book: Any = xlsxwriter.Workbook(str(path), options)
        self._book.set_properties({"title": "Documentos tributarios electrónicos", "company": "ocote"})
        self._heading = self._book.add_format({"bold": True, "bottom": 1})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._amount = self._book.add_format({"num_format": "#,##0.00"})
        self._rows_per_sheet = rows_per_sheet
        self._sheets = 0
        self._begin_sheet()

    def add(self, records: Iterable[Record]) -> None:
        """Appends documents."""
        for record in records:
            if self._row > self._rows_per_sheet:
                self._end_sheet()
                self._begin_sheet()
            self._write(record)
            self._row += 1

    def close(self) -> None:
        """Finishes the file."""
        self._end_sheet()
        self._book.close()

    def abandon(self) -> None:
        """Drops what was added, instead of finishing the file."""
        # The library has no call for this. Its open files, without names, hold the rows of each sheet.
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()

    def _begin_sheet(self) -> None:
        self._sheets += 1
        self._sheet: Any = self._book.add_worksheet("Documentos" if self._sheets == 1 else f"Documentos {self._sheets}")
        for column, width in enumerate(_WIDTHS):
            self._sheet.set_column(column, column, width)
        self._sheet.freeze_panes(1, 0)
        for column, name in enumerate(INDEX_COLUMNS):
            self._sheet.write_string(0, column, name, self._heading)
        self._row = 1

    def _end_sheet(self) -> None:
        self._sheet.autofilter(0, 0, max(1, self._row - 1), len(INDEX_COLUMNS) - 1)

    def _write(self, record: Record) -> None:
        sheet, row, numbers = self._sheet, self._row, record.identifiers
        # Spreadsheets round to the shown second: the last moment of a month would appear in the next month.
        sheet.write_datetime(row, 0, record.posted_at.replace(microsecond=0), self._moment)
        texts = (
            record.doc_type,
            title(record.doc_type),
            operation(record.doc_type),
            record.control_number,
            record.generation_code,
            record.stamp,
            record.state,
            record.party,
            numbers.nit,
            numbers.dui,
            numbers.nrc,
            numbers.other,
        )
        for column, text in enumerate(texts, start=1):
            if text:
                sheet.write_string(row, column, _without_markup(text))
        amounts = record.main_amounts
        for column, amount in enumerate(amounts, start=1 + len(texts)):
            sheet.write_number(row, column, amount, self._amount)
        last_texts = (_without_markup(record.reference), record.issued_with, record.invalidated_with)
        for column, text in enumerate(last_texts, start=1 + len(texts) + len(amounts)):
            if text:
                sheet.write_string(row, column, text)
        further = record.further_amounts
        for column, amount in enumerate(further, start=len(INDEX_COLUMNS) - len(further)):
            sheet.write_number(row, column, amount, self._amount)


def _without_markup(text: str) -> str:
    """A text in a form that the library does not mistake for its own rich text, which it would write unescaped."""
    return " " + text if text.startswith("<r>") else text
