"""Converts stored documents, and documents about to be stored, into the values that answers contain."""

import msgspec
from msgspec.structs import replace

from ocote.documents.view import AnswerWarning, DocumentView
from ocote.public_links import Linked
from ocote.store.document_row import DocumentRow
from ocote.store.engine.values import moment
from ocote.store.more_amounts import amounts_of
from ocote.store.new_document import NewDocument, NewVersion

_MOVED = "number_moved"
_OBSERVATIONS = msgspec.json.Decoder(tuple[str, ...])


def view(row: DocumentRow) -> DocumentView:
    """The view of a document row: the values that answers may show."""
    return DocumentView(
        id=row.id,
        external_ref=row.external_ref,
        family=row.family,
        doc_type=row.doc_type,
        edition=row.edition,
        state=row.state,
        control_number=row.control_number,
        generation_code=row.generation_code,
        stamp=row.stamp,
        posted_at=moment(row.posted_at),
        amounts=amounts_of(row),
        customer_name=row.customer_name,
        link=linked(row),
        mh_state=row.mh_state,
        mh_message=row.mh_message,
        mh_code=row.mh_code,
        observations=stored_observations(row.observations),
        invalidated=row.invalidated_at is not None,
        version=row.version,
        fingerprint=row.fingerprint,
    )


def view_of_new(new: NewDocument, control_number: str) -> DocumentView:
    """The view of a document that was just stored under a control number, equal to the view of its row."""
    return DocumentView(
        id=new.id,
        external_ref=new.external_ref,
        family=new.family,
        doc_type=new.doc_type,
        edition=new.content.edition,
        state="registered" if new.joins is None else "contingency",
        control_number=control_number,
        generation_code=new.content.generation_code,
        stamp=None,
        posted_at=moment(new.posted_at),
        amounts=new.content.amounts,
        customer_name=new.content.party.name,
        link=Linked(new.company_id, new.id),
        mh_message="" if new.joins is None else new.joins.message,
        fingerprint=new.fingerprint,
    )


def view_of_version(rejected: DocumentRow, new: NewVersion, control_number: str) -> DocumentView:
    """The view of a rejected document whose next version was just stored, equal to the view of its row."""
    return replace(
        view(rejected),
        control_number=control_number,
        edition=new.content.edition,
        state="registered",
        generation_code=new.content.generation_code,
        amounts=new.content.amounts,
        customer_name=new.content.party.name,
        mh_state="",
        mh_message="",
        mh_code="",
        observations=(),
        version=new.replaces + 1,
        fingerprint=new.fingerprint,
    )


def linked(row: DocumentRow) -> Linked:
    """The present public link of a document."""
    return Linked(row.company_id, row.id, row.link_version)


def with_number_moved(document: DocumentView, previous: DocumentView) -> DocumentView:
    """A document that got another number during the call, with the warning for the caller.

    ``previous`` is the document with the number that MH refused; the warning names the number before the first move.
    """
    before = next((each for each in previous.warnings if each.code == _MOVED), None)
    first = before.values["before"] if before is not None else previous.control_number
    moved = AnswerWarning(_MOVED, "control_number", {"before": first, "now": document.control_number})
    return replace(document, warnings=(*(each for each in previous.warnings if each.code != _MOVED), moved))


def with_number_back(document: DocumentView, number: str) -> DocumentView:
    """A document whose earlier number came back; the warning about the move names that number, or is gone."""
    kept: list[AnswerWarning] = []
    for each in document.warnings:
        if each.code != _MOVED:
            kept.append(each)
        elif each.values["before"] != number:
            kept.append(AnswerWarning(each.code, each.field, {**each.values, "now": number}))
    return replace(document, control_number=number, warnings=tuple(kept))


def stored_observations(stored: str) -> tuple[str, ...]:
    """MH's observations, which the tables hold as a JSON array."""
    return _OBSERVATIONS.decode(stored)
