"""Notices whether webhooks take their announcements, and switches off those that never will.

A webhook that answers 410 wants no more announcements. One that has done nothing but fail for days is switched off too:
what happens from then on is kept for it instead of expiring after three days of attempts. In between, its company is
told (``outbox/webhook_watch.py``).
"""

from datetime import datetime, timedelta
from typing import Final

import structlog

from ocote.outbox.outcome import Failed, Sent
from ocote.store.engine.store import Store, StoreUnavailableError
from ocote.store.engine.values import moment_text
from ocote.store.webhook_health import WebhookFailure, switch_off, webhook_failed, webhook_worked
from ocote.store.webhooks import OffReason, WebhookRow

_log = structlog.get_logger(__name__)

TOLD_AFTER: Final = timedelta(days=1)
"""The time of nothing but failures after which the company is told."""

SWITCHED_OFF_AFTER: Final = timedelta(days=5)
"""The time of nothing but failures after which a webhook is switched off."""

UNBROKEN: Final = timedelta(days=1)
"""The longest time between two failures of one run, longer than any pause between two attempts.

Without attempts nothing is known of a webhook: two failures with a quiet week between them are no week of failures.
"""

GONE: Final = 410


class WebhookHealth:
    """Keeps what the attempts say of their webhooks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def note(self, hook: WebhookRow, outcome: Sent | Failed, now: datetime) -> None:
        """Keeps the outcome of one attempt, which ended at an aware moment.

        Without a database the outcome is not kept, so that the attempt still counts: the next one says it again.
        """
        try:
            await self._keep(hook, outcome, now)
        except StoreUnavailableError as error:
            _log.warning("webhook_health_not_kept", webhook=hook.id, reason=str(error))

    async def _keep(self, hook: WebhookRow, outcome: Sent | Failed, now: datetime) -> None:
        if isinstance(outcome, Sent):
            if hook.failing_since is not None:
                await self._store.write(webhook_worked, hook)
        elif outcome.status == GONE:
            at = moment_text(now)
            if await self._store.write(switch_off, hook, "gone", at, at):
                _log_switched_off(hook, "gone")
        elif await self._store.write(webhook_failed, hook, _failure(outcome, now)):
            _log_switched_off(hook, "failing")


def _failure(outcome: Failed, now: datetime) -> WebhookFailure:
    is_paused = outcome.is_about_the_lane and outcome.not_before is not None
    return WebhookFailure(
        now=moment_text(now),
        unbroken_since=moment_text(now - UNBROKEN),
        long_ago=moment_text(now - SWITCHED_OFF_AFTER),
        notice_at=moment_text(now + TOLD_AFTER),
        paused_until=moment_text(outcome.not_before) if is_paused and outcome.not_before is not None else None,
    )


def _log_switched_off(hook: WebhookRow, because: OffReason) -> None:
    _log.error("webhook_switched_off", webhook=hook.id, company_id=hook.company_id, because=because)
