"""What a company's own software learns of an e-mail that does not reach the customer."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ocote.clock import system_clock
from ocote.outbox.webhooks import WantedWebhook, add_webhook
from ocote.parts import open_parts
from ocote.store.engine.opening import open_store
from ocote.vault import Vault
from tests.builders.bodies import invoice
from tests.builders.company import BY, NIT
from tests.outbox.erp import Erp, open_erp
from tests.outbox.mail_server import MailServer, open_mail_server
from tests.running_gateway import RunningGateway, running_gateway

CUSTOMER = {"name": "Cliente de Prueba", "email": "cliente@example.com"}


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with open_mail_server() as opened:
        yield opened


@pytest.fixture
def erp() -> Iterator[Erp]:
    with open_erp() as opened:
        yield opened


@pytest.fixture
async def gateway(
    database_url: str, tmp_path: Path, mail_server: MailServer, erp: Erp
) -> AsyncIterator[RunningGateway]:
    """A gateway of a company with a mail server and a webhook."""
    with running_gateway(database_url, tmp_path, company=mail_server.company) as running:
        vault = Vault.from_secret(running.settings.required_secret())
        async with open_store(running.database_url) as store:
            await add_webhook(store, vault, system_clock, WantedWebhook(NIT, erp.url, allow_private=True), BY)
        yield running


async def send(gateway: RunningGateway) -> None:
    """Sends what is due; webhooks may use the loopback."""
    settings = replace(gateway.settings, webhook_allow_private=True)
    async with open_parts(settings, clock=gateway.clock) as other:
        while await other.sending.run_once():
            pass


def failures(erp: Erp) -> list[dict[str, Any]]:
    return [told.message["data"] for told in erp.told if told.type == "email.failed"]


async def test_a_refused_message_is_announced_with_document_recipient_and_reason(
    gateway: RunningGateway, mail_server: MailServer, erp: Erp
) -> None:
    mail_server.recipients["cliente@example.com"] = "550 5.1.1 no such user"
    answer = gateway.post("/invoice", invoice("caja-1", customer=CUSTOMER, redirect_email="archivo@example.com"))
    await send(gateway)
    [data] = failures(erp)
    assert (data["document_id"], data["external_ref"]) == (answer["document_id"], "caja-1")
    assert (data["control_number"], data["dte_success"]) == (answer["control_number"], True)
    assert data["email"] == {
        "to": "cliente@example.com",
        "event": "document.stamped",
        "state": "refused",
        "attempts": 1,
        "reason": "server_refused",
        "code": 550,
        "answer": "5.1.1 no such user",
    }
    gateway.clock.ahead += timedelta(days=10)
    await send(gateway)
    assert len(failures(erp)) == 1


async def test_a_message_that_is_given_up_after_days_is_announced_once_and_not_before(
    gateway: RunningGateway, mail_server: MailServer, erp: Erp
) -> None:
    mail_server.recipients["cliente@example.com"] = "452 4.2.2 mailbox full"
    gateway.post("/invoice", invoice("caja-1", customer=CUSTOMER))
    for hours in range(0, 24 * 6, 8):
        gateway.clock.ahead = timedelta(hours=hours)
        await send(gateway)
        [email] = gateway.get("/documents/caja-1/email")["emails"]
        assert len(failures(erp)) == (email["state"] != "queued")
    [data] = failures(erp)
    assert (data["email"]["state"], data["email"]["code"]) == ("expired", 452)
    assert data["email"]["attempts"] == len(mail_server.senders)


async def test_a_company_without_webhook_is_told_by_its_list_alone(
    database_url: str, tmp_path: Path, mail_server: MailServer
) -> None:
    mail_server.recipients["cliente@example.com"] = "550 5.1.1 no such user"
    with running_gateway(database_url, tmp_path, company=mail_server.company) as gateway:
        gateway.post("/invoice", invoice("caja-1", customer=CUSTOMER))
        await send(gateway)
        [email] = gateway.get("/documents/caja-1/email")["emails"]
    assert email["state"] == "refused"
