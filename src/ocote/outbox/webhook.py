"""Sends announcements to the webhooks of companies."""

import aiohttp
import msgspec

from ocote.clock import Clock
from ocote.companies.registry import owner
from ocote.outbox.outcome import AttemptOutcome, Failed, Obsolete, Sent
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment
from ocote.store.outbox import AnnouncedFacts
from ocote.store.sending_reason import SendingReason
from ocote.store.sendings import SendingRow
from ocote.store.webhooks import webhook_by_id
from ocote.vault import Vault
from ocote.webhooks.http import Unanswered, post
from ocote.webhooks.message import announcement_body, signed_headers

TIMEOUT_S = 15.0

_GONE = 410
_TOO_MANY = 429


class WebhookCourier:
    """Signs the announcement of a row and posts it."""

    def __init__(
        self, store: Store, vault: Vault, session: aiohttp.ClientSession, clock: Clock, user_agent: str
    ) -> None:
        self._store = store
        self._vault = vault
        self._session = session
        self._clock = clock
        self._user_agent = user_agent

    async def attempt(self, row: SendingRow) -> AttemptOutcome:
        """Tries once to deliver one announcement; only an answer from 200 to 299 counts as taken."""
        hook = await self._store.read(webhook_by_id, row.company_id, row.target)
        if hook is None or hook.removed_at is not None:
            return Obsolete(SendingReason("webhook_removed"))
        if row.facts is None:
            raise LookupError(f"announcement {row.id} has no facts")
        secret = self._vault.open(hook.secret, secret_owner(hook.nit, hook.environment, hook.id))
        facts = msgspec.json.decode(row.facts, type=AnnouncedFacts)
        body = announcement_body(row.event, moment(row.created_at), hook.environment, facts)
        headers = signed_headers(secret.decode(), row.id, body, self._clock())
        answered = await post(self._session, hook.url, {**headers, "User-Agent": self._user_agent}, body, TIMEOUT_S)
        if isinstance(answered, Unanswered):
            return Failed(None, answered.why, is_about_the_lane=True)
        status, text = answered.status, answered.excerpt
        if 200 <= status < 300:
            return Sent(status, text)
        is_overwhelmed = status >= 500 or status == _TOO_MANY
        return Failed(status, text, is_permanent=status == _GONE, is_about_the_lane=is_overwhelmed)


def secret_owner(nit: str, environment: str, webhook_id: str) -> str:
    """The owner to which the sealed secret of a webhook is bound."""
    return owner(nit, environment, f"webhook:{webhook_id}")
