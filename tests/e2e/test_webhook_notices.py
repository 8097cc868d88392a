"""A company is told that its own software does not take the announcements: once, and in time."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from ocote.clock import local
from ocote.outbox.webhook_secrets import SigningSecrets
from ocote.outbox.webhooks import enable_webhook
from ocote.parts import open_parts
from ocote.vault import Vault
from tests.builders.bodies import invoice
from tests.builders.company import BY
from tests.e2e.subscribed import Subscribed, stored, subscribed_gateway
from tests.outbox.mail_server import MailServer, open_mail_server

COMPANY = "facturas@example.com"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with open_mail_server() as opened:
        yield opened


@pytest.fixture
def subscribed(database_url: str, tmp_path: Path, mail_server: MailServer) -> Iterator[Subscribed]:
    with subscribed_gateway(database_url, tmp_path, company=mail_server.company) as found:
        yield found


def sell(subscribed: Subscribed, reference: str) -> None:
    assert subscribed.gateway.post("/invoice", invoice(reference))["dte_success"] is True


def watch(subscribed: Subscribed, processes: int = 1) -> None:
    """What so many processes see of the webhooks at this moment, all at once."""

    async def work() -> None:
        async with AsyncExitStack() as stack:
            gateway = subscribed.gateway
            each = [
                await stack.enter_async_context(open_parts(gateway.settings, clock=gateway.clock))
                for _ in range(processes)
            ]
            await asyncio.gather(*(parts.webhook_watch.run_once() for parts in each))

    asyncio.run(work())


def fail_for(subscribed: Subscribed, hours: int) -> None:
    """Every attempt fails; there is one every few hours."""
    subscribed.erp.statuses.extend([500] * 50)
    sell(subscribed, "caja-1")
    for _ in range(0, hours, 4):
        subscribed.send()
        subscribed.gateway.time_passes(hours=4)
    subscribed.send()


def texts(mail_server: MailServer) -> list[str]:
    return [part.get_content() for mail in mail_server.mails for part in [mail.get_body(("plain",))] if part]


def gauges() -> tuple[float | None, float | None]:
    """The webhooks that fail, and those that are off, as they are measured."""
    return REGISTRY.get_sample_value("ocote_webhooks_failing"), REGISTRY.get_sample_value("ocote_webhooks_off")


def test_a_company_is_told_after_a_day_of_failures_once(subscribed: Subscribed, mail_server: MailServer) -> None:
    fail_for(subscribed, 20)
    watch(subscribed)
    assert (mail_server.mails, gauges()) == ([], (0, 0))
    subscribed.gateway.time_passes(hours=6)
    subscribed.send()
    watch(subscribed, processes=3)
    subscribed.gateway.time_passes(hours=2)
    watch(subscribed)
    [mail] = mail_server.mails
    hook = subscribed.hook()
    assert (mail["To"], mail["Auto-Submitted"]) == (COMPANY, "auto-generated")
    [text] = texts(mail_server)
    assert subscribed.erp.url in text
    assert f"ocote webhook test {hook.id}" in text
    assert "no están afectados" in text
    assert gauges() == (1, 0)


def test_a_company_is_told_that_its_webhook_was_switched_off(subscribed: Subscribed, mail_server: MailServer) -> None:
    subscribed.erp.statuses.append(410)
    sell(subscribed, "caja-1")
    at = subscribed.gateway.clock()
    subscribed.send()
    watch(subscribed)
    [text] = texts(mail_server)
    assert "410 Gone" in text
    assert f"{local(at):%d/%m/%Y}" in text
    assert f"ocote webhook enable {subscribed.hook().id}" in text
    assert gauges() == (0, 1)


def test_a_receiver_that_works_again_is_not_told_of(subscribed: Subscribed, mail_server: MailServer) -> None:
    fail_for(subscribed, 20)
    subscribed.erp.statuses.clear()
    subscribed.gateway.time_passes(hours=10)
    subscribed.send()
    watch(subscribed)
    assert (mail_server.mails, gauges()) == ([], (0, 0))


def test_a_mail_server_that_is_busy_is_asked_again_an_hour_later(
    subscribed: Subscribed, mail_server: MailServer
) -> None:
    mail_server.recipients[COMPANY] = "451 later"
    subscribed.erp.statuses.append(410)
    sell(subscribed, "caja-1")
    subscribed.send()
    watch(subscribed)
    del mail_server.recipients[COMPANY]
    watch(subscribed)
    assert mail_server.mails == []
    subscribed.gateway.time_passes(minutes=61)
    watch(subscribed)
    watch(subscribed)
    assert len(mail_server.mails) == 1


def test_a_webhook_that_is_switched_on_again_is_not_told_of(subscribed: Subscribed, mail_server: MailServer) -> None:
    subscribed.erp.statuses.append(410)
    sell(subscribed, "caja-1")
    subscribed.send()
    hook = subscribed.hook().id
    stored(subscribed.gateway, lambda store: enable_webhook(store, subscribed.gateway.clock, hook, BY))
    watch(subscribed)
    assert mail_server.mails == []


def test_a_company_without_a_mail_server_is_told_in_the_log(database_url: str, tmp_path: Path) -> None:
    with subscribed_gateway(database_url, tmp_path) as subscribed, capture_logs() as lines:
        subscribed.erp.statuses.append(410)
        sell(subscribed, "caja-1")
        subscribed.send()
        watch(subscribed)
        watch(subscribed)
    [notice] = [line for line in lines if line["event"] == "webhook_notice"]
    assert "switched_off_gone" in notice.values()


def test_a_secret_that_has_ended_is_deleted(subscribed: Subscribed) -> None:
    hook, gateway = subscribed.hook().id, subscribed.gateway
    vault = Vault.from_secret(gateway.settings.required_secret())
    stored(
        gateway,
        lambda store: SigningSecrets(store, vault, gateway.clock).rotate(hook, timedelta(hours=2), BY),
    )
    watch(subscribed)
    assert subscribed.hook().previous_secrets is not None
    gateway.time_passes(hours=3)
    watch(subscribed)
    assert subscribed.hook().previous_secrets is None
