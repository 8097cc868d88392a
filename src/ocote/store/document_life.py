"""The life of one document, from all tables: who asked, its versions, its contingency, cancellations and notes."""

from typing import Literal

from msgspec import Struct

from ocote.store.document_row import DOCUMENT_COLUMNS, DocumentRow
from ocote.store.engine.statement import StoredRow, Transaction, every, first, sql


class VersionRow(StoredRow, frozen=True):
    """A signed version that gave way to a later one; ``key`` is the prefix of the API key that asked for it.

    ``why`` is the cause: ``rejected``, ``contingency``, ``number`` or another of the table ``superseded_version``.
    """

    version: int
    why: str
    generation_code: str
    rejected_at: str | None
    superseded_at: str | None
    key: str | None
    answer: str | None


class OriginRow(StoredRow, frozen=True):
    """Who asked for the last version of a document: a key, or a person at the panel."""

    key: str | None
    person_name: str | None
    person_email: str | None


class OutageRow(StoredRow, frozen=True):
    """The contingency of a document, the event that reported it to MH, and the lot in which it went."""

    kind: int
    reason: str | None
    state: Literal["open", "asking", "filing", "delivering", "done"]
    began_at: str
    ended_at: str | None
    event_code: str | None
    event_state: str | None
    event_stamp: str | None
    event_message: str | None
    event_answer: str | None
    event_signed_at: str | None
    event_settled_at: str | None
    lot_code: str | None
    lot_sent_at: str | None


class CancellingRow(StoredRow, frozen=True):
    """An invalidation event with MH's raw answer and the key that asked, None for a person at the panel."""

    generation_code: str
    reason: int
    replacement_code: str | None
    state: Literal["registered", "contingency", "stamped", "rejected"]
    stamp: str | None
    mh_state: str
    mh_message: str
    mh_code: str
    observations: str
    answer: str | None
    requested_at: str
    settled_at: str | None
    attempts: int
    key: str | None


class PersonsActRow(StoredRow, frozen=True):
    """An act of a person at the panel on a document."""

    at: str
    author: str
    act: str
    after: str


class LifeRows(Struct, frozen=True):
    """Everything that the tables know of a document beside its own row and its messages."""

    origin: OriginRow
    versions: tuple[VersionRow, ...]
    outage: OutageRow | None
    cancellings: tuple[CancellingRow, ...]
    notes: tuple[DocumentRow, ...]
    acts: tuple[PersonsActRow, ...]


_ORIGIN = sql(
    """
    SELECT api_key.prefix AS key, person.name AS person_name, person.email AS person_email
    FROM document
    LEFT JOIN api_key ON api_key.id = document.key_id AND api_key.company_id = document.company_id
    LEFT JOIN draft ON draft.document_id = document.id AND draft.company_id = document.company_id
    LEFT JOIN person ON person.id = draft.person_id
    WHERE document.company_id = :company AND document.id = :id
    ORDER BY draft.updated_at DESC LIMIT 1""",
    OriginRow,
)

_VERSIONS = sql(
    """
    SELECT version, why, generation_code, rejected_at, superseded_at, api_key.prefix AS key, answer
    FROM superseded_version
    LEFT JOIN api_key ON api_key.id = superseded_version.key_id
                     AND api_key.company_id = superseded_version.company_id
    WHERE superseded_version.company_id = :company AND document_id = :id
    ORDER BY version DESC LIMIT 50""",
    VersionRow,
)

_OUTAGE = sql(
    """
    SELECT contingency.kind, contingency.reason, contingency.state, contingency.began_at, contingency.ended_at,
           contingency_event.generation_code AS event_code, contingency_event.state AS event_state,
           contingency_event.stamp AS event_stamp, contingency_event.mh_message AS event_message,
           contingency_event.answer AS event_answer, contingency_event.signed_at AS event_signed_at,
           contingency_event.settled_at AS event_settled_at, lot.code AS lot_code, lot.sent_at AS lot_sent_at
    FROM document
    JOIN contingency ON contingency.id = document.contingency_id
    LEFT JOIN contingency_event ON contingency_event.id = document.event_id
    LEFT JOIN lot ON lot.id = document.lot_id
    WHERE document.company_id = :company AND document.id = :id""",
    OutageRow,
)

_CANCELLINGS = sql(
    """
    SELECT generation_code, reason, replacement_code, state, stamp, mh_state, mh_message, mh_code, observations, answer,
           requested_at, settled_at, attempts, api_key.prefix AS key
    FROM invalidation
    LEFT JOIN api_key ON api_key.id = invalidation.key_id AND api_key.company_id = invalidation.company_id
    WHERE invalidation.company_id = :company AND document_id = :id
    ORDER BY requested_at DESC LIMIT 50""",
    CancellingRow,
)

_NOTES = sql(
    f"""
    SELECT {DOCUMENT_COLUMNS} FROM document
    WHERE company_id = :company
      AND id IN (SELECT id FROM document WHERE company_id = :company AND adjusts_id = :id
                 UNION SELECT link.note_id FROM adjusted_document AS link
                       JOIN document AS note ON note.company_id = link.company_id AND note.id = link.note_id
                                            AND note.adjusts_id IS NULL
                       WHERE link.company_id = :company AND link.document_id = :id)
    ORDER BY posted_at DESC LIMIT 50""",
    DocumentRow,
)

# A control number comes again each year: what an entry says of the change names the document itself.
_ACTS = sql(
    """
    SELECT at, author, act, after FROM audit_entry
    WHERE company_id = :company
      AND subject = (SELECT 'document ' || control_number FROM document WHERE company_id = :company AND id = :id)
      AND after LIKE '%' || CAST(:id AS TEXT) || '%'
    ORDER BY number DESC LIMIT 50""",
    PersonsActRow,
)


def life_of(company_id: int, document_id: str) -> Transaction[LifeRows | None]:
    """The events in the life of a document, the newest 50 of each kind; None for an unknown document."""
    where = {"company": company_id, "id": document_id}
    origin = yield from first(_ORIGIN(**where))
    if origin is None:
        return None
    return LifeRows(
        origin=origin,
        versions=tuple((yield from every(_VERSIONS(**where)))),
        outage=(yield from first(_OUTAGE(**where))),
        cancellings=tuple((yield from every(_CANCELLINGS(**where)))),
        notes=tuple((yield from notes_about(company_id, document_id))),
        acts=tuple((yield from every(_ACTS(**where)))),
    )


def notes_about(company_id: int, document_id: str) -> Transaction[list[DocumentRow]]:
    """The notes that adjust a document, the newest 50, whatever their state."""
    return (yield from every(_NOTES(company=company_id, id=document_id)))
