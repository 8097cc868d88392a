"""Invitations that are mailed at once, over a real mail server: taken, refused, slow; and the link in any case."""

import json
import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.builders.people import EMAIL, PERSON_PASSWORD
from tests.databases import Databases
from tests.outbox.mail_server import HANGS_UP, MailServer, open_mail_server
from tests.panel.audited import acts_of
from tests.panel_client import PanelClient, Shown, person_at
from tests.running_gateway import RunningGateway, running_gateway

INVITE = "/c/1/people/invite"
GUEST = "nueva@example.com"
_LINK = re.compile(r"https?://[^\s\"<]+/panel/invitation/[\w-]{43}")


@dataclass(frozen=True, slots=True)
class Town:
    """A gateway of a company with a mail server, and the browser of its owner."""

    gateway: RunningGateway
    server: MailServer
    owner: PanelClient

    def invites(self, email: str = GUEST, **more: str) -> Shown:
        """The page after an invitation that is to be mailed."""
        self.owner.get(INVITE)
        return self.owner.post(INVITE, {"role": "cashier", "reach": "all", "email": email, "by_mail": "y", **more})


@pytest.fixture
def town(all_databases: Databases, tmp_path: Path) -> Iterator[Town]:
    brand = '[brand]\ncolour = "#7a1f3d"\n'
    with (
        open_mail_server() as server,
        running_gateway(all_databases.sqlite(), tmp_path, company=server.company + brand) as gateway,
    ):
        yield Town(gateway, server, person_at(gateway))


def link_in(page: Shown) -> str:
    found = _LINK.search(page.text)
    assert found is not None, page.words
    return found[0]


def bodies(server: MailServer) -> dict[str, str]:
    """The text and the HTML of the only mail."""
    [mail] = server.mails
    return {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}


def test_the_link_arrives_by_mail_and_lets_the_person_in(town: Town) -> None:
    assert 'name="by_mail"' in town.owner.get(INVITE).text
    page = town.invites()
    assert page.status == 200
    assert "El servidor de correo recibió la invitación" in page.words
    [mail] = town.server.mails
    assert mail["To"] == GUEST
    assert mail["Subject"] == "Café de Prueba le invita a su panel de facturación"
    assert mail["From"].addresses[0].display_name == "Café de Prueba"
    sent = bodies(town.server)
    assert link_in(page) in sent["text/plain"]
    assert link_in(page) in sent["text/html"]
    assert "Su rol será: cajero." in sent["text/plain"]
    assert "El enlace sirve una sola vez, hasta el" in sent["text/plain"]
    assert "#7a1f3d" in sent["text/html"]
    guest = PanelClient(town.gateway.url)
    path = link_in(page).partition("/panel")[2]
    guest.get(path)
    chosen = {"name": "Persona de Prueba", "new_password": PERSON_PASSWORD, "again_password": PERSON_PASSWORD}
    assert guest.post(path, chosen).status == 303


def test_a_person_who_reads_english_invites_in_english(town: Town) -> None:
    town.owner.get("/account")
    assert town.owner.post("/language", {"language": "en"}).status == 303
    town.invites()
    sent = bodies(town.server)
    assert "Your role will be: cashier." in sent["text/plain"]
    assert 'lang="en"' in sent["text/html"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [("550 5.1.1 <script>alert(1)</script>", "550 5.1.1 <script>alert(1)</script>"), ("451 4.3.0 luego", "451 4.3.0")],
)
def test_what_the_server_answers_is_shown_with_the_link(town: Town, answer: str, words: str) -> None:
    town.server.recipients[GUEST] = answer
    page = town.invites()
    assert "El correo no salió" in page.words
    assert words in page.words
    assert "<script>alert" not in page.text
    assert link_in(page)


def test_a_server_that_hangs_up_or_is_not_there_loses_no_link(town: Town) -> None:
    town.server.messages.append(HANGS_UP)
    page = town.invites()
    assert "El correo no salió" in page.words
    assert link_in(page)


def test_the_audit_log_tells_that_an_invitation_was_mailed_and_whether_the_server_took_it(town: Town) -> None:
    secret = link_in(town.invites()).rpartition("/")[2]
    town.server.recipients[GUEST] = "550 5.1.1 nadie"
    town.invites()
    mailed = [row for row in acts_of(town.gateway) if row.act == "invitation_mailed"]
    assert [(row.author, row.subject, row.company_id, json.loads(row.after)) for row in mailed] == [
        (EMAIL, GUEST, 1, {"taken": True}),
        (EMAIL, GUEST, 1, {"taken": False}),
    ]
    words = town.owner.get("/c/1/audit").words
    assert ("Envió una invitación por correo" in words, secret in words) == (True, False)


def test_without_an_address_or_without_the_mark_nothing_is_mailed(town: Town) -> None:
    assert link_in(town.invites(""))
    town.owner.get(INVITE)
    page = town.owner.post(INVITE, {"role": "reader", "email": GUEST})
    assert link_in(page)
    assert "correo no salió" not in page.words
    assert town.server.mails == []
    assert [row.act for row in acts_of(town.gateway)].count("invitation_mailed") == 0


def test_a_name_of_the_company_begins_no_other_header(town: Town) -> None:
    page = town.owner.get("/c/1/company/fiscal")
    fields = {**dict(page.filled), "trade_name": 'Café, "X" <b>&amp; Bcc: otro@example.com'}
    assert town.owner.post("/c/1/company/fiscal", fields).status == 303
    town.invites()
    [mail] = town.server.mails
    assert mail["Bcc"] is None
    assert "<b>" not in bodies(town.server)["text/html"]


def test_many_invitations_are_made_and_mailed_at_a_pace(town: Town) -> None:
    pages = [town.invites(f"persona{number}@example.com") for number in range(7)]
    assert all(link_in(page) for page in pages)
    assert len(town.server.mails) == 6
    assert "ya se enviaron muchos" in pages[-1].words


def test_the_secret_of_the_link_is_kept_nowhere(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.handler.addFilter(lambda entry: entry.name != "mail.log")  # that of the mail server
    secret = link_in(town.invites()).rpartition("/")[2]
    with closing(sqlite3.connect(town.gateway.database_url.removeprefix("sqlite:///"))) as connection:
        assert secret not in "\n".join(connection.iterdump())
    assert secret not in caplog.text


def test_a_company_without_a_mail_server_is_not_asked(all_databases: Databases, tmp_path: Path) -> None:
    with running_gateway(all_databases.sqlite(), tmp_path) as gateway:
        owner = person_at(gateway)
        assert 'name="by_mail"' not in owner.get(INVITE).text
        page = owner.post(INVITE, {"role": "reader", "email": GUEST, "by_mail": "y"})
    assert "la empresa no tiene servidor de correo" in page.words
    assert link_in(page)
