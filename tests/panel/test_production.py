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
from ocote.store.engine.opening import open_store
from ocote.store.switching import SwitchRow, switch_of
from tests.builders.bodies import invoice
from tests.builders.certificate import PASSWORD, crt
from tests.builders.company import MH_PASSWORD, NIT
from tests.builders.people import EMAIL
from tests.builders.registering import RIVAL_PASSWORD, company_stored, registered_meanwhile
from tests.builders.setup import OTHER_NIT, OTHER_NRC
from tests.e2e.worker import send_what_is_due
from tests.outbox.erp import open_erp
from tests.outbox.mail_server import open_mail_server
from tests.panel.audited import acts_of
from tests.panel_client import PanelClient, Shown, add, apart, person_at
from tests.running_gateway import RunningGateway, running_gateway
from tests.waiting import until

TEST = "/c/2/company/production"
PHRASE = f"PASAR A PRODUCCIÓN {OTHER_NIT}"
ENDED = ("1577836800.000000000", "1609459200.000000000")


@dataclass(frozen=True, slots=True)
class Town:
    """A gateway with a company of the test environment (2), the same company as production knows it, and its owner."""

    gateway: RunningGateway
    made: RegisteredCompany
    there: RegisteredCompany
    owner: PanelClient

    def sends(self, step: str, fields: Any = (), browser: PanelClient | None = None) -> Shown:
        """The answer to the form of a step."""
        who = browser or self.owner
        return self.sends_over(who.get(f"{TEST}/{step}"), step, fields, who)

    def sends_over(self, page: Shown, step: str, fields: Any = (), browser: PanelClient | None = None) -> Shown:
        """The answer to the form of a step on a page that was opened before."""
        listed = list(fields.items()) if isinstance(fields, dict) else list(fields)
        return (browser or self.owner).post(f"{TEST}/{step}", [("seen", page.hidden.get("seen", "")), *listed])

    def logs_in(self, password: str | None = None, user: str | None = None) -> Shown:
        """The answer to user and password."""
        typed = self.there.password if password is None else password
        return self.sends("mh", {"mh-user": user or self.there.user, "mh-password": typed})

    def uploads(self, content: bytes | None = None, password: str = PASSWORD) -> Shown:
        """The answer to a certificate."""
        page = self.owner.get(f"{TEST}/certificate")
        return self.owner.upload(
            f"{TEST}/certificate",
            {"certificate_password": password, "seen": page.hidden.get("seen", "")},
            {"certificate": ("produccion.crt", content or self.there.certificate)},
        )

    def discards(self, browser: PanelClient | None = None) -> Shown:
        """The answer to who discards what was filled in."""
        who = browser or self.owner
        return who.post(f"{TEST}/discard", {"seen": who.get(TEST).hidden.get("seen", "")})

    def prepares(self, numbers: Any = (("beginning", "one"),), along: Any = (("items", "y"),)) -> None:
        """Every step before the phrase."""
        for answer in (self.logs_in(), self.uploads(), self.sends("numbers", numbers), self.sends("along", along)):
            assert answer.status == 303, answer.words


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[Town]:
    with running_gateway(database_url, tmp_path, webhook_allow_private=True) as gateway:
        made = gateway.emulator.add_company(nit=OTHER_NIT, nrc=OTHER_NRC, name="Otra Empresa, S.A. de C.V.")
        gateway.another_company_of(made)
        there = gateway.emulator.add_company(
            nit=OTHER_NIT,
            nrc=OTHER_NRC,
            name=made.name,
            environment="01",
            password="Produccion#2026",
            certificate=crt(nit=OTHER_NIT).decode(),
            certificate_password=PASSWORD,
        )
        yield Town(gateway, made, there, person_at(gateway, company_id=2))


def logins_at(town: Town) -> int:
    return town.gateway.emulator.control.counts().get("auth", 0)


