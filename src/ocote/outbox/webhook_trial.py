"""Tries a webhook with a message that announces nothing, and shows what its receiver answers."""

from uuid import uuid4

from msgspec import Struct

from ocote.clock import Clock
from ocote.outbox.outcome import Failed, Sent
from ocote.outbox.webhook import TIMEOUT_S, outcome_of
from ocote.outbox.webhook_error import webhook_to_change
from ocote.outbox.webhook_secrets import SigningSecrets
from ocote.store.engine.store import Store
from ocote.store.webhooks import WebhookRow
from ocote.webhooks.http import Answered, Unanswered, open_webhook_session, post
from ocote.webhooks.message import signed_headers, trial_body


class Trial(Struct, frozen=True):
    """A webhook, what its receiver answered to one message, and the outcome of an announcement with this answer."""

    hook: WebhookRow
    answered: Answered | Unanswered
    outcome: Sent | Failed

    @property
    def is_taken(self) -> bool:
        """Whether an announcement with this answer would count as taken."""
        return isinstance(self.outcome, Sent)


async def try_webhook(
    store: Store, secrets: SigningSecrets, clock: Clock, webhook_id: str, *, allow_private: bool
) -> Trial:
    """Sends one signed ``webhook.test`` from this machine, also to a webhook that is switched off.

    The answer changes nothing: no answer switches the webhook on or off. Raises WebhookError and VaultError.
    """
    hook = await webhook_to_change(store, webhook_id)
    now = clock()
    body = trial_body(hook.id, now, hook.environment)
    headers = signed_headers(secrets.in_use(hook, now), str(uuid4()), body, now)
    async with open_webhook_session(allow_private=allow_private) as session:
        answered = await post(session, hook.url, headers, body, TIMEOUT_S)
    return Trial(hook, answered, outcome_of(answered, clock()))
