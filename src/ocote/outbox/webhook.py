"""Sends announcements to the webhooks of companies."""

import aiohttp
import msgspec

from ocote.clock import Clock
from ocote.companies.registry import owner
from ocote.outbox.outcome import AttemptOutcome, Failed, Obsolete, Sent
from ocote.public_links import Linked, PublicLinks
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
        self,
        store: Store,
        vault: Vault,
        links: PublicLinks,
        session: aiohttp.ClientSession,
        clock: Clock,
    ) -> None:
        self._store = store
        self._vault = vault
        self._links = links
        self._session = session
        self._clock = clock

    async def attempt(self, row: SendingRow) -> AttemptOutcome:
        """Tries once to deliver one announcement; only an answer from 200 to 299 counts as taken."""
        hook = await self._store.read(webhook_by_id, row.company_id, row.target)
        if hook is None or hook.removed_at is not None:
            return Obsolete(SendingReason("webhook_removed"))
        if row.facts is None:
            raise LookupError(f"announcement {row.id} has no facts")
        secret = self._vault.open(hook.secret, secret_owner(hook.nit, hook.environment, hook.id))
        facts = msgspec.json.decode(row.facts, type=AnnouncedFacts)
        page = self._page(row, facts)
        body = announcement_body(row.event, moment(row.created_at), hook.environment, facts, page)
        headers = signed_headers(secret.decode(), row.id, body, self._clock())
        answered = await post(self._session, hook.url, headers, body, TIMEOUT_S)
        if isinstance(answered, Unanswered):
            return Failed(None, answered.why, is_about_the_lane=True)
        status, text = answered.status, answered.excerpt
        if 200 <= status < 300:
            return Sent(status, text)
        is_overwhelmed = status >= 500 or status == _TOO_MANY
        return Failed(status, text, is_permanent=status == _GONE, is_about_the_lane=is_overwhelmed)

    def _page(self, row: SendingRow, facts: AnnouncedFacts) -> str:
        """The public link as of the event; empty without ``OCOTE_BASE_URL`` and where nobody may have the document."""
        if facts.link_version is None or facts.state not in {"stamped", "contingency"}:
            return ""
        return self._links.url(Linked(row.company_id, row.document_id, facts.link_version)) or ""


def secret_owner(nit: str, environment: str, webhook_id: str) -> str:
    """The owner to which the sealed secret of a webhook is bound."""
    return owner(nit, environment, f"webhook:{webhook_id}")
