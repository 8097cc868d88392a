"""The credit notes on documents of the company, or on those of other systems.

A note on one document of the company alone has the document in ``adjusts_id``; any other note has a row in
``adjusted_document`` for each of its documents. Rows of a note that has ``adjusts_id`` do not count: a program that
does not know them may leave them behind when it writes the note again.
"""

from collections.abc import Collection, Iterable
from hashlib import sha256
from typing import Final, NamedTuple, TypeVar

from msgspec import Struct

from ocote.store.document_row import DOCUMENT_COLUMNS, DocumentRow
from ocote.store.documents import document_by_id
from ocote.store.engine.statement import (
    Row,
    Statement,
    StoredRow,
    Transaction,
    columns,
    every,
    first,
    one,
    sql,
    text_list,
)


class Adjusted(NamedTuple):
    """A document that notes adjust: one of the company with its id and generation code, else one of another system.

    ``number`` of a document of another system is its generation code, or its number on paper. A document of the company
    may have been noted as one of another system, while it was lost: notes on its code count too.
    """

    document_id: str | None
    number: str


class LiveNote(StoredRow, frozen=True):
    """One signed version of a valid note. Its amounts never change: a retry writes the next version."""

    id: str
    version: int


class _NoteOn(LiveNote, frozen=True):
    """A valid note (neither rejected nor invalidated) on a document; ``number`` is None for a note on it alone."""

    document_id: str | None
    number: str | None


class NoteLink(_NoteOn, frozen=True):
    """A valid note on a document with what it takes, as in :class:`~ocote.journal.lines.AdjustedLink`.

    ``position``, ``taken`` and ``stated`` are None for a note on that document alone, which takes all its amounts.
    """

    position: int | None
    taken: str | None
    stated: str | None


class AdjustingNote(StoredRow, frozen=True):
    """The last version of a note: its amounts in cents, and its request. ``jws`` is empty unless it was asked for."""

    id: str
    version: int
    posted_at: str
    taxable_cents: int
    vat_cents: int
    gross_cents: int
    withheld_cents: int
    payable_cents: int
    more_amounts: str | None
    control_number: str
    request: str
    jws: str


MOST_NOTES = 2_000
"""The most valid notes on one document: one for each line of the longest document. Each note reads those before."""

MOST_COUNTED = 10_000
"""The most valid notes that one note reads, each once for each of its documents."""


class Adjustable(Struct, frozen=True):
    """The state of a document before a note: cancelled, about to be cancelled by an event at MH, adjusted by notes."""

    is_cancelled: bool
    is_being_cancelled: bool
    notes: frozenset[LiveNote]


class _HeldRow(StoredRow, frozen=True):
    id: str
    generation_code: str
    invalidated_at: str | None


class _EventRow(StoredRow, frozen=True):
    document_id: str


# With a plus in front of the company SQLite begins with the ids instead of with all documents of the company.
# PostgreSQL locks the rows in the order in which they come.
_HOLD = sql(
    f"SELECT {columns(_HeldRow)} FROM document WHERE +company_id = :company AND id IN (:...ids) ORDER BY id",
    _HeldRow,
    lock="update",
)

# Runs after the lock: a PostgreSQL statement that had to wait for a lock does not see what was committed meanwhile.
_EVENTS = sql(
    """
    SELECT document_id FROM invalidation
    WHERE company_id = :company AND document_id IN (:...ids) AND state <> 'rejected'""",
    _EventRow,
)

# Materialized, so that no database looks for the newest notes among all documents of the company.
_WHOLE = sql(
    f"""
    WITH found AS MATERIALIZED (
        SELECT {DOCUMENT_COLUMNS} FROM document
        WHERE company_id = :company AND adjusts_id = :id AND adjusts_whole = 1 AND invalidated_at IS NULL)
    SELECT {DOCUMENT_COLUMNS} FROM found ORDER BY posted_at DESC, id DESC LIMIT 50""",
    DocumentRow,
)

_LIVE: Final = "state <> 'rejected' AND invalidated_at IS NULL"

# The version is NULL for a note that does not count. A condition on the note's row would let a database begin with all
# notes of the company.
_LINKS: Final = f"""
    SELECT note_id AS id,
           (SELECT CASE WHEN {_LIVE} AND adjusts_id IS NULL THEN version END FROM document
            WHERE document.id = note_id) AS version,
           document_id, number, position, taken, stated
    FROM adjusted_document WHERE company_id = :company"""

_ON: Final = f"""
    SELECT {{columns}} FROM (
        SELECT id, CASE WHEN {_LIVE} THEN version END AS version, adjusts_id AS document_id,
               CAST(NULL AS TEXT) AS number, CAST(NULL AS BIGINT) AS position, CAST(NULL AS TEXT) AS taken,
               CAST(NULL AS TEXT) AS stated
        FROM document WHERE company_id = :company AND adjusts_id IN (:...ids)
        UNION ALL {_LINKS} AND document_id IN (:...ids)
        UNION ALL {_LINKS} AND number IN (:...numbers) AND document_id IS NULL) AS link
    WHERE version IS NOT NULL"""

_LINKS_ON = sql(_ON.format(columns=columns(NoteLink)), NoteLink)
_NOTES_ON = sql(_ON.format(columns=columns(_NoteOn)), _NoteOn)

