"""A database with one company, for tests of what the store keeps."""

from dataclasses import dataclass
from typing import Any

from ocote.store import outbox, webhooks
from ocote.store.engine.store import Store
from ocote.store.outbox import Event, Listeners
from ocote.store.sendings import SendingRow, sendings_of
from tests.store.rows import add_document

NOON = "2026-11-20T18:00:00.000000Z"
LATER = "2026-11-20T18:03:00.000000Z"


@dataclass(frozen=True, slots=True)
class Place:
    """A database with one company, at noon."""

    store: Store
    company: int

    async def document(self, **changes: Any) -> str:
        """Adds a registered document; returns the id."""
        return await self.store.write(add_document, self.company, **changes)

    async def webhook(self, name: str) -> str:
        """Adds a webhook under this id."""
        new = webhooks.NewWebhook(name, self.company, f"https://{name}.example.com/", b"sealed", NOON)
        await self.store.write(webhooks.insert_webhook, new)
        return name

    async def announce(self, document: str, event: Event, listeners: Listeners, now: str = NOON) -> None:
        """Queues the messages about an event of a document."""
        await self.store.write(outbox.announce, self.company, document, event, now, listeners)

    async def taken(self, lane: str, now: str = NOON, until: str = LATER, most: int = 10) -> list[SendingRow]:
        """The messages of a lane that a worker takes until a moment."""
        return await self.store.write(outbox.claim_due_in_lane, lane, now, until, most)

    async def mails(self, document: str) -> list[SendingRow]:
        """The mails about a document."""
        return await self.store.read(sendings_of, self.company, document, "email")

    async def told(self, document: str) -> list[SendingRow]:
        """The messages to webhooks about a document."""
        return await self.store.read(sendings_of, self.company, document, "webhook")

    @property
    def mail_lane(self) -> str:
        """The lane of the company's mails."""
        return f"email:{self.company}"
