"""E-mails and announcements for the API and the operator: sent, queued and failing messages."""

from typing import Final, Literal

from msgspec import Struct

from ocote.store.engine.statement import StoredRow, Transaction, columns, every, sql

Channel = Literal["email", "webhook"]

SendingState = Literal["queued", "sending", "sent", "refused", "expired", "obsolete"]
"""The state of a message: ``refused`` for good, ``expired`` after days of attempts, ``obsolete`` if unneeded."""

GIVEN_UP: Final[frozenset[SendingState]] = frozenset({"refused", "expired"})
"""The states of a message that was not delivered and will not be tried again."""


class Trouble(Struct, frozen=True):
    """The numbers of a channel's messages that are not delivered.

    ``refused`` and ``expired`` were given up recently; ``overdue`` was due long ago without any attempt; ``failing``
    has been tried for a long time without success. ``held`` waits for a person, because a webhook is or was switched
    off.
    """

    refused: int = 0
    expired: int = 0
    overdue: int = 0
    failing: int = 0
    held: int = 0


class SendingRow(StoredRow, frozen=True):
    """One e-mail to one address, or one announcement to one webhook.

    ``target`` is the address or the webhook's id. ``facts`` is the JSON of ``outbox.AnnouncedFacts``; None for e-mails.
    ``begun_at`` is the moment of the request, from which the time for attempts counts. ``due_at`` is None when nobody
    will try the row; a ``queued`` one is then held, because its webhook is or was switched off. ``status`` and
    ``answer`` come from the last attempt.
    """

    id: str
    company_id: int
    document_id: str
    channel: Channel
    event: str
    lane: str
    target: str
    facts: str | None
    state: SendingState
    created_at: str
    begun_at: str
    due_at: str | None
    attempts: int
    answered_at: str | None
    status: int | None
    answer: str


class ListedSendingRow(SendingRow, frozen=True):
    """A sending with the number and the reference of its document, and the pause of its webhook.

    ``paused_until`` is the end of the last pause that the receiver of a webhook asked for.
    """

    control_number: str
    external_ref: str
    paused_until: str | None

    @property
    def next_attempt_at(self) -> str | None:
        """The moment of the next attempt, after the pause of the webhook; None when nobody will try the message."""
        if self.due_at is None or self.paused_until is None:
            return self.due_at
        return max(self.due_at, self.paused_until)


class _TroubleRow(StoredRow, frozen=True):
    channel: Channel
    refused: int
    expired: int
    overdue: int
    failing: int
    held: int


class _WaitingRow(StoredRow, frozen=True):
    channel: Channel
    n: int


MOST_SENDINGS: Final = 100
"""The messages about one document that are read at once: a caller may ask for more and more of them."""

_OF_DOCUMENT = sql(
    f"""
    SELECT {columns(SendingRow)} FROM outbox
    WHERE company_id = :company AND document_id = :document AND channel = :channel
    ORDER BY created_at DESC, id DESC LIMIT {MOST_SENDINGS}""",
    SendingRow,
)

_LATEST = sql(
    f"""
    SELECT sending.*, document.control_number, document.external_ref, webhook.paused_until
    FROM (SELECT {columns(SendingRow)} FROM outbox
          WHERE channel = :channel
            AND (CAST(:company AS BIGINT) IS NULL OR company_id = :company)
            AND (CAST(:unsent AS BIGINT) = 0 OR state <> 'sent')
          ORDER BY created_at DESC, id LIMIT :most) AS sending
    JOIN document ON document.company_id = sending.company_id AND document.id = sending.document_id
    LEFT JOIN webhook ON sending.channel = 'webhook' AND webhook.company_id = sending.company_id
                     AND webhook.id = sending.target
    ORDER BY sending.created_at DESC, sending.id""",
    ListedSendingRow,
)

# A mail server or webhook that fails as a whole is tried with a few rows at a time, and a receiver may ask for a pause:
# the rows behind them are late although a worker sends. What older versions left held for a webhook that was removed
# waits for nobody. Each part reads an index of few rows.
_TROUBLE = sql(
    """
    WITH tried AS (SELECT lane FROM outbox WHERE answered_at IS NOT NULL AND answered_at >= :overdue
                   UNION SELECT 'webhook:' || id FROM webhook WHERE paused_until >= :overdue),
         concerned AS (
            SELECT channel, state, lane, target, due_at, attempts, begun_at FROM outbox WHERE due_at IS NOT NULL
            UNION ALL
            SELECT channel, state, lane, target, due_at, attempts, begun_at FROM outbox
            WHERE state = 'queued' AND due_at IS NULL
            UNION ALL
            SELECT channel, state, lane, target, due_at, attempts, begun_at FROM outbox
            WHERE state IN ('refused', 'expired') AND answered_at >= :since AND due_at IS NULL)
    SELECT channel,
           count(CASE WHEN state = 'refused' THEN 1 END) AS refused,
           count(CASE WHEN state = 'expired' THEN 1 END) AS expired,
           count(CASE WHEN due_at < :overdue AND lane NOT IN (SELECT lane FROM tried) THEN 1 END) AS overdue,
           count(CASE WHEN (due_at >= :overdue OR lane IN (SELECT lane FROM tried))
                       AND attempts > 0 AND begun_at < :failing THEN 1 END) AS failing,
           count(CASE WHEN state = 'queued' AND due_at IS NULL
                       AND target NOT IN (SELECT id FROM webhook WHERE removed_at IS NOT NULL) THEN 1 END) AS held
    FROM concerned GROUP BY channel""",
    _TroubleRow,
)

_WAITING = sql("SELECT channel, count(*) AS n FROM outbox WHERE due_at IS NOT NULL GROUP BY channel", _WaitingRow)


def sendings_of(company_id: int, document_id: str, channel: Channel) -> Transaction[list[SendingRow]]:
    """The newest messages about one document in a channel, sent or not, oldest first."""
    newest = yield from every(_OF_DOCUMENT(company=company_id, document=document_id, channel=channel))
    return newest[::-1]


def latest_sendings(
    channel: Channel, company_id: int | None, most: int, *, only_unsent: bool
) -> Transaction[list[ListedSendingRow]]:
    """The latest rows of a channel, of one company or of all, with number and reference of their documents."""
    return (yield from every(_LATEST(channel=channel, company=company_id, unsent=int(only_unsent), most=most)))


def trouble(since: str, overdue: str, failing: str) -> Transaction[dict[Channel, Trouble]]:
    """The undelivered messages by channel: given up since a moment, due before ``overdue``, tried since ``failing``."""
    rows = yield from every(_TROUBLE(since=since, overdue=overdue, failing=failing))
    return {row.channel: Trouble(row.refused, row.expired, row.overdue, row.failing, row.held) for row in rows}


def waiting() -> Transaction[dict[Channel, int]]:
    """The number of queued rows in each channel."""
    rows = yield from every(_WAITING())
    return {row.channel: row.n for row in rows}
