"""The VAT books of a company's month, read from the documents as they were signed."""

from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, assert_never

from msgspec import Struct, convert

from ocote.archive.threads import in_thread
from ocote.books import invalidated, purchases, taxpayer_sales
from ocote.books.choices import Choices
from ocote.books.collected import collected_rows
from ocote.books.consumer_sales import ConsumerSales
from ocote.books.due import due_dates
from ocote.books.entry import ZERO, BookEntry, annex_line, local_sales
from ocote.books.income_tax import IncomeTaxWithheld
from ocote.books.layout import LAYOUTS, Annex
from ocote.books.legal.consumers import ConsumersBook
from ocote.books.legal.postings import Posting
from ocote.books.legal.purchases_book import PurchasesBook
from ocote.books.legal.taxpayers import TaxpayersBook
from ocote.books.principal_sales import principal_rows
from ocote.clock import EL_SALVADOR, local_date
from ocote.documents.searches import refusing_searches
from ocote.documents.signed import document_of
from ocote.dte.stated import StatedDocument, stated_amounts
from ocote.dte.types import DOCUMENT_TYPES, AnnexNumber
from ocote.store import exporting as pages
from ocote.store.engine.store import Store, Transaction
from ocote.store.engine.values import moment, moment_text

_PAGE: Final = 32
_LISTED: Final = 5


FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2199
"""The years in which a month may lie, as in every date of the API."""


class Month(Struct, frozen=True):
    """A calendar month in El Salvador."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Reads ``2026-06``. Raises ValueError for anything else, and for years outside 2000 to 2199."""
        begins = datetime.strptime(text, "%Y-%m").replace(tzinfo=EL_SALVADOR)
        if not FIRST_YEAR <= begins.year <= LAST_YEAR:
            raise ValueError(f"{text} is not from {FIRST_YEAR} to {LAST_YEAR}")
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
class Listed:
    """A list of which the first entries are named and the others counted, so that it stays short."""

    first: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, name: str) -> None:
        """Adds an entry."""
        self.count += 1
        if len(self.first) < _LISTED:
            self.first.append(name)

    def __str__(self) -> str:
        more = self.count - len(self.first)
        return ", ".join(self.first) + (f" y {more} más" if more else "")


@dataclass(slots=True)
class Beside:
    """The sums in USD of what documents state beside their sales; a note and an invalidation subtract.

    ``taxes`` are those of section 1 of CAT-015 but VAT, ``charges`` are outside the base of VAT, and ``income_tax`` is
    what buyers withhold.
    """

    taxes: Decimal = ZERO
    charges: Decimal = ZERO
    income_tax: Decimal = ZERO

    def add(self, posting: Posting) -> None:
        """Adds what a document states."""
        sign, stated = posting.sign, stated_amounts(convert(posting.entry.document, StatedDocument))
        self.taxes += sign * stated.taxes
        self.charges += sign * stated.charges
        self.income_tax += sign * stated.income_tax


@dataclass(slots=True)
class Written:
    """The content of the books: lines by annex, the count of documents, and what a person has to know.

    ``unstamped`` are documents of the month without a stamp, ``misfits`` the amounts that MH's columns are too narrow
    for. ``untaxed_for_others`` are the sales on account of residents that are not taxed, as a whole or in part, which
    no annex takes. Of earlier months' documents that were invalidated in the month, ``subtracted`` are taken off in its
    books; ``amending`` are those CCF and notes among them whose month had been returned already, ``left_out`` the CCF
    and notes that their own month leaves out. The three sums ``beside_…`` are of the documents in the annexes of sales,
    and of those in each of the two books of sales.
    """

    lines: dict[Annex, int] = field(default_factory=lambda: dict.fromkeys(Annex, 0))
    documents: int = 0
    unstamped: Listed = field(default_factory=Listed)
    subtracted: Listed = field(default_factory=Listed)
    amending: Listed = field(default_factory=Listed)
    left_out: Listed = field(default_factory=Listed)
    misfits: Listed = field(default_factory=Listed)
    untaxed_for_others: Listed = field(default_factory=Listed)
    beside_annexes: Beside = field(default_factory=Beside)
    beside_taxpayers: Beside = field(default_factory=Beside)
    beside_consumers: Beside = field(default_factory=Beside)
    income_tax: tuple[str, ...] = ()
    consumers: ConsumersBook = field(default_factory=ConsumersBook)
    taxpayers: TaxpayersBook = field(default_factory=TaxpayersBook)
    purchases: PurchasesBook = field(default_factory=PurchasesBook)


