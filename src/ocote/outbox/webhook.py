"""Sends announcements to the webhooks of companies."""

from datetime import datetime

import aiohttp
import msgspec

from ocote.clock import Clock
from ocote.outbox.outcome import AttemptOutcome, Failed, Held, Obsolete, Sent
from ocote.outbox.webhook_health import GONE, WebhookHealth
from ocote.outbox.webhook_secrets import SigningSecrets
from ocote.public_links import Linked, PublicLinks
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment
from ocote.store.outbox import AnnouncedFacts
from ocote.store.sending_reason import SendingReason
from ocote.store.sendings import SendingRow
from ocote.store.webhooks import webhook_by_id
from ocote.webhooks.http import Answered, Unanswered, post
from ocote.webhooks.message import announcement_body, signed_headers
from ocote.webhooks.retry_after import pause_until

TIMEOUT_S = 15.0

_TOO_MANY = 429
_FIRST_OF_THE_SERVER = 500


class WebhookCourier:
    """Signs the announcement of a row and posts it."""

    def __init__(
        self,
        store: Store,
        secrets: SigningSecrets,
        links: PublicLinks,
        session: aiohttp.ClientSession,
        clock: Clock,
    ) -> None:
        self._store = store
        self._secrets = secrets
        self._links = links
        self._session = session
        self._clock = clock
        self._health = WebhookHealth(store)

    async def attempt(self, row: SendingRow) -> AttemptOutcome:
        """Tries once to deliver one announcement; only an answer from 200 to 299 counts as taken.

        An announcement to a webhook that is switched off is held.
        """
        hook = await self._store.read(webhook_by_id, row.company_id, row.target)
        if hook is None or hook.removed_at is not None:
            return Obsolete(SendingReason("webhook_removed"))
        if hook.disabled_at is not None:
            return Held(SendingReason("webhook_off"))
        if row.facts is None:
            raise LookupError(f"announcement {row.id} has no facts")
        facts = msgspec.json.decode(row.facts, type=AnnouncedFacts)
        page = self._page(row, facts)
        body = announcement_body(row.event, moment(row.created_at), hook.environment, facts, page)
        now = self._clock()
        headers = signed_headers(self._secrets.in_use(hook, now), row.id, body, now)
        answered = await post(self._session, hook.url, headers, body, TIMEOUT_S)
        outcome = outcome_of(answered, self._clock())
        await self._health.note(hook, outcome, self._clock())
        return outcome

    def _page(self, row: SendingRow, facts: AnnouncedFacts) -> str:
        """The public link as of the event; empty without ``OCOTE_BASE_URL`` and where nobody may have the document."""
        if facts.link_version is None or facts.state not in {"stamped", "contingency"}:
            return ""
        return self._links.url(Linked(row.company_id, row.document_id, facts.link_version)) or ""


def outcome_of(answered: Answered | Unanswered, now: datetime) -> Sent | Failed:
    """The outcome of an announcement with this answer of its receiver; ``now`` is the aware moment of the answer."""
    if isinstance(answered, Unanswered):
        return Failed(None, answered.why, is_about_the_lane=True)
    status = answered.status
    if 200 <= status < 300:
        return Sent(status, answered.excerpt)
    return Failed(
        status,
        answered.excerpt,
        is_permanent=status == GONE,
        is_about_the_lane=status >= _FIRST_OF_THE_SERVER or status == _TOO_MANY,
        not_before=pause_until(answered.retry_after, now),
    )
