"""Makes the books of a month: every annex, every printed book and the notes, as files or as one zip."""

from collections.abc import AsyncGenerator, Callable, Collection, Iterator
from contextlib import ExitStack, aclosing, contextmanager
from datetime import date
from zlib import MAX_WBITS, decompressobj

from msgspec import Struct

from ocote.archive.bookkeeping import Month, Sink, WantedBooks, Written, ignore_progress, write_books
from ocote.archive.legal_books import (
    Book,
    BookFile,
    BookKeeper,
    FirstFolios,
    Unprinted,
    WantedPrint,
    notes,
    printed_books,
)
from ocote.archive.threads import in_thread
from ocote.books.choices import Choices
from ocote.books.layout import Annex
from ocote.clock import Clock, local
from ocote.companies.company import decode_profile
from ocote.documents.view import Refused
from ocote.exports.zip_stream import Spool, ZipStream
from ocote.printing.press.press import Press
from ocote.store.companies import company_by_id
from ocote.store.engine.store import Store


class BooksRequest(Struct, frozen=True):
    """The books of one month, with the accountant's choices and the first folio of each printed book.

    ``asides`` are sentences about the request that the notes repeat.
    """

    month: Month
    choices: Choices = Choices()
    folios: FirstFolios = FirstFolios()
    asides: tuple[str, ...] = ()


class Review(Struct, frozen=True):
    """The lines of each annex of a month, the documents read for them, and sentences for the accountant, in Spanish.

    ``unstamped`` are documents of the month that still wait for MH, ``misfits`` amounts that MH's columns are too
    narrow for, ``amending`` invalidated documents whose month had been returned already.
    """

    lines: dict[Annex, int]
    documents: int
    notes: tuple[str, ...]
    unstamped: int = 0
    misfits: int = 0
    amending: int = 0


def annex_file(annex: Annex, month: Month) -> str:
    """The name of a file of the month, at most 25 characters (books.md 2)."""
    return f"{annex}-{month}.csv"


def notes_file(month: Month) -> str:
    """The name of the file with the notes."""
    return f"notas-{month}.txt"


def notes_text(said: list[str]) -> bytes:
    """The notes as a text file."""
    return "".join(f"{note}\r\n" for note in said).encode("utf-8-sig")


