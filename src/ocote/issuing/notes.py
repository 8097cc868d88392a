"""Turns the request for a credit note into an order: finds the CCF to adjust and the amounts that may be adjusted."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from ocote.companies.key_holder import KeyHolder
from ocote.documents.signed import ccf_receiver, document_of
from ocote.documents.view import Refused
from ocote.dte import text
from ocote.dte.credit_note.arithmetic import compute_note
from ocote.dte.credit_note.value import AdjustedCcf, Note, Portion
from ocote.dte.deadlines import ADJUSTMENT, last_moment
from ocote.dte.editions import build_document
from ocote.dte.faults import InvalidSale
from ocote.dte.sale import Receiver
from ocote.dte.types import CREDIT_NOTE, DOCUMENT_TYPES
from ocote.errors import fault
from ocote.issuing.order import Draft, DraftOutdated, IssuingPoint, Order
from ocote.issuing.request import CustomerData, InvoiceRequest, NoteRequest, Place, encoded
from ocote.issuing.unsent import cancelling_warnings, party_warnings
from ocote.store import documents as rows
from ocote.store.adjustments import MOST_NOTES, Taken, held, taken_from
from ocote.store.customers import Counterparty
from ocote.store.document_row import DocumentRow
from ocote.store.documents import SignedRow
from ocote.store.engine.store import Store, Transaction
from ocote.store.engine.values import amount, moment
from ocote.store.new_document import Adjusts, Guard


class _Ccf(NamedTuple):
    """The CCF that a note adjusts: its row, its document, and the sums of the earlier valid notes."""

    row: DocumentRow
    signed: SignedRow
    taken: Taken


def note_order(store: Store, holder: KeyHolder, request: NoteRequest, holidays: Collection[date]) -> Order:
    """The order to issue a credit note (05) against a CCF of the caller's company."""

    async def prepare(point: IssuingPoint) -> Draft:
        ccf = await store.read(_adjusted, holder.company_id, request.document_ref, point.document_id)
        if ccf is None:
            raise Refused("document_not_found")
        _require_adjustable(ccf.row, point, holidays)
        return _draft_note(point, request, ccf)

    return Order(CREDIT_NOTE.code, request.external_ref, encoded(request), prepare)


def _adjusted(company_id: int, ref: str, except_id: str) -> Transaction[_Ccf | None]:
    row = yield from rows.document_by_any(company_id, ref)
    if row is None:
        return None
    signed = yield from rows.signed_text(company_id, row.id)
    if signed is None:
        return None
    return _Ccf(row, signed, (yield from taken_from(company_id, row.id, except_id)))


def _draft_note(point: IssuingPoint, request: NoteRequest, ccf: _Ccf) -> Draft:
    """Writes the note in the edition in force on the day of the note, also for a CCF of another edition. Pure.

    Raises InvalidSale when the note exceeds the rest of the CCF, and Refused when the CCF has too many notes.
    """
    row, taken = ccf.row, ccf.taken
    if taken.notes >= MOST_NOTES:
        raise Refused("notes_too_many", limit=MOST_NOTES)
    edition = point.edition(CREDIT_NOTE.code)
    written = document_of(ccf.signed.jws)
    asked = msgspec.json.decode(ccf.signed.request, type=InvoiceRequest)
    buyer = _buyer(point, row, ccf_receiver(written))
    known = _as_sent(buyer)
    note = Note(
        issuer=point.issuer(written["emisor"]["codActividad"]),
        receiver=replace(buyer, email=point.receiver_email(CREDIT_NOTE.code, buyer.email)),
        ccf=AdjustedCcf(
            generation_code=row.generation_code,
            issued_on=date.fromisoformat(written["identificacion"]["fecEmi"]),
            amounts=Portion(amount(row.gross_cents), amount(row.taxable_cents), amount(row.withheld_cents)),
            adjusted=Portion(amount(taken.gross_cents), amount(taken.taxable_cents), amount(taken.withheld_cents)),
        ),
        lines=request.lines or asked.lines,
        condition=asked.payment.condition,
    )
    totals = compute_note(note)
    document = build_document(edition, point.identity(CREDIT_NOTE.code), note, totals)
    return Draft(
        edition=edition,
        generation_code=point.generation_code,
        amounts=totals,
        party=Counterparty(note.receiver.name, row.customer_email, asked.redirect_email),
        adjusts=Adjusts(row.id, request.full_adjustment),
        guard=_unchanged(row.company_id, row.id, taken),
        document=document,
        payload=text.encode(document),
        warnings=(*party_warnings(document, known, known), *cancelling_warnings(document, point, "customer.name")),
    )


def _buyer(point: IssuingPoint, ccf: DocumentRow, written: Receiver) -> Receiver:
    """The buyer of the CCF, without the e-mail that was filled in there, where the note's edition takes none (D13)."""
    if ccf.customer_email is None and point.receiver_email(CREDIT_NOTE.code, None) is None:
        return replace(written, email=None)
    return written


def _as_sent(buyer: Receiver) -> CustomerData:
    """The buyer of the CCF in the place of the buyer that other requests have; a note has to repeat the buyer."""
    address = buyer.address
    return CustomerData(
        name=buyer.name,
        nit=buyer.nit,
        nrc=buyer.nrc,
        activity_code=buyer.activity_code,
        place=Place(address.department, address.municipality, address.district) if address else None,
        address=address.complement if address else None,
        phone=buyer.phone,
        email=buyer.email,
        trade_name=buyer.trade_name,
    )


def _require_adjustable(row: DocumentRow, point: IssuingPoint, holidays: Collection[date]) -> None:
    """Raises InvalidSale or Refused when the document cannot be adjusted at that moment (contract 10.3)."""
    if not DOCUMENT_TYPES[row.doc_type].adjustable:
        raise InvalidSale([fault("adjusted_not_ccf", "document_id")])
    if row.state != "stamped" or row.stamped_at is None:
        raise Refused("document_not_stamped")
    if row.invalidated_at is not None:
        raise Refused("already_invalidated")
    window = ADJUSTMENT[point.edition(CREDIT_NOTE.code)]
    last = last_moment(window, moment(row.posted_at), moment(row.stamped_at), holidays)
    if point.issued_at > last:
        raise Refused("adjusted_too_old", last_day=f"{last:%d/%m/%Y}")


def _unchanged(company_id: int, adjusted_id: str, taken: Taken) -> Guard:
    """Locks the CCF while the note is numbered, so that no other note and no invalidation is made in between."""

    def guard(note_id: str) -> Transaction[None]:
        now = yield from held(company_id, adjusted_id, note_id)
        if now.is_cancelled:
            raise Refused("already_invalidated")
        if now.is_being_cancelled:
            raise Refused("invalidation_in_progress")
        if now.taken != taken:
            raise DraftOutdated

    return guard
