"""Turns the request for a credit note into an order: finds the CCFs to adjust and the amounts that may be adjusted."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from ocote.companies.caller import Caller
from ocote.documents.view import AnswerWarning
from ocote.dte import text
from ocote.dte.credit_note.arithmetic import compute_note
from ocote.dte.credit_note.joining import in_request
from ocote.dte.credit_note.value import Adjustment, Note, NoteTotals, StatedCcf
from ocote.dte.editions import build_document
from ocote.dte.faults import FaultCode, InvalidSale
from ocote.dte.mentions import NO_MENTIONS, Mentions
from ocote.dte.sale import Issuer, Line, Receiver
from ocote.dte.terms import Charge
from ocote.dte.types import CREDIT_NOTE
from ocote.errors import fault
from ocote.issuing.adjusting import (
    SignedCcf,
    adjusted_ccf_of,
    copied_for,
    mentions_of_note,
    prices_of_note,
    require_note_fits,
)
from ocote.issuing.ccfs import (
    NotedCcf,
    NotedCcfs,
    buyer_of,
    noted_ccfs,
    own_ccfs,
    principal_of_all,
    require_open_to_notes,
    unchanged,
)
from ocote.issuing.customers import known_customer
from ocote.issuing.edition_fit import Form
from ocote.issuing.items import (
    Items,
    completed_lines,
    idle_inclusions,
    named_items,
    names_items,
    require_own_prices,
    sold_items,
)
from ocote.issuing.mention_rules import require_sound_principal
from ocote.issuing.order import Draft, IssuingPoint, Order
from ocote.issuing.request import CustomerData, NoteRequest, Place, encoded
from ocote.issuing.sales import receiver_of
from ocote.issuing.self_dealing import require_another
from ocote.issuing.unsent import cancelling_warnings, party_warnings
from ocote.items.item import Item
from ocote.journal.lines import AdjustedLink
from ocote.store.adjusted import taken_text
from ocote.store.customers import Counterparty
from ocote.store.engine.store import Store, Transaction
from ocote.store.new_document import Adjusts

_BY_STATEMENT: Final = (
    "De un CCF de otro sistema cuentan los montos de todo el CCF que declara related_documents, menos las notas hechas "
    "aquí."
)
"""The end of a refusal that may have its cause in what the caller says of a CCF."""


class _Found(NamedTuple):
    """The company's records about a note: its CCFs, the items that its lines name, and a buyer who was sent."""

    ccfs: NotedCcfs
    items: Mapping[str, Item]
    buyer: tuple[CustomerData, Counterparty] | None


class _Parties(NamedTuple):
    """The two sides of a note, its payment condition (CAT-016), and what it says beside its amounts.

    ``sent`` is the buyer as the request names them, ``known`` as the company knows them.
    """

    issuer: Issuer
    receiver: Receiver
    party: Counterparty
    condition: int
    mentions: Mentions
    sent: CustomerData
    known: CustomerData


def note_order(store: Store, caller: Caller, request: NoteRequest, holidays: Collection[date]) -> Order:
    """The order to issue a credit note (05) against CCFs of the caller's company."""

    async def prepare(point: IssuingPoint) -> Draft:
        found = await store.read(_found, caller, request, point.document_id)
        require_open_to_notes(request, found.ccfs, point, holidays)
        return _draft_note(point, request, found)

    return Order(CREDIT_NOTE.code, request.external_ref, encoded(request), prepare)


def _found(caller: Caller, request: NoteRequest, except_id: str) -> Transaction[_Found]:
    company_id = caller.company_id
    ccfs = yield from noted_ccfs(company_id, request, except_id, caller.reaches)
    lines = request.lines or ()
    items = (yield from named_items(company_id, lines)) if names_items(lines) else {}
    if own_ccfs(ccfs) or request.customer is None:
        return _Found(ccfs, items, None)
    return _Found(ccfs, items, (yield from known_customer(company_id, request.customer, request.redirect_email)))


