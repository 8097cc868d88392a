"""Attempts to cancel a document, as an answer shows them. Pure."""

from collections.abc import Sequence
from typing import Literal

from ocote.documents.records import stored_observations, view
from ocote.documents.view import CreditMemo, InvalidationAttempt, InvalidationStatus
from ocote.dte.invalidation.value import RESCINDED
from ocote.store.document_row import DocumentRow
from ocote.store.engine.values import moment
from ocote.store.invalidations import InvalidationRow


def standing(
    document: DocumentRow, made: Sequence[InvalidationRow], notes: Sequence[DocumentRow]
) -> InvalidationStatus:
    """The document with every attempt to cancel it: the oldest first, and last the attempt that is not answered yet.

    ``notes`` are the credit notes made to cancel the document, ``made`` are the events.
    """
    tried = [
        *((_attempt(event), None) for event in made),
        *((_attempt_by_note(note), CreditMemo(note.id, note.control_number)) for note in notes),
    ]
    tried.sort(key=lambda each: (each[0].state == "contingency", each[0].at))
    return InvalidationStatus(
        view(document),
        tuple(each for each, _ in tried),
        tried[-1][1] if tried else None,
    )


def _attempt(event: InvalidationRow) -> InvalidationAttempt:
    return InvalidationAttempt(
        state=_outcome(event.state),
        at=moment(event.settled_at or event.requested_at),
        reason=event.reason,
        generation_code=event.generation_code,
        stamp=event.stamp,
        mh_state=event.mh_state,
        mh_message=event.mh_message,
        mh_code=event.mh_code,
        observations=stored_observations(event.observations),
    )


def _attempt_by_note(note: DocumentRow) -> InvalidationAttempt:
    """The credit note that takes the place of an invalidation, shown as an attempt (contract 13.2)."""
    return InvalidationAttempt(
        state=_outcome(note.state),
        at=moment(note.stamped_at or note.rejected_at or note.posted_at),
        reason=RESCINDED,
        generation_code=note.generation_code,
        stamp=note.stamp,
        mh_state=note.mh_state,
        mh_message=note.mh_message,
        mh_code=note.mh_code,
        observations=stored_observations(note.observations),
    )


def _outcome(
    state: Literal["registered", "contingency", "stamped", "rejected"],
) -> Literal["contingency", "stamped", "rejected"]:
    return "contingency" if state == "registered" else state
