"""Exports all documents of a span of days as one file, written while it is read, in constant memory."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from ocote.archive.archive import listing_filter, print_job, undone
from ocote.archive.threads import in_thread
from ocote.clock import Clock, local
from ocote.companies.brand import brand_of
from ocote.documents.searches import refusing_searches
from ocote.documents.signed import document_of
from ocote.documents.view import DocumentFilter, Refused
from ocote.dte.types import DOCUMENT_TYPES
from ocote.exports import index_csv
from ocote.exports.index_xlsx import Workbook
from ocote.exports.record import Record, identifiers
from ocote.exports.zip_stream import Spool, ZipStream
from ocote.printing.file import delivered_json
from ocote.printing.press.messages import PrintJob
from ocote.printing.press.press import Press, UnprintableError
from ocote.printing.sheet import Undone
from ocote.store import exporting as pages
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment, moment_text
from ocote.store.listing import documents_page
from ocote.store.more_amounts import amounts_of

ExportFormat = Literal["zip", "csv", "xlsx"]

_PAGE: Final = 32
"""Documents read at once. A document of 2,000 lines takes about 1 MB, so that every page stays small."""

_PIECE: Final = 64 * 1024

_WITH_FILES: Final = frozenset({"stamped", "contingency"})
"""The index alone lists refused documents and those whose fate at MH is unknown: nobody may receive their files."""

_STATES: Final = {
    "stamped": "sellado",
    "contingency": "contingencia",
    "registered": "contingencia",
    "rejected": "rechazado",
}
_UNDONE: Final[Mapping[Undone, str]] = {"invalidated": "invalidado", "adjusted": "anulado por nota de crédito"}
"""The state of a document after an invalidation, or after a full credit note, which leaves MH's state unchanged."""


class ExportRequest(Struct, frozen=True):
    """The documents to export: posted at or after ``posted_from`` and before ``posted_before``, aware instants.

    ``csv`` and ``xlsx`` are the index; ``zip`` holds the index and each document's delivered JSON and PDF. ``chosen``
    is a list whose documents alone are exported, in the order of the list, the newest first.
    """

    posted_from: datetime
    posted_before: datetime
    format: ExportFormat
    chosen: DocumentFilter | None = None


def _ignore_progress(_: int) -> None:
    """Ignores the progress of an export."""


