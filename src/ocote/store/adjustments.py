"""The credit notes on a document, and the sums that they adjust."""

from msgspec import Struct

from ocote.store.document_row import DOCUMENT_COLUMNS, DocumentRow
from ocote.store.engine.statement import StoredRow, Transaction, every, first, one, sql


class Taken(StoredRow, frozen=True):
    """The sums of the valid notes on a document (neither rejected nor invalidated), in cents of USD."""

    notes: int
    taxable_cents: int
    vat_cents: int
    gross_cents: int
    withheld_cents: int


MOST_NOTES = 2_000
"""The most valid notes on one document: one for each line of the longest document. Each note adds up those before."""


class Adjustable(Struct, frozen=True):
    """The state of a document before a note: cancelled, about to be cancelled by an event at MH, adjusted by notes."""

    is_cancelled: bool
    is_being_cancelled: bool
    taken: Taken


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

_TAKEN = sql(
    """
    SELECT CAST(count(*) AS BIGINT) AS notes,
           CAST(coalesce(sum(taxable_cents), 0) AS BIGINT) AS taxable_cents,
           CAST(coalesce(sum(vat_cents), 0) AS BIGINT) AS vat_cents,
           CAST(coalesce(sum(gross_cents), 0) AS BIGINT) AS gross_cents,
           CAST(coalesce(sum(withheld_cents), 0) AS BIGINT) AS withheld_cents
    FROM document
    WHERE company_id = :company AND adjusts_id = :id AND id <> :except_id
      AND state <> 'rejected' AND invalidated_at IS NULL""",
    Taken,
)


def taken_from(company_id: int, document_id: str, except_id: str = "") -> Transaction[Taken]:
    """The amounts that valid notes have taken from a document, without the note that is being retried."""
    return (yield from one(_TAKEN(company=company_id, id=document_id, except_id=except_id)))


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
    taken = yield from taken_from(company_id, document_id, except_id)
    return Adjustable(is_cancelled, bool(events), taken)


def first_live_note(company_id: int, document_id: str) -> Transaction[DocumentRow | None]:
    """The oldest note on a document that is neither rejected nor invalidated."""
    return (yield from first(_LIVE_NOTE(company=company_id, id=document_id)))


def whole_notes(company_id: int, document_id: str) -> Transaction[list[DocumentRow]]:
    """The newest notes made to cancel a document, oldest first: also refused notes, but no invalidated notes."""
    newest = yield from every(_WHOLE(company=company_id, id=document_id))
    return newest[::-1]
