"""Issuing and mailing behind one object, as the HTTP layer asks for them (``ocote.api.gateway.Gateway``)."""

from collections.abc import AsyncGenerator, Collection
from collections.abc import Set as AbstractSet
from datetime import date

from msgspec.structs import replace

from ocote.archive.archive import Archive
from ocote.archive.exporting import Exporter, ExportRequest
from ocote.companies.key_holder import KeyHolder
from ocote.companies.registry import Companies
from ocote.documents.view import (
    DeliveredFile,
    DocumentFilter,
    DocumentPage,
    DocumentView,
    FileKind,
    InvalidationStatus,
    Issued,
    Preview,
    SignedDocument,
)
from ocote.dte.types import Family
from ocote.invalidation.invalidator import Invalidator
from ocote.issuing.issue import DocumentIssuer
from ocote.issuing.notes import note_order
from ocote.issuing.purchases import purchase_order
from ocote.issuing.request import InvalidationRequest, InvoiceRequest, NoteRequest, PurchaseRequest
from ocote.issuing.sales import sale_order
from ocote.issuing.timing import StepTimes
from ocote.outbox.mailbox import Mailbox
from ocote.outbox.sending import Mailing
from ocote.store import companies as rows
from ocote.store.engine.store import Store, StoreUnavailableError

_CALLERS_IN_MEMORY = 10_000


class LocalGateway:
    """Issuing and mailing over one database."""

    def __init__(
        self,
        store: Store,
        companies: Companies,
        issuer: DocumentIssuer,
        invalidator: Invalidator,
        archive: Archive,
        exporter: Exporter,
        mailbox: Mailbox,
        holidays: Collection[date],
    ) -> None:
        self._store = store
        self._companies = companies
        self._issuer = issuer
        self._invalidator = invalidator
        self._holidays = holidays
        self._archive = archive
        self._exporter = exporter
        self._mailbox = mailbox
        self._callers: dict[str, KeyHolder] = {}
        self._callers_as_of: int | None = None

    async def key_holder(self, key_sha256: str) -> KeyHolder | None:
        """The caller of an enabled key; None when there is none."""
        as_of = self._store.registrations
        if as_of is None or as_of != self._callers_as_of or len(self._callers) > _CALLERS_IN_MEMORY:
            self._callers, self._callers_as_of = {}, as_of
        kept = self._callers.get(key_sha256)
        if kept is not None:
            return kept
        holder = await self._read_key_holder(key_sha256)
        if holder is not None and as_of is not None and as_of == self._callers_as_of:
            self._callers[key_sha256] = holder
        return holder

    async def _read_key_holder(self, key_sha256: str) -> KeyHolder | None:
        row = await self._store.read(rows.key_holder_of, key_sha256)
        if row is None:
            return None
        await self._companies.get(row.company_id, row.updated_at)
        return KeyHolder(
            company_id=row.company_id,
            key_id=row.key_id,
            prefix=row.prefix,
            environment=row.environment,
            per_minute=row.per_minute,
            per_hour=row.per_hour,
            branch_code=row.branch_code,
            pos_code=row.pos_code,
            company_active=row.active,
        )

    async def issue_sale(self, holder: KeyHolder, request: InvoiceRequest, times: StepTimes) -> Issued:
        """Issues a 01, 03 or 11, or answers with what its reference already holds."""
        return await self._issuer.issue(holder, sale_order(self._store, holder, request), times)

    async def preview_sale(self, holder: KeyHolder, request: InvoiceRequest) -> Preview | Issued:
        """The document that would be signed, or the one that its reference has already; nothing is stored."""
        return await self._issuer.preview(holder, sale_order(self._store, holder, request))

    async def issue_note(self, holder: KeyHolder, request: NoteRequest, times: StepTimes) -> Issued:
        """Issues a credit note (05), or answers with what its reference already holds."""
        order = note_order(self._store, holder, request, self._holidays)
        issued = await self._issuer.issue(holder, order, times)
        return replace(issued, document=await self._archive.with_adjusted(holder, issued.document))

    async def preview_note(self, holder: KeyHolder, request: NoteRequest) -> Preview | Issued:
        """The credit note that would be signed, or the one that its reference has already."""
        order = note_order(self._store, holder, request, self._holidays)
        shown = await self._issuer.preview(holder, order)
        if isinstance(shown, Preview):
            return shown
        return replace(shown, document=await self._archive.with_adjusted(holder, shown.document))

    async def issue_purchase(self, holder: KeyHolder, request: PurchaseRequest, times: StepTimes) -> Issued:
        """Issues a 14, or answers with what its reference already holds."""
        return await self._issuer.issue(holder, purchase_order(self._store, holder, request), times)

    async def preview_purchase(self, holder: KeyHolder, request: PurchaseRequest) -> Preview | Issued:
        """The document of type 14 that would be signed, or the one that its reference has already."""
        return await self._issuer.preview(holder, purchase_order(self._store, holder, request))

    async def invalidate(
        self,
        holder: KeyHolder,
        id_or_ref: str,
        families: AbstractSet[Family],
        request: InvalidationRequest,
        times: StepTimes,
    ) -> InvalidationStatus:
        """Cancels a document of these families, or goes on with an attempt that was not answered."""
        return await self._invalidator.invalidate(holder, id_or_ref, families, request, times)

    async def invalidation(
        self, holder: KeyHolder, id_or_ref: str, families: AbstractSet[Family]
    ) -> InvalidationStatus | None:
        """How the cancellation of a document stands."""
        return await self._invalidator.status(holder, id_or_ref, families)

    async def documents(self, holder: KeyHolder, wanted: DocumentFilter) -> DocumentPage:
        """A page of the company's documents of all families."""
        return await self._archive.page(holder, wanted)

    async def find(self, holder: KeyHolder, id_or_ref: str, families: AbstractSet[Family]) -> DocumentView | None:
        """One document of the caller's company."""
        return await self._archive.find(holder, id_or_ref, families)

    async def signed(self, holder: KeyHolder, document_id: str) -> SignedDocument | None:
        """The signed payload of a document and MH's raw answer."""
        return await self._archive.signed(holder, document_id)

    async def file(self, holder: KeyHolder, id_or_ref: str, kind: FileKind) -> DeliveredFile:
        """One file of a document."""
        return await self._archive.file(holder, id_or_ref, kind)

    def export(self, holder: KeyHolder, wanted: ExportRequest) -> AsyncGenerator[bytes, None]:
        """All documents of some days as one file."""
        return self._exporter.export(holder.company_id, wanted)

    async def send_mail(self, holder: KeyHolder, id_or_ref: str, to: str | None) -> Mailing:
        """Queues a document to be e-mailed again."""
        return await self._mailbox.send_again(holder, id_or_ref, to)

    async def mails(self, holder: KeyHolder, id_or_ref: str) -> Mailing:
        """What was and is to be e-mailed of a document."""
        return await self._mailbox.sendings(holder, id_or_ref)

    async def ready(self) -> list[str]:
        """What keeps the service from working: the database, for it needs nothing else to answer."""
        try:
            await self._store.read(rows.key_holder_of, "")
        except StoreUnavailableError as error:
            return [f"the database does not answer: {error}"]
        return []
