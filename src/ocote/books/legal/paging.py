"""Divides the lines of a legal book into folios, and carries the sums from folio to folio. Pure."""

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final
from unicodedata import east_asian_width

from msgspec import Struct
from msgspec.structs import replace

from ocote.books.entry import ZERO
from ocote.printing.figures import money
from ocote.printing.ledger import Ledger, LedgerColumn, LedgerPage, LedgerTable

MOST_ROWS: Final = 50_000
"""The most lines of a book that are printed: 1,500 folios. Longer books exist as the files of MH alone."""

_ROWS_PER_VOLUME: Final = 2_000
"""The lines of one file: setting them takes about 350 MiB of the memory of a child (``press/limits.py``)."""

_PAPER_MM: Final = 259.0
"""The width of a landscape letter between its margins."""
_ROOM_MM: Final = 152.0
"""The height that the lines of a folio may fill, by a cautious estimate of the height of each line."""

_MM_PER_PT: Final = 25.4 / 72
_SIZES_PT: Final = (6.2, 5.8, 5.4, 5.0, 4.6)
_USUAL_PT: Final = _SIZES_PT[0]
_LEAST_OPEN_MM: Final = 30.0
_FIGURE_EM: Final = 0.57
_LETTER_EM: Final = 0.58
_BROAD: Final = "MW%@"
_WIDE: Final = frozenset("WF")
_LEADING_EM: Final = 1.17
_INSET_MM: Final = 0.8
_PADDING_MM: Final = 0.7


class TextColumn(Struct, frozen=True):
    """A column of texts, ``width_mm`` wide at the usual size of text; 0 takes the width that remains."""

    letter: str
    label: str
    width_mm: float = 0.0


class AmountColumn(Struct, frozen=True):
    """A column of amounts, which is summed; as wide as its largest sum, and at least ``least_mm``."""

    letter: str
    label: str
    group: str = ""
    least_mm: float = 12.5


class LegalTable(Struct, frozen=True):
    """The columns of a table of a book, in the order of the regulation: first texts, then amounts.

    ``numbered`` puts a running number in front of the texts, as the column "a".
    """

    heading: str
    texts: tuple[TextColumn, ...]
    amounts: tuple[AmountColumn, ...]
    numbered: bool = True


class LegalRow(Struct, frozen=True):
    """A line of a book: what it is ordered by, its texts, and its amounts in USD, negative where it subtracts.

    None leaves the cell of an amount empty.
    """

    order: tuple[str, ...]
    texts: tuple[str, ...]
    amounts: tuple[Decimal | None, ...]


class LegalRows:
    """The lines of a table of a book, in any order, up to ``MOST_ROWS``; ``is_cut`` when there were more."""

    def __init__(self) -> None:
        self._rows: list[LegalRow] = []
        self.is_cut = False

    def append(self, row: LegalRow) -> None:
        """Keeps a line while there is room."""
        if len(self._rows) < MOST_ROWS:
            self._rows.append(row)
        else:
            self.is_cut = True

    def kept(self) -> list[LegalRow]:
        """The lines that were kept."""
        return self._rows


def sums_of(rows: Sequence[LegalRow], columns: int) -> tuple[Decimal, ...]:
    """The sum of each amount column."""
    totals = [ZERO] * columns
    for row in rows:
        totals = [total + (amount or ZERO) for total, amount in zip(totals, row.amounts, strict=True)]
    return tuple(totals)


def divided(table: LegalTable, rows: Sequence[LegalRow]) -> LedgerTable:
    """The lines in their order on folios; a table without lines has one folio, whose sums are zero."""
    ordered = sorted(rows, key=lambda row: row.order)
    columns, size_pt = _columns(table, ordered)
    pages: list[LedgerPage] = []
    sums = (ZERO,) * len(table.amounts)
    brought: tuple[str, ...] | None = None
    for part in _parts(table, ordered, columns, size_pt):
        first = sum(len(page.rows) for page in pages) + 1
        sums = sums_of((LegalRow((), (), sums), *part), len(table.amounts))
        carried = tuple(map(money, sums))
        cells = tuple(_cells(table, first + at, row) for at, row in enumerate(part))
        pages.append(LedgerPage(brought, cells, carried, is_last=False))
        brought = carried
    pages[-1] = replace(pages[-1], is_last=True)
    return LedgerTable(table.heading, columns, size_pt, tuple(pages))


