"""The documents of notes on several documents, or on one of another system, as answers show them."""

from collections.abc import Iterable

from ocote.store.engine.statement import StoredRow, Transaction, every, sql, text_list


class RelatedRow(StoredRow, frozen=True):
    """One document of a note: the link (:class:`~ocote.journal.lines.AdjustedLink`), and the document's own row.

    The columns from ``doc_type`` on are None for a document of another system.
    """

    note_id: str
    document_id: str | None
    number: str
    taken: str
    stated: str | None
    doc_type: str | None
    external_ref: str | None
    control_number: str | None
    generation_code: str | None
    invalidated_at: str | None


_OF_NOTES = sql(
    """
    SELECT link.note_id, link.document_id, link.number, link.taken, link.stated, own.doc_type, own.external_ref,
           own.control_number, own.generation_code, own.invalidated_at
    FROM adjusted_document AS link
    JOIN document AS note ON note.company_id = link.company_id AND note.id = link.note_id AND note.adjusts_id IS NULL
    LEFT JOIN document AS own ON own.company_id = link.company_id AND own.id = link.document_id
    WHERE link.company_id = :company AND link.note_id IN (:...notes)
    ORDER BY link.note_id, link.position""",
    RelatedRow,
)


def documents_of_notes(company_id: int, note_ids: Iterable[str]) -> Transaction[list[RelatedRow]]:
    """The documents of some notes, those of each note in the order of its request.

    None for notes on one document of the company alone, whose own rows name it.
    """
    return (yield from every(_OF_NOTES(company=company_id, notes=text_list(note_ids))))