def _draft_note(point: IssuingPoint, sent: NoteRequest, found: _Found) -> Draft:
    """Writes the note in the edition in force on the day of the note, also for a CCF of another edition. Pure.

    Raises InvalidSale when the note exceeds the rest of a CCF, and Refused when the edition has no place for what the
    note says.
    """
    form = Form(CREDIT_NOTE, point.edition(CREDIT_NOTE.code), point.company.profile)
    request = _completed(sent, found, form)
    require_note_fits(request, form)
    parties = _parties(point, request, found, form)
    adjustments = [_adjustment(request, each, position, form) for position, each in enumerate(found.ccfs)]
    _require_alike(adjustments, found.ccfs)
    note = Note(parties.issuer, parties.receiver, tuple(adjustments), parties.condition, parties.mentions)
    totals = _computed(note, found.ccfs)
    document = build_document(form.edition, point.identity(CREDIT_NOTE.code), note, totals)
    return Draft(
        edition=form.edition,
        generation_code=point.generation_code,
        amounts=totals,
        party=parties.party,
        adjusts=_adjusts(request, found.ccfs, totals),
        request=None if request is sent else encoded(request),
        guard=unchanged(point.company.id, request, found.ccfs),
        document=document,
        payload=text.encode(document),
        warnings=(
            *party_warnings(document, parties.sent, parties.known),
            *cancelling_warnings(document, point, "customer.name"),
            *idle_inclusions(sent.lines or (), request.lines or ()),
            *_changed_statements(request, found.ccfs),
        ),
    )


def _completed(request: NoteRequest, found: _Found, form: Form) -> NoteRequest:
    """The request with whole lines: with what its CCF says of a line's code, or else with today's items.

    Raises InvalidSale as ``completed_lines`` does, and for a price left to a CCF with a discount on the whole.
    """
    lines = request.lines or ()
    if not names_items(lines):
        return request
    if not request.adjusted:
        return replace(request, lines=_completed_of(request, lines, found.ccfs[0].ccf, found.items, form))
    whole = list(lines)
    for position, each in enumerate(found.ccfs):
        places = _places(lines, position)
        with in_request(each.ccf.name, places):
            done = _completed_of(request, [lines[place] for place in places], each.ccf, found.items, form)
        for place, line in zip(places, done, strict=True):
            whole[place] = line
    return replace(request, lines=tuple(whole))


def _completed_of(
    request: NoteRequest, lines: Sequence[Line], ccf: SignedCcf | StatedCcf, items: Mapping[str, Item], form: Form
) -> tuple[Line, ...]:
    sold: Items = {}
    if isinstance(ccf, SignedCcf):
        sold = sold_items(ccf.asked.lines, prices_include_vat=ccf.prices_include_vat)
        if ccf.is_discounted:
            require_own_prices(lines, sold)
    return completed_lines(lines, {**items, **sold}, form, prices_include_vat=prices_of_note(request, ccf))


def _adjustment(request: NoteRequest, noted: NotedCcf, position: int, form: Form) -> Adjustment:
    """The part of the note that takes back of one CCF."""
    ccf, with_vat = noted.ccf, prices_of_note(request, noted.ccf)
    lines, charges = request.lines or (), request.charges
    line_places, charge_places = _places(lines, position), _places(charges, position)
    return Adjustment(
        adjusted_ccf_of(ccf, noted.notes, form, prices_include_vat=with_vat),
        tuple(lines[place] for place in line_places),
        tuple(charges[place] for place in charge_places),
        with_vat,
        copied_for(form, ccf.written) if request.lines is None and isinstance(ccf, SignedCcf) else None,
        line_places,
        charge_places,
    )


def _places(parts: Sequence[Line | Charge], position: int) -> tuple[int, ...]:
    """The lines or charges about the CCF at a position, by their own positions in the request.

    Those of a request that names one CCF have no position: they are all about the first.
    """
    return tuple(place for place, part in enumerate(parts) if (part.related or 0) == position)


def _require_alike(adjustments: Sequence[Adjustment], ccfs: NotedCcfs) -> None:
    """Raises InvalidSale when the buyer withheld, or the company collected, 1 % of some of the CCFs alone.

    The 1 % of a note is that of all its taxed sales (rules.md 8).
    """
    taxed = [
        (_bears_one_percent(each), noted)
        for each, noted in zip(adjustments, ccfs, strict=True)
        if any(line.sale_kind == "taxed" for line in each.lines)
    ]
    for bears, noted in taxed[1:]:
        first_bears, first = taxed[0]
        if bears != first_bears:
            values = {"one": first.ccf.name, "other": noted.ccf.name}
            raise InvalidSale([fault("adjusted_withholding_differs", noted.at, **values)])


def _bears_one_percent(of: Adjustment) -> tuple[bool, bool]:
    """Whether 1 % of the CCF was withheld, and whether 1 % was collected."""
    return bool(of.ccf.amounts.withheld), bool(of.ccf.amounts.collected)


