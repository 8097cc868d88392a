"""Sums of a company's documents by hour, type and till, out of indexes alone.

A moment's hour is the beginning of its stored UTC text: ``2026-11-20T17``. El Salvador is six whole hours behind UTC,
so that an hour belongs to one day. ``docs/decisions/0020-sums-of-a-month.md`` says why sums are made in this way.
"""

from typing import Literal

from msgspec import Struct

from ocote.store.document_row import State
from ocote.store.engine.statement import StoredRow, Transaction, every, one, sql
from ocote.store.installation import installation


class SummedRow(StoredRow, frozen=True):
    """The documents of one type and till that were posted in a span of time, whatever became of them."""

    doc_type: str
    branch_code: str
    pos_code: str
    documents: int
    gross_cents: int


class HourRow(StoredRow, frozen=True):
    """The documents of one type, till, state and hour; ``cancelled`` by an event of invalidation."""

    hour: str
    doc_type: str
    branch_code: str
    pos_code: str
    state: State
    cancelled: bool
    documents: int
    gross_cents: int


class ExceptionRow(StoredRow, frozen=True):
    """Documents that do not simply count on the day on which they were posted, of one type, till and hour.

    ``open`` are not stamped, ``cancelled`` are stamped and were cancelled by an event, ``corrected`` is one document
    that MH refused once, written again at ``corrected_at``.
    """

    kind: Literal["open", "cancelled", "corrected"]
    hour: str
    doc_type: str
    branch_code: str
    pos_code: str
    state: State
    cancelled: bool
    documents: int
    gross_cents: int
    corrected_at: str | None
    year: int | None


class Exceptions(Struct, frozen=True):
    """The exceptions since a moment, and what tells that sums of past days may be others than before.

    ``is_settled``: no journal is being replayed into the past. ``confirmed_at`` changes after each replay.
    """

    rows: list[ExceptionRow]
    is_settled: bool
    confirmed_at: str | None


class InvalidatedCount(StoredRow, frozen=True):
    """The invalidated documents of one type: those of the span, and those whose invalidation was stamped in it."""

    doc_type: str
    of_span: int
    in_span: int


class LatestRow(StoredRow, frozen=True):
    """One of the last documents of a day, as a list shows it. ``observations`` is a JSON array."""

    id: str
    doc_type: str
    control_number: str
    branch_code: str
    pos_code: str
    state: State
    invalidated_by: Literal["event", "note"] | None
    mh_code: str
    observations: str
    customer_name: str
    gross_cents: int
    posted_at: str


class _StampedRow(StoredRow, frozen=True):
    stamped_at: str | None


_SUMS = sql(
    """
    SELECT doc_type, branch_code, pos_code, CAST(count(*) AS BIGINT) AS documents,
           CAST(sum(gross_cents) AS BIGINT) AS gross_cents
    FROM document WHERE company_id = :company AND posted_at >= :since AND posted_at < :until
    GROUP BY doc_type, branch_code, pos_code""",
    SummedRow,
)

_BY_HOUR = sql(
    """
    SELECT hour, doc_type, branch_code, pos_code, state, cancelled, CAST(count(*) AS BIGINT) AS documents,
           CAST(sum(gross_cents) AS BIGINT) AS gross_cents
    FROM (SELECT substr(posted_at, 1, 13) AS hour, doc_type, branch_code, pos_code, state, gross_cents,
                 CASE WHEN invalidated_by = 'event' THEN 1 ELSE 0 END AS cancelled
          FROM document WHERE company_id = :company AND posted_at >= :since AND posted_at < :until) AS each_one
    GROUP BY hour, doc_type, branch_code, pos_code, state, cancelled""",
    HourRow,
)

# One statement, so that all exceptions are of one moment. The conditions repeat those of the partial indexes.
_EXCEPTIONS = sql(
    """
    SELECT 'open' AS kind, hour, doc_type, branch_code, pos_code, state, 0 AS cancelled,
           CAST(count(*) AS BIGINT) AS documents, CAST(sum(gross_cents) AS BIGINT) AS gross_cents,
           CAST(NULL AS TEXT) AS corrected_at, CAST(NULL AS BIGINT) AS year
    FROM (SELECT substr(posted_at, 1, 13) AS hour, doc_type, branch_code, pos_code, state, gross_cents
          FROM document
          WHERE company_id = :company AND posted_at >= :since AND posted_at < :until AND state <> 'stamped') AS opened
    GROUP BY hour, doc_type, branch_code, pos_code, state
    UNION ALL
    SELECT 'cancelled', hour, doc_type, branch_code, pos_code, 'stamped', 1,
           CAST(count(*) AS BIGINT), CAST(sum(gross_cents) AS BIGINT), CAST(NULL AS TEXT), CAST(NULL AS BIGINT)
    FROM (SELECT substr(posted_at, 1, 13) AS hour, doc_type, branch_code, pos_code, gross_cents
          FROM document
          WHERE company_id = :company AND posted_at >= :since AND posted_at < :until
            AND invalidated_by = 'event' AND state = 'stamped') AS undone
    GROUP BY hour, doc_type, branch_code, pos_code
    UNION ALL
    SELECT 'corrected', substr(document.posted_at, 1, 13), document.doc_type, document.branch_code, document.pos_code,
           document.state, CASE WHEN document.invalidated_by = 'event' THEN 1 ELSE 0 END, CAST(1 AS BIGINT),
           document.gross_cents, superseded_version.superseded_at, CAST(document.year AS BIGINT)
    FROM superseded_version JOIN document ON document.id = superseded_version.document_id
    WHERE superseded_version.company_id = :company AND superseded_version.why = 'rejected'
      AND superseded_version.superseded_at >= :since
      AND NOT EXISTS (SELECT 1 FROM superseded_version AS later
                      WHERE later.document_id = superseded_version.document_id AND later.why = 'rejected'
                        AND later.version > superseded_version.version)""",
    ExceptionRow,
)

