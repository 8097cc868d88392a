"""A gateway whose company has a webhook, and the company's own software behind it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ocote.clock import system_clock
from ocote.outbox.webhooks import WantedWebhook, add_webhook
from ocote.store.engine.opening import open_store
from ocote.store.sendings import SendingRow, latest_sendings
from ocote.store.webhooks import WebhookRow, all_webhooks
from ocote.vault import Vault
from tests.builders.company import BY, NIT
from tests.e2e.worker import send_what_is_due
from tests.outbox.erp import Erp, open_erp
from tests.running_gateway import RunningGateway, running_gateway


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A gateway whose company has one webhook."""

    gateway: RunningGateway
    erp: Erp
    secret: str = field(repr=False)

    def send(self) -> None:
        """What a worker sends now; it may use the loopback."""
        send_what_is_due(replace(self.gateway, settings=replace(self.gateway.settings, webhook_allow_private=True)))

    def hook(self) -> WebhookRow:
        """The webhook as it is kept."""
        [found] = stored(self.gateway, lambda store: store.read(all_webhooks))
        assert isinstance(found, WebhookRow)
        return found

    def deliveries(self) -> list[SendingRow]:
        """Every announcement, the newest first."""
        rows: list[SendingRow] = stored(
            self.gateway, lambda store: store.read(latest_sendings, "webhook", None, 100, only_unsent=False)
        )
        return rows


def stored(gateway: RunningGateway, work: Any) -> Any:
    """The result of work on the gateway's database."""

    async def run() -> Any:
        async with open_store(gateway.database_url) as store:
            return await work(store)

    return asyncio.run(run())


def hook(gateway: RunningGateway, url: str, nit: str = NIT) -> str:
    """Registers a webhook and tells its secret. The gateway has not read the company yet, so it knows it at once."""
    vault = Vault.from_secret(gateway.settings.required_secret())
    secret: str = stored(
        gateway,
        lambda store: add_webhook(store, vault, system_clock, WantedWebhook(nit, url, allow_private=True), BY),
    )
    return secret


@contextmanager
def subscribed_gateway(database_url: str, folder: Path, **options: Any) -> Iterator[Subscribed]:
    """A gateway with its webhook; the options are those of ``running_gateway``."""
    with open_erp() as erp, running_gateway(database_url, folder, **options) as gateway:
        yield Subscribed(gateway, erp, hook(gateway, erp.url))
