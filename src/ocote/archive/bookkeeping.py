"""The VAT books of a company's month, read from the documents as they were signed."""

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, assert_never

from msgspec import Struct

from ocote.books import invalidated, purchases, taxpayer_sales
from ocote.books.choices import Choices
from ocote.books.consumer_sales import ConsumerSales
from ocote.books.entry import BookEntry, annex_line
from ocote.clock import EL_SALVADOR
from ocote.documents.signed import document_of
from ocote.dte.types import DOCUMENT_TYPES
from ocote.store import exporting as pages
from ocote.store.document_row import DocumentRow
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text

_PAGE: Final = 32


class Annex(StrEnum):
    """The books for documents of this gateway, by the name of their files."""

    TAXPAYER_SALES = "anexo1"
    CONSUMER_SALES = "anexo2"
    PURCHASES = "anexo5"
    INVALIDATED = "anulados"


class Month(Struct, frozen=True):
    """A calendar month in El Salvador."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Reads ``2026-06``. Raises ValueError for anything else."""
        begins = datetime.strptime(text, "%Y-%m").replace(tzinfo=EL_SALVADOR)
        return cls(begins.year, begins.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    def span(self) -> tuple[str, str]:
        """The beginning of the month and the beginning of the next month, as the store writes moments."""
        over = (self.year + 1, 1) if self.number == 12 else (self.year, self.number + 1)
        begins, ends = (datetime(*first, 1, tzinfo=EL_SALVADOR) for first in ((self.year, self.number), over))
        return moment_text(begins), moment_text(ends)

    def is_of(self, document: Mapping[str, Any]) -> bool:
        """Whether a signed document bears a date of the month."""
        return bool(document["identificacion"]["fecEmi"].startswith(f"{self}-"))


@dataclass(slots=True)
class Written:
    """The content of the books: lines by annex, the count of documents, and the numbers of unstamped documents."""

    lines: dict[Annex, int] = field(default_factory=lambda: dict.fromkeys(Annex, 0))
    documents: int = 0
    unstamped: tuple[str, ...] = ()


Sink = Callable[[Annex, bytes], None]
"""A function that receives a line of an annex. Lines of different annexes arrive mixed."""


async def write_books(
    store: Store, company_id: int, month: Month, choices: Choices, sink: Sink, on_document: Callable[[], None]
) -> Written:
    """Writes the books of a month, by the date written in each document.

    Stamped documents that are not invalidated go into the annex of their type; a CCF that a credit note took back is
    listed together with its note. Documents whose invalidation MH stamped in the month go into the annex of invalidated
    documents, whatever their own date. Memory does not grow with the number of documents.
    """
    written = Written()
    consumers = ConsumerSales(choices)

    def put(annex: Annex, rows: Iterable[tuple[str, ...]]) -> None:
        for row in rows:
            sink(annex, annex_line(row))
            written.lines[annex] += 1

    async with aclosing(_stamped(store, company_id, month)) as found:
        async for entry in found:
            match DOCUMENT_TYPES[entry.identification["tipoDte"]].annex:
                case "1":
                    put(Annex.TAXPAYER_SALES, [taxpayer_sales.sale_row(entry, choices)])
                case "2":
                    consumers.add(entry)
                case "5":
                    put(Annex.PURCHASES, [purchases.purchase_row(entry, choices)])
                case None:
                    pass
                case unknown:
                    assert_never(unknown)
            written.documents += 1
            on_document()
    put(Annex.CONSUMER_SALES, consumers.rows())
    async with aclosing(_invalidated(store, company_id, month)) as gone:
        async for row in gone:
            numbers = (row.doc_type, row.control_number, row.stamp or "", row.generation_code)
            put(Annex.INVALIDATED, [invalidated.invalidated_row(*numbers)])
            on_document()
    async with aclosing(_unstamped(store, company_id, month)) as waiting:
        written.unstamped = tuple([number async for number in waiting])
    return written


async def _stamped(store: Store, company_id: int, month: Month) -> AsyncGenerator[BookEntry, None]:
    """The stamped documents of the month that were not invalidated."""
    after = pages.BEGINNING
    while rows := await store.search(pages.stamped_page, company_id, *month.span(), after, _PAGE):
        after = rows[-1].posted_at, rows[-1].id
        for row in rows:
            if row.invalidated_by == "event":
                continue
            document = document_of(row.jws)
            if month.is_of(document):
                yield BookEntry(document, row.stamp or "")


async def _unstamped(store: Store, company_id: int, month: Month) -> AsyncGenerator[str, None]:
    """The control numbers of the month's documents that MH has neither stamped nor refused."""
    _, over = month.span()
    after = pages.BEGINNING
    while rows := await store.search(pages.unstamped_page, company_id, over, after, _PAGE):
        after = rows[-1].posted_at, rows[-1].id
        for row in rows:
            if month.is_of(document_of(row.jws)):
                yield row.control_number


async def _invalidated(store: Store, company_id: int, month: Month) -> AsyncGenerator[DocumentRow, None]:
    after = pages.BEGINNING
    while rows := await store.search(pages.invalidated_page, company_id, *month.span(), after, _PAGE):
        after = rows[-1].posted_at, rows[-1].id
        for row in rows:
            yield row
