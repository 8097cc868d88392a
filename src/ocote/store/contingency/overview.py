"""Contingencies as the operator looks at them: how they stand, and what their deadlines depend on (rules.md 4)."""

from ocote.store.engine.statement import Row, Transaction, sql

# MH took an event whose stamp was lost with its answer: it was signed before, so that moment is on the safe side.
REPORTED_AT = """
    CASE WHEN contingency_event.stamp IS NULL THEN contingency_event.signed_at ELSE contingency_event.settled_at END"""
"""When MH took a ``contingency_event``, as an expression of SQL."""

_OF_DOCUMENT = sql(f"""
    SELECT contingency.ended_at, {REPORTED_AT} AS reported_at
    FROM document
    JOIN contingency ON contingency.id = document.contingency_id
    LEFT JOIN contingency_event ON contingency_event.id = document.event_id AND contingency_event.state = 'stamped'
    WHERE document.company_id = :company AND document.id = :id AND document.state = 'contingency'
    """)

_COLUMNS = """contingency.id, contingency.company_id, contingency.kind, contingency.reason, contingency.state,
    contingency.began_at, contingency.ended_at, contingency.done_at, contingency.due_at, contingency.held_by,
    contingency.attempts, company.name, company.nit, company.environment"""

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

_UNFINISHED = sql(_OVERVIEW.format(which="contingency.state <> 'done'"))
_ALL = sql(_OVERVIEW.format(which="contingency.id IS NOT NULL"))
_BEGINNING_WITH = sql(_OVERVIEW.format(which="substr(contingency.id, 1, length(:beginning)) = :beginning"))

_EVENTS = sql("""
    SELECT generation_code, edition, state, documents, stamp, mh_message, signed_at, settled_at, attempts
    FROM contingency_event WHERE company_id = :company AND contingency_id = :contingency ORDER BY signed_at, id""")

_LOTS = sql("""
    SELECT lot.state, lot.code, lot.sent_at, lot.polls, count(document.id) AS documents,
           count(CASE WHEN document.state = 'contingency' THEN 1 END) AS waiting
    FROM lot
    JOIN contingency_event ON contingency_event.id = lot.event_id
    LEFT JOIN document ON document.lot_id = lot.id
    WHERE lot.company_id = :company AND contingency_event.contingency_id = :contingency
    GROUP BY lot.id, lot.state, lot.code, lot.sent_at, lot.polls ORDER BY lot.sent_at, lot.id""")

_DOCUMENTS = sql("""
    SELECT doc_type, control_number, external_ref, posted_at, ask_from, event_id, lot_id FROM document
    WHERE company_id = :company AND contingency_id = :contingency AND state = 'contingency'
    ORDER BY posted_at, id LIMIT :most""")


def of_document(company_id: int, document_id: str) -> Transaction[Row | None]:
    """When the cause of a waiting document ended and when MH took the event that reports it; None if it waits not."""
    rows = yield _OF_DOCUMENT(company=company_id, id=document_id)
    return rows[0] if rows else None


def overview(*, also_done: bool = False) -> Transaction[list[Row]]:
    """Contingencies of every company, the latest first.

    Each with its company, how many documents belong to it, how many still wait, how many of these no event has
    reported, when the earliest event of the reported ones was taken, the state of the last event that MH answered, and
    when MH first refused one, not as out of time, that told it of the present end of the cause.
    """
    return (yield (_ALL if also_done else _UNFINISHED)())


def beginning_with(beginning: str) -> Transaction[list[Row]]:
    """The same of those whose id begins so."""
    return (yield _BEGINNING_WITH(beginning=beginning))


def events_of(company_id: int, contingency_id: str) -> Transaction[list[Row]]:
    """What was reported to MH, the oldest first."""
    return (yield _EVENTS(company=company_id, contingency=contingency_id))


def lots_of(company_id: int, contingency_id: str) -> Transaction[list[Row]]:
    """The lots in which documents went to MH, the oldest first."""
    return (yield _LOTS(company=company_id, contingency=contingency_id))


def waiting_documents(company_id: int, contingency_id: str, most: int) -> Transaction[list[Row]]:
    """The documents that still wait, the oldest first."""
    return (yield _DOCUMENTS(company=company_id, contingency=contingency_id, most=most))
