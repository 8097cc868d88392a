"""The CCFs that the request for a note names: found, judged, and held while the note is numbered (rules.md 7)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from typing import NamedTuple, TypeAlias

import msgspec

from ocote.clock import local_date
from ocote.documents.signed import ccf_receiver, document_of
from ocote.documents.view import Refused
from ocote.dte.credit_note.written import principal_of
from ocote.dte.deadlines import ADJUSTMENT, last_moment
from ocote.dte.faults import Fault, InvalidSale
from ocote.dte.local_time import EL_SALVADOR
from ocote.dte.mentions import ThirdParty
from ocote.dte.sale import Receiver
from ocote.dte.types import CREDIT_NOTE, DOCUMENT_TYPES
from ocote.errors import fault
from ocote.issuing.adjusting import SignedCcf
from ocote.issuing.order import DraftOutdated, IssuingPoint
from ocote.issuing.request import InvoiceRequest, NoteRequest, StatedCcf
from ocote.store import documents as rows
from ocote.store.adjustments import MOST_NOTES, AdjustingNote, LiveNote, held, held_number, live_notes, live_notes_on
from ocote.store.document_row import DocumentRow
from ocote.store.engine.store import Transaction
from ocote.store.engine.values import moment
from ocote.store.new_document import Guard


class NotedCcf(NamedTuple):
    """A CCF that the company issued here, or one that the caller describes, and the earlier valid notes on it.

    ``at`` is the path in the request of what names it.
    """

    ccf: SignedCcf | StatedCcf
    notes: Sequence[AdjustingNote]
    at: str


NotedCcfs: TypeAlias = Sequence[NotedCcf]


def noted_ccfs(company_id: int, request: NoteRequest, except_id: str) -> Transaction[NotedCcfs]:
    """The CCFs of a note in the order of its request, with all notes on them but the one that is retried.

    Raises Refused for one that the company does not have, and InvalidSale for one that is no CCF, that is named twice,
    or that was issued here although the request describes it as one of another system.
    """
    found: list[NotedCcf] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for position, named in enumerate(request.adjusted or (request.document_ref,)):
        at = _path(request, position)
        if isinstance(named, StatedCcf):
            for number in (named.number, named.control_number):
                known = None if number is None else (yield from rows.document_as_printed(company_id, number))
                if known is not None:
                    faults.append(fault("adjusted_issued_here", at, number=known.control_number))
                    break
            number = named.number
            found.append(NotedCcf(named, (yield from live_notes_on(company_id, number, except_id)), at))
        else:
            row = yield from rows.document_by_any(company_id, named)
            signed = None if row is None else (yield from rows.signed_text(company_id, row.id))
            if row is None or signed is None:
                raise Refused("document_not_found", id_or_ref=named, **_about(request, named))
            if not DOCUMENT_TYPES[row.doc_type].adjustable:
                faults.append(fault("adjusted_not_ccf", at))
                continue
            number = row.generation_code
            asked = msgspec.json.decode(signed.request, type=InvoiceRequest)
            ccf = SignedCcf(row, document_of(signed.jws), asked)
            found.append(NotedCcf(ccf, (yield from live_notes(company_id, row.id, except_id)), at))
        if number in seen:
            faults.append(fault("related_repeated", at))
        seen.add(number)
    if faults:
        raise InvalidSale(faults)
    return found


def _path(request: NoteRequest, position: int) -> str:
    """Where the request names a CCF: the list of those of other systems, or the first line that is about it."""
    if not request.adjusted:
        return "document_id"
    if isinstance(request.adjusted[position], StatedCcf):
        return f"related_documents[{position}]"
    named = [
        *(f"lines[{index}]" for index, line in enumerate(request.lines or ()) if line.related == position),
        *(f"charges[{index}]" for index, charge in enumerate(request.charges) if charge.related == position),
    ]
    return f"{named[0]}.document_id" if named else "document_id"


def _about(request: NoteRequest, name: str) -> dict[str, str]:
    """The name of the CCF that a refusal is about, in a request that names several."""
    return {"about": name} if len(request.adjusted) > 1 else {}


def require_open_to_notes(
    request: NoteRequest, ccfs: NotedCcfs, point: IssuingPoint, holidays: Collection[date]
) -> None:
    """Raises InvalidSale or Refused when a CCF cannot be adjusted at that moment (contract 10.3, rules.md 7)."""
    for ccf, notes, at in ccfs:
        about = _about(request, ccf.name)
        if isinstance(ccf, StatedCcf):
            issued_at = datetime.combine(ccf.issued_on, time(12), EL_SALVADOR)
            if ccf.issued_on > local_date(point.issued_at):
                raise InvalidSale([fault("related_after_document", f"{at}.issued_on", day=ccf.issued_on)])
        else:
            issued_at = moment(ccf.row.posted_at)
            _require_valid(ccf.row, about)
        last = last_moment(ADJUSTMENT[point.edition(CREDIT_NOTE.code)], issued_at, issued_at, holidays)
        if point.issued_at > last:
            raise Refused("adjusted_too_old", last_day=f"{last:%d/%m/%Y}", **about)
        if len(notes) >= MOST_NOTES:
            raise Refused("notes_too_many", limit=MOST_NOTES, **about)


def _require_valid(row: DocumentRow, about: Mapping[str, str]) -> None:
    if row.state != "stamped":
        raise Refused("document_not_stamped", **about)
    if row.invalidated_at is not None:
        raise Refused("already_invalidated", **about)


def own_ccfs(ccfs: NotedCcfs) -> list[SignedCcf]:
    """Those that the company issued here."""
    return [each.ccf for each in ccfs if isinstance(each.ccf, SignedCcf)]


def buyer_of(ccfs: NotedCcfs) -> Receiver | None:
    """The buyer of the company's own CCFs; None when there are none. Raises InvalidSale when they have several."""
    buyers = [(each, ccf_receiver(each.ccf.written)) for each in ccfs if isinstance(each.ccf, SignedCcf)]
    if not buyers:
        return None
    (first, buyer), others = buyers[0], buyers[1:]
    faults = [
        fault("adjusted_customers_differ", each.at, one=first.ccf.name, other=each.ccf.name)
        for each, other in others
        if (other.nit, other.nrc) != (buyer.nit, buyer.nrc)
    ]
    if faults:
        raise InvalidSale(faults)
    return buyer


