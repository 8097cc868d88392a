"""The events that report contingencies to MH (rules.md 4)."""

from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct

from ocote.journal.lines import EventLine
from ocote.store.engine.statement import StoredRow, Transaction, changed, columns, every, first, journaled, one, sql
from ocote.store.journaling import journal_verdict
from ocote.store.verdict import Verdict


class EventRow(StoredRow, frozen=True):
    """One event with the number of its ``documents``, the moment of its signature, and MH's answer.

    ``late``: MH refused the event as out of time. ``attempts`` counts transmissions.
    """

    id: str
    state: Literal["registered", "stamped", "rejected", "late"]
    documents: int
    stamp: str | None
    mh_message: str
    signed_at: str
    settled_at: str | None
    attempts: int


class Reported(StoredRow, frozen=True):
    """One document as a contingency event names it, with the codes of its point of sale."""

    id: str
    doc_type: str
    generation_code: str
    branch_code: str
    pos_code: str


class _Id(StoredRow, frozen=True):
    id: str


class _Cause(StoredRow, frozen=True):
    kind: int
    reason: str | None


class _Signed(StoredRow, frozen=True):
    jws: str


_GATHER = sql(
    f"""
    SELECT {columns(Reported)} FROM document
    WHERE company_id = :company AND contingency_id = :contingency AND state = 'contingency'
      AND ask_from IS NULL AND event_id IS NULL
    ORDER BY posted_at, id LIMIT :most""",
    Reported,
    lock="update",
)

_REPORT = sql(
    """
    WITH next AS MATERIALIZED (
        SELECT id FROM document
        WHERE company_id = :company AND contingency_id = :contingency AND state = 'contingency'
          AND ask_from IS NULL AND event_id IS NULL
        ORDER BY posted_at, id LIMIT :most)
    UPDATE document SET event_id = :event WHERE id IN (SELECT id FROM next)
    RETURNING id""",
    _Id,
)

_INSERT_EVENT = sql("""
    INSERT INTO contingency_event (id, contingency_id, company_id, edition, generation_code, state, documents, jws,
                                   signed_at)
    VALUES (:id, :contingency, :company, :edition, :generation_code, 'registered', :documents, :jws, :signed_at)""")

_EVENTS = sql(
    f"""
    SELECT {columns(EventRow)} FROM contingency_event
    WHERE company_id = :company AND contingency_id = :contingency
    ORDER BY signed_at, id""",
    EventRow,
)

_HOLD = sql(
    """
    SELECT kind, reason FROM contingency
    WHERE company_id = :company AND id = :contingency AND due_at = :held_until""",
    _Cause,
    lock="update",
)

_SIGNED = sql("SELECT jws FROM contingency_event WHERE company_id = :company AND id = :id", _Signed)

_SETTLE_EVENT = sql(
    """
    UPDATE contingency_event
    SET state = :state, stamp = :stamp, mh_message = :mh_message, answer = :answer, settled_at = :now
    WHERE company_id = :company AND id = :id AND state = 'registered' RETURNING id""",
    _Id,
)

_COUNT_EVENT_ATTEMPT = sql("""
    UPDATE contingency_event SET attempts = attempts + 1 WHERE company_id = :company AND id = :id""")

# MH may have refused the event because MH already has one of its documents: the next step asks MH about the documents
# that were sent.
_UNREPORT = sql("""
    UPDATE document
    SET event_id = NULL,
        ask_from = CASE WHEN EXISTS (
            SELECT 1 FROM superseded_version
            WHERE superseded_version.document_id = document.id AND superseded_version.why = 'contingency'
        ) THEN :now END
    WHERE company_id = :company AND event_id = :event AND state = 'contingency'""")


class NewEvent(Struct, frozen=True):
    """A contingency event to store, by the worker that has the contingency until ``held_until``.

    ``sign`` makes the event's JWS from its documents, at most ``most``.
    """

    id: str
    company_id: int
    contingency_id: str
    held_until: str
    edition: str
    generation_code: str
    kind: int
    reason: str | None
    most: int
    now: str
    sign: Callable[[Sequence[Reported]], str]


def report(new: NewEvent) -> Transaction[int]:
    """Stores a signed event that names documents without an event, and returns how many documents the event names.

    Returns 0 and stores nothing when there is no document to report, when the cause was corrected after the event was
    prepared, or when another worker took the contingency.
    """
    hold = _HOLD(company=new.company_id, contingency=new.contingency_id, held_until=new.held_until)
    held = yield from first(hold)
    if held is None or (held.kind, held.reason) != (new.kind, new.reason):
        return 0
    which = {"company": new.company_id, "contingency": new.contingency_id, "most": new.most}
    rows = yield from every(_GATHER(**which))
    if not rows:
        return 0
    jws = new.sign(rows)
    yield _INSERT_EVENT(
        id=new.id,
        contingency=new.contingency_id,
        company=new.company_id,
        edition=new.edition,
        generation_code=new.generation_code,
        documents=len(rows),
        jws=jws,
        signed_at=new.now,
    )
    reported = yield from every(_REPORT(**which, event=new.id))
    if {row.id for row in reported} != {row.id for row in rows}:
        raise RuntimeError("the documents of a contingency changed while they were being reported")
    yield from journaled(
        lambda: EventLine(
            id=new.id,
            company_id=new.company_id,
            contingency_id=new.contingency_id,
            edition=new.edition,
            generation_code=new.generation_code,
            signed_at=new.now,
            documents=tuple(row.id for row in rows),
            jws=jws,
        )
    )
    return len(rows)


def events_of(company_id: int, contingency_id: str) -> Transaction[list[EventRow]]:
    """The events made for a contingency, the oldest first."""
    return (yield from every(_EVENTS(company=company_id, contingency=contingency_id)))


def signed_event(company_id: int, event_id: str) -> Transaction[str]:
    """The signed text of an event."""
    return (yield from one(_SIGNED(company=company_id, id=event_id))).jws


def settle_event(company_id: int, event_id: str, verdict: Verdict, now: str) -> Transaction[bool]:
    """Writes MH's verdict on an event; the documents of a refused event may go into another event."""
    settle = _SETTLE_EVENT(
        company=company_id,
        id=event_id,
        state=verdict.state,
        stamp=verdict.stamp,
        mh_message=verdict.mh_message,
        answer=verdict.answer,
        now=now,
    )
    is_settled = yield from changed(settle)
    if is_settled:
        yield from journal_verdict("contingency_event", event_id, company_id, verdict, now)
    if is_settled and verdict.state != "stamped":
        yield _UNREPORT(company=company_id, event=event_id, now=now)
    return is_settled


def count_attempt(company_id: int, event_id: str) -> Transaction[None]:
    """Counts an attempt before the event is sent, because MH may have the event from then on."""
    yield _COUNT_EVENT_ATTEMPT(company=company_id, id=event_id)
