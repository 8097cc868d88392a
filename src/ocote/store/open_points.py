"""Counts what is open in a company: documents without MH's stamp, messages that were given up, webhooks that fail."""

from ocote.store.contingency.overview import REPORTED_AT
from ocote.store.document_row import State
from ocote.store.engine.statement import StoredRow, Transaction, every, one, sql


class OpenDocumentsRow(StoredRow, frozen=True):
    """The documents of one state and till that MH has not stamped."""

    state: State
    branch_code: str
    pos_code: str
    documents: int


class WaitingRow(StoredRow, frozen=True):
    """Documents in contingency with the moments on which their deadline depends."""

    ended_at: str | None
    reported_at: str | None


class OpenCounts(StoredRow, frozen=True):
    """Counts of what is open in a company, beside its documents; moments are stored text.

    ``mails`` were given up lately; ``invalidations`` wait for MH's answer. ``backed_up_at`` is None for an
    installation that was never backed up.
    """

    mails: int
    webhooks_off: int
    webhooks_failing: int
    invalidations: int
    certificate_valid_until: str | None
    unconfirmed_since: str | None
    backed_up_at: str | None


class LatestCounts(StoredRow, frozen=True):
    """Of the latest documents of a company, how many are for an e-mail address, and how many MH has stamped."""

    mailed: int
    stamped: int


class _OldDrafts(StoredRow, frozen=True):
    drafts: int


# Refused documents are those of lately: one that nobody corrected for months is a sale that was made again.
_DOCUMENTS = sql(
    """
    SELECT state, branch_code, pos_code, CAST(count(*) AS BIGINT) AS documents FROM document
    WHERE company_id = :company AND state <> 'stamped' AND (state <> 'rejected' OR posted_at >= :since)
    GROUP BY state, branch_code, pos_code""",
    OpenDocumentsRow,
)

_WAITING = sql(
    f"""
    SELECT DISTINCT contingency.ended_at, {REPORTED_AT} AS reported_at
    FROM contingency
    JOIN document ON document.contingency_id = contingency.id AND document.state = 'contingency'
    LEFT JOIN contingency_event ON contingency_event.id = document.event_id AND contingency_event.state = 'stamped'
    WHERE contingency.company_id = :company AND contingency.state <> 'done' AND contingency.ended_at IS NOT NULL""",
    WaitingRow,
)

_COUNTS = sql(
    """
    SELECT (SELECT CAST(count(*) AS BIGINT) FROM outbox
            WHERE company_id = :company AND channel = 'email' AND created_at >= :lately
              AND state IN ('refused', 'expired')) AS mails,
           (SELECT CAST(count(*) AS BIGINT) FROM webhook
            WHERE company_id = :company AND removed_at IS NULL AND disabled_at IS NOT NULL) AS webhooks_off,
           (SELECT CAST(count(*) AS BIGINT) FROM webhook
            WHERE company_id = :company AND removed_at IS NULL AND disabled_at IS NULL
              AND failing_since IS NOT NULL) AS webhooks_failing,
           (SELECT CAST(count(*) AS BIGINT) FROM invalidation
            WHERE due_at IS NOT NULL AND company_id = :company AND state = 'registered') AS invalidations,
           company.certificate_valid_until, installation.unconfirmed_since, installation.backed_up_at
    FROM company CROSS JOIN installation
    WHERE company.id = :company""",
    OpenCounts,
)


_LATEST = sql(
    """
    SELECT CAST(count(customer_email) AS BIGINT) AS mailed,
           CAST(count(CASE WHEN state = 'stamped' THEN 1 END) AS BIGINT) AS stamped
    FROM (SELECT customer_email, state FROM document
          WHERE company_id = :company ORDER BY posted_at DESC, id DESC LIMIT :most) AS latest""",
    LatestCounts,
)

_OLD_DRAFTS = sql(
    """
    SELECT CAST(count(*) AS BIGINT) AS drafts
    FROM draft
    WHERE company_id = :company AND person_id = :person AND updated_at < :before AND document_id IS NULL""",
    _OldDrafts,
)


def open_documents(company_id: int, since: str) -> Transaction[list[OpenDocumentsRow]]:
    """The documents that MH has not stamped; those that it refused only when they were posted after ``since``."""
    return (yield from every(_DOCUMENTS(company=company_id, since=since)))


def waiting_deadlines(company_id: int) -> Transaction[list[WaitingRow]]:
    """The moments on which the deadlines of all documents in contingency depend, each once."""
    return (yield from every(_WAITING(company=company_id)))


def open_counts(company_id: int, lately: str) -> Transaction[OpenCounts]:
    """Counts what is open beside documents; mails only when they were to be sent after ``lately``."""
    return (yield from one(_COUNTS(company=company_id, lately=lately)))


def latest_counts(company_id: int, most: int) -> Transaction[LatestCounts]:
    """Counts of the latest ``most`` documents of a company."""
    return (yield from one(_LATEST(company=company_id, most=most)))


def old_drafts(company_id: int, person_id: int, before: str) -> Transaction[int]:
    """The open drafts of a person that were written last before a moment."""
    return (yield from one(_OLD_DRAFTS(company=company_id, person=person_id, before=before))).drafts
