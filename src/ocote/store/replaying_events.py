"""Writes again what the journal says of documents after they were signed: events, cancellations, and MH's verdicts.

What was told to customers and webhooks then is not told again.
"""

from collections.abc import Callable, Sequence
from typing import Final, Literal

from msgspec import Struct

from ocote.journal.lines import EventLine, InvalidationLine, VerdictLine
from ocote.store import documents
from ocote.store.contingency import contingencies
from ocote.store.contingency.events import settle_event
from ocote.store.document_row import DocumentRow
from ocote.store.engine.statement import StoredRow, Transaction, changed, columns, first, one, sql
from ocote.store.invalidations import InvalidationRow, settle_invalidation
from ocote.store.outbox import NOBODY
from ocote.store.verdict import Verdict

Happened = EventLine | InvalidationLine | VerdictLine
"""What happened to documents after they were signed; ``company_id`` and ``key_id`` are those of this database."""

Applied = Literal["written", "known", "apart"]
"""``apart``: the document, the contingency or the signed version that a line is about is missing."""


class _Id(StoredRow, frozen=True):
    id: str


class _EventOwner(StoredRow, frozen=True):
    company_id: int
    state: str


class _DocumentOwner(StoredRow, frozen=True):
    company_id: int


_EVENT = sql("SELECT company_id, state FROM contingency_event WHERE id = :id", _EventOwner)
_CONTINGENCY = sql("SELECT id FROM contingency WHERE company_id = :company AND id = :id", _Id)
_INSERT_EVENT = sql("""
    INSERT INTO contingency_event (id, contingency_id, company_id, edition, generation_code, state, documents, jws,
                                   signed_at)
    VALUES (:id, :contingency_id, :company_id, :edition, :generation_code, 'registered', :documents, :jws,
            :signed_at)""")
_NAME = sql("""
    UPDATE document SET event_id = :event
    WHERE company_id = :company AND id = :id AND contingency_id = :contingency AND state = 'contingency'""")
_REFUSED_EVENTS = sql("""
    UPDATE contingency_event SET state = 'rejected'
    WHERE company_id = :company AND contingency_id = :contingency AND id <> :id AND state = 'registered'
      AND NOT EXISTS (SELECT 1 FROM document WHERE document.event_id = contingency_event.id)""")

_INVALIDATION = sql(f"SELECT {columns(InvalidationRow)} FROM invalidation WHERE id = :id", InvalidationRow)
_DOCUMENT = sql("SELECT id FROM document WHERE company_id = :company AND id = :id", _Id)
_OTHER_LIVE = sql(
    f"""
    SELECT {columns(InvalidationRow)} FROM invalidation
    WHERE company_id = :company AND document_id = :document AND state <> 'rejected'""",
    InvalidationRow,
)
_INSERT_INVALIDATION = sql("""
    INSERT INTO invalidation (id, company_id, key_id, document_id, edition, generation_code, reason, replacement_code,
                              state, jws, requested_at, due_at)
    VALUES (:id, :company_id, :key_id, :document_id, :edition, :generation_code, :reason, :replacement_code,
            'registered', :jws, :requested_at, :requested_at)""")
_REFUSED = sql("UPDATE invalidation SET state = 'rejected', due_at = NULL WHERE company_id = :company AND id = :id")

_OWNER = sql("SELECT company_id FROM document WHERE id = :id", _DocumentOwner)


class ReplayedHappening(Struct, frozen=True):
    """One line, and the id of the company in this database."""

    company_id: int
    key_id: int | None
    line: Happened


def replay_happenings(
    happenings: Sequence[ReplayedHappening], number_of: Callable[[str], str]
) -> Transaction[list[Applied]]:
    """Writes some of what happened, in the order in which it did. ``number_of`` reads the number in a signed text."""
    outcomes: list[Applied] = []
    for happening in happenings:
        match happening.line:
            case EventLine() as event:
                outcomes.append((yield from _replay_event(happening.company_id, event)))
            case InvalidationLine() as invalidation:
                outcomes.append((yield from _replay_invalidation(happening.company_id, happening.key_id, invalidation)))
            case VerdictLine() as verdict:
                outcomes.append((yield from _VERDICTS[verdict.of](verdict, number_of)))
    return outcomes


def company_of_document(document_id: str) -> Transaction[int | None]:
    """The id of the company that has a document; None without the document."""
    row = yield from first(_OWNER(id=document_id))
    return row.company_id if row is not None else None


