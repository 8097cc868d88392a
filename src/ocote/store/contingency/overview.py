"""Contingencies for the operator: their states, and the moments on which their deadlines depend (rules.md 4)."""

from typing import Literal

from ocote.store.contingency.row import ContingencyOverview
from ocote.store.engine.statement import StoredRow, Transaction, columns, every, first, sql

# When the answer with the stamp was lost, the moment of signing is used: it is earlier and therefore safe.
REPORTED_AT = """
    CASE WHEN contingency_event.stamp IS NULL THEN contingency_event.signed_at ELSE contingency_event.settled_at END"""
"""The moment when MH took a ``contingency_event``, as an SQL expression."""


class Deadlines(StoredRow, frozen=True):
    """The moments on which the deadline of a waiting document depends: end of the cause, and when MH took the event."""

    ended_at: str | None
    reported_at: str | None


class LotOverview(StoredRow, frozen=True):
    """One lot for the operator, with the number of its documents."""

    state: Literal["registered", "received", "done", "failed"]
    code: str | None
    sent_at: str
    documents: int


class DoneContingency(StoredRow, frozen=True):
    """One contingency whose documents all have MH's answer."""

    id: str
    kind: int
    reason: str | None
    began_at: str
    ended_at: str | None
    done_at: str | None
    documents: int


class SettledDocument(StoredRow, frozen=True):
    """One document that was in a contingency and has MH's answer."""

    id: str
    control_number: str
    external_ref: str
    posted_at: str
    state: str
    stamp: str | None


class WaitingDocument(StoredRow, frozen=True):
    """One waiting document and its next step: to be asked about, to be reported, to be delivered, or in a lot."""

    id: str
    control_number: str
    external_ref: str
    posted_at: str
    ask_from: str | None
    event_id: str | None
    lot_id: str | None


_OF_DOCUMENT = sql(
    f"""
    SELECT contingency.ended_at, {REPORTED_AT} AS reported_at
    FROM document
    JOIN contingency ON contingency.id = document.contingency_id
    LEFT JOIN contingency_event ON contingency_event.id = document.event_id AND contingency_event.state = 'stamped'
    WHERE document.company_id = :company AND document.id = :id AND document.state = 'contingency'
    """,
    Deadlines,
)

_COLUMNS = """contingency.id, contingency.company_id, contingency.kind, contingency.reason, contingency.state,
    contingency.began_at, contingency.ended_at, contingency.attempts, contingency.done_at, contingency.due_at,
    contingency.held_by, company.name, company.nit, company.environment"""

_OVERVIEW = f"""
    SELECT {_COLUMNS},
           count(document.id) AS documents,
           count(CASE WHEN document.state = 'contingency' THEN 1 END) AS waiting,
           count(CASE WHEN document.state = 'contingency' AND contingency_event.id IS NULL THEN 1 END) AS unreported,
           min(CASE WHEN document.state = 'contingency' THEN {REPORTED_AT} END) AS reported_at,
           (SELECT last.state FROM contingency_event AS last
            WHERE last.contingency_id = contingency.id AND last.state <> 'registered'
            ORDER BY last.signed_at DESC, last.id LIMIT 1) AS last_event,
           (SELECT min(refused.settled_at) FROM contingency_event AS refused
            WHERE refused.contingency_id = contingency.id AND refused.state = 'rejected'
              AND refused.settled_at >= contingency.ended_at) AS refused_at
    FROM contingency
    JOIN company ON company.id = contingency.company_id
    LEFT JOIN document ON document.contingency_id = contingency.id
    LEFT JOIN contingency_event ON contingency_event.id = document.event_id AND contingency_event.state = 'stamped'
    WHERE {{which}}
    GROUP BY {_COLUMNS}
    ORDER BY contingency.began_at DESC, contingency.id"""

_UNFINISHED = sql(_OVERVIEW.format(which="contingency.state <> 'done'"), ContingencyOverview)
_ALL = sql(_OVERVIEW.format(which="contingency.id IS NOT NULL"), ContingencyOverview)
_BEGINNING_WITH = sql(
    _OVERVIEW.format(which="substr(contingency.id, 1, length(:beginning)) = :beginning"), ContingencyOverview
)