class WantedBooks(Struct, frozen=True):
    """The books of one month, with the accountant's choices and the holidays that move the days of the returns."""

    month: Month
    choices: Choices
    holidays: Collection[date]


Sink = Callable[[Annex, bytes], None]
"""A function that receives a line of an annex. Lines of different annexes arrive mixed, and from threads in turn."""

_ReadPage = Callable[[pages.StoredPosition], Transaction[list[pages.SignedDocumentRow]]]
"""Reads the documents after a position."""


def ignore_progress(_: int) -> None:
    """Ignores the progress of the books."""


async def write_books(
    store: Store,
    company_id: int,
    wanted: WantedBooks,
    sink: Sink,
    on_documents: Callable[[int], None] = ignore_progress,
) -> Written:
    """Writes the annexes of a month and collects its legal books, by the date written in each document.

    Stamped documents that are not invalidated go into the annexes of their type; a CCF that a credit note took back is
    listed together with its note. Documents whose invalidation MH stamped in the month go into the annex of invalidated
    documents, whatever their own date. ``on_documents`` receives the number of documents read since its last call.
    Raises Refused when a page of the search takes too long.
    """
    since, until = wanted.month.span()
    keeping = _Keeping(wanted, sink)
    for take, page in (
        (keeping.take_stamped, lambda after: pages.stamped_page(company_id, since, until, after, _PAGE)),
        (keeping.take_undone, lambda after: pages.invalidated_page(company_id, since, until, after, _PAGE)),
        (keeping.take_unstamped, lambda after: pages.unstamped_page(company_id, until, after, _PAGE)),
    ):
        async with aclosing(_pages(store, company_id, page)) as found:
            async for rows in found:
                await in_thread(take, rows)
                on_documents(len(rows))
    return keeping.finish()


async def _pages(store: Store, company_id: int, page: _ReadPage) -> AsyncGenerator[list[pages.SignedDocumentRow], None]:
    """The pages of a search, each of them a search of its own."""

    def of_company(_: int, after: pages.StoredPosition) -> Transaction[list[pages.SignedDocumentRow]]:
        return page(after)

    after = pages.BEGINNING
    while True:
        with refusing_searches():
            rows = await store.search(of_company, company_id, after)
        if not rows:
            return
        after = rows[-1].posted_at, rows[-1].id
        yield rows


