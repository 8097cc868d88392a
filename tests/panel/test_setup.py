"""The first run: from nothing to a company with a key, left and taken up again, with MH down, and with wrong input."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocote.emulator.server import RegisteredCompany
from tests.builders.bodies import invoice
from tests.builders.certificate import PASSWORD, crt
from tests.builders.company import NIT, NRC
from tests.builders.logo import good_png
from tests.builders.people import EMAIL, PERSON_PASSWORD
from tests.builders.registering import RIVAL_PASSWORD, company_stored, registered_meanwhile
from tests.builders.setup import BRANCHES, OTHER_NIT, OTHER_NRC, company_fields
from tests.panel.audited import acts_of
from tests.panel_client import PanelClient, Shown, person_at
from tests.running_gateway import RunningGateway, running_gateway

SETUP = "/setup"
ENDED = ("1577836800.000000000", "1609459200.000000000")


@pytest.fixture
def gateway(database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    with running_gateway(database_url, tmp_path) as gateway:
        yield gateway


@pytest.fixture
def made(gateway: RunningGateway) -> RegisteredCompany:
    """A company that MH knows, and the gateway does not."""
    return gateway.emulator.add_company(nit=OTHER_NIT, nrc=OTHER_NRC, name="Otra Empresa, S.A. de C.V.")


@pytest.fixture
def operator(gateway: RunningGateway) -> PanelClient:
    return person_at(gateway, role=None, is_operator=True)


def sent(browser: PanelClient, step: str, fields: dict[str, str]) -> Shown:
    browser.get(f"{SETUP}/{step}")
    return browser.post(f"{SETUP}/{step}", fields)


def uploaded(browser: PanelClient, content: bytes, password: str) -> Shown:
    browser.get(f"{SETUP}/certificate")
    return browser.upload(
        f"{SETUP}/certificate", {"certificate_password": password}, {"certificate": ("empresa.crt", content)}
    )


def led_to(answer: Shown) -> str:
    assert answer.status == 303, answer.words
    return answer.headers["location"].removeprefix("/panel")


def up_to_branches(browser: PanelClient, made: RegisteredCompany) -> None:
    assert led_to(sent(browser, "company", company_fields(made))) == "/setup/mh"
    assert led_to(sent(browser, "mh", {"mh-user": made.user, "mh-password": made.password})) == "/setup/certificate"
    assert led_to(uploaded(browser, made.certificate, made.certificate_password)) == "/setup/certificate"


def key_in(page: Shown) -> str:
    found = re.search(r"odt_[0-9a-f]{56}", page.text)
    assert found is not None, page.words
    return found[0]


def test_ten_minutes_lead_from_nothing_to_a_stamped_document(
    gateway: RunningGateway, operator: PanelClient, made: RegisteredCompany
) -> None:
    assert operator.get("/").headers["location"] == "/panel/operator/companies"
    assert "Registrar una empresa" in operator.get("/operator/companies").words
    assert operator.get(SETUP).headers["location"] == "/panel/setup/company"
    up_to_branches(operator, made)
    page = operator.get("/setup/certificate")
    assert made.nit in page.words
    assert "Vigente" in page.words
    answer = sent(
        operator, "branches", {**BRANCHES, "number-0-point": "M001P002", "number-0-type": "01", "number-0-next": "1094"}
    )
    assert led_to(answer) == "/setup/key"
    assert operator.get("/setup/mh").headers["location"] == "/panel/setup/key"
    page = sent(operator, "key", {"point": "M001P002"})
    key = key_in(page)
    assert key not in operator.get("/setup/done").text
    assert sent(operator, "key", {"point": "M001P002"}).status == 303
    issued = gateway.post("/invoice", invoice("primera"), key=key)
    assert issued["control_number"].endswith("1094")
    assert gateway.get("/status/primera", key=key)["dte_success"] is True
    company = sent_end(operator, {})
    assert company == "/c/2/company"
    page = operator.get(company)
    assert "Otra Empresa" in page.words
    log = operator.get("/c/2/audit")
    assert log.status == 200
    assert "Cambió el rol de una persona" in log.words
    given = [row for row in acts_of(gateway) if row.company_id == 2 and row.act == "role_changed"]
    assert [(row.author, row.subject, json.loads(row.after)) for row in given] == [
        (EMAIL, EMAIL, {"role": "owner", "points": ""})
    ]
    assert operator.get(SETUP).headers["location"] == "/panel/setup/company"


def sent_end(browser: PanelClient, fields: dict[str, str]) -> str:
    browser.get("/setup/done")
    return led_to(browser.post("/setup/end", fields))


def test_it_is_taken_up_again_where_it_was_left_without_showing_a_secret(
    gateway: RunningGateway, operator: PanelClient, made: RegisteredCompany
) -> None:
    sent(operator, "company", company_fields(made))
    sent(operator, "mh", {"mh-user": made.user, "mh-password": made.password})
    operator.post("/logout")
    again = PanelClient(gateway.url)
    again.get("/login")
    assert again.post("/login", {"email": EMAIL, "password": PERSON_PASSWORD}).status == 303
    assert again.get(SETUP).headers["location"] == "/panel/setup/certificate"
    assert "Otra Empresa" in again.get("/setup/company").text
    page = again.get("/setup/mh")
    assert "Aceptados por Hacienda" in page.words
    assert made.password not in page.text
    assert again.get("/setup/branches").headers["location"] == "/panel/setup/certificate"


def test_faults_of_the_company_stand_at_their_fields(operator: PanelClient, made: RegisteredCompany) -> None:
    page = sent(operator, "company", {**company_fields(made), "nit": "123", "nrc": "", "address-district": "Atlantis"})
    assert page.status == 400
    for name in ("nit", "nrc", "address-district"):
        assert f'id="{name}-error"' in page.text, name
    assert "mh-user" not in page.text
    assert operator.get(SETUP).headers["location"] == "/panel/setup/company"


def test_numbers_are_checked_as_they_are_typed(operator: PanelClient) -> None:
    asked = {"HX-Request": "true"}
    assert "Está bien escrito" in operator.get(f"/setup/said?nit={NIT}", **asked).text
    assert "error" in operator.get("/setup/said?nit=0614", **asked).text
    assert "error" in operator.get("/setup/said?nrc=%3Cb%3E", **asked).text
    assert operator.get("/setup/said?nit=", **asked).text.strip() == ""
    assert "10791" in operator.get("/setup/activities?activity_cod=10791", **asked).text


def test_a_company_that_is_registered_already_is_taken_from_nobody(
    gateway: RunningGateway, operator: PanelClient, made: RegisteredCompany
) -> None:
    page = sent(operator, "company", {**company_fields(made), "nit": NIT, "nrc": NRC})
    assert page.status == 400
    assert "ya está registrada en pruebas" in page.words
    up_to_branches(operator, made)
    gateway.another_company_of(made)
    page = sent(operator, "branches", BRANCHES)
    assert page.status == 400
    assert "ya está registrada en pruebas" in page.words
    assert operator.get("/c/2/company").status == 404


def test_a_password_that_mh_refuses_is_not_kept(operator: PanelClient, made: RegisteredCompany) -> None:
    sent(operator, "company", company_fields(made))
    page = sent(operator, "mh", {"mh-user": made.user, "mh-password": "Equivocada#1"})
    assert page.status == 400
    assert "Hacienda no acepta este usuario" in page.words
    assert operator.get(SETUP).headers["location"] == "/panel/setup/mh"
    page = sent(operator, "mh", {"mh-user": "", "mh-password": ""})
    assert 'id="mh-user-error"' in page.text
    assert 'id="mh-password-error"' in page.text


def test_with_mh_down_every_step_goes_on(
    gateway: RunningGateway, operator: PanelClient, made: RegisteredCompany
) -> None:
    gateway.emulator.control.fault("down", None, None)
    assert led_to(sent(operator, "company", company_fields(made))) == "/setup/mh"
    page = sent(operator, "mh", {"mh-user": made.user, "mh-password": made.password})
    assert "Hacienda no contestó" in page.words
    assert "Seguir sin probar" in page.words
    assert made.password not in page.text
    assert led_to(uploaded(operator, made.certificate, made.certificate_password)) == "/setup/certificate"
    assert led_to(sent(operator, "branches", BRANCHES)) == "/setup/key"
    key = key_in(sent(operator, "key", {"point": "M001P001"}))
    gateway.post("/invoice", invoice("en-espera"), key=key)
    assert gateway.get("/status/en-espera", key=key)["dte_success"] is False
    gateway.emulator.control.behave()


def test_a_password_kept_untried_is_tried_again_without_typing_it(
    gateway: RunningGateway, operator: PanelClient, made: RegisteredCompany
) -> None:
    gateway.emulator.control.fault("down", None, None)
    sent(operator, "company", company_fields(made))
    sent(operator, "mh", {"mh-user": made.user, "mh-password": made.password})
    gateway.emulator.control.behave()
    assert led_to(sent(operator, "mh", {"mh-user": made.user, "mh-password": ""})) == "/setup/certificate"


@pytest.mark.parametrize(
    ("content", "password", "words"),
    [
        (crt(nit=NIT), PASSWORD, f"pertenece al NIT {NIT}"),
        (crt(nit=OTHER_NIT), "equivocada", "La contraseña no corresponde"),
        (crt(nit=OTHER_NIT, validity=ENDED), PASSWORD, "venció el 31/12/2020"),
        (good_png(), PASSWORD, "no es un certificado de Hacienda"),
    ],
    ids=["other NIT", "password", "ended", "picture"],
)
def test_a_certificate_that_cannot_be_used_is_refused_with_a_sentence(
    operator: PanelClient, made: RegisteredCompany, content: bytes, password: str, words: str
) -> None:
    sent(operator, "company", company_fields(made))
    sent(operator, "mh", {"mh-user": made.user, "mh-password": made.password})
    page = uploaded(operator, content, password)
    assert page.status == 400
    assert words in page.words
    assert operator.get(SETUP).headers["location"] == "/panel/setup/certificate"


def test_another_nit_asks_again_for_password_and_certificate(operator: PanelClient, made: RegisteredCompany) -> None:
    up_to_branches(operator, made)
    sent(operator, "company", {**company_fields(made), "nit": "06142803901121"})
    assert operator.get(SETUP).headers["location"] == "/panel/setup/mh"
    assert "Ya hay una guardada" not in operator.get("/setup/mh").words


def test_numbers_of_another_system_are_checked_in_their_rows(operator: PanelClient, made: RegisteredCompany) -> None:
    up_to_branches(operator, made)
    rows = {
        "number-0-point": "M001P009",
        "number-0-type": "01",
        "number-0-next": "5",
        "number-3-point": "M001P001",
        "number-3-type": "03",
        "number-3-next": "cinco",
        "number-4-point": "M001P001",
        "number-4-type": "05",
        "number-4-next": "",
    }
    page = sent(operator, "branches", {**BRANCHES, **rows})
    assert page.status == 400
    for name in ("number-0-point", "number-3-next", "number-4-next"):
        assert f'id="{name}-error"' in page.text, name
    page = sent(operator, "branches", {**BRANCHES, **rows, "add_row": "number"})
    assert 'name="number-5-point"' in page.text
    page = sent(operator, "branches", {"branch-0-cod": "X1", "branch-0-points": ""})
    assert 'id="branch-0-cod-error"' in page.text
    assert 'id="branch-0-points-error"' in page.text


def test_a_first_run_is_discarded_with_its_secrets(operator: PanelClient, made: RegisteredCompany) -> None:
    up_to_branches(operator, made)
    operator.get("/setup/company")
    assert led_to(operator.post("/setup/end")) == ""
    assert operator.get(SETUP).headers["location"] == "/panel/setup/company"
    assert "Otra Empresa" not in operator.get("/setup/company").text


def test_nobody_but_an_operator_registers_companies(gateway: RunningGateway) -> None:
    owner = person_at(gateway, email="duena@example.com")
    for path in ("", "/company", "/mh", "/certificate", "/branches", "/key", "/done", "/said"):
        assert owner.get(SETUP + path).status == 404


def test_registering_asks_again_who_one_is_and_loses_nothing(
    gateway: RunningGateway, operator: PanelClient, made: RegisteredCompany
) -> None:
    up_to_branches(operator, made)
    gateway.time_passes(minutes=11)
    page = sent(operator, "branches", {**BRANCHES, "branch-0-complement": "Calle Larga 9"})
    assert page.status == 401
    assert "Confirme que es usted" in page.words
    assert "Calle Larga 9" in page.text


def test_a_company_that_another_process_registers_at_this_moment_is_not_replaced(
    gateway: RunningGateway, operator: PanelClient, made: RegisteredCompany
) -> None:
    up_to_branches(operator, made)
    operator.get("/setup/branches")
    with registered_meanwhile(gateway, OTHER_NIT, "00"):
        page = operator.post("/setup/branches", BRANCHES)
    assert (page.status, "ya está registrada en pruebas" in page.words) == (400, True), page.words
    assert company_stored(gateway, OTHER_NIT, "00").mh_password == RIVAL_PASSWORD


def test_passwords_are_not_guessed_at_hacienda(operator: PanelClient, made: RegisteredCompany) -> None:
    sent(operator, "company", company_fields(made))
    for number in range(5):
        assert sent(operator, "mh", {"mh-user": made.user, "mh-password": f"Equivocada#{number}"}).status == 400
    page = sent(operator, "mh", {"mh-user": made.user, "mh-password": made.password})
    assert (page.status, "demasiadas veces" in page.words) == (429, True), page.words


def test_the_stored_password_is_tried_for_its_own_user_alone(operator: PanelClient, made: RegisteredCompany) -> None:
    up_to_branches(operator, made)
    page = sent(operator, "mh", {"mh-user": "otro-usuario", "mh-password": ""})
    assert (page.status, "Escriba la contraseña de este otro usuario" in page.words) == (400, True)
    assert led_to(sent(operator, "mh", {"mh-user": made.user, "mh-password": ""})) == "/setup/certificate"


def test_a_password_for_hacienda_asks_again_who_one_is(
    gateway: RunningGateway, operator: PanelClient, made: RegisteredCompany
) -> None:
    sent(operator, "company", company_fields(made))
    gateway.time_passes(minutes=11)
    page = sent(operator, "mh", {"mh-user": made.user, "mh-password": made.password})
    assert (page.status, "Confirme que es usted" in page.words) == (401, True)
