"""Reads issued documents: one document, its signed bytes, its files."""

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from ocote.archive.name_search import NameSearch
from ocote.companies.brand import brand_of
from ocote.companies.caller import Caller
from ocote.contingency.deadlines import document_deadline
from ocote.documents.adjusting import adjusting_one, adjusting_several
from ocote.documents.records import linked, view
from ocote.documents.searches import refusing_searches
from ocote.documents.view import (
    AdjustedDocument,
    DeliveredFile,
    DocumentFilter,
    DocumentPage,
    DocumentView,
    FileKind,
    Refused,
    SignedDocument,
)
from ocote.dte.types import DOCUMENT_TYPES, Family
from ocote.printing.brand import Brand
from ocote.printing.file import delivered_json
from ocote.printing.press.messages import PrintJob
from ocote.printing.press.press import Press, UnprintableError
from ocote.printing.press.queue import PressBusyError, Urgency
from ocote.printing.sheet import Layout, Undone
from ocote.public_links import PublicLinks
from ocote.signing import jws
from ocote.store.contingency import overview as contingency_overview
from ocote.store.document_row import DocumentRow
from ocote.store.documents import SignedRow, document_by_any, document_by_id, signed_text
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.listing import ListedRow, ListingFilter, documents_page
from ocote.store.related import documents_of_notes


class Archive:
    """Reads the issued documents of a company."""

    def __init__(self, store: Store, links: PublicLinks, press: Press, names: NameSearch) -> None:
        self._store = store
        self._links = links
        self._press = press
        self._names = names

    async def find(self, caller: Caller, id_or_ref: str, families: AbstractSet[Family]) -> DocumentView | None:
        """Finds the document of one of the families by id, reference or control number (contract D6)."""
        row = await self._store.read(document_by_any, caller.company_id, id_or_ref)
        if row is None or row.family not in families:
            return None
        return await self._completed(caller, view(row))

    async def _completed(self, caller: Caller, document: DocumentView) -> DocumentView:
        """The document with the facts from other tables: what a note adjusts, and the deadline in contingency."""
        if document.state == "contingency":
            row = await self._store.read(contingency_overview.of_document, caller.company_id, document.id)
            deadline = document_deadline(row.ended_at, row.reported_at) if row is not None else None
            document = replace(document, contingency_deadline=deadline.at if deadline else None)
        return await self.with_adjusted(caller, document)

    async def with_adjusted(self, caller: Caller, document: DocumentView) -> DocumentView:
        """A credit note together with the present state of what it adjusts; other documents unchanged."""
        if document.family != "note":
            return document
        note = await self._store.read(document_by_id, caller.company_id, document.id)
        if note is None:
            raise LookupError(f"note {document.id} is gone")
        if note.adjusts_id is None:
            return adjusting_several(
                document, await self._store.read(documents_of_notes, caller.company_id, [document.id])
            )
        adjusted = await self._store.read(document_by_id, caller.company_id, note.adjusts_id)
        if adjusted is None:
            raise LookupError(f"document {note.adjusts_id} is gone")
        return adjusting_one(
            document,
            AdjustedDocument(
                id=adjusted.id,
                doc_type=adjusted.doc_type,
                external_ref=adjusted.external_ref,
                control_number=adjusted.control_number,
                generation_code=adjusted.generation_code,
                full_adjustment=note.adjusts_whole,
                invalidated=adjusted.invalidated_at is not None,
            ),
        )

    async def page(self, caller: Caller, wanted: DocumentFilter) -> DocumentPage:
        """The documents of a filter, newest first, and whether more follow.

        Raises Refused when too many searches of the company wait, or when this one takes too long.
        """
        of_page = listing_filter(wanted, wanted.limit + 1)
        with refusing_searches():
            if of_page.is_by_name:
                found = await self._names.page(caller.company_id, of_page)
            else:
                found = await self._store.search(documents_page, caller.company_id, of_page)
        documents = await self._with_related(caller.company_id, found[: wanted.limit])
        return DocumentPage(documents, len(found) > wanted.limit)

    async def _with_related(self, company_id: int, rows: Sequence[ListedRow]) -> tuple[DocumentView, ...]:
        """The documents of a page, the notes with what they adjust."""
        several = {row.id for row in rows if row.family == "note" and row.adjusts_id is None}
        if not several:
            return tuple(map(_listed, rows))
        related = defaultdict(list)
        for each in await self._store.read(documents_of_notes, company_id, sorted(several)):
            related[each.note_id].append(each)
        return tuple(
            adjusting_several(_listed(row), related[row.id]) if row.id in several else _listed(row) for row in rows
        )

    async def signed(self, caller: Caller, document_id: str) -> SignedDocument | None:
        """The exact payload that was signed last and MH's raw answer to it."""
        row = await self._store.read(document_by_id, caller.company_id, document_id)
        if row is None:
            return None
        version = await self._signed(row)
        return SignedDocument(jws.payload_of(version.jws), version.answer)

    async def file(self, caller: Caller, id_or_ref: str, kind: FileKind) -> DeliveredFile:
        """One file of a document (contract 16).

        Raises Refused: 404 for impossible files, 409 for unfinished files and PDFs that cannot be set, 503 while too
        many PDFs wait.
        """
        row = await self._store.read(document_by_any, caller.company_id, id_or_ref)
        if row is None:
            raise Refused("document_not_found", id_or_ref=id_or_ref)
        if kind == "ticket" and not DOCUMENT_TYPES[row.doc_type].has_ticket:
            raise Refused("file_never_available", kind=kind, doc_type=row.doc_type)
        available = {"stamped"} if kind == "json" else {"stamped", "contingency"}
        if row.state not in available:
            raise Refused("file_not_yet_available", kind=kind, state=row.state)
        signed = (await self._signed(row)).jws
        if kind == "json":
            return DeliveredFile(delivered_json(signed, row.stamp), "application/json", f"{row.generation_code}.json")
        brand = await self._store.read(brand_of, caller.company_id)
        link = self._links.url(linked(row))
        job = print_job(row, signed, "ticket" if kind == "ticket" else "letter", brand, link)
        content = await pdf_for_client(self._press, job, caller.company_id, "now")
        return DeliveredFile(content, "application/pdf", f"{row.control_number}.pdf")

    async def _signed(self, row: DocumentRow) -> SignedRow:
        signed = await self._store.read(signed_text, row.company_id, row.id)
        if signed is None:
            raise LookupError(f"document {row.id} is gone")
        return signed


