"""The documents of a note on several documents, or on one of another system (rules.md 7)."""

from collections.abc import Sequence

import msgspec

from ocote.dte.credit_note.value import Portion
from ocote.journal.lines import AdjustedLink
from ocote.store.engine.statement import StoredRow, Transaction, columns, every, sql


class _LinkRow(StoredRow, AdjustedLink, frozen=True):
    """A row of the table as the journal has it."""


_OF_NOTE = sql(
    f"""
    SELECT {columns(_LinkRow)} FROM adjusted_document
    WHERE company_id = :company AND note_id = :note ORDER BY position""",
    _LinkRow,
)

_INSERT = sql("""
    INSERT INTO adjusted_document (company_id, note_id, position, document_id, number, taken, stated)
    VALUES (:company, :note, :position, :document_id, :number, :taken, :stated)""")

_FORGET = sql("DELETE FROM adjusted_document WHERE company_id = :company AND note_id = :note")


_PORTION = msgspec.json.Decoder(Portion)


def taken_text(taken: Portion) -> str:
    """The text to keep of what a note takes of a document."""
    return msgspec.json.encode(taken).decode()


def taken_in(text: str) -> Portion:
    """The part of a document that a note takes. Raises DecodeError for a damaged text."""
    return _PORTION.decode(text)


def links_of(company_id: int, note_id: str) -> Transaction[tuple[AdjustedLink, ...]]:
    """The documents of a note in the order of its request; none for a note on one document of the company."""
    rows = yield from every(_OF_NOTE(company=company_id, note=note_id))
    return tuple(AdjustedLink(row.position, row.document_id, row.number, row.taken, row.stated) for row in rows)


def write_links(company_id: int, note_id: str, links: Sequence[AdjustedLink]) -> Transaction[None]:
    """Writes the documents of a note, in place of those that an earlier version of the note had."""
    yield _FORGET(company=company_id, note=note_id)
    for link in links:
        yield _INSERT(
            company=company_id,
            note=note_id,
            position=link.position,
            document_id=link.document_id,
            number=link.number,
            taken=link.taken,
            stated=link.stated,
        )