def kept_way(gateway: RunningGateway) -> SwitchRow | None:
    async def work() -> SwitchRow | None:
        async with open_store(gateway.database_url) as store:
            return await store.read(switch_of, 2)

    return apart(work())


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
    assert issued["dte_success"], issued
    [stamped] = town.gateway.emulator.control.documents()
    assert (stamped["environment"], stamped["stamp"]) == ("01", issued["reception_stamp"])
    page = town.owner.get("/c/3/company")
    assert OTHER_NIT in page.words
    assert "Pruebas" in town.owner.get("/c/2/company").words
    assert "La empresa está en pruebas" not in page.words
    people = town.owner.get("/c/3/people").words
    assert "Cajero Casa matriz M001 · punto de venta P001" in people
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
        assert town.there.password not in page.text
        assert PASSWORD not in page.text
    assert led_to(second.get(f"{TEST}/confirm")) == f"{TEST}/numbers"
    assert led_to(town.discards(second)) == "/c/2/company"
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
        (town.there.certificate, "equivocada", "La contraseña no corresponde"),
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
    browsers = (town.owner, second)
    pages = [browser.get(f"{TEST}/confirm") for browser in browsers]

    def confirms(at: int) -> Shown:
        return town.sends_over(pages[at], "confirm", {"phrase": PHRASE}, browsers[at])

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(confirms, range(2)))
    assert min(answer.status for answer in answers) == 200
    late = next(answer for answer in answers if answer.status != 200)
    assert late.status in (303, 400, 409), late.words
    assert "producción" in late.words or late.status == 303
    assert town.owner.get("/c/4/company").status == 404


def test_a_company_that_another_process_registers_at_this_moment_is_not_replaced(town: Town) -> None:
    town.prepares()
    shown = town.owner.get(f"{TEST}/confirm")
    with registered_meanwhile(town.gateway, OTHER_NIT, "01"):
        page = town.sends_over(shown, "confirm", {"phrase": PHRASE})
    if page.status == 303:  # on SQLite the other process may have ended before the request looked
        page = town.owner.follow(page)
        assert "ya está en producción" in page.words, page.words
    else:
        assert (page.status, "ya está registrada en producción" in page.words) == (400, True), page.words
    assert company_stored(town.gateway, OTHER_NIT, "01").mh_password == RIVAL_PASSWORD


def test_what_was_discarded_meanwhile_is_not_registered(town: Town) -> None:
    town.prepares()
    second = person_at(town.gateway, email="segunda@example.com", company_id=2)
    shown = second.get(f"{TEST}/confirm")
    assert shown.status == 200
    town.discards()
    assert led_to(town.sends_over(shown, "confirm", {"phrase": PHRASE}, second)) == f"{TEST}/mh"
    assert town.owner.get("/c/3/company").status == 404


NUMBERS = {"beginning": "other", "number-0-point": "M001P001", "number-0-type": "01", "number-0-next": "77"}


@pytest.mark.parametrize("what", ["numbers", "people", "password", "certificate", "company"])
def test_nobody_confirms_what_they_did_not_see(town: Town, what: str) -> None:
    town.prepares()
    second = person_at(town.gateway, email="segunda@example.com", company_id=2)
    shown = second.get(f"{TEST}/confirm")
    if what == "numbers":
        assert town.sends("numbers", NUMBERS).status == 303
    elif what == "people":
        assert town.sends("along", {"customers": "y"}).status == 303
    elif what == "password":
        town.gateway.emulator.control.fault("down", None, None)
        assert "Hacienda no contestó" in town.logs_in("Otra#2026").words
        town.gateway.emulator.control.behave()
    elif what == "certificate":
        assert town.uploads(crt(nit=OTHER_NIT, password="Otra#2026"), "Otra#2026").status == 303
    else:
        town.gateway.another_company_of(town.made)
    page = town.sends_over(shown, "confirm", {"phrase": PHRASE}, second)
    assert (page.status, "Otra persona cambió algo de este paso" in page.words) == (409, True), page.words
    assert f'value="{PHRASE}"' in page.text
    assert town.owner.get("/c/3/company").status == 404
    assert town.sends_over(page, "confirm", {"phrase": PHRASE}, second).status == 200


