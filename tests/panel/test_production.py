"""A company goes from MH's test environment to production: step by step, left and taken up, with every wrong input."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ocote.emulator.server import RegisteredCompany
from tests.builders.bodies import invoice
from tests.builders.certificate import PASSWORD, crt
from tests.builders.company import MH_PASSWORD, NIT
from tests.builders.people import EMAIL
from tests.builders.setup import OTHER_NIT, OTHER_NRC
from tests.e2e.worker import send_what_is_due
from tests.outbox.erp import open_erp
from tests.outbox.mail_server import open_mail_server
from tests.panel.audited import acts_of
from tests.panel_client import PanelClient, Shown, add, person_at
from tests.running_gateway import RunningGateway, running_gateway

TEST = "/c/2/company/production"
PHRASE = f"PASAR A PRODUCCIÓN {OTHER_NIT}"
ENDED = ("1577836800.000000000", "1609459200.000000000")


@dataclass(frozen=True, slots=True)
class Town:
    """A gateway with a company of the test environment (2), whose production certificate MH has made, and its owner."""

    gateway: RunningGateway
    made: RegisteredCompany
    owner: PanelClient
    production: bytes

    def sends(self, step: str, fields: Any = (), browser: PanelClient | None = None) -> Shown:
        """The answer to the form of a step."""
        who = browser or self.owner
        who.get(f"{TEST}/{step}")
        return who.post(f"{TEST}/{step}", fields)

    def logs_in(self, password: str | None = None) -> Shown:
        """The answer to user and password."""
        return self.sends("mh", {"mh-user": self.made.user, "mh-password": password or self.made.password})

    def uploads(self, content: bytes | None = None, password: str = PASSWORD) -> Shown:
        """The answer to a certificate."""
        self.owner.get(f"{TEST}/certificate")
        return self.owner.upload(
            f"{TEST}/certificate",
            {"certificate_password": password},
            {"certificate": ("produccion.crt", content or self.production)},
        )

    def prepares(self, numbers: Any = (("beginning", "one"),), along: Any = (("items", "y"),)) -> None:
        """Every step before the phrase."""
        for answer in (self.logs_in(), self.uploads(), self.sends("numbers", numbers), self.sends("along", along)):
            assert answer.status == 303, answer.words


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[Town]:
    with running_gateway(database_url, tmp_path, webhook_allow_private=True) as gateway:
        made = gateway.emulator.add_company(nit=OTHER_NIT, nrc=OTHER_NRC, name="Otra Empresa, S.A. de C.V.")
        gateway.another_company_of(made)
        yield Town(gateway, made, person_at(gateway, company_id=2), crt(nit=OTHER_NIT))


def led_to(answer: Shown) -> str:
    assert answer.status == 303, answer.words
    return answer.headers["location"].removeprefix("/panel")


def test_a_company_switches_and_sells_in_production_with_a_new_key(town: Town) -> None:
    cashier = add(town.gateway, email="caja@example.com", role="cashier", points=("M001P001",), company_id=2)
    add(town.gateway, email="lee@example.com", role="reader", company_id=2)
    assert "Pasar a producción" in town.owner.get("/c/2/company").words
    page = town.owner.get(TEST)
    assert "Empezar" in page.words
    assert "0 de 5 sellados en pruebas" in page.words
    town.prepares(
        [("beginning", "other"), ("number-0-point", "m001p001"), ("number-0-type", "01"), ("number-0-next", "1094")],
        [("people", str(cashier)), ("items", "y")],
    )
    shown = town.owner.get(f"{TEST}/confirm")
    assert "M001P001 Factura: 1094" in shown.words
    assert PHRASE in shown.words
    done = town.sends("confirm", {"phrase": PHRASE})
    assert done.status == 200, done.words
    assert "La empresa está en producción" in done.words
    key = re.search(r"odt_[0-9a-f]{56}", town.owner.post("/c/3/keys/new", dict(done.filled)).text)
    assert key is not None
    issued = town.gateway.post("/invoice", invoice("primera"), key=key[0])
    assert issued["control_number"] == "DTE-01-M001P001-000000000001094"
    page = town.owner.get("/c/3/company")
    assert OTHER_NIT in page.words
    assert "Pruebas" in town.owner.get("/c/2/company").words
    assert "La empresa está en pruebas" not in page.words
    people = town.owner.get("/c/3/people").words
    assert "Cajero M001P001" in people
    assert "lee@example.com" not in people
    acts = {(act.act, act.company_id) for act in acts_of(town.gateway)}
    wanted = {("production_login_tried", 2), ("production_begun", 2), ("company_saved", 3), ("role_changed", 3)}
    assert wanted | {("number_set", 3)} <= acts
    assert town.owner.get("/c/3/company/production").status == 404
    again = town.owner.get(TEST)
    assert "La empresa ya está en producción" in again.words
    assert 'href="/panel/c/3/today"' in again.text


def test_the_way_is_left_and_taken_up_and_shows_no_secret(town: Town) -> None:
    assert led_to(town.logs_in()) == f"{TEST}/certificate"
    assert led_to(town.uploads()) == f"{TEST}/numbers"
    second = person_at(town.gateway, email="segunda@example.com", company_id=2)
    assert f"{TEST}/numbers" in second.get(TEST).text
    for step in ("", "/mh", "/certificate", "/numbers"):
        page = second.get(f"{TEST}{step}")
        assert page.status == 200
        assert town.made.password not in page.text
        assert PASSWORD not in page.text
    assert led_to(second.get(f"{TEST}/confirm")) == f"{TEST}/numbers"
    second.get(TEST)
    assert led_to(second.post(f"{TEST}/discard")) == "/c/2/company"
    assert led_to(town.owner.get(f"{TEST}/certificate")) == f"{TEST}/mh"


def test_a_password_that_production_refuses_is_not_kept_and_without_mh_one_goes_on_untried(town: Town) -> None:
    page = town.logs_in("Equivocada#1")
    assert (page.status, "El ambiente de producción de Hacienda no acepta" in page.words) == (400, True)
    assert town.sends("mh", {"mh-user": "", "mh-password": ""}).status == 400
    assert led_to(town.owner.get(f"{TEST}/certificate")) == f"{TEST}/mh"
    town.gateway.emulator.control.fault("down", None, None)
    page = town.logs_in()
    assert "Hacienda no contestó" in page.words
    assert "Seguir sin probar" in page.words
    town.gateway.emulator.control.behave()
    assert led_to(town.uploads()) == f"{TEST}/numbers"
    town.sends("numbers", {"beginning": "one"})
    town.sends("along", {})
    assert "Guardado sin probar" in town.owner.get(f"{TEST}/confirm").words
    assert town.sends("confirm", {"phrase": PHRASE}).status == 200


def test_a_certificate_of_another_company_or_one_that_has_ended_is_refused(town: Town) -> None:
    town.logs_in()
    for content, password, words in (
        (crt(nit=NIT), PASSWORD, f"pertenece al NIT {NIT}"),
        (crt(nit=OTHER_NIT, validity=ENDED), PASSWORD, "venció el 31/12/2020"),
        (town.production, "equivocada", "La contraseña no corresponde"),
        (b"nada", PASSWORD, "no es un certificado"),
    ):
        page = town.uploads(content, password)
        assert (page.status, words in page.words) == (400, True), page.words
    assert led_to(town.owner.get(f"{TEST}/numbers")) == f"{TEST}/certificate"
    page = town.uploads(town.made.certificate, town.made.certificate_password)
    assert "Es el mismo certificado de pruebas" in page.words


def test_a_certificate_that_ends_while_the_way_was_left_is_refused_at_the_end(town: Town) -> None:
    ends_s = (town.gateway.clock() + timedelta(hours=1)).timestamp()
    town.logs_in()
    town.uploads(crt(nit=OTHER_NIT, validity=("1577836800.000000000", f"{ends_s:.9f}")))
    town.sends("numbers", {"beginning": "one"})
    town.sends("along", {})
    town.gateway.time_passes(hours=2)
    browser = PanelClient(town.gateway.url)
    browser.log_in()
    page = town.sends("confirm", {"phrase": PHRASE}, browser)
    assert (page.status, "Este certificado venció" in page.words) == (400, True)


@pytest.mark.parametrize("typed", ["", "PASAR A PRODUCCIÓN", f"PASAR A PRODUCCION {NIT}", f"si {OTHER_NIT}"])
def test_a_wrong_phrase_registers_nothing(town: Town, typed: str) -> None:
    town.prepares()
    page = town.sends("confirm", {"phrase": typed})
    assert page.status == 400
    assert 'id="phrase-error"' in page.text
    assert town.owner.get("/c/3/company").status == 404
    assert town.sends("confirm", {"phrase": f"pasar a produccion {OTHER_NIT[:4]}-{OTHER_NIT[4:]}"}).status == 200


def test_numbers_are_checked_in_their_rows(town: Town) -> None:
    town.logs_in()
    town.uploads()
    rows = {
        "beginning": "other",
        "number-0-point": "M001P009",
        "number-0-type": "01",
        "number-0-next": "5",
        "number-1-point": "M001P001",
        "number-1-type": "03",
        "number-1-next": "cinco",
        "number-2-point": "M001P001",
        "number-2-type": "05",
        "number-2-next": "",
        "number-3-point": "M001P001",
        "number-3-type": "05",
        "number-3-next": "7",
    }
    page = town.sends("numbers", rows)
    assert page.status == 400
    for name in ("number-0-point", "number-1-next", "number-2-next", "number-3-type"):
        assert f'id="{name}-error"' in page.text, name
    assert town.sends("numbers", {"beginning": "other"}).status == 400
    assert town.sends("numbers", {}).status == 400
    assert 'name="number-4-point"' in town.sends("numbers", {**rows, "add_row": "number"}).text


def test_two_people_who_switch_at_once_register_one_company(town: Town) -> None:
    town.prepares()
    second = person_at(town.gateway, email="segunda@example.com", company_id=2)
    for browser in (town.owner, second):
        browser.get(f"{TEST}/confirm")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda who: who.post(f"{TEST}/confirm", {"phrase": PHRASE}), (town.owner, second)))
    assert min(answer.status for answer in answers) == 200
    late = next(answer for answer in answers if answer.status != 200)
    assert late.status in (303, 400, 409), late.words
    assert "producción" in late.words or late.status == 303
    assert town.owner.get("/c/4/company").status == 404


def test_a_change_of_the_company_meanwhile_is_shown_before_anything_is_registered(town: Town) -> None:
    town.prepares()
    second = person_at(town.gateway, email="segunda@example.com", company_id=2)
    shown = second.get(f"{TEST}/confirm")
    assert shown.status == 200
    town.owner.get("/c/2/company/production")
    town.owner.post(f"{TEST}/discard")
    assert led_to(second.post(f"{TEST}/confirm", {"phrase": PHRASE})) == f"{TEST}/mh"


def test_items_customers_mail_server_and_webhooks_go_along_when_they_are_chosen(
    database_url: str, tmp_path: Path
) -> None:
    with (
        open_mail_server() as server,
        open_erp() as erp,
        running_gateway(database_url, tmp_path, company=server.company, webhook_allow_private=True) as gateway,
    ):
        owner = person_at(gateway)
        gateway.request("PUT", "/items/PAN", {"description": "Pan francés", "unit_price": "0.25"})
        gateway.post("/invoice", invoice("caja-1", customer={"name": "Cliente de Prueba", "dui": "00000001-8"}))
        send_what_is_due(gateway)
        owner.get("/c/1/webhooks/new")
        first = owner.post("/c/1/webhooks/new", {"url": erp.url, "every": "y"})
        here = "/c/1/company/production"
        page = owner.get(here)
        assert "1 de 90 sellados en pruebas" in page.words
        owner.get(f"{here}/mh")
        assert owner.post(f"{here}/mh", {"mh-user": NIT, "mh-password": MH_PASSWORD}).status == 303
        owner.get(f"{here}/certificate")
        files = {"certificate": ("produccion.crt", crt(nit=NIT))}
        page = owner.upload(f"{here}/certificate", {"certificate_password": PASSWORD}, files)
        assert "Es el mismo certificado de pruebas" in page.words
        owner.get(f"{here}/numbers")
        assert owner.post(f"{here}/numbers", {"beginning": "one"}).status == 303
        owner.get(f"{here}/along")
        along = {"items": "y", "customers": "y", "mail_server": "y", "webhooks": "y"}
        assert owner.post(f"{here}/along", along).status == 303
        owner.get(f"{here}/confirm")
        done = owner.post(f"{here}/confirm", {"phrase": f"PASAR A PRODUCCIÓN {NIT}"})
        assert done.status == 200, done.words
        secrets = [re.findall(r"whsec_[\w+/=]+", each.text)[0] for each in (first, done)]
        assert secrets[0] != secrets[1]
        assert "Pan francés" in owner.get("/c/2/items").words
        assert "Cliente de Prueba" in owner.get("/c/2/customers").words
        assert "127.0.0.1" in owner.get("/c/2/webhooks").words
        assert "facturas@example.com" in owner.get("/c/2/company/mail").text
        assert "Todavía no hay claves" in owner.get("/c/2/keys").words
        assert EMAIL in owner.get("/c/2/people").words


def test_only_who_may_edit_the_company_and_only_of_the_test_environment(town: Town) -> None:
    reader = person_at(town.gateway, email="conta@example.com", role="accountant", company_id=2)
    assert reader.get(TEST).status == 403
    stranger = person_at(town.gateway, email="ajena@example.com", company_id=1)
    assert stranger.get(TEST).status == 404


def test_the_last_step_asks_again_who_one_is(town: Town) -> None:
    town.prepares()
    town.owner.get(f"{TEST}/confirm")
    town.gateway.time_passes(minutes=11)
    page = town.owner.post(f"{TEST}/confirm", {"phrase": PHRASE})
    assert page.status == 401
    assert "Confirme que es usted" in page.words
