"""The work of the whole gateway and the answers of MH, in counts, for its operator."""

from typing import Final, Literal

from ocote.dte.sale import Environment
from ocote.store.engine.statement import Statement, StoredRow, Transaction, every, one, sql
from ocote.store.sendings import Channel

LeasedWork = Literal["document", "invalidation", "contingency"]
"""The tables whose rows are worked on under leases."""


class WorkState(StoredRow, frozen=True):
    """The rows of a table that processes work on now, and those that were due long ago, the oldest since ``oldest``."""

    work: LeasedWork
    held: int
    overdue: int
    oldest: str | None


class WaitingMessages(StoredRow, frozen=True):
    """The messages of a channel that wait, the oldest since ``oldest``."""

    channel: Channel
    waiting: int
    oldest: str


class GivenUpCount(StoredRow, frozen=True):
    """The messages of a channel that were given up since a moment."""

    channel: Channel
    n: int


class EnvironmentState(StoredRow, frozen=True):
    """An environment of MH: its active companies, and their contingencies that are not over."""

    environment: Environment
    companies: int
    contingencies: int


class AnswersOfHour(StoredRow, frozen=True):
    """The documents of an hour (``2026-11-20T17``, UTC) by MH's answer; ``mean_ms`` is that of the stamps at once."""

    environment: Environment
    hour: str
    at_once: int
    later: int
    refused: int
    unanswered: int
    mean_ms: int | None


class _BytesRow(StoredRow, frozen=True):
    bytes: int


_WORK = sql(
    " UNION ALL ".join(
        f"""
        SELECT '{table}' AS work,
               (SELECT CAST(count(*) AS BIGINT) FROM {table} WHERE due_at > :now AND held_by IS NOT NULL) AS held,
               (SELECT CAST(count(*) AS BIGINT) FROM {table} WHERE due_at < :overdue) AS overdue,
               (SELECT min(due_at) FROM {table} WHERE due_at < :overdue) AS oldest"""
        for table in ("document", "invalidation", "contingency")
    ),
    WorkState,
)
_WAITING = sql(
    """
    SELECT channel, CAST(count(*) AS BIGINT) AS waiting, min(begun_at) AS oldest
    FROM outbox WHERE due_at IS NOT NULL GROUP BY channel""",
    WaitingMessages,
)
# Chosen by the moment first: for the groups alone SQLite would read every message there is.
_GIVEN_UP = sql(
    """
    WITH lately AS MATERIALIZED (
        SELECT channel FROM outbox
        WHERE state IN ('refused', 'expired') AND answered_at IS NOT NULL AND answered_at >= :since)
    SELECT channel, CAST(count(*) AS BIGINT) AS n FROM lately GROUP BY channel""",
    GivenUpCount,
)
_ENVIRONMENTS = sql(
    """
    SELECT environment, CAST(count(CASE WHEN active = 1 THEN 1 END) AS BIGINT) AS companies,
           CAST(sum((SELECT count(*) FROM contingency
                     WHERE company_id = company.id AND state <> 'done')) AS BIGINT) AS contingencies
    FROM company GROUP BY environment ORDER BY environment""",
    EnvironmentState,
)
_AT_ONCE_S: Final = 60
"""Seconds; what MH stamps later than this was asked about or delivered again."""


def _hours(seconds: str) -> Statement[AnswersOfHour]:
    """The statement with an expression for the seconds from a document to its stamp.

    The inner selection reads one index alone, company by company, and ends after so many documents.
    """
    return sql(
        f"""
        SELECT environment, hour,
               CAST(count(CASE WHEN state = 'stamped' AND seconds <= {_AT_ONCE_S} THEN 1 END) AS BIGINT) AS at_once,
               CAST(count(CASE WHEN state = 'stamped' AND seconds > {_AT_ONCE_S} THEN 1 END) AS BIGINT) AS later,
               CAST(count(CASE WHEN state = 'rejected' THEN 1 END) AS BIGINT) AS refused,
               CAST(count(CASE WHEN state NOT IN ('stamped', 'rejected') THEN 1 END) AS BIGINT) AS unanswered,
               CAST(avg(CASE WHEN state = 'stamped' AND seconds <= {_AT_ONCE_S} THEN seconds * 1000 END) AS BIGINT)
                   AS mean_ms
        FROM (SELECT company.environment, substr(document.posted_at, 1, 13) AS hour, document.state,
                     {seconds} AS seconds
              FROM company JOIN document ON document.company_id = company.id AND document.posted_at >= :since
              LIMIT :most) AS lately
        GROUP BY environment, hour""",
        AnswersOfHour,
    )


_ON_SQLITE = _hours("(julianday(document.stamped_at) - julianday(document.posted_at)) * 86400.0")
_ON_POSTGRES = _hours(
    "EXTRACT(EPOCH FROM CAST(document.stamped_at AS TIMESTAMPTZ) - CAST(document.posted_at AS TIMESTAMPTZ))"
)
_HOURS: Statement[AnswersOfHour] = Statement(
    sqlite=_ON_SQLITE.sqlite, postgres=_ON_POSTGRES.postgres, names=_ON_POSTGRES.names, row=AnswersOfHour
)
_BYTES: Statement[_BytesRow] = Statement(
    sqlite="SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()",
    postgres="SELECT pg_database_size(current_database()) AS bytes",
    names=(),
    row=_BytesRow,
)


def work_state(_gateway: int, now: str, overdue: str) -> Transaction[list[WorkState]]:
    """The work under leases, and the work that was due before ``overdue``."""
    return (yield from every(_WORK(now=now, overdue=overdue)))


def waiting_messages(_gateway: int) -> Transaction[dict[Channel, WaitingMessages]]:
    """The messages that wait, by channel."""
    return {row.channel: row for row in (yield from every(_WAITING()))}


def messages_given_up(_gateway: int, since: str) -> Transaction[dict[Channel, int]]:
    """The number of messages that were given up since a moment, by channel."""
    return {row.channel: row.n for row in (yield from every(_GIVEN_UP(since=since)))}


def environment_states(_gateway: int) -> Transaction[list[EnvironmentState]]:
    """The environments of MH in which there are companies."""
    return (yield from every(_ENVIRONMENTS()))


def answers_by_hour(_gateway: int, since: str, most: int) -> Transaction[list[AnswersOfHour]]:
    """How MH answered the documents since a moment, by environment and hour; of ``most`` documents at most."""
    return (yield from every(_HOURS(since=since, most=most)))


def database_bytes() -> Transaction[int]:
    """The size of the database."""
    return (yield from one(_BYTES())).bytes
