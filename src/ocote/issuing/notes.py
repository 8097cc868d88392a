"""Turns the request for a credit note into an order: finds the CCF to adjust and the amounts that may be adjusted."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from ocote.companies.key_holder import KeyHolder
from ocote.documents.signed import ccf_receiver, document_of
from ocote.documents.view import Refused
from ocote.dte import text
from ocote.dte.credit_note.arithmetic import compute_note
from ocote.dte.credit_note.value import Note
from ocote.dte.deadlines import ADJUSTMENT, last_moment
from ocote.dte.editions import build_document
from ocote.dte.faults import InvalidSale
from ocote.dte.sale import Receiver
from ocote.dte.types import CREDIT_NOTE, DOCUMENT_TYPES
from ocote.errors import fault
from ocote.issuing.adjusting import (
    SignedCcf,
    adjusted_ccf_of,
    copied_for,
    mentions_of_note,
    prices_of_note,
    require_note_fits,
)
from ocote.issuing.edition_fit import Form
from ocote.issuing.items import (
    completed_lines,
    idle_inclusions,
    named_items,
    names_items,
    require_own_prices,
    sold_items,
)
from ocote.issuing.order import Draft, DraftOutdated, IssuingPoint, Order
from ocote.issuing.request import CustomerData, InvoiceRequest, NoteRequest, Place, encoded
from ocote.issuing.unsent import cancelling_warnings, party_warnings
from ocote.items.item import Item
from ocote.store import documents as rows
from ocote.store.adjustments import MOST_NOTES, AdjustingNote, LiveNote, held, live_notes
from ocote.store.customers import Counterparty
from ocote.store.document_row import DocumentRow
from ocote.store.documents import SignedRow
from ocote.store.engine.store import Store, Transaction
from ocote.store.engine.values import moment
from ocote.store.new_document import Adjusts, Guard


class _Ccf(NamedTuple):
    """The CCF that a note adjusts: its row, its last request and text, and the earlier valid notes on it."""

    row: DocumentRow
    signed: SignedRow
    notes: list[AdjustingNote]


def note_order(store: Store, holder: KeyHolder, request: NoteRequest, holidays: Collection[date]) -> Order:
    """The order to issue a credit note (05) against a CCF of the caller's company."""

    async def prepare(point: IssuingPoint) -> Draft:
        ccf = await store.read(_adjusted, holder.company_id, request.document_ref, point.document_id)
        if ccf is None:
            raise Refused("document_not_found")
        _require_adjustable(ccf.row, point, holidays)
        lines = request.lines or ()
        items = await store.read(named_items, holder.company_id, lines) if names_items(lines) else {}
        return _draft_note(point, request, ccf, items)

    return Order(CREDIT_NOTE.code, request.external_ref, encoded(request), prepare)


def _adjusted(company_id: int, ref: str, except_id: str) -> Transaction[_Ccf | None]:
    row = yield from rows.document_by_any(company_id, ref)
    if row is None:
        return None
    signed = yield from rows.signed_text(company_id, row.id)
    if signed is None:
        return None
    return _Ccf(row, signed, (yield from live_notes(company_id, row.id, except_id)))


def _completed(request: NoteRequest, ccf: SignedCcf, items: Mapping[str, Item], form: Form) -> NoteRequest:
    """The request with whole lines: with what the CCF says of their codes, or else with today's items.

    Raises InvalidSale as ``completed_lines`` does, and for a price left to a CCF with a discount on the whole.
    """
    if not names_items(request.lines or ()):
        return request
    lines = request.lines or ()
    sold = sold_items(ccf.asked.lines, prices_include_vat=ccf.prices_include_vat)
    if ccf.is_discounted:
        require_own_prices(lines, sold)
    with_vat = prices_of_note(request, ccf)
    return replace(request, lines=completed_lines(lines, {**items, **sold}, form, prices_include_vat=with_vat))


def _draft_note(point: IssuingPoint, sent: NoteRequest, ccf: _Ccf, items: Mapping[str, Item]) -> Draft:
    """Writes the note in the edition in force on the day of the note, also for a CCF of another edition. Pure.

    Raises InvalidSale when the note exceeds the rest of the CCF, and Refused when the CCF has too many notes, or when
    the edition has no place for what the note says.
    """
    row = ccf.row
    if len(ccf.notes) >= MOST_NOTES:
        raise Refused("notes_too_many", limit=MOST_NOTES)
    form = Form(CREDIT_NOTE, point.edition(CREDIT_NOTE.code), point.company.profile)
    written = document_of(ccf.signed.jws)
    asked = msgspec.json.decode(ccf.signed.request, type=InvoiceRequest)
    adjusted = SignedCcf(row, row.generation_code, written, asked)
    request = _completed(sent, adjusted, items, form)
    require_note_fits(request, form)
    prices_include_vat = prices_of_note(request, adjusted)
    buyer = _buyer(point, row, ccf_receiver(written))
    known = _as_sent(buyer)
    note = Note(
        issuer=point.issuer(written["emisor"]["codActividad"]),
        receiver=replace(buyer, email=point.receiver_email(CREDIT_NOTE.code, buyer.email)),
        ccf=adjusted_ccf_of(adjusted, ccf.notes, form, prices_include_vat=prices_include_vat),
        lines=request.lines or (),
        condition=written["resumen"]["condicionOperacion"],
        copied=copied_for(form, written) if request.lines is None else None,
        prices_include_vat=prices_include_vat,
        charges=request.charges,
        mentions=mentions_of_note(request, written, form),
    )
    totals = compute_note(note)
    document = build_document(form.edition, point.identity(CREDIT_NOTE.code), note, totals)
    return Draft(
        edition=form.edition,
        generation_code=point.generation_code,
        amounts=totals,
        party=Counterparty(note.receiver.name, row.customer_email, asked.redirect_email),
        adjusts=Adjusts(row.id, request.full_adjustment),
        request=None if request is sent else encoded(request),
        guard=_unchanged(row.company_id, row.id, ccf.notes),
        document=document,
        payload=text.encode(document),
        warnings=(
            *party_warnings(document, known, known),
            *cancelling_warnings(document, point, "customer.name"),
            *idle_inclusions(sent.lines or (), note.lines),
        ),
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


def _unchanged(company_id: int, adjusted_id: str, notes: Sequence[AdjustingNote]) -> Guard:
    """Locks the CCF while the note is numbered, so that no other note and no invalidation is made in between.

    The draft holds as long as the valid notes on the CCF are the signed versions that the draft counted.
    """
    counted = frozenset(LiveNote(note.id, note.version) for note in notes)

    def guard(note_id: str) -> Transaction[None]:
        now = yield from held(company_id, adjusted_id, note_id)
        if now.is_cancelled:
            raise Refused("already_invalidated")
        if now.is_being_cancelled:
            raise Refused("invalidation_in_progress")
        if now.notes != counted:
            raise DraftOutdated

    return guard
