"""Invalidation events: at most one valid event for each document, and rejected events as history."""

from typing import Final, Literal

from msgspec import Struct

from ocote.dte.schedule import Edition
from ocote.journal.lines import InvalidationLine
from ocote.store.adjustments import held, hold
from ocote.store.engine.statement import StoredRow, Transaction, changed, columns, every, first, journaled, sql
from ocote.store.journaling import journal_verdict
from ocote.store.leases import Lease
from ocote.store.outbox import Listeners, announce
from ocote.store.verdict import Verdict


class NewInvalidation(Struct, frozen=True):
    """A signed invalidation event to store; ``key_id`` is the API key that cancels."""

    id: str
    company_id: int
    key_id: int | None
    document_id: str
    edition: Edition
    generation_code: str
    reason: int
    replacement_code: str | None
    jws: str
    requested_at: str
    lease: Lease


class InvalidationRow(StoredRow, frozen=True):
    """A stored invalidation event; ``registered`` and ``contingency`` are states without MH's answer.

    Moments are stored text in UTC. ``reason`` is CAT-024, ``replacement_code`` the generation code of the document that
    replaces the cancelled document. ``due_at`` is the end of the lease of the process that works on the event, or
    the moment from which any process may take it.
    """

    id: str
    company_id: int
    document_id: str
    edition: Edition
    generation_code: str
    reason: int
    replacement_code: str | None
    state: Literal["registered", "contingency", "stamped", "rejected"]
    jws: str
    stamp: str | None
    mh_state: str
    mh_message: str
    mh_code: str
    observations: str
    requested_at: str
    settled_at: str | None
    due_at: str | None
    attempts: int


_COLUMNS = columns(InvalidationRow)

_INSERT = sql("""
    INSERT INTO invalidation (id, company_id, key_id, document_id, edition, generation_code, reason, replacement_code,
                              state, jws, requested_at, due_at, held_by)
    VALUES (:id, :company, :key_id, :document, :edition, :generation_code, :reason, :replacement_code,
            'registered', :jws, :requested_at, :due_at, :held_by)""")

_SETTLE = sql("""
    UPDATE invalidation
    SET state = :state, stamp = :stamp, mh_state = :mh_state, mh_message = :mh_message, mh_code = :mh_code,
        observations = :observations, answer = :answer, settled_at = :now, due_at = NULL
    WHERE company_id = :company AND id = :id AND state IN ('registered', 'contingency')
      AND (:state = 'stamped' OR due_at = :held_until)
    RETURNING id""")

_MARK = sql("""
    UPDATE document SET invalidated_at = :now, invalidated_by = 'event'
    WHERE company_id = :company AND id = :document""")

_REVIVE_ADJUSTED = sql("""
    UPDATE document SET invalidated_at = NULL, invalidated_by = NULL
    WHERE company_id = :company AND invalidated_by = 'note'
      AND id = (SELECT adjusts_id FROM document
                WHERE company_id = :company AND id = :document AND adjusts_whole = 1)""")

_WAIT = sql("""
    UPDATE invalidation
    SET state = 'contingency', mh_message = :mh_message, due_at = :due_at, held_by = NULL, attempts = :attempts
    WHERE company_id = :company AND id = :id AND state IN ('registered', 'contingency') AND due_at = :held_until
    RETURNING id""")

_CLAIM_ONE = sql(
    f"""
    UPDATE invalidation SET due_at = :until, held_by = :holder
    WHERE company_id = :company AND id = :id AND state IN ('registered', 'contingency')
      AND (held_by IS NULL OR due_at <= :now)
    RETURNING {_COLUMNS}""",
    InvalidationRow,
)

_CLAIM_DUE = sql(
    f"""
    WITH due AS MATERIALIZED (
        SELECT id FROM invalidation WHERE due_at IS NOT NULL AND (due_at <= :now OR due_at > :too_late)
        ORDER BY due_at LIMIT :most :lock)
    UPDATE invalidation SET due_at = :until, held_by = :holder
    WHERE id IN (SELECT id FROM due)
    RETURNING {_COLUMNS}""",
    InvalidationRow,
    lock="update skip locked",
)

_MOST_OF_A_DOCUMENT: Final = 50
"""The events of one document that are read at once: a caller may repeat what MH refuses."""

