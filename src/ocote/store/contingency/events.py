"""The events that report contingencies to MH (rules.md 4)."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from ocote.store.documents import Verdict
from ocote.store.engine.statement import Row, Transaction, sql

_EVENT = """id, contingency_id, company_id, edition, generation_code, state, documents, stamp, mh_message,
    signed_at, settled_at, attempts"""

_WHICH = """
    SELECT id FROM document
    WHERE company_id = :company AND contingency_id = :contingency AND state = 'contingency'
      AND ask_from IS NULL AND event_id IS NULL
    ORDER BY posted_at, id LIMIT :most"""

_GATHER = sql(
    """
    SELECT id, doc_type, generation_code, branch_code, pos_code FROM document
    WHERE company_id = :company AND contingency_id = :contingency AND state = 'contingency'
      AND ask_from IS NULL AND event_id IS NULL
    ORDER BY posted_at, id LIMIT :most""",
    lock="update",
)

_REPORT = sql(f"""
    UPDATE document SET event_id = :event WHERE id IN ({_WHICH})
    RETURNING id""")

_INSERT_EVENT = sql("""
    INSERT INTO contingency_event (id, contingency_id, company_id, edition, generation_code, state, documents, jws,
                                   signed_at)
    VALUES (:id, :contingency, :company, :edition, :generation_code, 'registered', :documents, :jws, :signed_at)""")

_EVENTS = sql(f"""
    SELECT {_EVENT} FROM contingency_event WHERE company_id = :company AND contingency_id = :contingency
    ORDER BY signed_at, id""")

_HOLD = sql(
    """
    SELECT kind, reason FROM contingency
    WHERE company_id = :company AND id = :contingency AND due_at = :held_until""",
    lock="update",
)

_SIGNED = sql("SELECT jws FROM contingency_event WHERE company_id = :company AND id = :id")

_ANSWER = sql("SELECT answer FROM contingency_event WHERE company_id = :company AND id = :id")

_SETTLE_EVENT = sql("""
    UPDATE contingency_event
    SET state = :state, stamp = :stamp, mh_message = :mh_message, answer = :answer, settled_at = :now
    WHERE company_id = :company AND id = :id AND state = 'registered' RETURNING id""")

_COUNT_EVENT_ATTEMPT = sql("""
    UPDATE contingency_event SET attempts = attempts + 1 WHERE company_id = :company AND id = :id""")

# MH may have refused the event because it holds one of the documents after all: those that were sent are asked again.
_UNREPORT = sql("""
    UPDATE document
    SET event_id = NULL,
        ask_from = CASE WHEN EXISTS (
            SELECT 1 FROM superseded_version
            WHERE superseded_version.document_id = document.id AND superseded_version.why = 'contingency'
        ) THEN :now END
    WHERE company_id = :company AND event_id = :event AND state = 'contingency'""")


class Reported(Struct, frozen=True):
    """One document as a contingency event names it, and where it was made."""

    doc_type: str
    generation_code: str
    branch_code: str
    pos_code: str


class NewEvent(Struct, frozen=True):
    """A contingency event about to be kept, by whoever has the contingency until ``held_until``.

    ``sign`` makes its JWS once its documents are known, at most ``most``.
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
    """Gathers documents that no event has reported into a new one, signed and kept; returns how many it names.

    None are named when there is nothing to report, or when the cause has been corrected, or another has taken the
    contingency over, since the event was prepared.
    """
    held = yield _HOLD(company=new.company_id, contingency=new.contingency_id, held_until=new.held_until)
    if not held or (held[0]["kind"], held[0]["reason"]) != (new.kind, new.reason):
        return 0
    which = {"company": new.company_id, "contingency": new.contingency_id, "most": new.most}
    rows = yield _GATHER(**which)
    if not rows:
        return 0
    jws = new.sign(
        [Reported(row["doc_type"], row["generation_code"], row["branch_code"], row["pos_code"]) for row in rows]
    )
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
    reported = yield _REPORT(**which, event=new.id)
    if {row["id"] for row in reported} != {row["id"] for row in rows}:
        raise RuntimeError("the documents of a contingency changed while they were being reported")
    return len(rows)


def events_of(company_id: int, contingency_id: str) -> Transaction[list[Row]]:
    """The events made for a contingency, the oldest first."""
    return (yield _EVENTS(company=company_id, contingency=contingency_id))


def signed_event(company_id: int, event_id: str) -> Transaction[str]:
    """The signed text of an event."""
    [row] = yield _SIGNED(company=company_id, id=event_id)
    jws: str = row["jws"]
    return jws


def settle_event(company_id: int, event_id: str, verdict: Verdict, now: str) -> Transaction[bool]:
    """Writes MH's verdict on an event. The documents of a refused one are free for another."""
    rows = yield _SETTLE_EVENT(
        company=company_id,
        id=event_id,
        state=verdict.state,
        stamp=verdict.stamp,
        mh_message=verdict.mh_message,
        answer=verdict.answer,
        now=now,
    )
    if rows and verdict.state != "stamped":
        yield _UNREPORT(company=company_id, event=event_id, now=now)
    return bool(rows)


def answer_to(company_id: int, event_id: str) -> Transaction[str | None]:
    """MH's raw answer to an event."""
    [row] = yield _ANSWER(company=company_id, id=event_id)
    answer: str | None = row["answer"]
    return answer


def count_attempt(company_id: int, event_id: str) -> Transaction[None]:
    """The event is about to be sent: from here on MH may have it."""
    yield _COUNT_EVENT_ATTEMPT(company=company_id, id=event_id)