def _replay_event(company_id: int, line: EventLine) -> Transaction[Applied]:
    """An event without MH's verdict is sent again, because MH then says whether it has the event."""
    if (yield from first(_EVENT(id=line.id))) is not None:
        return "known"
    if not (yield from changed(_CONTINGENCY(company=company_id, id=line.contingency_id))):
        return "apart"
    yield _INSERT_EVENT(
        id=line.id,
        contingency_id=line.contingency_id,
        company_id=company_id,
        edition=line.edition,
        generation_code=line.generation_code,
        documents=len(line.documents),
        jws=line.jws,
        signed_at=line.signed_at,
    )
    for document in line.documents:
        yield _NAME(event=line.id, company=company_id, id=document, contingency=line.contingency_id)
    # A document is named by one event at a time: MH had refused the event whose documents this event has named.
    yield _REFUSED_EVENTS(company=company_id, contingency=line.contingency_id, id=line.id)
    return "written"


def _replay_invalidation(company_id: int, key_id: int | None, line: InvalidationLine) -> Transaction[Applied]:
    if (yield from first(_INVALIDATION(id=line.id))) is not None:
        return "known"
    if not (yield from changed(_DOCUMENT(company=company_id, id=line.document_id))):
        return "apart"
    other = yield from first(_OTHER_LIVE(company=company_id, document=line.document_id))
    if other is not None and other.state == "stamped":
        return "known"  # the document is cancelled, and this event was never kept
    if other is not None:
        # A document has one event without MH's refusal: this one was made because MH had refused the other.
        yield _REFUSED(company=company_id, id=other.id)
    yield _INSERT_INVALIDATION(
        id=line.id,
        company_id=company_id,
        key_id=key_id,
        document_id=line.document_id,
        edition=line.edition,
        generation_code=line.generation_code,
        reason=line.reason,
        replacement_code=line.replacement_code,
        jws=line.jws,
        requested_at=line.requested_at,
    )
    return "written"


def _document_verdict(line: VerdictLine, number_of: Callable[[str], str]) -> Transaction[Applied]:
    company_id = yield from company_of_document(line.id)
    row = None if company_id is None else (yield from documents.document_by_id(company_id, line.id))
    if row is None:
        return "apart"
    if row.version == line.version - 1 and row.state == "contingency" and line.state == "stamped":
        row = yield from _with_first_text(row, line, number_of)
    if row.version > line.version or row.state in {"stamped", "rejected"}:
        return "known"
    if row.version < line.version:
        return "apart"
    [is_settled] = yield from documents.settle_all(row.company_id, [(row, verdict_of(line))], line.at, NOBODY)
    return "written" if is_settled else "known"


def _with_first_text(row: DocumentRow, line: VerdictLine, number_of: Callable[[str], str]) -> Transaction[DocumentRow]:
    """The document with the text that was signed before the contingency: the only version without a line of its own."""
    first_signed = yield from contingencies.as_first_signed(row, number_of, line.at)
    restored = yield from documents.document_by_id(row.company_id, row.id)
    return row if first_signed is None or restored is None else restored


def _event_verdict(line: VerdictLine, _: Callable[[str], str]) -> Transaction[Applied]:
    row = yield from first(_EVENT(id=line.id))
    if row is None:
        return "apart"
    is_settled = yield from settle_event(row.company_id, line.id, verdict_of(line), line.at)
    return "written" if is_settled else "known"


def _invalidation_verdict(line: VerdictLine, _: Callable[[str], str]) -> Transaction[Applied]:
    row = yield from first(_INVALIDATION(id=line.id))
    if row is None:
        return "apart"
    if row.state in {"stamped", "rejected"}:
        return "known"
    yield from one(_DOCUMENT(company=row.company_id, id=row.document_id))
    is_settled = yield from settle_invalidation(row, verdict_of(line), line.at, NOBODY)
    return "written" if is_settled else "known"


def verdict_of(line: VerdictLine) -> Verdict:
    """MH's verdict in a line."""
    return Verdict(
        state=line.state,
        stamp=line.stamp,
        mh_state=line.mh_state,
        mh_message=line.mh_message,
        mh_code=line.mh_code,
        observations=line.observations,
        answer=line.answer,
    )


_VERDICTS: Final = {
    "document": _document_verdict,
    "contingency_event": _event_verdict,
    "invalidation": _invalidation_verdict,
}