def test_a_step_that_was_open_while_another_person_saved_changes_nothing(town: Town) -> None:
    town.prepares()
    second = person_at(town.gateway, email="segunda@example.com", company_id=2)
    opened = {step: second.get(f"{TEST}/{step}") for step in ("mh", "certificate", "numbers", "along")}
    ready = second.get(TEST)
    assert town.sends("numbers", NUMBERS).status == 303
    tried = len([act for act in acts_of(town.gateway) if act.act == "production_login_tried"])
    typed = {"mh-user": town.there.user, "mh-password": town.there.password}
    for step, fields in (("mh", typed), ("numbers", {"beginning": "one"}), ("along", {"customers": "y"})):
        page = town.sends_over(opened[step], step, fields, second)
        assert (page.status, "Otra persona cambió algo de este paso" in page.words) == (409, True), step
    page = second.upload(
        f"{TEST}/certificate",
        {"certificate_password": PASSWORD, "seen": opened["certificate"].hidden["seen"]},
        {"certificate": ("otro.crt", crt(nit=OTHER_NIT))},
    )
    assert page.status == 409
    page = second.post(f"{TEST}/discard", {"seen": ready.hidden["seen"]})
    assert (page.status, "Otra persona cambió algo de este paso" in page.words) == (409, True)
    assert len([act for act in acts_of(town.gateway) if act.act == "production_login_tried"]) == tried
    shown = town.owner.get(f"{TEST}/confirm")
    assert "M001P001 Factura: 77" in shown.words
    assert "Usted y 0 más Se copia artículos" in shown.words


def test_what_is_saved_or_discarded_while_hacienda_is_asked_stays_so(town: Town) -> None:
    town.prepares()
    second = person_at(town.gateway, email="segunda@example.com", company_id=2)
    asked = logins_at(town)
    town.gateway.emulator.control.fault("slow", "auth", seconds=2.0)
    with ThreadPoolExecutor(1) as pool:
        trying = pool.submit(town.logs_in)
        until(lambda: logins_at(town) > asked)
        assert led_to(town.discards(second)) == "/c/2/company"
        page = trying.result()
    assert (page.status, "Otra persona cambió algo de este paso" in page.words) == (409, True), page.words
    assert led_to(town.owner.get(f"{TEST}/certificate")) == f"{TEST}/mh"
    assert "Ya hay una guardada" not in town.owner.get(f"{TEST}/mh").words


@pytest.mark.parametrize("step", ["mh", "certificate", "confirm", "discard"])
def test_steps_with_secrets_ask_again_who_one_is(town: Town, step: str) -> None:
    town.prepares()
    town.owner.get(TEST)
    town.gateway.time_passes(minutes=11)
    page = town.owner.post(f"{TEST}/{step}", {"mh-user": town.there.user, "mh-password": town.there.password})
    assert (page.status, "Confirme que es usted" in page.words) == (401, True)


def test_passwords_are_not_guessed_at_hacienda(town: Town) -> None:
    for number in range(5):
        assert town.logs_in(f"Equivocada#{number}").status == 400
    page = town.logs_in()
    assert (page.status, "demasiadas veces" in page.words) == (429, True), page.words
    assert [act.act for act in acts_of(town.gateway)].count("production_login_tried") == 5


def test_the_stored_password_is_tried_for_its_own_user_alone(town: Town) -> None:
    town.logs_in()
    page = town.logs_in("", user="otro-usuario")
    assert (page.status, "Escriba la contraseña de este otro usuario" in page.words) == (400, True)
    assert led_to(town.logs_in("")) == f"{TEST}/certificate"
    assert [act.act for act in acts_of(town.gateway)].count("production_login_tried") == 2


