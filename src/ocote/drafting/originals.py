"""Begins drafts from documents: one like another, the correction of a rejected one, a note on a CCF."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from ocote.documents.records import view
from ocote.documents.view import DocumentView, Refused
from ocote.drafting.drafts import NewDraft
from ocote.drafting.note_lines import LeftLine, TakenLine, left_lines, note_lines
from ocote.drafting.requested import note_body, purchase_body, sale_body
from ocote.dte.credit_note.written import taxed_off
from ocote.dte.types import CREDIT_NOTE, DOCUMENT_TYPES, Family
from ocote.issuing.adjusting import EarlierNote, SignedCcf
from ocote.issuing.ccfs import noted_ccfs
from ocote.issuing.request import InvoiceRequest, NoteRequest, PurchaseRequest
from ocote.people.person import Membership
from ocote.requests.reference import EXTERNAL_REF
from ocote.store.document_row import DocumentRow
from ocote.store.documents import document_by_id, signed_text
from ocote.store.engine.store import Store
from ocote.store.more_amounts import amounts_of


class NotedDocument(Struct, frozen=True):
    """A CCF before a note: its lines with what is left of each, and what is left of its amount with VAT, in USD.

    ``is_noted`` says that it has notes already.
    """

    document: DocumentView
    point: str
    lines: tuple[LeftLine, ...]
    left: Decimal
    off: Mapping[str, Decimal]
    prices_include_vat: bool
    is_noted: bool = False


class KeptCall(Struct, frozen=True):
    """A call of the API as its document keeps it: the endpoint, and the body with whole lines."""

    endpoint: str
    body: Mapping[str, Any]


class Originals:
    """Reads documents of a company as drafts; a cashier's are those of the membership's points of sale."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def document(self, membership: Membership, document_id: str) -> DocumentView:
        """The document. Raises Refused for one that the person does not see."""
        return view(await self._row(membership, document_id))

    async def copy(self, membership: Membership, person_id: int, document_id: str) -> NewDraft:
        """A draft of a new document with the content of another. Raises Refused for a note, which is about its CCF."""
        row = await self._row(membership, document_id)
        if row.doc_type == CREDIT_NOTE.code:
            raise Refused("page_not_found")
        return await self._draft(row, person_id)

    async def request(self, membership: Membership, document_id: str) -> KeptCall:
        """The call of the API that asks for the document, under its reference. Raises Refused for an unseen one."""
        row = await self._row(membership, document_id)
        signed = await self._store.read(signed_text, row.company_id, row.id)
        if signed is None:
            raise LookupError(f"document {row.id} is gone")
        body = {EXTERNAL_REF.name: row.external_ref, **kept_body(row.family, signed.request)}
        return KeptCall(DOCUMENT_TYPES[row.doc_type].endpoint, body)

    async def correction(self, membership: Membership, person_id: int, document_id: str) -> NewDraft:
        """A draft of the next version of a rejected document, under its reference. Raises Refused for any other."""
        row = await self._row(membership, document_id)
        if row.state != "rejected":
            raise Refused("page_not_found")
        return msgspec.structs.replace(await self._draft(row, person_id), reference=row.external_ref)

    async def ccf(self, membership: Membership, document_id: str) -> NotedDocument:
        """A CCF with what is left of it. Raises Refused and InvalidSale for a document that takes no note."""
        row = await self._row(membership, document_id)
        if not DOCUMENT_TYPES[row.doc_type].adjustable:
            raise Refused("page_not_found")
        found = await self._store.read(noted_ccfs, row.company_id, NoteRequest(row.id), "", _is_reached)
        noted = found[0]
        if not isinstance(noted.ccf, SignedCcf):
            raise LookupError(f"document {row.id} is not one of the company")
        taken = sum((_gross(each) for each in noted.notes), Decimal(0))
        amounts = amounts_of(row)
        return NotedDocument(
            view(row),
            document_point(row),
            left_lines(noted.ccf.asked.lines, (each.lines for each in noted.notes)),
            amounts.taxable + amounts.vat + amounts.exempt + amounts.not_subject - taken,
            _off(noted.ccf),
            noted.ccf.prices_include_vat,
            bool(noted.notes),
        )

    def note(
        self, ccf: NotedDocument, company_id: int, person_id: int, taken: tuple[TakenLine, ...] | None
    ) -> NewDraft:
        """A draft of a note on parts of a CCF; None takes the whole CCF back and cancels it."""
        body: dict[str, Any] = {"document_id": ccf.document.id}
        if taken is None:
            body["full_adjustment"] = True
        else:
            body["lines"] = note_lines([each.line for each in ccf.lines], taken, ccf.off)
        return NewDraft(company_id, person_id, CREDIT_NOTE.code, ccf.point, body)

    async def _row(self, membership: Membership, document_id: str) -> DocumentRow:
        row = await self._store.read(document_by_id, membership.company_id, document_id)
        if row is None or not membership.reaches(document_point(row)):
            raise Refused("page_not_found")
        return row

    async def _draft(self, row: DocumentRow, person_id: int) -> NewDraft:
        signed = await self._store.read(signed_text, row.company_id, row.id)
        if signed is None:
            raise LookupError(f"document {row.id} is gone")
        body = kept_body(row.family, signed.request)
        return NewDraft(row.company_id, person_id, row.doc_type, document_point(row), body)


def document_point(row: DocumentRow) -> str:
    """The point of sale of a document (``M001P001``)."""
    return f"{row.branch_code}{row.pos_code}"


def kept_body(family: Family, request: str) -> dict[str, Any]:
    """The body of the API that asks for the document of a kept request."""
    if family == "note":
        return note_body(msgspec.json.decode(request, type=NoteRequest))
    if family == "suex":
        return purchase_body(msgspec.json.decode(request, type=PurchaseRequest))
    return sale_body(msgspec.json.decode(request, type=InvoiceRequest))


def _gross(note: EarlierNote) -> Decimal:
    """The amount that a note took of a CCF, with VAT."""
    return note.taken.gross + note.taken.exempt + note.taken.not_subject


def _off(ccf: SignedCcf) -> Mapping[str, Decimal]:
    """The part of each kind of sale that discounts on the whole CCF took off."""
    discount = ccf.asked.terms.discount if ccf.asked.terms is not None else None
    taxed = taxed_off(ccf.written)
    if discount is None:
        return {}
    other = discount.percentage / 100 if discount.percentage is not None else Decimal(0)
    return {"taxed": taxed, "exempt": other, "not_subject": other}


def _is_reached(branch_code: str, pos_code: str) -> bool:
    """Answers for a document whose point of sale was looked at before."""
    del branch_code, pos_code
    return True
