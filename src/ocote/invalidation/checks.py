"""Checks whether a document may be cancelled as requested (rules.md 5). Pure."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from msgspec.structs import replace

from ocote.documents.view import Refused
from ocote.dte.deadlines import invalidation_window, last_moment
from ocote.dte.editions import Edition, check_invalidation
from ocote.dte.faults import Fault, InvalidSale
from ocote.dte.invalidation.value import RESCINDED, InvalidationEvent
from ocote.dte.types import DOCUMENT_TYPES
from ocote.errors import fault
from ocote.issuing.request import InvalidationRequest
from ocote.store.document_row import DocumentRow
from ocote.store.engine.values import moment

_SENT = frozenset({"reason", "note", "replacement", "requested_by"})
"""The fields of a cancellation's body."""


def require_consistent(
    edition: Edition, event: InvalidationEvent, row: DocumentRow, replacement: DocumentRow | None
) -> None:
    """Raises InvalidSale with every fault of the request's own fields.

    ``event`` names the replacement as the request does; ``replacement`` is the document found under that name.
    """
    faults = [each for each in _event_faults(edition, event) if each.field.partition(".")[0] in _SENT]
    if event.replacement is not None and all(each.field != "replacement" for each in faults):
        faults += _replacement_faults(row, replacement)
    if faults:
        raise InvalidSale(faults)


def _event_faults(edition: Edition, event: InvalidationEvent) -> Sequence[Fault]:
    try:
        check_invalidation(edition, event)
    except InvalidSale as error:
        return error.faults
    return ()


def _replacement_faults(row: DocumentRow, replacement: DocumentRow | None) -> list[Fault]:
    if replacement is None:
        return [fault("replacement_not_found", "replacement")]
    if replacement.id == row.id:
        return [fault("replacement_is_the_document", "replacement")]
    if replacement.family != row.family:
        return [fault("replacement_of_another_family", "replacement")]
    return []


def with_replacement(event: InvalidationEvent, replacement: DocumentRow | None) -> InvalidationEvent:
    """The event with its replacement's generation code. Raises Refused for a replacement unstamped or cancelled."""
    if replacement is None:
        return event
    if replacement.state != "stamped" or replacement.invalidated_at is not None:
        raise Refused("replacement_not_stamped")
    return replace(event, replacement=replacement.generation_code)


def require_stamped(row: DocumentRow) -> str:
    """The moment of the document's stamp. Raises Refused for a document without stamp, and for a cancelled one."""
    if row.invalidated_at is not None:
        raise Refused("already_invalidated")
    if row.state == "rejected":
        raise Refused("document_rejected")
    if row.state != "stamped" or row.stamped_at is None:
        raise Refused("document_not_stamped")
    return row.stamped_at


def require_rescinded(request: InvalidationRequest) -> None:
    """Raises Refused unless the reason is 2, rescinded: a credit note states neither a reason nor a replacement."""
    if request.reason not in (None, RESCINDED):
        raise Refused("invalidation_only_by_note")


def require_cancelling(note: DocumentRow | None) -> None:
    """Raises Refused for a CCF with a live note (rules.md 5.1), unless the note was made to cancel the CCF."""
    if note is not None and not note.adjusts_whole:
        raise Refused("invalidation_blocked_by_note", control_number=note.control_number)


def last_moment_of(
    edition: Edition, row: DocumentRow, stamped_at: str, activity_code: str, holidays: Collection[date]
) -> datetime | None:
    """The end of the window for the event; None when the document may be cancelled at any time.

    ``activity_code`` is the issuer's activity in the document.
    """
    window = invalidation_window(edition, row.doc_type, activity_code)
    if window is None or not window.enforced:
        return None
    return last_moment(window, moment(row.posted_at), moment(stamped_at), holidays)


def require_adjustable(row: DocumentRow, last: datetime) -> None:
    """Raises Refused for a document past its window that no credit note can cancel."""
    if not DOCUMENT_TYPES[row.doc_type].adjustable:
        raise Refused("invalidation_window_closed", last_day=f"{last:%d/%m/%Y}")
