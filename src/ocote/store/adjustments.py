"""The credit notes on a document."""

from msgspec import Struct

from ocote.store.document_row import DOCUMENT_COLUMNS, DocumentRow
from ocote.store.engine.statement import StoredRow, Transaction, columns, every, first, one, sql


class AdjustingNote(StoredRow, frozen=True):
    """A valid note on a document (neither rejected nor invalidated): its amounts in cents, last request and text."""

    id: str
    version: int
    taxable_cents: int
    vat_cents: int
    gross_cents: int
    withheld_cents: int
    payable_cents: int
    more_amounts: str | None
    request: str
    jws: str


class LiveNote(StoredRow, frozen=True):
    """One signed version of a valid note. Its amounts never change: a retry writes the next version."""

    id: str
    version: int


MOST_NOTES = 2_000
"""The most valid notes on one document: one for each line of the longest document. Each note reads those before."""


class Adjustable(Struct, frozen=True):
    """The state of a document before a note: cancelled, about to be cancelled by an event at MH, adjusted by notes."""

    is_cancelled: bool
    is_being_cancelled: bool
    notes: frozenset[LiveNote]


class _HeldRow(StoredRow, frozen=True):
    invalidated_at: str | None


class _EventRow(StoredRow, frozen=True):
    id: str


_HOLD = sql("SELECT invalidated_at FROM document WHERE company_id = :company AND id = :id", _HeldRow, lock="update")

# Runs after the lock: a PostgreSQL statement that had to wait for a lock does not see what was committed meanwhile.
_EVENTS = sql(
    "SELECT id FROM invalidation WHERE company_id = :company AND document_id = :id AND state <> 'rejected'", _EventRow
)

_LIVE_NOTE = sql(
    f"""
    SELECT {DOCUMENT_COLUMNS} FROM document
    WHERE company_id = :company AND adjusts_id = :id AND state <> 'rejected' AND invalidated_at IS NULL
    ORDER BY posted_at, id LIMIT 1""",
    DocumentRow,
)

_WHOLE = sql(
    f"""
    SELECT {DOCUMENT_COLUMNS} FROM document
    WHERE company_id = :company AND adjusts_id = :id AND adjusts_whole = 1 AND invalidated_at IS NULL
    ORDER BY posted_at DESC, id DESC LIMIT 50""",
    DocumentRow,
)

_OF_LIVE_NOTES = """
    FROM document
    WHERE company_id = :company AND adjusts_id = :id AND id <> :except_id
      AND state <> 'rejected' AND invalidated_at IS NULL"""

_NOTES = sql(f"SELECT {columns(AdjustingNote)} {_OF_LIVE_NOTES}", AdjustingNote)
_VERSIONS = sql(f"SELECT {columns(LiveNote)} {_OF_LIVE_NOTES}", LiveNote)


def live_notes(company_id: int, document_id: str, except_id: str = "") -> Transaction[list[AdjustingNote]]:
    """The valid notes on a document, without the note that is being retried."""
    return (yield from every(_NOTES(company=company_id, id=document_id, except_id=except_id)))


def hold(company_id: int, document_id: str) -> Transaction[bool]:
    """Locks a document until the transaction ends, and returns whether the document is cancelled.

    A transaction that writes notes or cancellations of a document locks the document first: in another order two such
    transactions would deadlock on PostgreSQL.
    """
    return (yield from one(_HOLD(company=company_id, id=document_id))).invalidated_at is not None


def held(company_id: int, document_id: str, except_id: str) -> Transaction[Adjustable]:
    """Locks a document until the transaction ends, so that no other note comes between, and returns its state."""
    is_cancelled = yield from hold(company_id, document_id)
    events = yield from every(_EVENTS(company=company_id, id=document_id))
    notes = yield from every(_VERSIONS(company=company_id, id=document_id, except_id=except_id))
    return Adjustable(is_cancelled, bool(events), frozenset(notes))


def first_live_note(company_id: int, document_id: str) -> Transaction[DocumentRow | None]:
    """The oldest note on a document that is neither rejected nor invalidated."""
    return (yield from first(_LIVE_NOTE(company=company_id, id=document_id)))


def whole_notes(company_id: int, document_id: str) -> Transaction[list[DocumentRow]]:
    """The newest notes made to cancel a document, oldest first: also refused notes, but no invalidated notes."""
    newest = yield from every(_WHOLE(company=company_id, id=document_id))
    return newest[::-1]
