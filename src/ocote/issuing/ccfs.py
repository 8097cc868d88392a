"""The CCFs that the request for a note names: found, judged, and held while the note is numbered (rules.md 7)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

import msgspec

from ocote.clock import local_date
from ocote.companies.caller import Reaches
from ocote.documents.signed import ccf_receiver, document_of
from ocote.documents.view import Refused
from ocote.dte.credit_note.value import StatedCcf
from ocote.dte.credit_note.written import principal_of
from ocote.dte.deadlines import ADJUSTMENT, last_moment
from ocote.dte.faults import Fault, InvalidSale
from ocote.dte.local_time import EL_SALVADOR
from ocote.dte.mentions import ThirdParty
from ocote.dte.sale import Receiver
from ocote.dte.schedule import Edition
from ocote.dte.types import CREDIT_NOTE, DOCUMENT_TYPES
from ocote.errors import fault
from ocote.issuing.adjusting import EarlierNote, SignedCcf, earlier_notes, has_named_amounts
from ocote.issuing.order import DraftOutdated, IssuingPoint
from ocote.issuing.request import InvoiceRequest, NoteRequest
from ocote.store.adjustments import (
    MOST_COUNTED,
    MOST_NOTES,
    Adjusted,
    LiveNote,
    NoteLink,
    adjusting_notes,
    held,
    notes_on,
)
from ocote.store.document_row import DocumentRow
from ocote.store.engine.store import Transaction
from ocote.store.engine.values import moment
from ocote.store.naming import documents_by_names, printed_numbers
from ocote.store.new_document import Guard


class NotedCcf(NamedTuple):
    """A CCF that the company issued here, or one that the caller describes, and the earlier valid notes on it.

    ``at`` is the path in the request of what names it.
    """

    ccf: SignedCcf | StatedCcf
    notes: Sequence[EarlierNote]
    at: str


NotedCcfs: TypeAlias = Sequence[NotedCcf]

_Read = TypeVar("_Read")

_NOTES_AT_ONCE: Final = 500
"""Notes that are read with one statement: their requests and texts are let go before the next are read."""


def noted_ccfs(company_id: int, request: NoteRequest, except_id: str, reaches: Reaches) -> Transaction[NotedCcfs]:
    """The CCFs of a note in the order of its request, with all notes on them but the one that is retried.

    Raises InvalidSale for a CCF that is none, that is named twice, or that was issued here although the request
    describes it as one of another system. Raises Refused for a CCF that the company does not have or that the caller
    does not reach, and for too many notes on one CCF or on all of them.
    """
    ccfs = yield from _named_ccfs(company_id, request, reaches)
    links = yield from notes_on(company_id, [_adjusted(ccf) for ccf in ccfs], except_id)
    for ccf in ccfs:
        if len(links[_adjusted(ccf).number]) >= MOST_NOTES:
            raise Refused("notes_too_many", limit=MOST_NOTES, **_about(request, ccf.name))
    if sum(map(len, links.values())) > MOST_COUNTED:
        raise Refused("notes_too_many", limit=MOST_COUNTED)
    earlier = yield from _earlier_notes(company_id, ccfs, links)
    return [
        NotedCcf(ccf, earlier[_adjusted(ccf).number], _path(request, position)) for position, ccf in enumerate(ccfs)
    ]


def _adjusted(ccf: SignedCcf | StatedCcf) -> Adjusted:
    return Adjusted(ccf.row.id, ccf.row.generation_code) if isinstance(ccf, SignedCcf) else Adjusted(None, ccf.number)


def _named_ccfs(company_id: int, request: NoteRequest, reaches: Reaches) -> Transaction[list[SignedCcf | StatedCcf]]:
    every = request.adjusted or (request.document_ref,)
    own = yield from documents_by_names(company_id, [named for named in every if isinstance(named, str)])
    numbers = {number for named in every if isinstance(named, StatedCcf) for number in _numbers(named)}
    printed = (yield from printed_numbers(company_id, numbers)) if numbers else {}
    found: list[SignedCcf | StatedCcf] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for position, named in enumerate(every):
        at = _path(request, position)
        if isinstance(named, StatedCcf):
            known = next((printed[number] for number in _numbers(named) if number in printed), None)
            if known is not None:
                faults.append(fault("adjusted_issued_here", at, number=known))
            ccf: SignedCcf | StatedCcf = named
        else:
            row = own.get(named)
            if row is None or not reaches(row.branch_code, row.pos_code):
                raise Refused("document_not_found", id_or_ref=named, **_about(request, named))
            if not DOCUMENT_TYPES[row.doc_type].adjustable:
                faults.append(fault("adjusted_not_ccf", at))
                continue
            ccf = SignedCcf(row, document_of(row.jws), msgspec.json.decode(row.request, type=InvoiceRequest))
        found.append(ccf)
        if _adjusted(ccf).number in seen:
            faults.append(fault("related_repeated", at))
        seen.add(_adjusted(ccf).number)
    if faults:
        raise InvalidSale(faults)
    return found


def _numbers(ccf: StatedCcf) -> tuple[str, ...]:
    return (ccf.number,) if ccf.control_number is None else (ccf.number, ccf.control_number)


def _earlier_notes(
    company_id: int, ccfs: Sequence[SignedCcf | StatedCcf], links: Mapping[str, Sequence[NoteLink]]
) -> Transaction[dict[str, list[EarlierNote]]]:
    """The notes on each CCF, by its number, oldest first. Each note is read once, on how many CCFs it may stand."""
    with_text = {_adjusted(ccf).number for ccf in ccfs if has_named_amounts(ccf)}
    of_note: dict[str, list[tuple[str, NoteLink]]] = defaultdict(list)
    for number, of_ccf in links.items():
        for link in of_ccf:
            of_note[link.id].append((number, link))
    alone = [note for note, on in of_note.items() if any(link.taken is None and to in with_text for to, link in on)]
    found: list[tuple[str, str, str, EarlierNote]] = []
    ids = list(of_note)
    for start in range(0, len(ids), _NOTES_AT_ONCE):
        for note in (yield from adjusting_notes(company_id, ids[start : start + _NOTES_AT_ONCE], alone)):
            numbers, on = zip(*of_note[note.id], strict=True)
            earlier = zip(numbers, earlier_notes(note, on), strict=True)
            found += ((note.posted_at, note.id, number, each) for number, each in earlier)
    by_number: dict[str, list[EarlierNote]] = {number: [] for number in links}
    for _, _, number, each in sorted(found, key=lambda one: one[:2]):
        by_number[number].append(each)
    return by_number


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
    for ccf, _, at in ccfs:
        about = _about(request, ccf.name)
        if isinstance(ccf, StatedCcf):
            issued_at = datetime.combine(ccf.issued_on, time(12), EL_SALVADOR)
            if ccf.issued_on > local_date(point.issued_at):
                raise InvalidSale([fault("related_after_document", f"{at}.issued_on", day=ccf.issued_on)])
        else:
            issued_at = moment(ccf.row.posted_at)
            _require_valid(ccf.row, about)
        require_young(issued_at, point.edition(CREDIT_NOTE.code), point.issued_at, holidays, about)


def require_young(
    issued_at: datetime, edition: Edition, now: datetime, holidays: Collection[date], about: Mapping[str, str]
) -> datetime:
    """The last moment at which a note of an edition may adjust a CCF. Raises Refused when that is over.

    ``about`` names the CCF for the refusal, where the request names several.
    """
    last = last_moment(ADJUSTMENT[edition], issued_at, issued_at, holidays)
    if now > last:
        raise Refused("adjusted_too_old", last_day=f"{last:%d/%m/%Y}", **about)
    return last


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
    return _common(ccfs, ccf_receiver, lambda buyer: (buyer.nit, buyer.nrc), "adjusted_customers_differ")


def principal_of_all(ccfs: NotedCcfs) -> ThirdParty | None:
    """The principal on whose account the company's own CCFs sell. Raises InvalidSale when they have several."""
    return _common(ccfs, principal_of, lambda principal: principal, "adjusted_principals_differ")


