"""Shows the documents that a credit note adjusts in the view of the note. Pure."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from ocote.documents.view import AdjustedDocument, AdjustedPart, DocumentView
from ocote.dte.credit_note.value import StatedCcf
from ocote.dte.types import CCF
from ocote.store.adjusted import taken_in
from ocote.store.related import RelatedRow

_STATED = msgspec.json.Decoder(StatedCcf)


def adjusting_one(note: DocumentView, adjusted: AdjustedDocument) -> DocumentView:
    """A note on one document of the company, which takes all its amounts from that document."""
    part = AdjustedPart(
        doc_type=adjusted.doc_type,
        taxable=note.amounts.taxable,
        exempt=note.amounts.exempt,
        not_subject=note.amounts.not_subject,
        id=adjusted.id,
        external_ref=adjusted.external_ref,
        control_number=adjusted.control_number,
        generation_code=adjusted.generation_code,
        invalidated=adjusted.invalidated,
    )
    return replace(note, adjusts=adjusted, related=(part,))


def adjusting_several(note: DocumentView, rows: Iterable[RelatedRow]) -> DocumentView:
    """A note on several documents, or on documents of other systems, in the order of its request."""
    return replace(note, related=tuple(map(_part, rows)))


def _part(row: RelatedRow) -> AdjustedPart:
    taken = taken_in(row.taken)
    part = AdjustedPart(
        doc_type=row.doc_type or CCF.code,
        taxable=taken.taxable,
        exempt=taken.exempt,
        not_subject=taken.not_subject,
        id=row.document_id,
        external_ref=row.external_ref,
        control_number=row.control_number,
        generation_code=row.generation_code,
        invalidated=None if row.document_id is None else row.invalidated_at is not None,
    )
    if row.stated is None:
        return part
    stated = _STATED.decode(row.stated)
    return replace(
        part,
        control_number=stated.control_number,
        generation_code=row.number if stated.electronic else None,
        number=None if stated.electronic else row.number,
        issued_on=stated.issued_on,
    )