_NOTES = sql(
    f"""
    SELECT {columns(AdjustingNote).removesuffix("jws")} CASE WHEN id IN (:...with_text) THEN jws ELSE '' END AS jws
    FROM document WHERE +company_id = :company AND id IN (:...ids)""",
    AdjustingNote,
)

_FIRST = sql(
    f"""
    WITH found AS MATERIALIZED (
        SELECT {DOCUMENT_COLUMNS} FROM document WHERE +company_id = :company AND id IN (:...ids))
    SELECT {DOCUMENT_COLUMNS} FROM found WHERE {_LIVE} ORDER BY posted_at, id LIMIT 1""",
    DocumentRow,
)

# A document of another system has no row that could be locked. SQLite has one writer and needs no lock.
_HOLD_NUMBERS: Final[Statement[Row]] = Statement(
    sqlite="SELECT 1",
    postgres="""
        SELECT pg_advisory_xact_lock(CAST(value AS BIGINT))
        FROM json_array_elements_text(CAST($1 AS json)) AS value""",
    names=("keys",),
)

_On = TypeVar("_On", bound=_NoteOn)


def notes_on(
    company_id: int, adjusted: Collection[Adjusted], except_id: str = ""
) -> Transaction[dict[str, list[NoteLink]]]:
    """The valid notes on some documents, by the ``number`` of each, without the note that is being retried.

    All are of one moment. Their requests and amounts are those of :func:`adjusting_notes`.
    """
    links = yield from every(_LINKS_ON(company=company_id, **_lists(adjusted)))
    return _by_number(adjusted, (link for link in links if link.id != except_id))


def adjusting_notes(
    company_id: int, note_ids: Iterable[str], with_text: Iterable[str]
) -> Transaction[list[AdjustingNote]]:
    """Notes by their ids, as they are now; the notes ``with_text`` have their signed texts."""
    lists = {"ids": text_list(note_ids), "with_text": text_list(with_text)}
    return (yield from every(_NOTES(company=company_id, **lists)))


def _lists(adjusted: Iterable[Adjusted]) -> dict[str, str]:
    return {
        "ids": text_list(each.document_id for each in adjusted if each.document_id is not None),
        "numbers": text_list(each.number for each in adjusted),
    }


def _by_number(adjusted: Iterable[Adjusted], notes: Iterable[_On]) -> dict[str, list[_On]]:
    numbers = {each.document_id: each.number for each in adjusted if each.document_id is not None}
    found: dict[str, list[_On]] = {each.number: [] for each in adjusted}
    for note in notes:
        found[numbers[note.document_id] if note.document_id is not None else str(note.number)].append(note)
    return found


def hold(company_id: int, document_id: str) -> Transaction[bool]:
    """Locks a document until the transaction ends, and returns whether the document is cancelled.

    A transaction that writes notes or cancellations of a document locks the document first: in another order two such
    transactions would deadlock on PostgreSQL.
    """
    return (yield from one(_HOLD(company=company_id, ids=text_list([document_id])))).invalidated_at is not None


def held(
    company_id: int, document_ids: Collection[str], numbers: Collection[str], except_id: str
) -> Transaction[dict[str, Adjustable]]:
    """Locks documents until the transaction ends, so that no other note comes between, and returns their states.

    Those of the company are locked in the order of their ids, and then those of other systems by their ``numbers``. The
    states are by generation code, or by number.
    """
    rows = yield from every(_HOLD(company=company_id, ids=text_list(document_ids)))
    if numbers:
        keys = sorted(_key_of(company_id, number) for number in numbers)
        yield _HOLD_NUMBERS(keys=text_list(map(str, keys)))
    adjusted = [*(Adjusted(row.id, row.generation_code) for row in rows), *(Adjusted(None, each) for each in numbers)]
    lists = _lists(adjusted)
    events = {row.document_id for row in (yield from every(_EVENTS(company=company_id, ids=lists["ids"])))}
    notes = yield from every(_NOTES_ON(company=company_id, **lists))
    cancelled = {row.id for row in rows if row.invalidated_at is not None}
    standing = _by_number(adjusted, (note for note in notes if note.id != except_id))
    return {
        each.number: Adjustable(
            each.document_id in cancelled,
            each.document_id in events,
            frozenset(LiveNote(note.id, note.version) for note in standing[each.number]),
        )
        for each in adjusted
    }


def _key_of(company_id: int, number: str) -> int:
    """The key of PostgreSQL's lock on a document of another system: the same in every process, 64 bits with sign."""
    return int.from_bytes(sha256(f"adjusted:{company_id}:{number}".encode()).digest()[:8], signed=True)


def first_live_note(company_id: int, document_id: str) -> Transaction[DocumentRow | None]:
    """The oldest note on a document that is neither rejected nor invalidated, also one on several documents."""
    row = yield from document_by_id(company_id, document_id)
    if row is None:
        return None
    lists = _lists([Adjusted(row.id, row.generation_code)])
    notes = yield from every(_NOTES_ON(company=company_id, **lists))
    return (yield from first(_FIRST(company=company_id, ids=text_list(note.id for note in notes))))


def whole_notes(company_id: int, document_id: str) -> Transaction[list[DocumentRow]]:
    """The newest notes made to cancel a document, oldest first: also refused notes, but no invalidated notes.

    Such a note is on that document alone.
    """
    newest = yield from every(_WHOLE(company=company_id, id=document_id))
    return newest[::-1]
