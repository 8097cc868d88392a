"""The drafts of the people of a company: made, found, saved, discarded, and opened again for a retry."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from msgspec import Struct

from ocote.audit import Author
from ocote.clock import Clock
from ocote.documents.view import Refused
from ocote.drafting.fields import decoded_body, encoded_body
from ocote.dte.types import DOCUMENT_TYPES, DocumentType, Family
from ocote.requests.description import RequestObject
from ocote.requests.invoice import INVOICE_BODY
from ocote.requests.note import NOTE_BODY
from ocote.requests.purchase import PURCHASE_BODY
from ocote.store import drafts as rows
from ocote.store.audit_log import AuditEntry, append_entry
from ocote.store.drafts import DraftChange, DraftRow
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store, UniqueError
from ocote.store.engine.values import moment_after, moment_text

MOST_OPEN: Final = 50
"""Open drafts that a person may have in a company."""

DESCRIPTIONS: Final[Mapping[Family, RequestObject]] = {
    "sale": INVOICE_BODY,
    "note": NOTE_BODY,
    "suex": PURCHASE_BODY,
}
"""The request that a draft of each family of document types fills in."""

FIXED: Final = frozenset({"doc_type", "external_ref"})
"""Fields of a request that the draft itself says: its type and its reference."""


class KeptDraft(Struct, frozen=True):
    """A draft of one person in one company.

    ``body`` is the request of the API without ``FIXED``, ``point`` the point of sale (``M001P001``). ``seen`` is the
    moment of its last change, as stored text. ``document_id`` is set once the document was issued.
    """

    id: str
    company_id: int
    person_id: int
    kind: str
    point: str
    reference: str
    body: Mapping[str, Any]
    seen: str
    document_id: str | None = None

    @property
    def row(self) -> DocumentType:
        """The row of the document type, whose code is ``kind``."""
        return DOCUMENT_TYPES[self.kind]

    @property
    def described(self) -> RequestObject:
        """The description of the request that the draft fills in."""
        return DESCRIPTIONS[self.row.family]

    def request(self) -> dict[str, Any]:
        """The whole body of the request, as a client of the API would send it."""
        fixed = {"external_ref": self.reference}
        if self.described is INVOICE_BODY:
            fixed["doc_type"] = self.kind
        return {**self.body, **fixed}


class NewDraft(Struct, frozen=True):
    """A draft to make; ``reference`` is that of the rejected document that it corrects, None for a new document."""

    company_id: int
    person_id: int
    kind: str
    point: str
    body: Mapping[str, Any] = {}
    reference: str | None = None


class TooManyDrafts(Exception):  # noqa: N818 - what a person puts in order, not a fault of the program
    """The person has ``MOST_OPEN`` open drafts in the company."""


class Drafts:
    """Keeps the drafts of every person of a store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def make(self, new: NewDraft) -> KeptDraft:
        """Makes a draft with a reference of its own, which never changes. Raises TooManyDrafts."""
        draft = self._row(new, new.reference or f"panel-{uuid4()}")
        if not await self._store.write(rows.insert_draft, draft, MOST_OPEN):
            raise TooManyDrafts
        return kept_draft(draft)

    async def correct(self, new: NewDraft, author: Author) -> KeptDraft:
        """Opens the draft of a rejected document for a person, or makes one; ``new`` has the document's reference."""
        if new.reference is None:
            raise ValueError("a correction has the reference of its document")
        now = moment_text(self._clock())
        taken = await self._store.write(_taken_over, new.company_id, new.reference, author, now)
        if taken is not None:
            return kept_draft(taken)
        try:
            return await self.make(new)
        except UniqueError:
            return await self.correct(new, author)

    async def get(self, company_id: int, person_id: int, draft_id: str) -> KeptDraft:
        """A person's draft. Raises Refused for one of another person or company, or one that is gone."""
        row = await self._store.read(rows.draft_by_id, company_id, person_id, draft_id)
        if row is None:
            raise Refused("page_not_found")
        return kept_draft(row)

    async def open_ones(self, company_id: int, person_id: int) -> tuple[KeptDraft, ...]:
        """The person's drafts without a document, those changed last in front: ``MOST_OPEN`` at most."""
        found = await self._store.read(rows.open_drafts, company_id, person_id, MOST_OPEN)
        return tuple(map(kept_draft, found))

    async def save(self, draft: KeptDraft, point: str, body: Mapping[str, Any]) -> KeptDraft | None:
        """Keeps a new body; None when the draft changed after ``draft.seen``: nothing is overwritten unseen."""
        kept = {name: value for name, value in body.items() if name not in FIXED}
        try:
            now = moment_after(draft.seen, moment_text(self._clock()))
        except (ValueError, OverflowError):
            return None
        row = await self._store.write(
            rows.save_draft,
            DraftChange(
                company_id=draft.company_id,
                person_id=draft.person_id,
                draft_id=draft.id,
                point=point,
                body=encoded_body(kept),
                seen=draft.seen,
                now=now,
            ),
        )
        return kept_draft(row) if row is not None else None

    async def discard(self, draft: KeptDraft) -> None:
        """Removes an open draft. One with a document stays."""
        await self._store.write(rows.remove_draft, draft.company_id, draft.person_id, draft.id)

    def _row(self, new: NewDraft, reference: str) -> DraftRow:
        now = moment_text(self._clock())
        body = {name: value for name, value in new.body.items() if name not in FIXED}
        return DraftRow(
            id=str(uuid4()),
            company_id=new.company_id,
            person_id=new.person_id,
            kind=new.kind,
            point=new.point,
            reference=reference,
            body=encoded_body(body),
            created_at=now,
            updated_at=now,
            document_id=None,
        )


def kept_draft(row: DraftRow) -> KeptDraft:
    """The draft in a row of the table."""
    return KeptDraft(
        id=row.id,
        company_id=row.company_id,
        person_id=row.person_id,
        kind=row.kind,
        point=row.point,
        reference=row.reference,
        body=decoded_body(row.body),
        seen=row.updated_at,
        document_id=row.document_id,
    )


def _taken_over(company_id: int, reference: str, author: Author, now: str) -> Transaction[DraftRow | None]:
    """Opens a draft again for the person who corrects its document, and writes down who did."""
    if author.person_id is None:
        raise ValueError("a draft belongs to a person")
    row = yield from rows.hand_over_draft(company_id, reference, author.person_id, now)
    if row is not None:
        yield from append_entry(
            AuditEntry(now, author, "draft_reopened", f"draft {row.id}", company_id, after={"reference": reference})
        )
    return row
