"""Passkeys beside an identity provider: both on each page, and the last way in of a person stays."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.builders.oidc_provider import NAME, Account
from tests.databases import Databases
from tests.panel.at_provider import NUMBERS, Scene, goes, known_provider, leads_to, logs_in, somebody, without_faults
from tests.panel.people_stored import entries_of
from tests.panel.soft_passkeys import made_passkey, named_url, used_passkey
from tests.panel_client import PanelClient, Shown, add, person_at

ONLY_WAY = "Es su única forma de entrar"


@pytest.fixture(scope="module")
def shared(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with known_provider(all_databases.sqlite(), tmp_path_factory.mktemp("gateway")) as scene:
        yield scene


@pytest.fixture
def scene(shared: Scene) -> Iterator[Scene]:
    with without_faults(shared):
        yield shared


def _newcomer(scene: Scene) -> tuple[str, PanelClient]:
    """The address and the browser of somebody who took up an invitation with the provider, without a password."""
    gateway, provider = scene
    number = next(NUMBERS)
    email = f"nueva{number}@example.com"
    owner = person_at(gateway, email=f"duena{number}@example.com")
    owner.get("/c/1/people/invite")
    made = owner.post("/c/1/people/invite", {"role": "owner", "email": email})
    found = re.search(r"/panel(/invitation/[\w-]+)", made.text)
    assert found is not None, made.words
    provider.account = Account(f"sujeto-{number}", email)
    browser = PanelClient(named_url(gateway))
    browser.get(found[1])
    assert leads_to(goes(browser, f"{found[1]}/identity")) == "/panel"
    return email, browser


def _identity_on(page: Shown) -> str:
    found = re.search(r'name="identity" value="([0-9a-f]{64})"', page.text)
    assert found is not None, page.words
    return found[1]


def _passkeys_on(page: Shown) -> list[str]:
    return sorted(set(re.findall(r"/panel(/account/passkeys/\d+)", page.text)))


def test_the_last_passkey_of_a_person_without_another_way_in_stays(scene: Scene) -> None:
    gateway, _ = scene
    email, browser = _newcomer(scene)
    passkey, _ = made_passkey(gateway, browser)
    identity = _identity_on(browser.get("/account"))
    assert browser.post("/account/identities/remove", {"identity": identity}).status == 303
    [path] = _passkeys_on(browser.get("/account"))
    page = browser.get(path)
    assert (ONLY_WAY in page.words, f"{path}/remove" in page.text) == (True, False)
    answer = browser.post(f"{path}/remove")
    assert (answer.status, ONLY_WAY in answer.words) == (409, True)
    stranger = PanelClient(named_url(gateway))
    stranger.get("/login")
    assert used_passkey(stranger, passkey).status == 303
    assert [entry.act for entry in entries_of(gateway, email)] == [
        "invitation_accepted",
        "identity_linked",
        "passkey_added",
        "identity_unlinked",
    ]
    made_passkey(gateway, stranger, "Llave de bolsillo")
    assert stranger.post(f"{path}/remove").status == 303, "another passkey is another way in"


def test_a_password_or_an_identity_lets_the_last_passkey_go(scene: Scene) -> None:
    gateway, _ = scene
    _, newcomer = _newcomer(scene)
    made_passkey(gateway, newcomer)
    [path] = _passkeys_on(newcomer.get("/account"))
    assert newcomer.post(f"{path}/remove").status == 303
    assert ONLY_WAY in newcomer.get("/account").words, "the identity alone is left"
    email = f"clave{next(NUMBERS)}@example.com"
    add(gateway, email=email)
    browser = PanelClient(named_url(gateway))
    browser.log_in(email)
    made_passkey(gateway, browser)
    [path] = _passkeys_on(browser.get("/account"))
    assert browser.post(f"{path}/remove").status == 303


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_of_the_two_last_ways_in_one_stays_when_both_are_removed_at_once(
    all_databases: Databases, tmp_path: Path, kind: str
) -> None:
    url = all_databases.sqlite() if kind == "sqlite" else all_databases.postgres()
    with known_provider(url, tmp_path) as scene:
        gateway, _ = scene
        for _ in range(3):
            email, browser = _newcomer(scene)
            made_passkey(gateway, browser)
            page = browser.get("/account")
            identity, [path] = _identity_on(page), _passkeys_on(page)
            other = PanelClient(named_url(gateway))
            other.cookies.update(browser.cookies)
            other.get("/account")
            with ThreadPoolExecutor(2) as pool:
                first = pool.submit(browser.post, f"{path}/remove")
                second = pool.submit(other.post, "/account/identities/remove", {"identity": identity})
                answers = sorted([first.result().status, second.result().status])
            assert answers == [303, 409], email


def test_a_person_with_a_passkey_and_no_password_confirms_with_either_way(scene: Scene) -> None:
    gateway, _ = scene
    _, browser = _newcomer(scene)
    passkey, codes = made_passkey(gateway, browser)
    assert codes == [], "a recovery code lets nobody in without a password"
    for way in ("passkey", "identity"):
        gateway.time_passes(minutes=11)
        browser.get("/c/1/people/invite")
        waiting = browser.post("/c/1/people/invite", {"role": "reader", "email": "lectora@example.com"})
        assert waiting.status == 401
        assert 'name="password"' not in waiting.text
        assert (f"Confirmar con {NAME}" in waiting.words, "Usar mi llave de acceso" in waiting.words) == (True, True)
        assert waiting.text.count('class="button main"') == 1
        if way == "passkey":
            assert used_passkey(browser, passkey, "/confirm/passkey").status == 303
        else:
            assert "Continúe donde estaba" in goes(browser, "/confirm/identity", waiting.hidden).words
        browser.get("/c/1/people/invite")
        assert browser.post("/c/1/people/invite", {"role": "reader", "email": "lectora@example.com"}).status == 200


def test_the_account_offers_no_second_step_to_a_person_without_a_password(scene: Scene) -> None:
    gateway, _ = scene
    _, browser = _newcomer(scene)
    made_passkey(gateway, browser)
    words = browser.get("/account").words
    assert ("Teléfono" in words, "Enlazada" in words) == (True, True)
    assert ("Segundo paso" in words, "Códigos de recuperación" in words) == (False, False)
    assert browser.get("/account/authenticator").headers["location"] == "/panel/account"
    browser.get("/account")
    assert browser.post("/account/authenticator", {"code": "123456", "sealed": "x"}).status == 303
    assert browser.post("/account/codes").headers["location"] == "/panel/account"


def test_both_ways_let_the_same_person_in_beside_the_password(scene: Scene) -> None:
    gateway, _ = scene
    somebody(scene)
    browser = PanelClient(named_url(gateway))
    logs_in(browser)
    passkey, codes = made_passkey(gateway, browser)
    assert len(codes) == 10
    page = browser.get("/account").words
    assert ("Segundo paso" in page, "Códigos de recuperación" in page, "Enlazada" in page) == (True, True, True)
    by_passkey, by_provider = PanelClient(named_url(gateway)), PanelClient(named_url(gateway))
    login = by_passkey.get("/login").words
    assert (f"Entrar con {NAME}" in login, "Entrar con llave de acceso" in login) == (True, True)
    assert used_passkey(by_passkey, passkey).status == 303
    logs_in(by_provider)
    assert (by_passkey.get("/account").status, by_provider.get("/account").status) == (200, 200)