_OF_DOCUMENT = sql(
    f"""
    SELECT {_COLUMNS} FROM invalidation WHERE company_id = :company AND document_id = :document
    ORDER BY CASE WHEN state = 'rejected' THEN 1 ELSE 0 END, requested_at DESC, id LIMIT {_MOST_OF_A_DOCUMENT}""",
    InvalidationRow,
)


def insert_invalidation(new: NewInvalidation) -> Transaction[bool]:
    """Stores a signed event before it is sent; False when a note has adjusted the document meanwhile.

    Raises UniqueError when the document already has an event that was not rejected.
    """
    [state] = (yield from held(new.company_id, [new.document_id], [], "")).values()
    if state.notes:
        return False
    yield _INSERT(
        id=new.id,
        company=new.company_id,
        key_id=new.key_id,
        document=new.document_id,
        edition=new.edition,
        generation_code=new.generation_code,
        reason=new.reason,
        replacement_code=new.replacement_code,
        jws=new.jws,
        requested_at=new.requested_at,
        due_at=new.lease.until,
        held_by=new.lease.holder,
    )
    yield from journaled(
        lambda: InvalidationLine(
            id=new.id,
            company_id=new.company_id,
            key_id=new.key_id,
            document_id=new.document_id,
            edition=new.edition,
            generation_code=new.generation_code,
            reason=new.reason,
            replacement_code=new.replacement_code,
            requested_at=new.requested_at,
            jws=new.jws,
        )
    )
    return True


def settle_invalidation(event: InvalidationRow, verdict: Verdict, now: str, listeners: Listeners) -> Transaction[bool]:
    """Writes MH's verdict on an event; a stamp invalidates the document in the same transaction.

    ``event`` is the row as the worker took it. A CCF that a note for the whole had cancelled becomes valid again when
    that note is invalidated. False when the event had been settled already, or when MH refused it after another worker
    had taken the event: MH may refuse to one worker the event that it has accepted from the other.
    """
    company_id, document_id = event.company_id, event.document_id
    yield from hold(company_id, document_id)
    settled = yield from changed(
        _SETTLE(
            company=company_id,
            id=event.id,
            held_until=event.due_at,
            state=verdict.state,
            stamp=verdict.stamp,
            mh_state=verdict.mh_state,
            mh_message=verdict.mh_message,
            mh_code=verdict.mh_code,
            observations=verdict.observations,
            answer=verdict.answer,
            now=now,
        )
    )
    if not settled:
        return False
    yield from journal_verdict("invalidation", event.id, company_id, verdict, now)
    if verdict.state == "stamped":
        yield _MARK(company=company_id, document=document_id, now=now)
        yield _REVIVE_ADJUSTED(company=company_id, document=document_id)
        yield from announce(company_id, document_id, "document.invalidated", now, listeners)
    return True


def postpone_invalidation(event: InvalidationRow, message: str, *, due_at: str, attempts: int) -> Transaction[bool]:
    """Makes an event that MH has not answered due again; ``attempts`` counts the transmissions without answer.

    ``event`` is the row as the worker took it. False when the event was settled, or taken by another worker.
    """
    return (
        yield from changed(
            _WAIT(
                company=event.company_id,
                id=event.id,
                held_until=event.due_at,
                mh_message=message,
                due_at=due_at,
                attempts=attempts,
            )
        )
    )


def claim_invalidation(
    company_id: int, invalidation_id: str, now: str, lease: Lease
) -> Transaction[InvalidationRow | None]:
    """Takes one unanswered event for the caller; None when the event is settled or another worker has it."""
    return (
        yield from first(
            _CLAIM_ONE(company=company_id, id=invalidation_id, now=now, until=lease.until, holder=lease.holder)
        )
    )


def claim_due_invalidations(now: str, too_late: str, lease: Lease, most: int) -> Transaction[list[InvalidationRow]]:
    """Takes up to ``most`` due events for a worker.

    An event due after ``too_late`` is taken too, because a wrong clock postponed it.
    """
    return (yield from every(_CLAIM_DUE(now=now, too_late=too_late, until=lease.until, holder=lease.holder, most=most)))


def invalidations_of(company_id: int, document_id: str) -> Transaction[list[InvalidationRow]]:
    """The newest events of a document: first the event that was not rejected, if any, then the rejected ones.

    Rejected events stand latest first. The latest event may be one of them: processes may have different clocks.
    """
    return (yield from every(_OF_DOCUMENT(company=company_id, document=document_id)))
