"""What the HTTP layer needs from the rest of the house, as one protocol: the real gateway or a twin in memory."""

from collections.abc import AsyncGenerator
from collections.abc import Set as AbstractSet
from typing import Protocol

from ocote.archive.exporting import ExportRequest
from ocote.companies.key_holder import KeyHolder
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
from ocote.issuing.request import InvalidationRequest, InvoiceRequest, NoteRequest, PurchaseRequest
from ocote.issuing.timing import StepTimes
from ocote.outbox.sending import Mailing


class Gateway(Protocol):
    """The operations behind API Connect. Every one of them sees only the caller's own company.

    Methods raise :class:`ocote.documents.view.Refused` when the operation does not fit (the code decides the HTTP
    status) and ``ocote.dte.faults.InvalidSale`` when the content cannot be issued (400).
    """

    async def key_holder(self, key_sha256: str) -> KeyHolder | None:
        """The caller of an enabled key, looked up by the SHA-256 (lower-case hex) of the key; None if there is none."""

    async def issue_sale(self, holder: KeyHolder, request: InvoiceRequest, times: StepTimes) -> Issued:
        """Issues a 01, 03 or 11, or answers with what its reference already holds (contract 8)."""

    async def preview_sale(self, holder: KeyHolder, request: InvoiceRequest) -> Preview | Issued:
        """The document that would be signed, or the one that its reference has already; nothing is stored."""

    async def issue_note(self, holder: KeyHolder, request: NoteRequest, times: StepTimes) -> Issued:
        """Issues a credit note (05), or answers with what its reference already holds (contract 8, 10)."""

    async def preview_note(self, holder: KeyHolder, request: NoteRequest) -> Preview | Issued:
        """The credit note that would be signed, or the one that its reference has already."""

    async def issue_purchase(self, holder: KeyHolder, request: PurchaseRequest, times: StepTimes) -> Issued:
        """Issues a 14, or answers with what its reference already holds (contract 8, 11)."""

    async def preview_purchase(self, holder: KeyHolder, request: PurchaseRequest) -> Preview | Issued:
        """The document of type 14 that would be signed, or the one that its reference has already."""

    async def find(self, holder: KeyHolder, id_or_ref: str, families: AbstractSet[Family]) -> DocumentView | None:
        """The document by ``document_id``, then ``external_ref``, then ``control_number`` (D6), in these families."""

    async def signed(self, holder: KeyHolder, document_id: str) -> SignedDocument | None:
        """The signed payload and MH's raw answer; None while nothing is signed."""

    async def file(self, holder: KeyHolder, id_or_ref: str, kind: FileKind) -> DeliveredFile:
        """One file of any family's document; refused when it does not exist (404) or not yet (409), D22."""

    def export(self, holder: KeyHolder, wanted: ExportRequest) -> AsyncGenerator[bytes, None]:
        """All documents of some days as one file, piece by piece; refused while another one is being made."""

    async def ready(self) -> list[str]:
        """What keeps the service from working, one short English sentence each; empty when it is ready."""

    async def invalidate(
        self,
        holder: KeyHolder,
        id_or_ref: str,
        families: AbstractSet[Family],
        request: InvalidationRequest,
        times: StepTimes,
    ) -> InvalidationStatus:
        """Cancels a document of these families, or goes on with an attempt that was not answered (contract 13)."""

    async def invalidation(
        self, holder: KeyHolder, id_or_ref: str, families: AbstractSet[Family]
    ) -> InvalidationStatus | None:
        """How the cancellation of a document stands; None when there is no such document."""

    async def documents(self, holder: KeyHolder, wanted: DocumentFilter) -> DocumentPage:
        """A page of the company's documents of all families; its cost does not depend on how far back it is."""

    async def send_mail(self, holder: KeyHolder, id_or_ref: str, to: str | None) -> Mailing:
        """Queues a document to be e-mailed again, to one address or to those it was issued with."""

    async def mails(self, holder: KeyHolder, id_or_ref: str) -> Mailing:
        """What was and is to be e-mailed of a document; refused when there is none."""