def volumes(ledger: Ledger) -> Iterator[Ledger]:
    """The files of a book: folios in their order, of a bounded number of lines in each file.

    The first folio of every volume but the first is for the caller to set, who knows the folios of those before.
    """
    parts: list[list[tuple[int, LedgerPage]]] = [[]]
    filled = 0
    for at, table in enumerate(ledger.tables):
        for page in table.pages:
            if filled and filled + len(page.rows) > _ROWS_PER_VOLUME:
                parts.append([])
                filled = 0
            parts[-1].append((at, page))
            filled += len(page.rows)
    for number, part in enumerate(parts, start=1):
        tables = tuple(
            replace(table, pages=pages)
            for at, table in enumerate(ledger.tables)
            if (pages := tuple(page for owner, page in part if owner == at))
        )
        if number < len(parts):
            yield replace(ledger, tables=tables, summaries=(), remarks=(), is_end=False)
        else:
            yield replace(ledger, tables=tables)


def _columns(table: LegalTable, rows: Sequence[LegalRow]) -> tuple[tuple[LedgerColumn, ...], float]:
    """The columns with their widths, and the largest size of text that leaves room for the open column."""
    absolute = [LegalRow((), (), tuple(abs(amount or ZERO) for amount in row.amounts)) for row in rows]
    longest = [len(money(-total)) for total in sums_of(absolute, len(table.amounts))]
    number = (TextColumn("a", "N.º", 9.0),) if table.numbered else ()
    for size_pt in _SIZES_PT:
        scale = size_pt / _USUAL_PT
        figures = [characters * _FIGURE_EM * size_pt * _MM_PER_PT + 2 * _INSET_MM for characters in longest]
        amounts = [max(width, column.least_mm * scale) for width, column in zip(figures, table.amounts, strict=True)]
        texts = [column.width_mm * scale for column in (*number, *table.texts)]
        remaining = _PAPER_MM - sum(texts) - sum(amounts)
        if remaining >= _LEAST_OPEN_MM:
            break
    columns = (
        *(
            LedgerColumn(column.letter, column.label, "", width or remaining, is_amount=False)
            for column, width in zip((*number, *table.texts), texts, strict=True)
        ),
        *(
            LedgerColumn(column.letter, column.label, column.group, width, is_amount=True)
            for column, width in zip(table.amounts, amounts, strict=True)
        ),
    )
    return columns, size_pt


def _parts(
    table: LegalTable, rows: Sequence[LegalRow], columns: Sequence[LedgerColumn], size_pt: float
) -> Iterator[Sequence[LegalRow]]:
    widths = [column.width_mm for column in columns if not column.is_amount][1 if table.numbered else 0 :]
    part: list[LegalRow] = []
    height = 0.0
    for row in rows:
        needed = _height_mm(row, widths, size_pt)
        if part and height + needed > _ROOM_MM:
            yield part
            part, height = [], 0.0
        part.append(row)
        height += needed
    yield part


def _height_mm(row: LegalRow, widths: Sequence[float], size_pt: float) -> float:
    em = size_pt * _MM_PER_PT
    lines = 1
    for text, width in zip(row.texts, widths, strict=True):
        room_em = max(_LETTER_EM, (width - 2 * _INSET_MM) / em)
        lines = max(lines, sum(_lines(piece, room_em) for piece in text.split("\n")))
    return lines * _LEADING_EM * em + _PADDING_MM


def _lines(text: str, room_em: float) -> int:
    """The lines that a text takes; what does not fit on one line loses a part of each line at its last word."""
    width_em = _width_em(text)
    return 1 if width_em <= room_em else math.ceil(1.2 * width_em / room_em)


def _width_em(text: str) -> float:
    """The width of a text, in which a broad letter may take a whole em; a book has millions of letters."""
    broad = sum(map(text.count, _BROAD))
    if not text.isascii():
        broad += sum(east_asian_width(letter) in _WIDE for letter in text)
    return len(text) * _LETTER_EM + broad * (1 - _LETTER_EM)


def _cells(table: LegalTable, number: int, row: LegalRow) -> tuple[str, ...]:
    return (
        ((str(number),) if table.numbered else ())
        + row.texts
        + tuple("" if amount is None else money(amount) for amount in row.amounts)
    )