_LATEST = sql(
    """
    SELECT document.id, document.doc_type, document.control_number, document.branch_code, document.pos_code,
           document.state, document.invalidated_by, document.mh_code, document.observations, document.customer_name,
           document.gross_cents, document.posted_at
    FROM (SELECT id FROM document
          WHERE company_id = :company AND posted_at >= :since AND posted_at < :until
            AND (CAST(:points AS TEXT) = '' OR (' ' || CAST(:points AS TEXT) || ' ')
                 LIKE ('% ' || branch_code || pos_code || ' %'))
          ORDER BY posted_at DESC, id DESC LIMIT :most) AS chosen
    JOIN document ON document.company_id = :company AND document.id = chosen.id
    ORDER BY document.posted_at DESC, document.id DESC""",
    LatestRow,
)

# Each half has an index that leads to invalidated documents alone.
_INVALIDATED = sql(
    """
    SELECT doc_type, CAST(sum(of_span) AS BIGINT) AS of_span, CAST(sum(in_span) AS BIGINT) AS in_span
    FROM (
        SELECT doc_type, 1 AS of_span, 0 AS in_span FROM document
        WHERE company_id = :company AND posted_at >= :since AND posted_at < :until
          AND invalidated_by IS NOT NULL AND invalidated_by = 'event'
        UNION ALL
        SELECT doc_type, 0, 1 FROM document
        WHERE company_id = :company AND invalidated_at >= :since AND invalidated_at < :until
          AND invalidated_by IS NOT NULL AND invalidated_by || '' = 'event') AS invalidated
    GROUP BY doc_type ORDER BY doc_type""",
    InvalidatedCount,
)

_LAST_STAMP = sql(
    """
    SELECT max(stamped_at) AS stamped_at
    FROM (SELECT stamped_at FROM document WHERE company_id = :company AND posted_at >= :since
          ORDER BY posted_at DESC, id DESC LIMIT 50) AS lately""",
    _StampedRow,
)


def whole_sums(company_id: int, since: str, until: str) -> Transaction[list[SummedRow]]:
    """The sums of all documents posted from ``since`` and before ``until``, whatever became of them."""
    return (yield from every(_SUMS(company=company_id, since=since, until=until)))


def hours_of(company_id: int, since: str, until: str) -> Transaction[list[HourRow]]:
    """The sums of the documents posted from ``since`` and before ``until``, by hour and by state."""
    return (yield from every(_BY_HOUR(company=company_id, since=since, until=until)))


def exceptions_of(company_id: int, since: str, until: str) -> Transaction[Exceptions]:
    """The exceptions among the documents posted from ``since`` and before ``until``, and all corrected since then."""
    of_now = yield from installation()
    rows = yield from every(_EXCEPTIONS(company=company_id, since=since, until=until))
    return Exceptions(rows, of_now.unconfirmed_since is None, of_now.confirmed_at)


def latest_documents(
    company_id: int, since: str, until: str, points: tuple[str, ...], most: int
) -> Transaction[list[LatestRow]]:
    """The last documents posted in a span of time at some points of sale (``M001P001``), or at any without points."""
    found = _LATEST(company=company_id, since=since, until=until, points=" ".join(points), most=most)
    return (yield from every(found))


def last_stamp(company_id: int, since: str) -> Transaction[str | None]:
    """The last moment since ``since`` at which MH stamped one of the latest documents."""
    return (yield from one(_LAST_STAMP(company=company_id, since=since))).stamped_at


def invalidated_counts(company_id: int, since: str, until: str) -> Transaction[list[InvalidatedCount]]:
    """Counts of invalidated documents by type: of those posted in a span, and of those invalidated in it."""
    return (yield from every(_INVALIDATED(company=company_id, since=since, until=until)))
