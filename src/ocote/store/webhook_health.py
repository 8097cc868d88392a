"""Whether webhooks take their announcements: failures, pauses, switching off and on, and the notices about it.

What is announced to a webhook that is switched off is kept and not due: ``queued`` without ``due_at``.
"""

from typing import Final

from msgspec import Struct

from ocote.store.engine.statement import StoredRow, Transaction, changed, every, first, one, sql
from ocote.store.webhooks import OffReason, WebhookRow

HELD: Final = "[webhook_off]"
"""The stored reason of an announcement that waits because its webhook is switched off."""


class WebhookFailure(Struct, frozen=True):
    """A failed attempt, all moments as stored text.

    A run of failures that goes on since a moment before ``long_ago`` switches the webhook off. A failure after
    ``unbroken_since`` continues the run; else the run begins now, and the company has to be told at ``notice_at``.
    ``paused_until`` is the end of the pause that the receiver asked for, None when it asked for none.
    """

    now: str
    unbroken_since: str
    long_ago: str
    notice_at: str
    paused_until: str | None


class DueNotice(StoredRow, frozen=True):
    """A webhook about which its company has to be told; ``notice_due_at`` is when a lost notice is due again."""

    id: str
    company_id: int
    url: str
    disabled_at: str | None
    disabled_because: OffReason | None
    failing_since: str | None
    notice_due_at: str


class TroubledWebhooks(StoredRow, frozen=True):
    """The numbers of webhooks that are switched off, of those that fail and have failed for long, and of what is due.

    ``notices`` are due to be given, ``ended_secrets`` to be deleted.
    """

    switched_off: int
    failing: int
    notices: int
    ended_secrets: int


class _WebhookIdRow(StoredRow, frozen=True):
    id: str


class _FailingRow(StoredRow, frozen=True):
    failing_since: str


class _SendingIdRow(StoredRow, frozen=True):
    id: str


class _CountRow(StoredRow, frozen=True):
    n: int


_FAILED = sql(
    """
    UPDATE webhook
    SET failing_since = CASE WHEN failed_at >= :unbroken_since THEN failing_since ELSE :now END,
        notice_due_at = CASE WHEN failed_at >= :unbroken_since THEN notice_due_at ELSE :notice_at END,
        failed_at = :now, paused_until = COALESCE(:paused_until, paused_until)
    WHERE company_id = :company AND id = :id AND removed_at IS NULL AND disabled_at IS NULL
    RETURNING failing_since""",
    _FailingRow,
)
_WORKED = sql(
    """
    UPDATE webhook SET failing_since = NULL, failed_at = NULL, notice_due_at = NULL
    WHERE company_id = :company AND id = :id AND failing_since IS NOT NULL AND disabled_at IS NULL
    RETURNING id""",
    _WebhookIdRow,
)
_SWITCH_OFF = sql(
    """
    UPDATE webhook SET disabled_at = :now, disabled_because = :because, notice_due_at = :notice_at
    WHERE company_id = :company AND id = :id AND removed_at IS NULL AND disabled_at IS NULL
    RETURNING id""",
    _WebhookIdRow,
)
_HOLD_WAITING = sql(f"""
    UPDATE outbox SET due_at = NULL, answer = CASE WHEN attempts = 0 THEN '{HELD}' ELSE answer END
    WHERE company_id = :company AND channel = 'webhook' AND target = :id AND state = 'queued' AND due_at IS NOT NULL""")
_SWITCH_ON = sql(
    """
    UPDATE webhook
    SET disabled_at = NULL, disabled_because = NULL, failing_since = NULL, failed_at = NULL, paused_until = NULL,
        notice_due_at = NULL
    WHERE company_id = :company AND id = :id AND removed_at IS NULL AND disabled_at IS NOT NULL
    RETURNING id""",
    _WebhookIdRow,
)
_HELD = sql(
    """
    SELECT count(*) AS n FROM outbox
    WHERE company_id = :company AND channel = 'webhook' AND target = :id AND state = 'queued' AND due_at IS NULL""",
    _CountRow,
)
_END_PAUSE = sql(
    "UPDATE webhook SET paused_until = :now WHERE company_id = :company AND id = :id AND paused_until > :now"
)
# ``begun_at`` keeps a row that this replay has made due from being taken a second time.
_REPLAY = sql(
    """
    WITH chosen AS MATERIALIZED (
        SELECT id FROM outbox
        WHERE company_id = :company AND channel = 'webhook' AND target = :id AND state <> 'sending'
          AND created_at >= :since AND created_at < :before AND begun_at < :started
          AND (state <> 'sent' OR CAST(:also_sent AS BIGINT) = 1)
        ORDER BY created_at, id LIMIT :most :lock)
    UPDATE outbox SET state = 'queued', due_at = :now, begun_at = :now, attempts = 0
    WHERE id IN (SELECT id FROM chosen)
    RETURNING id""",
    _SendingIdRow,
    lock="update skip locked",
)
_CLAIM_NOTICES = sql(
    """
    WITH due AS MATERIALIZED (
        SELECT id FROM webhook WHERE notice_due_at <= :now AND removed_at IS NULL
        ORDER BY notice_due_at, id LIMIT :most :lock)
    UPDATE webhook SET notice_due_at = :again_at
    WHERE id IN (SELECT id FROM due)
    RETURNING id, company_id, url, disabled_at, disabled_because, failing_since, notice_due_at""",
    DueNotice,
    lock="update skip locked",
)
_END_NOTICE = sql(
    """
    UPDATE webhook SET notice_due_at = NULL WHERE company_id = :company AND id = :id AND notice_due_at = :claimed
    RETURNING id""",
    _WebhookIdRow,
)
_TROUBLED = sql(
    """
    SELECT count(disabled_at) AS switched_off,
           count(CASE WHEN disabled_at IS NULL AND failing_since < :long_ago AND failed_at >= :lately THEN 1 END)
               AS failing,
           count(CASE WHEN notice_due_at <= :now THEN 1 END) AS notices,
           count(CASE WHEN previous_until <= :now THEN 1 END) AS ended_secrets
    FROM webhook WHERE removed_at IS NULL""",
    TroubledWebhooks,
)


