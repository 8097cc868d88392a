"""Faults on the way to an identity provider and back: tokens that are not taken, ways that are gone twice, silence."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.builders.oidc_provider import NAME, OidcProvider, failing, huge, query_of, silent
from tests.builders.people import PERSON_PASSWORD
from tests.databases import Databases
from tests.panel.at_provider import (
    Scene,
    comes_back,
    is_in,
    known_provider,
    leads_to,
    logs_in,
    somebody,
    way_back,
    without_faults,
)
from tests.panel.people_stored import sessions_of
from tests.panel_client import PanelClient


@pytest.fixture(scope="module")
def shared(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with known_provider(all_databases.sqlite(), tmp_path_factory.mktemp("gateway")) as scene:
        yield scene


@pytest.fixture
def scene(shared: Scene) -> Iterator[Scene]:
    with without_faults(shared):
        yield shared


def _wrong_nonce(provider: OidcProvider) -> None:
    provider.claims["nonce"] = "de-otro-intento"


def _no_nonce(provider: OidcProvider) -> None:
    provider.claims["nonce"] = None


def _unsigned(provider: OidcProvider) -> None:
    provider.sign = provider.unsigned


def _public_key_as_secret(provider: OidcProvider) -> None:
    provider.sign = provider.signed_with_the_public_key


def _for_another(provider: OidcProvider) -> None:
    provider.claims["aud"] = "otro-cliente"


def _for_several(provider: OidcProvider) -> None:
    provider.claims["aud"] = ["ocote-de-prueba", "otro-cliente"]


def _by_another_party(provider: OidcProvider) -> None:
    provider.claims["azp"] = "otro-cliente"


def _of_another_issuer(provider: OidcProvider) -> None:
    provider.claims["iss"] = "https://otro.example.com"


def _expired(provider: OidcProvider) -> None:
    provider.claims["exp"] = int(provider.clock().timestamp()) - 120


def _from_before(provider: OidcProvider) -> None:
    provider.claims["iat"] = int(provider.clock().timestamp()) - 120


def _from_the_future(provider: OidcProvider) -> None:
    provider.claims["iat"] = int(provider.clock().timestamp()) + 120


def _another_access_token(provider: OidcProvider) -> None:
    provider.claims["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA"


def _no_subject(provider: OidcProvider) -> None:
    provider.claims["sub"] = None


def _no_token(provider: OidcProvider) -> None:
    provider.sign = lambda _: ""


@pytest.mark.parametrize(
    "fault",
    [
        _wrong_nonce,
        _no_nonce,
        _unsigned,
        _public_key_as_secret,
        _for_another,
        _for_several,
        _by_another_party,
        _of_another_issuer,
        _expired,
        _from_before,
        _from_the_future,
        _another_access_token,
        _no_subject,
        _no_token,
    ],
)
def test_a_token_with_a_fault_lets_nobody_in(scene: Scene, fault: Callable[[OidcProvider], None]) -> None:
    gateway, provider = scene
    email = somebody(scene)
    fault(provider)
    browser = PanelClient(gateway.url)
    page = logs_in(browser)
    assert (page.status, "no se puede dar por buena" in page.words) == (400, True)
    assert not is_in(browser)
    assert sessions_of(gateway, email) == 0


def test_an_unknown_key_is_asked_for_once_and_then_refused(scene: Scene) -> None:
    gateway, provider = scene
    somebody(scene)
    logs_in(PanelClient(gateway.url))
    before = provider.asked.count("/keys")
    provider.rotates()
    rotated = PanelClient(gateway.url)
    logs_in(rotated)
    assert is_in(rotated), "the new key was read"
    assert provider.asked.count("/keys") == before + 1
    provider.published = []
    gateway.time_passes(hours=2)
    browser = PanelClient(gateway.url)
    assert logs_in(browser).status == 400
    assert provider.asked.count("/keys") == before + 3
    assert not is_in(browser)


def test_discovery_and_keys_are_remembered(scene: Scene) -> None:
    gateway, provider = scene
    somebody(scene)
    provider.asked.clear()
    for _ in range(3):
        logs_in(PanelClient(gateway.url))
    assert provider.asked.count("/.well-known/openid-configuration") == 1
    assert provider.asked.count("/keys") == 1


def test_a_way_back_is_gone_once(scene: Scene) -> None:
    gateway, _ = scene
    somebody(scene)
    browser = PanelClient(gateway.url)
    browser.get("/login")
    left = browser.post("/login/identity")
    journey = browser.cookies["ocote-journey"]
    back = way_back(leads_to(left))
    assert comes_back(browser, back).status == 200
    thief = PanelClient(gateway.url)
    thief.cookies["ocote-journey"] = journey
    page = comes_back(thief, back)
    assert (page.status, "ya se usó" in page.words) == (400, True)
    assert not is_in(thief)


def test_a_way_back_leads_nobody_in_who_did_not_set_out(scene: Scene) -> None:
    gateway, _ = scene
    somebody(scene)
    attacker, victim = PanelClient(gateway.url), PanelClient(gateway.url)
    attacker.get("/login")
    back = way_back(leads_to(attacker.post("/login/identity")))
    assert comes_back(victim, back).status == 400
    victim.get("/login")
    victim.post("/login/identity")
    assert comes_back(victim, back).status == 400
    assert not is_in(victim)


def test_a_way_back_after_ten_minutes_is_too_late(scene: Scene) -> None:
    gateway, _ = scene
    somebody(scene)
    browser = PanelClient(gateway.url)
    browser.get("/login")
    back = way_back(leads_to(browser.post("/login/identity")))
    gateway.time_passes(minutes=11)
    assert comes_back(browser, back).status == 400


def test_a_look_without_opening_ends_no_journey(scene: Scene) -> None:
    gateway, _ = scene
    somebody(scene)
    browser = PanelClient(gateway.url)
    browser.get("/login")
    back = way_back(leads_to(browser.post("/login/identity")))
    cookie = {"Cookie": f"ocote-journey={browser.cookies['ocote-journey']}"}
    assert browser.raw("HEAD", back, b"", cookie).status == 303
    comes_back(browser, back)
    assert is_in(browser)


def test_a_person_who_gives_up_at_the_provider_reads_so(scene: Scene) -> None:
    gateway, _ = scene
    browser = PanelClient(gateway.url)
    browser.get("/login")
    state = query_of(leads_to(browser.post("/login/identity")))["state"]
    page = comes_back(browser, f"/login/identity/back?error=access_denied&state={state}")
    assert (page.status, f"{NAME} no confirmó quién es usted" in page.words) == (400, True)


def test_another_provider_on_the_way_back_is_noticed(scene: Scene) -> None:
    gateway, provider = scene
    somebody(scene)
    browser = PanelClient(gateway.url)
    browser.get("/login")
    back = way_back(leads_to(browser.post("/login/identity")))
    assert comes_back(browser, f"{back}&iss=https%3A%2F%2Fotro.example.com").status == 400
    provider.metadata["authorization_response_iss_parameter_supported"] = True
    gateway.time_passes(hours=2)
    unnamed = PanelClient(gateway.url)
    assert logs_in(unnamed).status == 400
    assert not is_in(browser)
    assert not is_in(unnamed)


_BROKEN = [silent, failing, huge, lambda: (302, {"Location": "http://127.0.0.1:9/"}, b""), lambda: (200, {}, b"[]")]


@pytest.mark.parametrize("answer", _BROKEN, ids=["silent", "failing", "huge", "elsewhere", "nonsense"])
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
def test_a_provider_that_is_broken_leaves_the_password(scene: Scene, path: str, answer: Callable[[], Any]) -> None:
    gateway, provider = scene
    email = somebody(scene)
    provider.broken[path] = answer
    browser = PanelClient(gateway.url)
    browser.get("/login")
    page = browser.post("/login/identity")
    if path != "/.well-known/openid-configuration":
        page = comes_back(browser, way_back(leads_to(page)))
    is_nonsense = path == "/token" and answer()[2] == b"[]"
    assert page.status == (400 if is_nonsense else 503), page.words
    assert NAME in page.words
    assert ("retry-after" in page.headers) == (page.status == 503)
    assert not is_in(browser)
    browser.get("/login")
    assert browser.post("/login", {"email": email, "password": PERSON_PASSWORD}).status == 303
    gateway.time_passes(seconds=6)
    provider.broken.clear()
    recovered = PanelClient(gateway.url)
    logs_in(recovered)
    assert is_in(recovered)


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://otro.example.com"}, {"token_endpoint": "http://203.0.113.9/token"}, {"jwks_uri": "ftp://x/"}],
)
def test_a_discovery_document_that_does_not_fit_is_not_used(scene: Scene, metadata: dict[str, str]) -> None:
    gateway, provider = scene
    provider.metadata.update(metadata)
    browser = PanelClient(gateway.url)
    browser.get("/login")
    assert browser.post("/login/identity").status == 503


def test_a_provider_that_failed_a_moment_ago_is_left_alone(scene: Scene) -> None:
    gateway, provider = scene
    provider.broken["/.well-known/openid-configuration"] = failing
    browser = PanelClient(gateway.url)
    browser.get("/login")
    provider.asked.clear()
    assert [browser.post("/login/identity").status for _ in range(3)] == [503] * 3
    assert len(provider.asked) == 1
