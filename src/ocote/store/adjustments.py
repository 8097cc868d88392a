"""The credit notes on a document of the company, or on one of another system.

A note on one document of the company alone has the document in ``adjusts_id``; any other note has a row in
``adjusted_document`` for each of its documents.
"""

from hashlib import sha256
from typing import Final

from msgspec import Struct

from ocote.store.document_row import DOCUMENT_COLUMNS, DocumentRow
from ocote.store.engine.statement import Row, Statement, StoredRow, Transaction, columns, every, first, one, sql


class AdjustingNote(StoredRow, frozen=True):
    """A valid note on a document (neither rejected nor invalidated): its amounts in cents, last request and text.

    ``position``, ``taken`` and ``stated`` are those of the link between the note and the document, as in
    :class:`~ocote.journal.lines.AdjustedLink`; None for a note on that document alone, which takes all its amounts from
    it.
    """

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
    control_number: str
    position: int | None
    taken: str | None
    stated: str | None


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

_WHOLE = sql(
    f"""
    SELECT {DOCUMENT_COLUMNS} FROM document
    WHERE company_id = :company AND adjusts_id = :id AND adjusts_whole = 1 AND invalidated_at IS NULL
    ORDER BY posted_at DESC, id DESC LIMIT 50""",
    DocumentRow,
)

_LINKS: Final = """
    SELECT id AS note_id, NULL AS position, NULL AS taken, NULL AS stated FROM document
    WHERE company_id = :company AND adjusts_id = :id
    UNION ALL
    SELECT note_id, position, taken, stated FROM adjusted_document
    WHERE company_id = :company AND document_id = :id"""
"""What adjusts a document of the company."""

_LINKS_OF_NUMBER: Final = """
    SELECT note_id, position, taken, stated FROM adjusted_document
    WHERE company_id = :company AND number = :number AND document_id IS NULL"""
"""What adjusts a document of another system."""

_LIVE: Final = """
    FROM ({links}) AS link
    JOIN document AS note ON note.company_id = :company AND note.id = link.note_id
    WHERE note.id <> :except_id AND note.state <> 'rejected' AND note.invalidated_at IS NULL
    ORDER BY note.posted_at, note.id"""

_OF_DOCUMENT: Final = _LIVE.format(links=_LINKS)
_OF_NUMBER: Final = _LIVE.format(links=_LINKS_OF_NUMBER)

_NOTES = sql(f"SELECT {columns(AdjustingNote)} {_OF_DOCUMENT}", AdjustingNote)
_VERSIONS = sql(f"SELECT {columns(LiveNote)} {_OF_DOCUMENT}", LiveNote)
_FIRST = sql(f"SELECT {DOCUMENT_COLUMNS} {_OF_DOCUMENT} LIMIT 1", DocumentRow)

_NOTES_ON_NUMBER = sql(f"SELECT {columns(AdjustingNote)} {_OF_NUMBER}", AdjustingNote)
_VERSIONS_ON_NUMBER = sql(f"SELECT {columns(LiveNote)} {_OF_NUMBER}", LiveNote)

# A document of another system has no row that could be locked. SQLite has one writer and needs no lock.
_HOLD_NUMBER: Final[Statement[Row]] = Statement(
    sqlite="SELECT 1", postgres="SELECT pg_advisory_xact_lock($1)", names=("key",)
)


def live_notes(company_id: int, document_id: str, except_id: str = "") -> Transaction[list[AdjustingNote]]:
    """The valid notes on a document, oldest first, without the note that is being retried."""
    return (yield from every(_NOTES(company=company_id, id=document_id, except_id=except_id)))


def live_notes_on(company_id: int, number: str, except_id: str = "") -> Transaction[list[AdjustingNote]]:
    """The valid notes on a document of another system, oldest first, without the note that is being retried.

    ``number`` is the document's generation code, or its number on paper. The last note has the latest statement.
    """
    return (yield from every(_NOTES_ON_NUMBER(company=company_id, number=number, except_id=except_id)))


def hold(company_id: int, document_id: str) -> Transaction[bool]:
    """Locks a document until the transaction ends, and returns whether the document is cancelled.

    A transaction that writes notes or cancellations of a document locks the document first: in another order two such
    transactions would deadlock on PostgreSQL. A note on several documents locks those of the company in the order of
    their ids, and then those of other systems in the order of their numbers (:func:`held_number`).
    """
    return (yield from one(_HOLD(company=company_id, id=document_id))).invalidated_at is not None


def held(company_id: int, document_id: str, except_id: str) -> Transaction[Adjustable]:
    """Locks a document until the transaction ends, so that no other note comes between, and returns its state.

    The order of several locks is that of :func:`hold`.
    """
    is_cancelled = yield from hold(company_id, document_id)
    events = yield from every(_EVENTS(company=company_id, id=document_id))
    notes = yield from every(_VERSIONS(company=company_id, id=document_id, except_id=except_id))
    return Adjustable(is_cancelled, bool(events), frozenset(notes))


def held_number(company_id: int, number: str, except_id: str) -> Transaction[frozenset[LiveNote]]:
    """Locks a document of another system until the transaction ends, and returns the valid notes on it.

    The order of several locks is that of :func:`hold`.
    """
    yield _HOLD_NUMBER(key=_key_of(company_id, number))
    notes = yield from every(_VERSIONS_ON_NUMBER(company=company_id, number=number, except_id=except_id))
    return frozenset(notes)


def _key_of(company_id: int, number: str) -> int:
    """The key of PostgreSQL's lock on a document of another system: the same in every process, 64 bits with sign."""
    return int.from_bytes(sha256(f"adjusted:{company_id}:{number}".encode()).digest()[:8], signed=True)


def first_live_note(company_id: int, document_id: str) -> Transaction[DocumentRow | None]:
    """The oldest note on a document that is neither rejected nor invalidated, also one on several documents."""
    return (yield from first(_FIRST(company=company_id, id=document_id, except_id="")))


def whole_notes(company_id: int, document_id: str) -> Transaction[list[DocumentRow]]:
    """The newest notes made to cancel a document, oldest first: also refused notes, but no invalidated notes.

    Such a note is on that document alone.
    """
    newest = yield from every(_WHOLE(company=company_id, id=document_id))
    return newest[::-1]
