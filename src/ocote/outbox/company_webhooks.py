"""The webhooks of one company: as its people see them, and what they change, each change in the audit log.

The work is that of the commands for webhooks; here each call is bound to a company. Raises Refused for a webhook or an
announcement of another company, and WebhookError with a Spanish text for a wish that cannot be fulfilled.
"""

from datetime import timedelta
from typing import Final

from ocote.audit import Author
from ocote.clock import Clock
from ocote.documents.view import Refused
from ocote.outbox.company_mail import MOST_ON_A_PAGE, SendingPlace, SendingsPage, page_of
from ocote.outbox.webhook_entry import webhook_entry
from ocote.outbox.webhook_secrets import SigningSecrets
from ocote.outbox.webhook_trial import Trial, try_webhook
from ocote.outbox.webhooks import (
    WantedSpan,
    WantedWebhook,
    add_webhook,
    disable_webhook,
    enable_webhook,
    remove_webhook,
    replay_delivery,
    replay_span,
    set_events,
)
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.sending_pages import sending_of, sendings_to
from ocote.store.sendings import ListedSendingRow
from ocote.store.webhook_health import held_announcements
from ocote.store.webhooks import WebhookRow, webhook_by_id, webhooks_in_use
from ocote.vault import Vault

_KEPT: Final = timedelta(days=100)
"""Announcements are deleted after 90 days."""


class CompanyWebhooks:
    """Shows and changes the webhooks of a company. ``allow_private`` admits addresses of the operator's network."""

    def __init__(self, store: Store, vault: Vault, clock: Clock, *, allow_private: bool) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._secrets = SigningSecrets(store, vault, clock)
        self._allow_private = allow_private

    async def all(self, company_id: int) -> list[WebhookRow]:
        """The webhooks of a company that were not removed."""
        return await self._store.read(webhooks_in_use, company_id)

    async def one(self, company_id: int, webhook_id: str) -> WebhookRow:
        """One webhook that was not removed."""
        hook = await self._store.read(webhook_by_id, company_id, webhook_id)
        if hook is None or hook.removed_at is not None:
            raise Refused("page_not_found")
        return hook

    async def held(self, hook: WebhookRow) -> int:
        """The number of announcements that wait because the webhook is or was switched off."""
        return await self._store.read(held_announcements, hook)

    async def deliveries(self, hook: WebhookRow, place: SendingPlace | None) -> SendingsPage:
        """A page of the announcements to a webhook, latest first."""
        rows = await self._store.read(sendings_to, hook.company_id, "webhook", hook.id, place, MOST_ON_A_PAGE + 1)
        return page_of(rows, lambda row: row.created_at)

    async def delivery(self, company_id: int, delivery_id: str) -> ListedSendingRow:
        """One announcement."""
        row = await self._store.read(sending_of, company_id, "webhook", delivery_id)
        if row is None:
            raise Refused("page_not_found")
        return row

    async def add(self, nit: str, environment: str, url: str, events: str, by: Author) -> str:
        """Adds a webhook to the company with a NIT; returns its secret."""
        wanted = WantedWebhook(nit, url, environment, self._allow_private, events)
        return await add_webhook(self._store, self._vault, self._clock, wanted, by)

    async def choose(self, hook: WebhookRow, events: str, by: Author) -> None:
        """Sets the events that a webhook receives from now on."""
        await set_events(self._store, self._clock, hook.id, events, by)

    async def switch_off(self, hook: WebhookRow, by: Author) -> None:
        """Switches a webhook off; what is announced is held."""
        await disable_webhook(self._store, self._clock, hook.id, by)

    async def switch_on(self, hook: WebhookRow, by: Author) -> int:
        """Switches a webhook on; returns how many announcements were held."""
        return await enable_webhook(self._store, self._clock, hook.id, by)

    async def rotate(self, hook: WebhookRow, keep: timedelta, by: Author) -> str:
        """Gives a webhook another secret, which is returned; the one before signs for a while."""
        return await self._secrets.rotate(hook.id, keep, by)

    async def remove(self, hook: WebhookRow, by: Author) -> None:
        """Removes a webhook and what waits for it."""
        await remove_webhook(self._store, self._clock, hook.id, by)

    async def try_out(self, hook: WebhookRow) -> Trial:
        """Sends a message that announces nothing, and returns the answer."""
        return await try_webhook(self._store, self._secrets, self._clock, hook.id, allow_private=self._allow_private)

    async def send_again(self, row: ListedSendingRow, by: Author) -> None:
        """Sends one announcement again."""
        hook = await self.one(row.company_id, row.target)
        now = moment_text(self._clock())
        entry = webhook_entry(hook, "announcement_replayed", now, by, after={"announcement": row.id})
        await replay_delivery(self._store, self._clock, row.id, entry)

    async def send_missed(self, hook: WebhookRow, by: Author) -> int:
        """Sends every announcement again that the webhook has not taken; returns how many."""
        now = self._clock()
        span = WantedSpan(now - _KEPT, now + timedelta(days=1))
        return await replay_span(self._store, self._clock, hook.id, span, by)
