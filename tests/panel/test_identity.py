"""Logging in at the panel with an identity provider: who comes in, who confirms, and who accepts an invitation."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ocote.panel.site import panel_routes
from tests.builders.oidc_provider import NAME, Account, open_provider, query_of
from tests.builders.people import EMAIL
from tests.databases import Databases
from tests.panel.at_provider import (
    NUMBERS,
    Scene,
    comes_back,
    goes,
    is_in,
    known_provider,
    leads_to,
    logs_in,
    somebody,
    way_back,
    without_faults,
)
from tests.panel.people_stored import entries_of, link_by_hand, switch_person
from tests.panel_client import PanelClient, Shown, add, person_at
from tests.running_gateway import RunningGateway, running_gateway


@pytest.fixture(scope="module")
def shared(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with known_provider(all_databases.sqlite(), tmp_path_factory.mktemp("gateway")) as scene:
        yield scene


@pytest.fixture
def scene(shared: Scene) -> Iterator[Scene]:
    with without_faults(shared):
        yield shared


def test_the_page_to_log_in_names_the_provider(scene: Scene) -> None:
    gateway, _ = scene
    assert f"Entrar con {NAME}" in PanelClient(gateway.url).get("/login").words


def test_a_person_with_the_verified_address_comes_in_and_is_linked_once(scene: Scene) -> None:
    gateway, provider = scene
    email = somebody(scene)
    browser = PanelClient(gateway.url)
    page = logs_in(browser, next="/panel/c/1?state=rejected")
    assert (page.status, leads_to(page)) == (200, "/panel/c/1?state=rejected")
    assert is_in(browser)
    provider.account.email = "otro-correo@example.com"
    again = PanelClient(gateway.url)
    logs_in(again)
    assert is_in(again), "the link stays when the address at the provider changes"
    assert [entry.act for entry in entries_of(gateway, email)] == ["identity_linked"]


def test_the_provider_is_asked_with_code_pkce_state_and_nonce(scene: Scene) -> None:
    gateway, _ = scene
    browser = PanelClient(gateway.url)
    browser.get("/login")
    asked = query_of(leads_to(browser.post("/login/identity")))
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["scope"].split()[0] == "openid"
    assert asked["redirect_uri"] == f"{gateway.url}/panel/login/identity/back"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert "prompt" not in asked


def test_the_cookie_of_the_journey_is_lax_for_ten_minutes_and_that_of_the_session_strict(scene: Scene) -> None:
    gateway, _ = scene
    somebody(scene)
    browser = PanelClient(gateway.url)
    browser.get("/login")
    left = browser.post("/login/identity")
    journey = next(each for each in left.cookies if each.startswith("ocote-journey="))
    assert all(each in journey for each in ("SameSite=Lax", "Max-Age=600", "HttpOnly"))
    back = comes_back(browser, way_back(leads_to(left)))
    session = next(each for each in back.cookies if each.startswith("ocote-session="))
    assert all(each in session for each in ("SameSite=Strict", "HttpOnly"))
    assert "ocote-journey" not in browser.cookies


def test_a_provider_stands_for_both_factors(scene: Scene) -> None:
    gateway, _ = scene
    email = somebody(scene)
    switch_person(gateway, email, totp=b"sealed")
    browser = PanelClient(gateway.url)
    assert leads_to(logs_in(browser)) == "/panel"
    assert is_in(browser)


def test_a_waiting_form_comes_back_from_the_provider(scene: Scene) -> None:
    gateway, _ = scene
    somebody(scene)
    browser = PanelClient(gateway.url)
    browser.get("/login")
    waiting = browser.post("/account", {"name": "Persona Renombrada", "language": "es"})
    assert waiting.status == 401
    page = goes(browser, "/login/identity", waiting.hidden)
    assert "Continúe donde estaba" in page.words
    assert browser.post("/account", {"name": page.hidden["name"], "language": "es"}).status == 303
    assert "Persona Renombrada" in browser.get("/account").words


def test_a_form_too_long_for_the_journey_stays_on_the_page(scene: Scene) -> None:
    gateway, _ = scene
    browser = PanelClient(gateway.url)
    browser.get("/login")
    long = {"resume-path": "/panel/account", "resume-field-name": "".join(f"{each:x}" for each in range(9_000))}
    page = browser.post("/login/identity", long)
    assert (page.status, page.hidden["name"]) == (409, long["resume-field-name"])
    assert "Identificarse en otra pestaña" in page.words


@pytest.mark.parametrize("next_page", ["https://example.com/panel", "//example.com/panel", "/panel\\@example.com"])
def test_a_login_by_the_provider_leads_to_no_other_site(scene: Scene, next_page: str) -> None:
    gateway, _ = scene
    somebody(scene)
    assert leads_to(logs_in(PanelClient(gateway.url), next=next_page)) == "/panel"


def test_nobody_becomes_a_person_by_a_login(scene: Scene) -> None:
    gateway, provider = scene
    provider.account = Account("desconocida", "desconocida@example.com")
    browser = PanelClient(gateway.url)
    page = logs_in(browser)
    assert (page.status, "no corresponde a ninguna persona" in page.words) == (403, True)
    assert not is_in(browser)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_the_provider_has_not_verified_links_nobody(scene: Scene, verified: Any) -> None:
    gateway, provider = scene
    email = somebody(scene)
    provider.account.email_verified = verified
    browser = PanelClient(gateway.url)
    page = logs_in(browser)
    assert (page.status, "no ha comprobado su correo" in page.words) == (403, True)
    assert not is_in(browser)
    assert entries_of(gateway, email) == []


def test_a_second_account_of_the_provider_is_not_linked_to_a_person(scene: Scene) -> None:
    gateway, provider = scene
    somebody(scene)
    logs_in(PanelClient(gateway.url))
    provider.account.subject = "otra-cuenta"
    browser = PanelClient(gateway.url)
    assert logs_in(browser).status == 403
    assert not is_in(browser)


@pytest.mark.parametrize("is_linked", [False, True])
def test_a_disabled_person_does_not_come_in(scene: Scene, is_linked: bool) -> None:
    gateway, _ = scene
    email = somebody(scene)
    if is_linked:
        logs_in(PanelClient(gateway.url))
    switch_person(gateway, email, active=0)
    browser = PanelClient(gateway.url)
    page = logs_in(browser)
    assert (page.status, "no corresponde a ninguna persona" in page.words) == (403, True)
    assert not is_in(browser)


def test_a_locked_person_waits_as_at_every_other_door(scene: Scene) -> None:
    gateway, _ = scene
    email = somebody(scene)
    guesser = PanelClient(gateway.url)
    guesser.get("/login")
    for _ in range(5):
        guesser.post("/login", {"email": email, "password": "no-es-la-suya"})
    page = logs_in(PanelClient(gateway.url))
    assert (page.status, "Demasiados intentos seguidos" in page.words) == (429, True)
    gateway.time_passes(minutes=1)
    browser = PanelClient(gateway.url)
    logs_in(browser)
    assert is_in(browser)


def test_a_login_as_another_ends_the_session_from_which_somebody_set_out(scene: Scene) -> None:
    gateway, _ = scene
    browser = person_at(gateway, email=f"antes{next(NUMBERS)}@example.com")
    before = browser.cookies["ocote-session"]
    browser.get("/confirm")
    somebody(scene)
    goes(browser, "/login/identity")
    assert browser.cookies["ocote-session"] != before
    browser.cookies["ocote-session"] = before
    assert not is_in(browser)


def _needs_confirming(gateway: RunningGateway, browser: PanelClient) -> Shown:
    """Asks for a guarded change too late after the login; returns the page that asks to confirm."""
    gateway.time_passes(minutes=11)
    browser.get("/c/1/people/invite")
    page = browser.post("/c/1/people/invite", {"role": "reader", "email": "lectora@example.com"})
    assert (page.status, f"Confirmar con {NAME}" in page.words) == (401, True)
    return page


def test_a_guarded_change_is_confirmed_by_a_fresh_login_at_the_provider(scene: Scene) -> None:
    gateway, provider = scene
    somebody(scene)
    browser = PanelClient(gateway.url)
    logs_in(browser)
    waiting = _needs_confirming(gateway, browser)
    page = goes(browser, "/confirm/identity", waiting.hidden)
    assert (provider.authorized["prompt"], provider.authorized["max_age"]) == ("login", "0")
    assert "Continúe donde estaba" in page.words
    sent = {"role": page.hidden["role"], "email": page.hidden["email"]}
    assert browser.post("/c/1/people/invite", sent).status == 200


@pytest.mark.parametrize("age", [None, 3600])
def test_a_login_of_before_confirms_nothing(scene: Scene, age: int | None) -> None:
    gateway, provider = scene
    somebody(scene)
    browser = PanelClient(gateway.url)
    logs_in(browser)
    waiting = _needs_confirming(gateway, browser)
    provider.claims["auth_time"] = None if age is None else int(gateway.clock().timestamp()) - age
    page = goes(browser, "/confirm/identity", waiting.hidden)
    assert (page.status, "no pidió de nuevo su identificación" in page.words) == (400, True)
    assert page.hidden["resume-field-email"] == "lectora@example.com", "what was typed still waits"
    assert browser.post("/c/1/people/invite", {"role": "reader", "email": "lectora@example.com"}).status == 401


def test_another_persons_account_confirms_nothing_and_is_linked_to_nobody(scene: Scene) -> None:
    gateway, provider = scene
    other = somebody(scene)
    provider.account = Account()
    somebody(scene)
    browser = PanelClient(gateway.url)
    logs_in(browser)
    waiting = _needs_confirming(gateway, browser)
    provider.account = Account("de-la-otra", other)
    page = goes(browser, "/confirm/identity", waiting.hidden)
    assert (page.status, "se identificó otra cuenta" in page.words) == (403, True)
    assert browser.post("/c/1/people/invite", {"role": "reader", "email": "lectora@example.com"}).status == 401
    assert entries_of(gateway, other) == []


def test_an_account_lists_its_identities_and_lets_one_be_removed(scene: Scene) -> None:
    gateway, _ = scene
    email = somebody(scene)
    browser = PanelClient(gateway.url)
    logs_in(browser)
    identity = _identity_on(browser.get("/account"))
    assert browser.post("/account/identities/remove", {"identity": identity}).status == 303
    assert "Sin enlazar" in browser.get("/account").words
    assert [entry.act for entry in entries_of(gateway, email)] == ["identity_linked", "identity_unlinked"]
    assert browser.post("/account/identities/remove", {"identity": identity}).status == 404


def test_removing_an_identity_is_guarded_and_reaches_nobody_else(scene: Scene) -> None:
    gateway, _ = scene
    somebody(scene)
    owner = PanelClient(gateway.url)
    logs_in(owner)
    identity = _identity_on(owner.get("/account"))
    other = person_at(gateway, email=f"ajena{next(NUMBERS)}@example.com")
    other.get("/account")
    assert other.post("/account/identities/remove", {"identity": identity}).status == 404
    gateway.time_passes(minutes=11)
    owner.get("/account")
    assert owner.post("/account/identities/remove", {"identity": identity}).status == 401


def test_the_only_way_in_stays(scene: Scene) -> None:
    gateway, _ = scene
    email = somebody(scene)
    browser = PanelClient(gateway.url)
    logs_in(browser)
    identity = _identity_on(browser.get("/account"))
    switch_person(gateway, email, password=None)
    assert "Es su única forma de entrar" in browser.get("/account").words
    answer = browser.post("/account/identities/remove", {"identity": identity})
    assert (answer.status, "Es su única forma de entrar" in answer.words) == (409, True)
    link_by_hand(gateway, email, "https://proveedor-de-antes.example.com")
    assert browser.post("/account/identities/remove", {"identity": identity}).status == 409


def test_a_person_without_a_password_confirms_with_the_provider_alone(scene: Scene) -> None:
    gateway, _ = scene
    email = somebody(scene)
    switch_person(gateway, email, password=None)
    browser = PanelClient(gateway.url)
    logs_in(browser)
    waiting = _needs_confirming(gateway, browser)
    assert 'name="password"' not in waiting.text
    assert "Continúe donde estaba" in goes(browser, "/confirm/identity", waiting.hidden).words


def _invited(gateway: RunningGateway, email: str) -> str:
    """The path of an invitation for an address, of an owner."""
    owner = person_at(gateway, email=f"duena{next(NUMBERS)}@example.com")
    owner.get("/c/1/people/invite")
    made = owner.post("/c/1/people/invite", {"role": "accountant", "email": email})
    found = re.search(r"/panel(/invitation/[\w-]+)", made.text)
    assert found is not None, made.words
    return found[1]


@pytest.mark.parametrize("is_open", [False, True])
def test_an_invitation_is_accepted_with_the_provider_instead_of_a_password(scene: Scene, is_open: bool) -> None:
    gateway, provider = scene
    email = f"nueva{next(NUMBERS)}@example.com"
    provider.account = Account(f"de-{email}", email, name="Persona  Recién\u202e Llegada")
    path = _invited(gateway, "" if is_open else email)
    browser = PanelClient(gateway.url)
    assert f"Aceptar con {NAME}" in browser.get(path).words
    assert leads_to(goes(browser, f"{path}/identity")) == "/panel"
    page = browser.get("/account").words
    assert "Persona Recién Llegada" in page
    assert "Cambiar la contraseña" not in page
    assert browser.get("/c/1/documents").status == 200
    people = person_at(gateway, email=f"duena{next(NUMBERS)}@example.com").get("/c/1/people").words
    assert f"{email} Contador Todos Lo pide su proveedor" in people
    assert [entry.act for entry in entries_of(gateway, email)] == ["invitation_accepted", "identity_linked"]
    assert PanelClient(gateway.url).get(path).status == 404


def test_an_invitation_for_another_address_is_not_accepted(scene: Scene) -> None:
    gateway, provider = scene
    path = _invited(gateway, f"invitada{next(NUMBERS)}@example.com")
    provider.account = Account("intrusa", "intrusa@example.com")
    browser = PanelClient(gateway.url)
    browser.get(path)
    page = goes(browser, f"{path}/identity")
    assert (page.status, "es para otro correo" in page.words) == (403, True)
    provider.account = Account("intrusa", "intrusa@example.com", email_verified=False)
    browser.get(path)
    assert goes(browser, f"{path}/identity").status == 403
    assert PanelClient(gateway.url).get(path).status == 200, "the invitation still waits for its person"


def test_an_open_invitation_gives_the_role_to_a_person_who_is_known(scene: Scene) -> None:
    gateway, _ = scene
    somebody(scene, role=None)
    path = _invited(gateway, "")
    browser = PanelClient(gateway.url)
    browser.get(path)
    goes(browser, f"{path}/identity")
    assert browser.get("/c/1/documents").status == 200


def test_without_a_provider_the_pages_do_not_exist(all_databases: Databases, tmp_path: Path) -> None:
    with running_gateway(all_databases.sqlite(), tmp_path) as gateway:
        add(gateway)
        browser = PanelClient(gateway.url)
        assert "/login/identity" not in browser.get("/login").text
        assert browser.post("/login/identity").status == 404
        assert browser.get("/login/identity/back?code=x&state=y").status == 404
        browser.log_in(EMAIL)
        browser.get("/account")
        assert browser.post("/account/identities/remove", {"identity": "x"}).status == 404


def test_no_page_but_the_way_back_changes_anything_on_a_get_of_another_site(scene: Scene) -> None:
    gateway, _ = scene
    assert [each.path for each in panel_routes().all if "identity" in each.path and each.get] == [
        "/login/identity/back"
    ]
    browser = PanelClient(gateway.url)
    browser.get("/login")
    answer = browser.post("/login/identity", {}, **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_login_is_the_same_on_each_database(all_databases: Databases, tmp_path: Path, kind: str) -> None:
    url = all_databases.sqlite() if kind == "sqlite" else all_databases.postgres()
    with open_provider() as provider, running_gateway(url, tmp_path, identity_provider=provider.access) as gateway:
        add(gateway, email=provider.account.email)
        browser = PanelClient(gateway.url)
        logs_in(browser)
        assert is_in(browser)
        again = PanelClient(gateway.url)
        logs_in(again)
        assert is_in(again)
        identity = _identity_on(again.get("/account"))
        assert again.post("/account/identities/remove", {"identity": identity}).status == 303


def _identity_on(page: Shown) -> str:
    found = re.search(r'name="identity" value="([0-9a-f]{64})"', page.text)
    assert found is not None, page.words
    return found[1]
