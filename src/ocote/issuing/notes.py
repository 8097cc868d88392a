"""From a credit note's request to the order to issue it: the CCF it adjusts, and what is left of it."""

import json
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

import msgspec

from ocote.clock import local_date
from ocote.companies.key_holder import KeyHolder
from ocote.documents.signed import ccf_receiver
from ocote.documents.view import Amounts, Refused
from ocote.dte.credit_note.arithmetic import compute_note
from ocote.dte.credit_note.value import AdjustedCcf, Note, Portion
from ocote.dte.deadlines import ADJUSTMENT, last_moment
from ocote.dte.editions import Edition, build_document, edition_for
from ocote.dte.faults import InvalidSale
from ocote.dte.types import CREDIT_NOTE, DOCUMENT_TYPES
from ocote.errors import fault
from ocote.issuing.order import Adjusts, Draft, DraftOutdated, IssuingPoint, Order, Party, draft
from ocote.issuing.request import InvoiceRequest, NoteRequest, encoded
from ocote.signing import jws
from ocote.store import documents as rows
from ocote.store.adjustments import Taken, held, taken_from
from ocote.store.documents import Guard
from ocote.store.engine.store import Row, Store, Transaction
from ocote.store.engine.values import amount, moment


def note_order(store: Store, holder: KeyHolder, request: NoteRequest, holidays: Collection[date]) -> Order:
    """The order to issue a credit note (05) against a CCF of the caller's company."""

    async def prepare(desk: IssuingPoint) -> Draft:
        row, signed, taken = await store.read(_adjusted, holder.company_id, request.document_ref, desk.document_id)
        if row is None or signed is None:
            raise Refused("document_not_found")
        return draft_note(desk, request, row, signed, taken, holidays)

    return Order(CREDIT_NOTE.code, request.external_ref, encoded(request), prepare)


def _adjusted(company_id: int, ref: str, except_id: str) -> Transaction[tuple[Row | None, Row | None, Taken]]:
    row = yield from rows.document_by_any(company_id, ref)
    if row is None:
        return None, None, Taken(0, 0, 0, 0, 0)
    signed = yield from rows.signed_text(company_id, row["id"])
    return row, signed, (yield from taken_from(company_id, row["id"], except_id))


def draft_note(
    desk: IssuingPoint, request: NoteRequest, row: Row, signed: Row, taken: Taken, holidays: Collection[date]
) -> Draft:
    """Writes the note in the edition in force on the day it is made, whatever the CCF's own. Pure.

    ``taken`` is what earlier live notes took of the CCF. Raises Refused when the CCF cannot be adjusted (contract
    10.3) and InvalidSale when the note exceeds what is left of it.
    """
    edition = edition_for(desk.company.profile.schedule(), CREDIT_NOTE.code, local_date(desk.issued_at))
    _require_adjustable(row, desk.issued_at, edition, holidays)
    ccf = json.loads(jws.payload_of(signed["jws"]), parse_float=Decimal)
    asked = msgspec.json.decode(signed["request"], type=InvoiceRequest)
    note = Note(
        issuer=desk.company.issuer(desk.branch_code, desk.pos_code, ccf["emisor"]["codActividad"]),
        receiver=ccf_receiver(ccf),
        ccf=AdjustedCcf(
            generation_code=row["generation_code"],
            issued_on=date.fromisoformat(ccf["identificacion"]["fecEmi"]),
            amounts=Portion(amount(row["gross_cents"]), amount(row["taxable_cents"]), amount(row["withheld_cents"])),
            adjusted=Portion(amount(taken.gross_cents), amount(taken.taxable_cents), amount(taken.withheld_cents)),
        ),
        lines=request.lines or asked.lines,
        condition=asked.payment.condition,
    )
    totals = compute_note(note)
    return draft(
        desk,
        CREDIT_NOTE.code,
        edition,
        build_document(edition, desk.identity(CREDIT_NOTE.code), note, totals),
        Amounts(totals.taxable, totals.vat, totals.gross, totals.withheld, totals.payable),
        Party(name=note.receiver.name, email=row["customer_email"], redirect_email=asked.redirect_email),
        Adjusts(row["id"], request.full_adjustment),
        _unchanged(desk.company.id, row["id"], taken),
    )


def _require_adjustable(row: Row, now: datetime, edition: Edition, holidays: Collection[date]) -> None:
    if not DOCUMENT_TYPES[row["doc_type"]].adjustable:
        raise InvalidSale([fault("adjusted_not_ccf", "document_id")])
    if row["state"] != "stamped":
        raise Refused("document_not_stamped")
    if row["invalidated_at"] is not None:
        raise Refused("already_invalidated")
    last = last_moment(ADJUSTMENT[edition], moment(row["posted_at"]), moment(row["stamped_at"]), holidays)
    if now > last:
        raise Refused("adjusted_too_old", last_day=f"{last:%d/%m/%Y}")


def _unchanged(company_id: int, adjusted_id: str, taken: Taken) -> Guard:
    """Holds the CCF while the note is numbered: no other note and no invalidation slips in between."""

    def guard(note_id: str) -> Transaction[None]:
        now = yield from held(company_id, adjusted_id, note_id)
        if now.is_cancelled:
            raise Refused("already_invalidated")
        if now.is_being_cancelled:
            raise Refused("invalidation_in_progress")
        if now.taken != taken:
            raise DraftOutdated

    return guard