def webhook_failed(hook: WebhookRow, failure: WebhookFailure) -> Transaction[bool]:
    """Notes a failed attempt; True when the webhook has only failed for so long that it is switched off now."""
    noted = yield from first(
        _FAILED(
            company=hook.company_id,
            id=hook.id,
            now=failure.now,
            unbroken_since=failure.unbroken_since,
            notice_at=failure.notice_at,
            paused_until=failure.paused_until,
        )
    )
    if noted is None or noted.failing_since >= failure.long_ago:
        return False
    return (yield from switch_off(hook, "failing", failure.now, notice_at=failure.now))


def webhook_worked(hook: WebhookRow) -> Transaction[bool]:
    """Ends the run of failures of a webhook; False when there was none."""
    return (yield from changed(_WORKED.alone(company=hook.company_id, id=hook.id)))


def switch_off(hook: WebhookRow, because: OffReason, now: str, notice_at: str | None) -> Transaction[bool]:
    """Switches a webhook off and holds what waits for it; False when it is switched off or removed already.

    The company is told at ``notice_at``, or not at all.
    """
    switched = _SWITCH_OFF(company=hook.company_id, id=hook.id, because=because, now=now, notice_at=notice_at)
    if not (yield from changed(switched)):
        return False
    yield _HOLD_WAITING(company=hook.company_id, id=hook.id)
    return True


def switch_on(hook: WebhookRow) -> Transaction[bool]:
    """Switches a webhook on; False when it was not switched off. What was held stays held until it is replayed."""
    return (yield from changed(_SWITCH_ON.alone(company=hook.company_id, id=hook.id)))


def held_announcements(hook: WebhookRow) -> Transaction[int]:
    """The number of announcements that wait because the webhook is or was switched off."""
    return (yield from one(_HELD(company=hook.company_id, id=hook.id))).n


def due_notices(now: str, again_at: str, most: int) -> Transaction[list[DueNotice]]:
    """Takes the notices that are due; one that is not ended is due again at ``again_at``."""
    return (yield from every(_CLAIM_NOTICES.alone(now=now, again_at=again_at, most=most)))


def end_notice(notice: DueNotice) -> Transaction[bool]:
    """Ends a notice that was taken; False when another one is due meanwhile."""
    ended = _END_NOTICE.alone(company=notice.company_id, id=notice.id, claimed=notice.notice_due_at)
    return (yield from changed(ended))


def troubled_webhooks(now: str, long_ago: str, lately: str) -> Transaction[TroubledWebhooks]:
    """Counts the webhooks that are off, those that only failed from before ``long_ago`` until ``lately``, and the due.

    Removed webhooks do not count.
    """
    return (yield from one(_TROUBLED(now=now, long_ago=long_ago, lately=lately)))


class ReplayedSpan(Struct, frozen=True):
    """The announcements of a webhook to send again: those of events from ``since`` to before ``before``.

    ``also_sent`` adds those that were taken. ``started`` is the beginning of the replay, all moments as stored text.
    """

    since: str
    before: str
    started: str
    also_sent: bool


def replay_some(hook: WebhookRow, span: ReplayedSpan, now: str, most: int) -> Transaction[int]:
    """Makes the oldest announcements of a span due that this replay has not made due yet; returns how many.

    A pause that the receiver asked for ends.
    """
    yield _END_PAUSE(company=hook.company_id, id=hook.id, now=now)
    replayed = _REPLAY(
        company=hook.company_id,
        id=hook.id,
        since=span.since,
        before=span.before,
        started=span.started,
        also_sent=int(span.also_sent),
        now=now,
        most=most,
    )
    return len((yield from every(replayed)))