def principal_of_all(ccfs: NotedCcfs) -> ThirdParty | None:
    """The principal on whose account the company's own CCFs sell. Raises InvalidSale when they have several."""
    principals = [(each, principal_of(each.ccf.written)) for each in ccfs if isinstance(each.ccf, SignedCcf)]
    (first, principal), others = principals[0], principals[1:]
    faults = [
        fault("adjusted_principals_differ", each.at, one=first.ccf.name, other=each.ccf.name)
        for each, other in others
        if other != principal
    ]
    if faults:
        raise InvalidSale(faults)
    return principal


def unchanged(company_id: int, request: NoteRequest, ccfs: NotedCcfs) -> Guard:
    """Locks the CCFs while the note is numbered, so that no other note and no invalidation is made in between.

    The draft holds as long as the valid notes on each CCF are the signed versions that the draft counted.
    """
    own = {each.ccf.row.id: each for each in ccfs if isinstance(each.ccf, SignedCcf)}
    stated = {each.ccf.number: _counted(each) for each in ccfs if isinstance(each.ccf, StatedCcf)}

    def guard(note_id: str) -> Transaction[None]:
        for adjusted_id in sorted(own):
            now, noted = (yield from held(company_id, adjusted_id, note_id)), own[adjusted_id]
            about = _about(request, noted.ccf.name)
            if now.is_cancelled:
                raise Refused("already_invalidated", **about)
            if now.is_being_cancelled:
                raise Refused("invalidation_in_progress", **about)
            if now.notes != _counted(noted):
                raise DraftOutdated
        for number in sorted(stated):
            if (yield from held_number(company_id, number, note_id)) != stated[number]:
                raise DraftOutdated

    return guard


def _counted(ccf: NotedCcf) -> frozenset[LiveNote]:
    return frozenset(LiveNote(note.id, note.version) for note in ccf.notes)