def listing_filter(wanted: DocumentFilter, most: int) -> ListingFilter:
    """A filter as the store reads it, with at most so many documents."""
    return ListingFilter(
        most=most,
        since=moment_text(wanted.posted_from) if wanted.posted_from else None,
        until=moment_text(wanted.posted_before) if wanted.posted_before else None,
        before=(moment_text(wanted.after.posted_at), wanted.after.id) if wanted.after else None,
        doc_type=wanted.doc_type,
        states=tuple(sorted(wanted.states)),
        invalidated=wanted.invalidated,
        customer_number=wanted.customer_number,
        customer_name=wanted.customer_name,
        points=wanted.points,
        sought=wanted.sought,
    )


def _listed(row: ListedRow) -> DocumentView:
    """A document of a page, from a row that also holds the facts from other tables."""
    document = view(row)
    if document.state == "contingency":
        deadline = document_deadline(row.ended_at, row.reported_at)
        document = replace(document, contingency_deadline=deadline.at if deadline else None)
    if (
        row.adjusts_id is None
        or row.adjusted_type is None
        or row.adjusted_ref is None
        or row.adjusted_number is None
        or row.adjusted_code is None
    ):
        return document
    return adjusting_one(
        document,
        AdjustedDocument(
            id=row.adjusts_id,
            doc_type=row.adjusted_type,
            external_ref=row.adjusted_ref,
            control_number=row.adjusted_number,
            generation_code=row.adjusted_code,
            full_adjustment=row.adjusts_whole,
            invalidated=row.adjusted_invalidated_at is not None,
        ),
    )


def undone(row: DocumentRow) -> Undone | None:
    """How the document of a row was taken back; None while the document is valid."""
    if row.invalidated_at is None:
        return None
    return "adjusted" if row.invalidated_by == "note" else "invalidated"


def print_job(row: DocumentRow, signed: str, layout: Layout, brand: Brand, link: str | None = None) -> PrintJob:
    """The PDF to be set of a document's row and its JWS, with the marks of its state."""
    return PrintJob(
        jws.payload_of(signed),
        "document",
        stamp=row.stamp,
        layout=layout,
        undone=undone(row),
        brand=brand,
        link=link,
    )


async def pdf_for_client(press: Press, job: PrintJob, company_id: int, urgency: Urgency) -> bytes:
    """The PDF for which a client waits. Raises Refused when too many PDFs wait or when it cannot be set."""
    try:
        return await press.pdf(job, company_id, urgency)
    except PressBusyError as error:
        raise Refused("pdf_queue_full") from error
    except UnprintableError as error:
        raise Refused("pdf_impossible") from error
