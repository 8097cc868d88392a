"""A VAT book in legal form as plain values for its template (books.md 6)."""

import re
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

_PAGES: Final = re.compile(rb"/Type\s*/Pages\b.{0,200}?/Count\s+(\d+)", re.DOTALL)


class LedgerColumn(Struct, frozen=True):
    """A column of a book: the ``letter`` that the regulation gives it, its label, and its width in millimetres.

    A ``group`` is printed once above neighbouring columns of one group.
    """

    letter: str
    label: str
    group: str
    width_mm: float
    is_amount: bool


class LedgerPage(Struct, frozen=True):
    """The lines of one folio, and the sums of the amount columns before its first and after its last line.

    ``brought`` is None on the first folio of a table; ``is_last`` makes ``carried`` the total of the month.
    """

    brought: tuple[str, ...] | None
    rows: tuple[tuple[str, ...], ...]
    carried: tuple[str, ...]
    is_last: bool


class LedgerTable(Struct, frozen=True):
    """A table of a book, divided into folios; ``size_pt`` is the size of its text."""

    heading: str
    columns: tuple[LedgerColumn, ...]
    size_pt: float
    pages: tuple[LedgerPage, ...]


class LedgerSummary(Struct, frozen=True):
    """A small table at the end of a book. The first cell of a row is its label; the last row is the result."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class LedgerHead(Struct, frozen=True):
    """The words on every folio. ``mark`` is the warning of the test environment, or ""."""

    title: str
    taxpayer: str
    nrc: str
    nit: str
    month: str
    mark: str = ""


class Ledger(Struct, frozen=True):
    """One file of a book: the whole month, or a volume of it, its folios numbered on from ``first_folio``.

    Only the last volume has summaries, remarks and the line for the signature (``is_end``).
    """

    head: LedgerHead
    first_folio: int
    tables: tuple[LedgerTable, ...]
    summaries: tuple[LedgerSummary, ...]
    remarks: tuple[str, ...]
    is_end: bool
    created: datetime


def encode_ledger(ledger: Ledger) -> bytes:
    """Encodes a book for the process that renders its PDF."""
    return msgspec.json.encode(ledger)


def folios_of(pdf: bytes) -> int:
    """The number of pages of a PDF of this program. Raises ValueError for any other file."""
    found = [int(count) for count in _PAGES.findall(pdf)]
    if not found:
        raise ValueError("no PDF whose pages can be counted")
    return max(found)
