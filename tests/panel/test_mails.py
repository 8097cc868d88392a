"""The pages of e-mails: what servers answered, and sending again, over a real mail server."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.builders.bodies import invoice
from tests.e2e.worker import send_what_is_due
from tests.outbox.mail_server import MailServer, open_mail_server
from tests.panel.audited import acts_of
from tests.panel_client import PanelClient, Shown, person_at
from tests.running_gateway import RunningGateway, running_gateway

LIST = "/c/1/mails"
CUSTOMER = {"name": "Cliente de Prueba", "email": "cliente@example.com"}
ATTACK = "5.1.1 <script>alert(1)</script> no such user"


@dataclass(frozen=True, slots=True)
class MailTown:
    """A gateway of a company with a mail server, and the browser of its owner."""

    gateway: RunningGateway
    server: MailServer
    owner: PanelClient

    def sells_to(self, address: str, reference: str = "caja-1") -> None:
        """An invoice to a customer with an address, whose mail is tried once."""
        self.gateway.post("/invoice", invoice(reference, customer={**CUSTOMER, "email": address}))
        send_what_is_due(self.gateway)


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[MailTown]:
    with (
        open_mail_server() as server,
        running_gateway(database_url, tmp_path, company=server.company) as gateway,
    ):
        yield MailTown(gateway, server, person_at(gateway))


def read(browser: PanelClient, path: str) -> Shown:
    """A page, which has to be there."""
    page = browser.get(path)
    assert page.status == 200, page.words
    return page


def first_mail(page: Shown) -> str:
    """The path of the first mail of a list."""
    return page.text.split('class="row-link" href="/panel', 1)[1].split('"', 1)[0]


def test_a_refused_mail_is_on_the_first_page_with_the_words_of_its_server(town: MailTown) -> None:
    town.server.recipients["cliente@example.com"] = f"550 {ATTACK}"
    town.sells_to("cliente@example.com")
    listed = read(town.owner, LIST)
    assert "cliente@example.com" in listed.words
    assert f"550 {ATTACK}" in listed.words
    assert "<script>alert" not in listed.text
    page = read(town.owner, first_mail(listed))
    assert "El servidor lo rechazó para siempre" in page.words
    assert "<script>alert" not in page.text


def test_a_refused_mail_is_sent_to_another_address_and_the_log_says_by_whom(town: MailTown) -> None:
    town.server.recipients["cliente@example.com"] = "550 no such user"
    town.sells_to("cliente@example.com")
    path = first_mail(read(town.owner, LIST))
    read(town.owner, path)
    answer = town.owner.post(f"{path}/again", {"to": "otra@example.com"})
    assert "Se enviará a otra@example.com" in town.owner.follow(answer).words
    send_what_is_due(town.gateway)
    assert len(town.server.to("otra@example.com")) == 1
    [act] = acts_of(town.gateway)
    assert (act.act, act.author, act.company_id) == ("email_sent_again", "persona@example.com", 1)
    assert "otra@example.com" in act.after


@pytest.mark.parametrize("to", ["", "no-es-correo", "a@example.com, b@@example.com"])
def test_an_address_that_is_none_stays_in_the_form_with_the_words_of_the_api(town: MailTown, to: str) -> None:
    town.sells_to("cliente@example.com")
    path = first_mail(read(town.owner, f"{LIST}?view=all"))
    read(town.owner, path)
    page = town.owner.post(f"{path}/again", {"to": to})
    assert page.status == 400
    assert 'id="to-error"' in page.text
    assert acts_of(town.gateway) == []


def test_a_mail_that_waits_says_when_it_is_tried_again(town: MailTown) -> None:
    town.server.recipients["cliente@example.com"] = "452 4.2.2 mailbox full"
    town.sells_to("cliente@example.com")
    assert "Nada sin entregar" in read(town.owner, LIST).words
    waiting = read(town.owner, f"{LIST}?view=waiting")
    assert "Próximo intento:" in waiting.words
    assert "452 4.2.2 mailbox full" in waiting.words


def test_mails_to_one_address_are_found_whatever_became_of_them(town: MailTown) -> None:
    town.sells_to("cliente@example.com", "caja-1")
    town.sells_to("otra@example.com", "caja-2")
    page = read(town.owner, f"{LIST}?to=otra%40example.com")
    assert "otra@example.com" in page.words
    assert "cliente@example.com" not in page.words
    assert "No hay correos a esta dirección" in read(town.owner, f"{LIST}?to=nadie%40example.com").words


def test_an_accountant_reads_mails_and_sends_none_and_a_cashier_sees_none(town: MailTown) -> None:
    town.sells_to("cliente@example.com")
    accountant = person_at(town.gateway, email="contadora@example.com", role="accountant")
    path = first_mail(read(accountant, f"{LIST}?view=all"))
    assert "Enviar otra vez" not in read(accountant, path).words
    assert accountant.post(f"{path}/again", {"to": "yo@example.com"}).status == 403
    cashier = person_at(town.gateway, email="caja@example.com", role="cashier")
    assert cashier.get(LIST).status == 403
    assert cashier.post(f"{path}/again", {"to": "yo@example.com"}).status == 403


def test_a_mail_of_another_company_is_not_there(town: MailTown) -> None:
    town.sells_to("cliente@example.com")
    theirs = first_mail(read(town.owner, f"{LIST}?view=all")).replace("/c/1/", "/c/2/")
    town.gateway.another_company()
    stranger = person_at(town.gateway, email="otra@example.com", company_id=2)
    page = read(stranger, "/c/2/mails")
    assert "no tiene servidor de correo" in page.words
    assert "No se envía ningún correo" in page.words
    assert "Nada sin entregar" not in page.words
    assert 'href="/panel/c/2/company/mail"' in page.text
    assert stranger.get(theirs).status == 404
    assert stranger.post(f"{theirs}/again", {"to": "yo@example.com"}).status == 404