def _parties(point: IssuingPoint, request: NoteRequest, found: _Found, form: Form) -> _Parties:
    """The two sides of a note: as its first own CCF has them, or else as the request says."""
    written_buyer = buyer_of(found.ccfs)
    if written_buyer is not None:
        ccf = own_ccfs(found.ccfs)[0]
        _require_buyer(request, written_buyer, ccf)
        buyer = _buyer(point, ccf, written_buyer)
        known = _as_sent(buyer)
        return _Parties(
            issuer=point.issuer(ccf.written["emisor"]["codActividad"]),
            receiver=replace(buyer, email=point.receiver_email(CREDIT_NOTE.code, buyer.email)),
            party=Counterparty(buyer.name, ccf.row.customer_email, ccf.asked.redirect_email),
            condition=ccf.written["resumen"]["condicionOperacion"],
            mentions=mentions_of_note(request, principal_of_all(found.ccfs), form),
            sent=known,
            known=known,
        )
    if found.buyer is None or request.customer is None:
        raise InvalidSale([fault("field_required", "customer")])
    customer, party = found.buyer
    require_another(point.company.profile, customer, "customer")
    require_sound_principal(request.mentions or NO_MENTIONS, form)
    return _Parties(
        issuer=point.issuer(request.activity_code),
        receiver=receiver_of(point, CREDIT_NOTE, customer),
        party=party,
        condition=request.condition or 1,
        mentions=mentions_of_note(request, None, form),
        sent=request.customer,
        known=customer,
    )


def _require_buyer(request: NoteRequest, buyer: Receiver, ccf: SignedCcf) -> None:
    """Raises InvalidSale when the customer of a CCF of another system is not the buyer of the company's own CCF."""
    sent = request.customer
    if sent is not None and sent.nit is not None and sent.nit != buyer.nit:
        raise InvalidSale([fault("adjusted_customers_differ", "customer.nit", one=ccf.name, other=sent.name)])


def _adjusts(request: NoteRequest, ccfs: NotedCcfs, totals: NoteTotals) -> Adjusts:
    if not request.adjusted and isinstance(ccfs[0].ccf, SignedCcf):
        return Adjusts(ccfs[0].ccf.row.id, request.full_adjustment)
    links = []
    for position, (each, taken) in enumerate(zip(ccfs, totals.taken, strict=True)):
        ccf, part = each.ccf, taken_text(taken)
        if isinstance(ccf, SignedCcf):
            links.append(AdjustedLink(position, ccf.row.id, ccf.row.generation_code, part, None))
        else:
            links.append(AdjustedLink(position, None, ccf.number, part, msgspec.json.encode(ccf).decode()))
    return Adjusts(None, links=tuple(links))


def _changed_statements(request: NoteRequest, ccfs: NotedCcfs) -> Iterator[AnswerWarning]:
    """A warning for each CCF of another system of which an earlier note said something else: the latest word counts."""
    nit = request.customer.nit if request.customer is not None else None
    for ccf, notes, at in ccfs:
        last = notes[-1] if notes else None
        if not isinstance(ccf, StatedCcf) or last is None or last.stated is None:
            continue
        is_of_another = None not in (nit, last.buyer_nit) and nit != last.buyer_nit
        if is_of_another or msgspec.json.decode(last.stated, type=StatedCcf) != ccf:
            yield AnswerWarning("stated_amounts_changed", at, {"control_number": last.control_number})


def _computed(note: Note, ccfs: NotedCcfs) -> NoteTotals:
    """The totals of the note; what is too much of a CCF of another system is said to be so by the caller's own word."""
    try:
        return compute_note(note)
    except InvalidSale as error:
        if not any(isinstance(each.ccf, StatedCcf) for each in ccfs):
            raise
        raise InvalidSale(
            replace(each, message=f"{each.message} {_BY_STATEMENT}")
            if each.code == FaultCode.NOTE_EXCEEDS_CCF
            else each
            for each in error.faults
        ) from None


def _buyer(point: IssuingPoint, ccf: SignedCcf, written: Receiver) -> Receiver:
    """The buyer of the CCF, without the e-mail that was filled in there, where the note's edition takes none (D13)."""
    if ccf.row.customer_email is None and point.receiver_email(CREDIT_NOTE.code, None) is None:
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
