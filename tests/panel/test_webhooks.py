"""The pages of webhooks: adding, changing, trying and sending again, with a real receiver."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.builders.bodies import invoice
from tests.e2e.worker import send_what_is_due
from tests.outbox.erp import Erp, open_erp
from tests.panel.audited import acts_of
from tests.panel_client import PanelClient, Shown, person_at
from tests.running_gateway import RunningGateway, running_gateway

LIST = "/c/1/webhooks"


@dataclass(frozen=True, slots=True)
class Hooked:
    """A gateway that may use the loopback, a receiver, and the browser of the owner."""

    gateway: RunningGateway
    erp: Erp
    owner: PanelClient

    def adds(self, **fields: str) -> str:
        """Adds a webhook for the receiver; returns its secret."""
        read(self.owner, f"{LIST}/new")
        page = self.owner.post(f"{LIST}/new", {"url": self.erp.url, "every": "y", **fields})
        assert page.status == 200, page.words
        return secret_on(page)

    @property
    def path(self) -> str:
        """The page of the only webhook."""
        listed = read(self.owner, LIST)
        return listed.text.split('class="row-link" href="/panel', 1)[1].split('"', 1)[0]

    def sells(self, reference: str) -> None:
        """An invoice, whose announcement is sent once."""
        self.gateway.post("/invoice", invoice(reference))
        send_what_is_due(self.gateway)

    def does(self, act: str, **fields: str) -> Shown:
        """Presses a button on the page of the webhook; returns the page after it."""
        read(self.owner, self.path)
        return self.owner.follow(self.owner.post(f"{self.path}/{act}", fields))


@pytest.fixture
def hooked(database_url: str, tmp_path: Path) -> Iterator[Hooked]:
    with (
        open_erp() as erp,
        running_gateway(database_url, tmp_path, webhook_allow_private=True) as gateway,
    ):
        yield Hooked(gateway, erp, person_at(gateway))


def read(browser: PanelClient, path: str) -> Shown:
    """A page, which has to be there."""
    page = browser.get(path)
    assert page.status == 200, page.words
    return page


def secret_on(page: Shown) -> str:
    """The secret that a page shows."""
    [found] = set(re.findall(r"whsec_[A-Za-z0-9+/=]+", page.words))
    return str(found)


def test_a_webhook_is_added_and_its_secret_signs_what_it_receives(hooked: Hooked) -> None:
    assert "No hay webhooks" in read(hooked.owner, LIST).words
    secret = hooked.adds()
    hooked.sells("caja-1")
    [told] = hooked.erp.told
    assert told.type == "document.stamped"
    assert told.is_signed_with(secret)
    listed, page = read(hooked.owner, LIST), read(hooked.owner, hooked.path)
    assert "Activo" in listed.words
    assert "Todos los sucesos" in listed.words
    assert "200 respuesta 200" in page.words
    assert secret not in listed.text + page.text
    [act] = acts_of(hooked.gateway)
    assert (act.act, act.author, act.company_id) == ("webhook_added", "persona@example.com", 1)
    assert secret not in act.after


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"url": "", "every": "y"}, "url"),
        ({"url": "ftp://example.com", "every": "y"}, "url"),
        ({"url": "https://u:p@example.com/", "every": "y"}, "url"),
        ({"url": "https://example.com/"}, "events"),
        ({"url": "https://example.com/", "events": "document.unknown"}, "events"),
        ({"url": '"><script>alert(1)</script>', "every": "y"}, "url"),
    ],
)
def test_what_no_webhook_can_be_stays_in_the_form(hooked: Hooked, fields: dict[str, str], name: str) -> None:
    read(hooked.owner, f"{LIST}/new")
    page = hooked.owner.post(f"{LIST}/new", fields)
    assert page.status == 400
    assert f'id="{name}-error"' in page.text
    assert "<script>alert" not in page.text
    assert acts_of(hooked.gateway) == []


def test_only_the_chosen_events_are_announced(hooked: Hooked) -> None:
    hooked.adds()
    assert "esos sucesos" in hooked.does("events", events="document.rejected").words
    hooked.sells("caja-1")
    assert hooked.erp.told == []
    assert "document.rejected" in read(hooked.owner, LIST).words


def test_a_webhook_that_is_off_keeps_what_happens_and_sends_it_when_it_is_on_again(hooked: Hooked) -> None:
    hooked.adds()
    assert "quedó apagado" in hooked.does("off").words
    hooked.sells("caja-1")
    assert hooked.erp.told == []
    assert "Guardado: el webhook está o estuvo apagado" in read(hooked.owner, hooked.path).words
    assert "Se guardaron 1 avisos" in hooked.does("on").words
    assert "Se enviarán 1 avisos" in hooked.does("missed").words
    send_what_is_due(hooked.gateway)
    assert [told.type for told in hooked.erp.told] == ["document.stamped"]
    acts = [act.act for act in acts_of(hooked.gateway)]
    assert acts == ["webhook_added", "webhook_disabled", "webhook_enabled", "announcements_replayed"]


def test_another_secret_signs_beside_the_one_before(hooked: Hooked) -> None:
    before = hooked.adds()
    read(hooked.owner, hooked.path)
    page = hooked.owner.post(f"{hooked.path}/secret", {"keep": "24"})
    after = secret_on(page)
    hooked.sells("caja-1")
    [told] = hooked.erp.told
    assert told.is_signed_with(before)
    assert told.is_signed_with(after)
    assert "El secreto anterior vale hasta el" in read(hooked.owner, hooked.path).words
    assert before not in str(acts_of(hooked.gateway))
    assert after not in str(acts_of(hooked.gateway))


def test_a_test_message_shows_the_answer_of_the_receiver(hooked: Hooked) -> None:
    hooked.adds()
    assert "Recibió la prueba. Respondió: 200 respuesta 200" in hooked.does("test").words
    hooked.erp.statuses.append(500)
    assert "No recibió la prueba" in hooked.does("test").words
    hooked.erp.statuses.append(410)
    assert "apagaría el webhook" in hooked.does("test").words
    assert [told.type for told in hooked.erp.told] == ["webhook.test"] * 3


def test_a_delivery_that_failed_is_sent_again_under_its_own_id(hooked: Hooked) -> None:
    hooked.adds()
    hooked.erp.statuses.append(500)
    hooked.sells("caja-1")
    page = read(hooked.owner, hooked.path)
    assert "500 respuesta 500" in page.words
    [path] = re.findall(r'action="/panel(/c/1/webhooks/deliveries/[^"]+)"', page.text)
    assert "en unos segundos" in hooked.owner.follow(hooked.owner.post(path)).words
    send_what_is_due(hooked.gateway)
    first, second = hooked.erp.told
    assert first.id == second.id
    assert [act.act for act in acts_of(hooked.gateway)] == ["webhook_added", "announcement_replayed"]


def test_a_webhook_that_answers_410_is_shown_as_switched_off(hooked: Hooked) -> None:
    hooked.adds()
    hooked.erp.statuses.append(410)
    hooked.sells("caja-1")
    assert "respondió 410 (ya no quiere avisos)" in read(hooked.owner, LIST).words


def test_a_webhook_is_removed_after_a_question(hooked: Hooked) -> None:
    hooked.adds()
    path = hooked.path
    assert "¿Quitar este webhook?" in read(hooked.owner, f"{path}/remove").words
    assert "No hay webhooks" in hooked.owner.follow(hooked.owner.post(f"{path}/remove")).words
    assert hooked.owner.get(path).status == 404


def test_an_accountant_sees_webhooks_and_changes_none(hooked: Hooked) -> None:
    hooked.adds()
    accountant = person_at(hooked.gateway, email="contadora@example.com", role="accountant")
    page = read(accountant, hooked.path)
    assert "Apagar" not in page.words
    for act in ("events", "off", "on", "secret", "remove", "test", "missed"):
        assert accountant.post(f"{hooked.path}/{act}", {"every": "y"}).status == 403
    assert accountant.get(f"{LIST}/new").status == 403


def test_the_webhooks_and_deliveries_of_another_company_are_not_there(hooked: Hooked) -> None:
    hooked.adds()
    hooked.sells("caja-1")
    [delivery] = re.findall(r'action="/panel/c/1(/webhooks/deliveries/[^"]+)"', read(hooked.owner, hooked.path).text)
    theirs = hooked.path.replace("/c/1/", "/c/2/")
    hooked.gateway.another_company()
    stranger = person_at(hooked.gateway, email="otra@example.com", company_id=2)
    assert "No hay webhooks" in read(stranger, "/c/2/webhooks").words
    assert stranger.get(theirs).status == 404
    for act in ("events", "off", "secret", "remove", "test", "missed"):
        assert stranger.post(f"{theirs}/{act}", {"every": "y", "keep": "0"}).status == 404
    assert stranger.post(f"/c/2{delivery}").status == 404
    assert [act.act for act in acts_of(hooked.gateway)] == ["webhook_added"]
