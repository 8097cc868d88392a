"""Logging in and out at the panel, and forms that came when the session had ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.people import EMAIL, PERSON_PASSWORD
from tests.databases import Databases
from tests.panel_client import PanelClient, add, person_at
from tests.running_gateway import RunningGateway, running_gateway


@pytest.fixture(scope="module")
def gateway(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder) as gateway:
        add(gateway)
        yield gateway


def test_a_stranger_is_led_to_the_login_and_back_to_the_page_they_wanted(gateway: RunningGateway) -> None:
    browser = PanelClient(gateway.url)
    led = browser.get("/c/1?state=rejected")
    assert led.headers["location"] == "/panel/login?next=%2Fpanel%2Fc%2F1%3Fstate%3Drejected"
    page = browser.follow(led)
    answer = browser.post("/login", {"email": EMAIL, "password": PERSON_PASSWORD, "next": page.hidden["next"]})
    assert answer.headers["location"] == "/panel/c/1?state=rejected"


def test_a_wrong_password_and_an_unknown_person_get_one_answer(gateway: RunningGateway) -> None:
    browser = PanelClient(gateway.url)
    browser.get("/login")
    answers = [
        browser.post("/login", {"email": EMAIL, "password": "otra-cosa-distinta"}),
        browser.post("/login", {"email": "nadie@example.com", "password": PERSON_PASSWORD}),
    ]
    assert {answer.status for answer in answers} == {400}
    assert all("El correo o la contraseña no coinciden" in answer.words for answer in answers)


@pytest.mark.parametrize("next_page", ["https://example.com/panel", "//example.com/panel", "/panel\\@example.com"])
def test_a_login_leads_to_no_other_site(gateway: RunningGateway, next_page: str) -> None:
    browser = PanelClient(gateway.url)
    browser.get("/login")
    answer = browser.post("/login", {"email": EMAIL, "password": PERSON_PASSWORD, "next": next_page})
    assert answer.headers["location"] == "/panel"


def test_a_login_begins_a_session_under_a_new_secret(gateway: RunningGateway) -> None:
    browser = PanelClient(gateway.url)
    browser.get("/login")
    browser.cookies["ocote-session"] = "elegida-por-otro"
    answer = browser.post("/login", {"email": EMAIL, "password": PERSON_PASSWORD})
    assert browser.cookies["ocote-session"] != "elegida-por-otro"
    assert all("HttpOnly" in each and "SameSite=Strict" in each for each in answer.cookies)


def test_after_logging_out_no_page_comes_back(gateway: RunningGateway) -> None:
    browser = person_at(gateway, email="sale@example.com")
    kept = dict(browser.cookies)
    page = browser.get("/confirm")
    assert page.headers["cache-control"] == "private, no-store"
    assert browser.post("/logout").status == 303
    browser.cookies.update(kept)
    assert browser.get("/c/1").headers["location"].startswith("/panel/login")


def test_a_login_in_an_open_session_ends_the_session_before(gateway: RunningGateway) -> None:
    browser = person_at(gateway, email="cambia@example.com")
    before = dict(browser.cookies)
    browser.get("/confirm")
    browser.post("/login", {"email": EMAIL, "password": PERSON_PASSWORD})
    browser.cookies.update(before)
    assert browser.get("/confirm").headers["location"].startswith("/panel/login")


def test_a_form_with_the_token_of_an_ended_session_is_not_taken(gateway: RunningGateway) -> None:
    browser = person_at(gateway, email="token@example.com")
    browser.get("/account")
    old = browser.token
    browser.post("/logout")
    browser.get("/login")
    browser.post("/login", {"email": "token@example.com", "password": PERSON_PASSWORD})
    answer = browser.post("/account", {"csrf_token": old, "name": "Otra", "language": "es"})
    assert (answer.status, "Continúe donde estaba" in answer.words) == (409, True)