_OF_COMPANY = sql(
    _OVERVIEW.format(which="contingency.company_id = :company AND contingency.state <> 'done'"), ContingencyOverview
)
_ONE_OF_COMPANY = sql(
    _OVERVIEW.format(which="contingency.company_id = :company AND contingency.id = :id"), ContingencyOverview
)
# The documents are counted in their index alone, after the page was cut.
_DONE = sql(
    """
    SELECT page.*, (SELECT CAST(count(*) AS BIGINT) FROM document WHERE document.contingency_id = page.id) AS documents
    FROM (SELECT id, kind, reason, began_at, ended_at, done_at FROM contingency
          WHERE company_id = :company AND state = 'done' AND (began_at, id) < (:before_at, :before_id)
          ORDER BY began_at DESC, id DESC LIMIT :most) AS page
    ORDER BY page.began_at DESC, page.id DESC""",
    DoneContingency,
)

_LOTS = sql(
    """
    SELECT lot.state, lot.code, lot.sent_at, count(document.id) AS documents
    FROM lot
    JOIN contingency_event ON contingency_event.id = lot.event_id
    LEFT JOIN document ON document.lot_id = lot.id
    WHERE lot.company_id = :company AND contingency_event.contingency_id = :contingency
    GROUP BY lot.id, lot.state, lot.code, lot.sent_at ORDER BY lot.sent_at, lot.id""",
    LotOverview,
)

_DOCUMENTS = sql(
    f"""
    SELECT {columns(WaitingDocument)} FROM document
    WHERE company_id = :company AND contingency_id = :contingency AND state = 'contingency'
      AND (posted_at, id) > (:after_at, :after_id)
    ORDER BY posted_at, id LIMIT :most""",
    WaitingDocument,
)
# In the order in which the index gives them: of a contingency of a million documents only so many are read.
_SETTLED = sql(
    f"""
    SELECT {columns(SettledDocument)} FROM document
    WHERE company_id = :company AND contingency_id = :contingency AND state <> 'contingency' LIMIT :most""",
    SettledDocument,
)


def of_document(company_id: int, document_id: str) -> Transaction[Deadlines | None]:
    """The moments when the cause ended and when MH took the event; None when the document is not in contingency."""
    return (yield from first(_OF_DOCUMENT(company=company_id, id=document_id)))


def overview(*, also_done: bool = False) -> Transaction[list[ContingencyOverview]]:
    """Contingencies of every company, latest first: the unfinished contingencies, or all."""
    return (yield from every((_ALL if also_done else _UNFINISHED)()))


def beginning_with(beginning: str) -> Transaction[list[ContingencyOverview]]:
    """The contingencies that an operator may mean by the first characters of an id, as ``overview`` lists them."""
    return (yield from every(_BEGINNING_WITH(beginning=beginning)))


def lots_of(company_id: int, contingency_id: str) -> Transaction[list[LotOverview]]:
    """The lots in which documents went to MH, the oldest first."""
    return (yield from every(_LOTS(company=company_id, contingency=contingency_id)))


def waiting_documents(
    company_id: int, contingency_id: str, most: int, after: tuple[str, str] = ("", "")
) -> Transaction[list[WaitingDocument]]:
    """The documents that still wait, the oldest first, behind a position: ``posted_at`` and ``id`` of one before."""
    which = {"company": company_id, "contingency": contingency_id, "after_at": after[0], "after_id": after[1]}
    return (yield from every(_DOCUMENTS(**which, most=most)))


def settled_documents(company_id: int, contingency_id: str, most: int) -> Transaction[list[SettledDocument]]:
    """Some documents of a contingency that have MH's answer, in no order."""
    return (yield from every(_SETTLED(company=company_id, contingency=contingency_id, most=most)))


def unfinished_of(company_id: int) -> Transaction[list[ContingencyOverview]]:
    """The contingencies of a company that are not done, latest first."""
    return (yield from every(_OF_COMPANY(company=company_id)))


def contingency_of(company_id: int, contingency_id: str) -> Transaction[ContingencyOverview | None]:
    """One contingency of a company; None for an unknown id."""
    return (yield from first(_ONE_OF_COMPANY(company=company_id, id=contingency_id)))


def done_page(company_id: int, before: tuple[str, str], most: int) -> Transaction[list[DoneContingency]]:
    """The contingencies of a company that are done, latest first, behind a position: ``began_at`` and ``id``."""
    query = _DONE(company=company_id, before_at=before[0], before_id=before[1], most=most)
    return (yield from every(query))