def _common(
    ccfs: NotedCcfs, read: Callable[[Mapping[str, Any]], _Read], identity: Callable[[_Read], object], code: str
) -> _Read | None:
    """Reads something in the signed texts of the company's own CCFs, and returns that of the first CCF.

    None when no CCF is the company's own. Raises InvalidSale for every CCF whose reading is not identical.
    """
    found = [(each, read(each.ccf.written)) for each in ccfs if isinstance(each.ccf, SignedCcf)]
    if not found:
        return None
    (first, common), others = found[0], found[1:]
    faults = [
        fault(code, each.at, one=first.ccf.name, other=each.ccf.name)
        for each, other in others
        if identity(other) != identity(common)
    ]
    if faults:
        raise InvalidSale(faults)
    return common


def unchanged(company_id: int, request: NoteRequest, ccfs: NotedCcfs) -> Guard:
    """Locks the CCFs while the note is numbered, so that no other note and no invalidation is made in between.

    The draft holds as long as the valid notes on each CCF are the signed versions that the draft counted.
    """
    own = [each.ccf.row.id for each in ccfs if isinstance(each.ccf, SignedCcf)]
    stated = [each.ccf.number for each in ccfs if isinstance(each.ccf, StatedCcf)]

    def guard(note_id: str) -> Transaction[None]:
        states = yield from held(company_id, own, stated, note_id)
        for noted in ccfs:
            now, about = states[_adjusted(noted.ccf).number], _about(request, noted.ccf.name)
            if now.is_cancelled:
                raise Refused("already_invalidated", **about)
            if now.is_being_cancelled:
                raise Refused("invalidation_in_progress", **about)
        if any(states[_adjusted(noted.ccf).number].notes != _counted(noted) for noted in ccfs):
            raise DraftOutdated

    return guard


def _counted(ccf: NotedCcf) -> frozenset[LiveNote]:
    return frozenset(LiveNote(note.id, note.version) for note in ccf.notes)
