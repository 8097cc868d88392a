"""How the gateway introduces itself to a company's mail server, who gets copies, and where answers go."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.builders.bodies import invoice
from tests.e2e.worker import send_what_is_due
from tests.outbox.mail_server import MailServer, open_mail_server
from tests.running_gateway import RunningGateway, running_gateway

CUSTOMER = {"name": "Cliente de Prueba", "email": "cliente@example.com"}


def mailed(database_url: str, folder: Path, access: str, *bodies: dict[str, Any]) -> MailServer:
    """The mail server of a company after it has sold, with more lines at the end of [smtp]."""
    with (
        open_mail_server() as mail_server,
        running_gateway(database_url, folder, company=mail_server.company + access) as gateway,
    ):
        for body in bodies:
            gateway.post("/invoice", body)
        send_what_is_due(gateway)
    return mail_server


def sale(**more: Any) -> dict[str, Any]:
    return invoice("caja-1", customer=CUSTOMER, **more)


@pytest.mark.parametrize(
    ("access", "name"),
    [
        ("", "example.com"),
        ('helo = "caja.tienda.example"\n', "caja.tienda.example"),
        ('helo = "facturación.example.com"\n', "xn--facturacin-obb.example.com"),
    ],
    ids=["sender", "own", "accents"],
)
def test_the_gateway_introduces_itself_by_the_domain_of_the_sender_or_by_helo(
    all_databases: Any, tmp_path: Path, access: str, name: str
) -> None:
    mail_server = mailed(all_databases.sqlite(), tmp_path, access, sale())
    assert mail_server.clients == [name]
    assert mail_server.senders == ["facturas@example.com"]
    assert len(mail_server.mails) == 1


def test_customers_answer_to_reply_to(all_databases: Any, tmp_path: Path) -> None:
    [mail] = mailed(all_databases.sqlite(), tmp_path, 'reply_to = "ventas@example.com"\n', sale()).mails
    assert (mail["From"], mail["Reply-To"]) == ("Café de Prueba <facturas@example.com>", "ventas@example.com")


def test_without_reply_to_customers_answer_to_the_sender(all_databases: Any, tmp_path: Path) -> None:
    [mail] = mailed(all_databases.sqlite(), tmp_path, "", sale()).mails
    assert mail["Reply-To"] is None


COPIES = 'copy_to = ["contador@example.com", "Archivo@example.com"]\n'


def recipients(mail_server: MailServer) -> list[str]:
    return sorted(mail["To"] for mail in mail_server.mails)


def test_fixed_copies_go_out_beside_what_the_customer_gets_as_messages_of_their_own(
    database_url: str, tmp_path: Path
) -> None:
    mail_server = mailed(database_url, tmp_path, COPIES, sale(redirect_email="archivo@example.com"))
    assert recipients(mail_server) == ["archivo@example.com", "cliente@example.com", "contador@example.com"]
    assert len({mail["Message-ID"] for mail in mail_server.mails}) == 3
    assert [mail["Cc"] for mail in mail_server.mails] == [None] * 3, "no customer sees the addresses of the company"


def test_of_a_document_that_is_mailed_to_nobody_there_is_no_copy(all_databases: Any, tmp_path: Path) -> None:
    assert mailed(all_databases.sqlite(), tmp_path, COPIES, invoice("caja-1")).mails == []


def test_an_invalidation_is_copied_too_and_a_message_on_request_goes_only_where_it_was_asked_for(
    all_databases: Any, tmp_path: Path
) -> None:
    with (
        open_mail_server() as mail_server,
        running_gateway(all_databases.sqlite(), tmp_path, company=mail_server.company + COPIES) as gateway,
    ):
        gateway.post("/invoice", sale())
        send_what_is_due(gateway)
        mail_server.mails.clear()
        gateway.post("/documents/caja-1/email", {"to": ["jefa@example.com", "socia@example.com"]})
        send_what_is_due(gateway)
        assert recipients(mail_server) == ["jefa@example.com", "socia@example.com"]
        mail_server.mails.clear()
        gateway.post("/invalidate/caja-1", {"reason": 2})
        send_what_is_due(gateway)
        assert recipients(mail_server) == ["Archivo@example.com", "cliente@example.com", "contador@example.com"]


@pytest.mark.parametrize("redirect", ["uno@example.com, dos@example.com", ["uno@example.com", "dos@example.com"]])
def test_a_sale_may_name_several_addresses_for_copies(all_databases: Any, tmp_path: Path, redirect: object) -> None:
    mail_server = mailed(all_databases.sqlite(), tmp_path, "", sale(redirect_email=redirect))
    assert recipients(mail_server) == ["cliente@example.com", "dos@example.com", "uno@example.com"]


def test_no_request_passes_the_messages_that_one_document_may_make_in_a_day(all_databases: Any, tmp_path: Path) -> None:
    def ask(gateway: RunningGateway, first: int) -> int:
        to = [f"cliente-{number}@example.com" for number in range(first, first + 10)]
        return gateway.request("POST", "/documents/caja-1/email", {"to": to}).status

    with (
        open_mail_server() as mail_server,
        running_gateway(all_databases.sqlite(), tmp_path, company=mail_server.company) as gateway,
    ):
        gateway.post("/invoice", invoice("caja-1"))
        assert [ask(gateway, 10 * request) for request in range(10)] == [200] * 10
        refused = gateway.request("POST", "/documents/caja-1/email", {"to": "otra@example.com"})
        assert (refused.status, refused.json()["code"]) == (409, "emails_too_many")


def test_every_message_has_the_logo_and_leads_to_the_documents_own_page(all_databases: Any, tmp_path: Path) -> None:
    Image.new("RGB", (600, 200), "navy").save(tmp_path / "logo.png")
    brand = f'[brand]\nlogo = "{tmp_path / "logo.png"}"\n'
    with (
        open_mail_server() as mail_server,
        running_gateway(all_databases.sqlite(), tmp_path, company=mail_server.company + brand) as gateway,
    ):
        linking = replace(gateway, settings=replace(gateway.settings, base_url="https://facturas.example.com"))
        gateway.post("/invoice", sale())
        send_what_is_due(linking)
        gateway.post("/invalidate/caja-1", {"reason": 2})
        send_what_is_due(linking)
    assert len(mail_server.mails) == 2
    for mail in mail_server.mails:
        html = mail.get_body(("html",))
        assert html is not None
        [picture] = (part for part in mail.walk() if part.get_content_type() == "image/png")
        assert f"cid:{picture['Content-ID'].strip('<>')}" in html.get_content()
        assert 'href="https://facturas.example.com/v/' in html.get_content()