class _Keeping:
    """Puts each document into its annexes and its legal book."""

    def __init__(self, wanted: WantedBooks, sink: Sink) -> None:
        self._month = wanted.month
        self._choices = wanted.choices
        self._holidays = wanted.holidays
        self._sink = sink
        self._consumers = ConsumerSales(wanted.choices)
        self._income_tax = IncomeTaxWithheld(wanted.choices, wanted.month.year, wanted.month.number)
        self._written = Written()

    def take_stamped(self, rows: Sequence[pages.SignedDocumentRow]) -> None:
        """Takes stamped documents, of which those of other months are left out."""
        for row in rows:
            document = document_of(row.jws)
            if not self._month.is_of(document):
                continue
            entry = BookEntry(document, row.stamp or "")
            annex = DOCUMENT_TYPES[row.doc_type].annex
            undone_on = _undone_on(row)
            if undone_on is None:
                self._enter_annexes(entry, annex)
                self._written.documents += 1
            if undone_on is None or self._stays_in_book(entry, annex, undone_on):
                self._enter_book(Posting(entry), annex)

    def take_undone(self, rows: Sequence[pages.SignedDocumentRow]) -> None:
        """Takes documents whose invalidation was stamped in the month."""
        for row in rows:
            if invalidated.has_code(row.doc_type):
                numbers = (row.doc_type, row.control_number, row.stamp or "", row.generation_code)
                self._put(Annex.INVALIDATED, [invalidated.invalidated_row(*numbers)])
            document = document_of(row.jws)
            if self._month.is_of(document) or row.invalidated_at is None:
                continue
            entry, undone_on = BookEntry(document, row.stamp or ""), local_date(moment(row.invalidated_at))
            annex = DOCUMENT_TYPES[row.doc_type].annex
            name = f"{row.control_number} de {document['identificacion']['fecEmi']}"
            if not self._stays_in_book(entry, annex, undone_on):
                self._written.left_out.add(name)
                continue
            self._written.subtracted.add(name)
            if annex == _TAXPAYERS:
                self._written.amending.add(name)
            self._enter_book(Posting(entry, undone_on), annex)

    def _stays_in_book(self, entry: BookEntry, annex: AnnexNumber | None, undone_on: date) -> bool:
        """Whether an invalidated document stays in the book of its own month and is subtracted in a later one.

        A consumer sale or a purchase does when a later month takes it back (RACT art. 87). A CCF or a note does when
        the return of its month was due already: what was returned is corrected where it happens.
        """
        issued_on = date.fromisoformat(entry.identification["fecEmi"])
        if annex == _TAXPAYERS:
            return undone_on > due_dates(issued_on.year, issued_on.month, self._holidays).vat
        return (undone_on.year, undone_on.month) > (issued_on.year, issued_on.month)

    def take_unstamped(self, rows: Sequence[pages.SignedDocumentRow]) -> None:
        """Takes documents that MH has neither stamped nor refused."""
        for row in rows:
            if self._month.is_of(document_of(row.jws)):
                self._written.unstamped.add(row.control_number)

    def finish(self) -> Written:
        """Writes the lines that are sums."""
        self._put(Annex.CONSUMER_SALES, self._consumers.rows())
        self._put(Annex.INCOME_TAX, self._income_tax.rows())
        self._written.income_tax = tuple(self._income_tax.notes())
        return self._written

    def _enter_annexes(self, entry: BookEntry, annex: AnnexNumber | None) -> None:
        match annex:
            case "1":
                if entry.has_resident_principal:
                    self._enter_for_principal(entry)
                else:
                    self._put(Annex.TAXPAYER_SALES, [taxpayer_sales.sale_row(entry, self._choices)])
                self._put(Annex.COLLECTED, collected_rows(entry))
                self._written.beside_annexes.add(Posting(entry))
            case "2":
                if entry.has_resident_principal:
                    self._enter_for_principal(entry)
                else:
                    self._consumers.add(entry)
                self._written.beside_annexes.add(Posting(entry))
            case "5":
                self._put(Annex.PURCHASES, [purchases.purchase_row(entry, self._choices)])
                self._income_tax.add(entry)
            case None:
                pass
            case unknown:
                assert_never(unknown)

    def _enter_for_principal(self, entry: BookEntry) -> None:
        """Lists a sale on account of a resident in annex 4, and not in annexes 1 and 2 (books.md 3)."""
        self._put(Annex.PRINCIPAL_SALES, principal_rows(entry))
        sales = local_sales(entry)
        if sales.exempt or sales.not_subject:
            self._written.untaxed_for_others.add(entry.identification["numeroControl"])

    def _enter_book(self, posting: Posting, annex: AnnexNumber | None) -> None:
        written = self._written
        match annex:
            case "1":
                written.taxpayers.add(posting)
                written.beside_taxpayers.add(posting)
            case "2":
                written.consumers.add(posting)
                written.beside_consumers.add(posting)
            case "5":
                written.purchases.add(posting)
            case None:
                pass
            case unknown:
                assert_never(unknown)

    def _put(self, annex: Annex, rows: Iterable[tuple[str, ...]]) -> None:
        for row in rows:
            self._sink(annex, annex_line(row))
            self._written.lines[annex] += 1
            for letter in LAYOUTS[annex].misfits(row):
                self._written.misfits.add(f"{annex}, línea {self._written.lines[annex]}, columna {letter}")


_TAXPAYERS: Final[AnnexNumber] = "1"


def _undone_on(row: pages.SignedDocumentRow) -> date | None:
    """The day of the invalidation that MH stamped; None for a document that stands."""
    if row.invalidated_by != "event" or row.invalidated_at is None:
        return None
    return local_date(moment(row.invalidated_at))