class Exporter:
    """Exports the documents of a company, one export of each company at a time.

    Each page begins after the last document of the previous page, so that documents issued during the export neither
    shift nor repeat any.
    """

    def __init__(self, store: Store, clock: Clock, press: Press) -> None:
        self._store = store
        self._clock = clock
        self._press = press
        self._running: set[int] = set()

    async def count(self, company_id: int, wanted: ExportRequest) -> int:
        """Counts the documents that the export would hold now."""
        return await self._store.search(pages.documents_posted, company_id, *self._span(wanted))

    async def export(
        self, company_id: int, wanted: ExportRequest, on_documents: Callable[[int], None] = _ignore_progress
    ) -> AsyncGenerator[bytes, None]:
        """Yields the file in pieces, oldest document first, or in the order of a list.

        ``on_documents`` receives the number of documents added since its last call. Closing the generator ends the
        work. Raises Refused while this process makes another export of the company: exports must not take the processor
        from the requests of the cash registers. Raises Refused, too, when a page takes too long.
        """
        if company_id in self._running:
            raise Refused("export_in_progress")
        self._running.add(company_id)
        try:
            make = {"csv": self._csv, "xlsx": self._xlsx, "zip": self._zip}[wanted.format]
            async with aclosing(make(company_id, wanted, on_documents)) as chunks:
                gathered = bytearray()
                async for chunk in chunks:
                    gathered += chunk
                    if len(gathered) >= _PIECE:
                        yield bytes(gathered)
                        gathered.clear()
                if gathered:
                    yield bytes(gathered)
        finally:
            self._running.discard(company_id)

    def _span(self, wanted: ExportRequest) -> tuple[str, str]:
        return moment_text(wanted.posted_from), moment_text(min(wanted.posted_before, self._clock()))

    async def _pages(self, company_id: int, wanted: ExportRequest) -> AsyncGenerator[list[pages.ExportedRow], None]:
        if wanted.chosen is not None:
            async with aclosing(self._listed(company_id, wanted.chosen)) as listed:
                async for rows in listed:
                    yield rows
            return
        span = self._span(wanted)
        after = pages.BEGINNING
        while rows := await self._page(company_id, span, after):
            after = rows[-1].posted_at, rows[-1].id
            yield rows

    async def _listed(self, company_id: int, chosen: DocumentFilter) -> AsyncGenerator[list[pages.ExportedRow], None]:
        """The documents of a list, page by page; each page begins behind the last document of the page before."""
        wanted = listing_filter(chosen, _PAGE)
        while True:
            with refusing_searches():
                found = await self._store.search(documents_page, company_id, wanted)
            ids = [row.id for row in found]
            if ids:
                yield await self._store.read(pages.signed_documents, company_id, ids)
            if len(found) < _PAGE:
                return
            wanted = replace(wanted, before=(found[-1].posted_at, found[-1].id))

    async def _page(
        self, company_id: int, span: tuple[str, str], after: pages.StoredPosition
    ) -> list[pages.ExportedRow]:
        """The documents after a position. Each page is a search of its own: while a client reads, no place is held."""
        with refusing_searches():
            return await self._store.search(pages.signed_page, company_id, *span, after, _PAGE)

    # A thread works on each page, so that the event loop stays free for other requests.

    async def _csv(
        self, company_id: int, wanted: ExportRequest, on_documents: Callable[[int], None]
    ) -> AsyncGenerator[bytes, None]:
        yield index_csv.heading()
        async with aclosing(self._pages(company_id, wanted)) as found:
            async for rows in found:
                yield await in_thread(_lines, rows)
                on_documents(len(rows))

    async def _xlsx(
        self, company_id: int, wanted: ExportRequest, on_documents: Callable[[int], None]
    ) -> AsyncGenerator[bytes, None]:
        with TemporaryDirectory(prefix="ocote-export-", ignore_cleanup_errors=True) as folder:
            path = Path(folder) / "index.xlsx"
            workbook = Workbook(path)
            try:
                async with aclosing(self._pages(company_id, wanted)) as found:
                    async for rows in found:
                        await in_thread(_add, workbook, rows)
                        on_documents(len(rows))
            except BaseException:
                workbook.abandon()
                raise
            await in_thread(workbook.close)
            with path.open("rb") as file:
                while piece := file.read(_PIECE):
                    yield piece

    async def _zip(
        self, company_id: int, wanted: ExportRequest, on_documents: Callable[[int], None]
    ) -> AsyncGenerator[bytes, None]:
        brand = await self._store.read(brand_of, company_id)
        with ZipStream() as archive, Spool() as index:
            index.write(index_csv.heading())
            async with aclosing(self._pages(company_id, wanted)) as found:
                async for rows in found:
                    for row in rows:
                        if row.state in _WITH_FILES:
                            pdf = await self._pdf(print_job(row, row.jws, "letter", brand), company_id)
                            yield await in_thread(_files, archive, row, pdf)
                        index.write(index_csv.index_line(_record(row)))
                        on_documents(1)
            index.finish()
            for piece in archive.add_spooled("index.csv", index, local(self._clock())):
                yield piece
            for piece in archive.end():
                yield piece

    async def _pdf(self, job: PrintJob, company_id: int) -> bytes | None:
        """The PDF of a job; None when it cannot be set, which must not end the export of all other documents."""
        try:
            return await self._press.pdf(job, company_id, "later")
        except UnprintableError:
            return None


def _lines(rows: Sequence[pages.ExportedRow]) -> bytes:
    return b"".join(index_csv.index_line(_record(row)) for row in rows)


def _add(workbook: Workbook, rows: Sequence[pages.ExportedRow]) -> None:
    workbook.add(map(_record, rows))


def _files(archive: ZipStream, row: pages.ExportedRow, pdf: bytes | None) -> bytes:
    """The delivered JSON and the letter PDF of a document as members of the zip."""
    posted_at = local(moment(row.posted_at))
    name = f"{posted_at:%Y-%m-%d}/{row.generation_code}"
    delivered = archive.add(f"{name}.json", delivered_json(row.jws, row.stamp), posted_at, compress=True)
    return delivered if pdf is None else delivered + archive.add(f"{name}.pdf", pdf, posted_at, compress=False)


def _record(row: pages.ExportedRow) -> Record:
    sign = DOCUMENT_TYPES[row.doc_type].export_sign
    how = undone(row)
    return Record(
        posted_at=local(moment(row.posted_at)),
        doc_type=row.doc_type,
        control_number=row.control_number,
        generation_code=row.generation_code,
        stamp=row.stamp or "",
        state=_STATES[row.state] if how is None else _UNDONE[how],
        party=row.customer_name,
        identifiers=identifiers(document_of(row.jws)),
        amounts=amounts_of(row, sign),
        reference=row.external_ref,
        issued_with=row.issued_with or "",
        invalidated_with=row.invalidated_with or "",
    )