class BookExporter:
    """Makes the books of companies, those of one month of a company at a time."""

    def __init__(self, store: Store, clock: Clock, press: Press, holidays: Collection[date]) -> None:
        self._store = store
        self._clock = clock
        self._press = press
        self._holidays = holidays
        self._running: set[int] = set()

    async def write(
        self, company_id: int, wanted: BooksRequest, sink: Sink, on_documents: Callable[[int], None] = ignore_progress
    ) -> Written:
        """Writes the annexes of the month, line by line, and collects the printed books."""
        of_month = WantedBooks(wanted.month, wanted.choices, self._holidays)
        return await write_books(self._store, company_id, of_month, sink, on_documents)

    async def printed(
        self, company_id: int, wanted: BooksRequest, written: Written, books: Collection[Book] = tuple(Book)
    ) -> AsyncGenerator[BookFile | Unprinted, None]:
        """The PDF files of the printed books, one after the other."""
        row = await self._store.read(company_by_id, company_id)
        if row is None:
            raise LookupError(f"company {company_id} is gone")
        keeper = BookKeeper(decode_profile(row.profile), row.environment, local(self._clock()))
        files = printed_books(self._press, company_id, keeper, WantedPrint(wanted.month, wanted.folios, books), written)
        async with aclosing(files):
            async for file in files:
                yield file

    def notes(self, wanted: BooksRequest, written: Written) -> list[str]:
        """The sentences that the accountant has to know about the files, in Spanish."""
        return [*notes(wanted.month, written, self._holidays), wanted.choices.told(), *wanted.asides]

    async def export_month(self, company_id: int, wanted: BooksRequest) -> AsyncGenerator[bytes, None]:
        """Yields a zip with every file of the month in pieces. Closing the generator ends the work.

        Raises Refused while this process makes other books of the company, and when a search takes too long.
        """
        with self._alone(company_id):
            async with aclosing(self._zip(company_id, wanted)) as pieces:
                async for piece in pieces:
                    yield piece

    async def export_annex(self, company_id: int, wanted: BooksRequest, annex: Annex) -> AsyncGenerator[bytes, None]:
        """Yields one file of the month in pieces; an annex without lines is one empty piece. Raises as the zip does."""
        with self._alone(company_id), Spool() as spool:
            await self.write(company_id, wanted, lambda each, line: spool.write(line) if each is annex else None)
            spool.finish()
            unpacking = decompressobj(-MAX_WBITS)
            for piece in spool.pieces():
                if unpacked := unpacking.decompress(piece):
                    yield unpacked
            yield unpacking.flush()

    async def export_book(self, company_id: int, wanted: BooksRequest, book: Book) -> AsyncGenerator[bytes, None]:
        """Yields a printed book: its PDF, or a zip of its volumes when it fills several. Raises as the zip does.

        Raises Refused, too, for a book that cannot be printed.
        """
        with self._alone(company_id), ZipStream() as archive:
            written = await self.write(company_id, wanted, lambda _annex, _line: None)
            made_at = local(self._clock())
            only: BookFile | None = None
            volumes = 0
            async with aclosing(self.printed(company_id, wanted, written, (book,))) as files:
                async for file in files:
                    if isinstance(file, Unprinted):
                        raise Refused("book_not_printable", reason=file.reason)
                    volumes += 1
                    if volumes == 1:
                        only = file
                        continue
                    if only is not None:
                        yield await in_thread(archive.add, only.name, only.pdf, made_at, compress=True)
                        only = None
                    yield await in_thread(archive.add, file.name, file.pdf, made_at, compress=True)
            if only is not None:
                yield only.pdf
                return
            for piece in archive.end():
                yield piece

    async def review(
        self, company_id: int, wanted: BooksRequest, on_documents: Callable[[int], None] = ignore_progress
    ) -> Review:
        """Reads the month as for its files, and tells the lines of each annex and what a person has to know.

        ``on_documents`` receives the number of documents read since its last call. Raises Refused as the zip does.
        """
        with self._alone(company_id):
            written = await self.write(company_id, wanted, lambda _annex, _line: None, on_documents)
        return Review(
            lines=dict(written.lines),
            documents=written.documents,
            notes=tuple(self.notes(wanted, written)),
            unstamped=written.unstamped.count,
            misfits=written.misfits.count,
            amending=written.amending.count,
        )

    @contextmanager
    def _alone(self, company_id: int) -> Iterator[None]:
        """Raises Refused while this process makes other books of the company."""
        if company_id in self._running:
            raise Refused("export_in_progress")
        self._running.add(company_id)
        try:
            yield
        finally:
            self._running.discard(company_id)

    async def _zip(self, company_id: int, wanted: BooksRequest) -> AsyncGenerator[bytes, None]:
        made_at = local(self._clock())
        with ExitStack() as stack:
            archive = stack.enter_context(ZipStream())
            spools = {annex: stack.enter_context(Spool()) for annex in Annex}
            written = await self.write(company_id, wanted, lambda annex, line: spools[annex].write(line))
            for annex, spool in spools.items():
                spool.finish()
                for piece in archive.add_spooled(annex_file(annex, wanted.month), spool, made_at):
                    yield piece
            said = self.notes(wanted, written)
            async with aclosing(self.printed(company_id, wanted, written)) as files:
                async for file in files:
                    said.append(told(file))
                    if isinstance(file, BookFile):
                        yield await in_thread(archive.add, file.name, file.pdf, made_at, compress=True)
            yield archive.add(notes_file(wanted.month), notes_text(said), made_at, compress=True)
            for piece in archive.end():
                yield piece


def told(file: BookFile | Unprinted) -> str:
    """The sentence about a printed book: its folios and where the next month begins, or why there is none."""
    if isinstance(file, Unprinted):
        return f"El libro de {file.book} no se imprimió: {file.reason}."
    first, last = file.first_folio, file.last_folio
    folios = f"folio {last}" if first == last else f"folios {first} a {last}"
    return f"{file.name}: {folios}; el que sigue empieza en {last + 1}."