def test_a_company_that_came_to_production_on_another_way_is_asked_nothing_more(town: Town) -> None:
    town.prepares()
    opened = town.owner.get(f"{TEST}/numbers")
    town.gateway.another_company_of(town.there)
    assert led_to(town.sends_over(opened, "numbers", NUMBERS)) == TEST
    for step in ("mh", "certificate", "numbers", "along", "confirm"):
        assert led_to(town.owner.get(f"{TEST}/{step}")) == TEST
        assert led_to(town.owner.post(f"{TEST}/{step}")) == TEST
    assert "La empresa ya está en producción" in town.owner.get(TEST).words
    assert kept_way(town.gateway) is None


def test_numbers_of_one_year_are_asked_for_again_in_the_next(town: Town) -> None:
    town.gateway.is_now(2026, 12, 31)
    town.owner.log_in()
    town.prepares(list(NUMBERS.items()))
    shown = town.owner.get(f"{TEST}/confirm")
    assert "M001P001 Factura: 77" in shown.words
    town.gateway.is_now(2027, 1, 1)
    town.owner.log_in()
    assert led_to(town.sends_over(shown, "confirm", {"phrase": PHRASE})) == f"{TEST}/numbers"
    assert led_to(town.owner.get(f"{TEST}/confirm")) == f"{TEST}/numbers"
    page = town.owner.get(f"{TEST}/numbers")
    assert "Los que se escribieron aquí eran de 2026" in page.words
    assert town.sends("numbers", {"beginning": "one"}).status == 303
    assert town.sends("confirm", {"phrase": PHRASE}).status == 200
    assert "number_set" not in [act.act for act in acts_of(town.gateway)]


def test_the_audit_log_tells_what_was_kept_and_discarded_without_secrets(town: Town) -> None:
    town.prepares(list(NUMBERS.items()))
    town.logs_in("")
    town.uploads()
    town.sends("numbers", {"beginning": "one"})
    town.discards()
    acts = [act for act in acts_of(town.gateway) if act.act.startswith("production_")]
    kept = ["production_login_kept", "production_certificate_kept", "production_numbers_kept"]
    tried = "production_login_tried"
    assert [act.act for act in acts] == [tried, *kept, tried, kept[2], "production_discarded"]
    assert '"M001P001 01: 77"' in acts[3].after
    assert "fingerprint" not in acts[2].after
    for act in acts:
        assert town.there.password not in act.before + act.after
        assert PASSWORD not in act.before + act.after
    page = town.owner.get("/c/2/audit").words
    assert "Guardó el certificado de producción" in page
    assert "Descartó lo escrito para pasar a producción" in page


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
        page = owner.get(f"{here}/mh")
        assert (
            owner.post(f"{here}/mh", {"seen": page.hidden["seen"], "mh-user": NIT, "mh-password": MH_PASSWORD}).status
            == 303
        )
        page = owner.get(f"{here}/certificate")
        files = {"certificate": ("produccion.crt", crt(nit=NIT))}
        page = owner.upload(
            f"{here}/certificate", {"seen": page.hidden["seen"], "certificate_password": PASSWORD}, files
        )
        assert "Es el mismo certificado de pruebas" in page.words
        page = owner.get(f"{here}/numbers")
        assert owner.post(f"{here}/numbers", {"seen": page.hidden["seen"], "beginning": "one"}).status == 303
        page = owner.get(f"{here}/along")
        along = {"seen": page.hidden["seen"], "items": "y", "customers": "y", "mail_server": "y", "webhooks": "y"}
        assert owner.post(f"{here}/along", along).status == 303
        page = owner.get(f"{here}/confirm")
        done = owner.post(f"{here}/confirm", {"seen": page.hidden["seen"], "phrase": f"PASAR A PRODUCCIÓN {NIT}"})
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
