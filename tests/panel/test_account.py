"""A person's own account: name, language, password, the second step, recovery codes, sessions."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest

from tests.builders.people import PERSON_PASSWORD
from tests.databases import Databases
from tests.panel_client import PanelClient, Shown, person_at
from tests.running_gateway import RunningGateway, running_gateway

NEW_PASSWORD = "una-lancha-de-papel-azul-42"
AGENT = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"


@pytest.fixture(scope="module")
def gateway(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder) as gateway:
        yield gateway


def _code(gateway: RunningGateway, secret: str) -> str:
    return pyotp.TOTP(secret).at(gateway.clock())


def _switched_on(gateway: RunningGateway, browser: PanelClient) -> tuple[str, list[str]]:
    """The secret of the authenticator that a person has switched on, and the recovery codes."""
    page = browser.get("/account/authenticator")
    secret = re.search(r"<code>([A-Z2-7 ]{20,})</code>", page.text)
    sealed = re.search(r'name="sealed"[^>]*value="([0-9a-f]+)"', page.text)
    assert secret is not None
    assert sealed is not None
    plain = secret[1].replace(" ", "")
    shown = browser.post("/account/authenticator", {"sealed": sealed[1], "code": _code(gateway, plain)})
    codes = re.findall(r"<code>([a-z0-9]{6}-[a-z0-9]{6})</code>", shown.text)
    assert len(set(codes)) == 10, shown.words
    return plain, codes


def _half_way(gateway: RunningGateway, email: str) -> PanelClient:
    browser = PanelClient(gateway.url)
    browser.get("/login")
    page = browser.post("/login", {"email": email, "password": PERSON_PASSWORD})
    assert "Segundo paso" in page.words
    assert "ocote-session" not in browser.cookies
    return browser


def _with_code(browser: PanelClient, code: str) -> Shown:
    return browser.post("/login/code", {"code": code})


def test_name_and_language_are_changed(gateway: RunningGateway) -> None:
    browser = person_at(gateway, email="nombre@example.com")
    browser.get("/account")
    assert browser.post("/account", {"name": "  Ana   María ", "language": "es"}).status == 303
    assert "Ana María" in browser.get("/account").words
    answer = browser.post("/language", {"language": "en"}, Referer=f"{gateway.url}/panel/account?x=1")
    assert answer.headers["location"] == "/panel/account?x=1"
    assert '<html lang="en"' in browser.get("/account").text


@pytest.mark.parametrize("referer", ["https://example.com/otra", "//example.com/panel", ""])
def test_choosing_a_language_leads_to_no_other_site(gateway: RunningGateway, referer: str) -> None:
    browser = person_at(gateway, email=f"idioma{len(referer)}@example.com")
    browser.get("/account")
    answer = browser.post("/language", {"language": "es"}, **({"Referer": referer} if referer else {}))
    assert answer.headers["location"] == "/panel"


def test_a_new_password_ends_the_other_sessions_and_the_old_password(gateway: RunningGateway) -> None:
    browser = person_at(gateway, email="clave@example.com")
    other = PanelClient(gateway.url)
    other.log_in("clave@example.com")
    browser.get("/account/password")
    fields = {"current_password": PERSON_PASSWORD, "new_password": NEW_PASSWORD, "again_password": NEW_PASSWORD}
    assert browser.post("/account/password", fields).status == 303
    assert browser.get("/account").status == 200
    assert other.get("/account").status == 303
    again = PanelClient(gateway.url)
    again.get("/login")
    assert again.post("/login", {"email": "clave@example.com", "password": PERSON_PASSWORD}).status == 400
    again.log_in("clave@example.com", NEW_PASSWORD)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"new_password": "corta1", "again_password": "corta1"}, "Use 10 caracteres o más"),
        ({"new_password": "password123", "again_password": "password123"}, "se adivina pronto"),
        ({"again_password": "otra-cosa-muy-distinta"}, "Las dos contraseñas no son iguales"),
        ({"current_password": "no-es-esta-clave"}, "La contraseña no coincide"),
    ],
)
def test_a_password_that_cannot_be_taken_is_refused_at_its_field(
    gateway: RunningGateway, fields: dict[str, str], said: str
) -> None:
    browser = person_at(gateway, email=f"mal{sum(map(ord, said))}@example.com")
    browser.get("/account/password")
    usual = {"current_password": PERSON_PASSWORD, "new_password": NEW_PASSWORD, "again_password": NEW_PASSWORD}
    answer = browser.post("/account/password", {**usual, **fields})
    assert answer.status == 400
    assert said in answer.words
    assert NEW_PASSWORD not in answer.text


def test_the_second_step_asks_for_a_code_and_each_code_enters_once(gateway: RunningGateway) -> None:
    secret, _ = _switched_on(gateway, person_at(gateway, email="totp@example.com"))
    assert _with_code(_half_way(gateway, "totp@example.com"), _code(gateway, secret)).status == 400, "already used"
    gateway.time_passes(seconds=30)
    code = _code(gateway, secret)
    browser = _half_way(gateway, "totp@example.com")
    assert _with_code(browser, code).status == 303
    assert browser.get("/account").status == 200
    replayed = _with_code(_half_way(gateway, "totp@example.com"), code)
    assert replayed.status == 400
    assert "ya se usó" in replayed.words


def test_a_code_of_two_steps_ago_is_too_old(gateway: RunningGateway) -> None:
    secret, _ = _switched_on(gateway, person_at(gateway, email="viejo@example.com"))
    gateway.time_passes(seconds=30)
    old = _code(gateway, secret)
    gateway.time_passes(seconds=60)
    assert _with_code(_half_way(gateway, "viejo@example.com"), old).status == 400


def test_wrong_codes_lock_as_wrong_passwords_do(gateway: RunningGateway) -> None:
    secret, _ = _switched_on(gateway, person_at(gateway, email="adivina@example.com"))
    browser = _half_way(gateway, "adivina@example.com")
    answers = [_with_code(browser, "000000").status for _ in range(6)]
    assert answers == [400] * 4 + [429] * 2, "the password was the first attempt of five"
    gateway.time_passes(seconds=31)
    assert _with_code(browser, _code(gateway, secret)).status == 303


def test_the_password_alone_does_not_end_the_count_of_wrong_codes(gateway: RunningGateway) -> None:
    _switched_on(gateway, person_at(gateway, email="cuenta@example.com"))
    for _ in range(2):
        _with_code(_half_way(gateway, "cuenta@example.com"), "000000")
    browser = _half_way(gateway, "cuenta@example.com")
    assert _with_code(browser, "000000").status == 429


def test_a_recovery_code_enters_once(gateway: RunningGateway) -> None:
    _, codes = _switched_on(gateway, person_at(gateway, email="recupera@example.com"))
    browser = _half_way(gateway, "recupera@example.com")
    assert _with_code(browser, codes[3].upper().replace("-", " ")).status == 303
    assert "Le quedan 9 códigos" in browser.get("/account").words
    assert _with_code(_half_way(gateway, "recupera@example.com"), codes[3]).status == 400


def test_the_first_step_is_forgotten_after_five_minutes(gateway: RunningGateway) -> None:
    secret, _ = _switched_on(gateway, person_at(gateway, email="tarda@example.com"))
    browser = _half_way(gateway, "tarda@example.com")
    gateway.time_passes(minutes=6)
    answer = _with_code(browser, _code(gateway, secret))
    assert "Pasó mucho tiempo desde que escribió su contraseña" in answer.words
    assert "ocote-session" not in browser.cookies


def test_a_code_without_a_password_enters_nowhere(gateway: RunningGateway) -> None:
    browser = PanelClient(gateway.url)
    assert browser.get("/login/code").headers["location"] == "/panel/login"
    browser.get("/login")
    browser.cookies["ocote-half-way"] = "1.99999999999.aaaa"
    assert browser.post("/login/code", {"code": "123456"}).status == 400
    assert "ocote-session" not in browser.cookies


def test_a_guarded_change_asks_for_password_and_code_and_then_goes_on(gateway: RunningGateway) -> None:
    browser = person_at(gateway, email="apaga@example.com")
    secret, _ = _switched_on(gateway, browser)
    gateway.time_passes(minutes=11)
    asked = browser.post("/account/authenticator/off")
    assert (asked.status, "Confirme que es usted" in asked.words) == (401, True)
    waiting = asked.hidden
    refused = browser.post("/confirm", {**waiting, "password": PERSON_PASSWORD, "code": "000000"})
    assert refused.status == 400
    resumed = browser.post("/confirm", {**refused.hidden, "password": PERSON_PASSWORD, "code": _code(gateway, secret)})
    assert "Continúe donde estaba" in resumed.words
    assert browser.post("/account/authenticator/off").status == 303
    browser = PanelClient(gateway.url)
    browser.log_in("apaga@example.com")


def test_an_authenticator_is_offered_to_a_person_who_has_just_proved_who_they_are(gateway: RunningGateway) -> None:
    browser = person_at(gateway, email="prueba@example.com")
    gateway.time_passes(minutes=11)
    assert browser.get("/account/authenticator").headers["location"].startswith("/panel/confirm?next=")


def test_an_authenticator_that_was_offered_to_somebody_else_is_not_taken(gateway: RunningGateway) -> None:
    sealed = re.search(
        r'name="sealed"[^>]*value="([0-9a-f]+)"',
        person_at(gateway, email="uno@example.com").get("/account/authenticator").text,
    )
    assert sealed is not None
    browser = person_at(gateway, email="otro@example.com")
    browser.get("/account/authenticator")
    for value in (sealed[1], "", "zz", "00"):
        assert browser.post("/account/authenticator", {"sealed": value, "code": "123456"}).status == 400


def test_sessions_are_listed_in_words_and_ended_one_by_one(gateway: RunningGateway) -> None:
    browser = person_at(gateway, email="sesiones@example.com")
    other = PanelClient(gateway.url)
    other.get("/login")
    other.post("/login", {"email": "sesiones@example.com", "password": PERSON_PASSWORD}, **{"User-Agent": AGENT})
    page = browser.get("/account")
    assert "Safari en iPhone" in page.words
    ending = re.findall(r"/panel(/account/sessions/[0-9a-f]{64}/end)", page.text)
    assert len(ending) == 1
    assert browser.post(ending[0]).status == 303
    assert other.get("/account").status == 303
    assert browser.get("/account").status == 200


def test_nobody_ends_the_session_of_somebody_else(gateway: RunningGateway) -> None:
    one = person_at(gateway, email="una@example.com")
    PanelClient(gateway.url).log_in("una@example.com")
    ending = re.findall(r"/panel(/account/sessions/[0-9a-f]{64}/end)", one.get("/account").text)
    other = person_at(gateway, email="ajena@example.com")
    other.get("/account")
    other.post(ending[0])
    assert ending[0] in one.get("/account").text


def test_all_other_sessions_end_at_once(gateway: RunningGateway) -> None:
    browser = person_at(gateway, email="todas@example.com")
    others = [PanelClient(gateway.url) for _ in range(2)]
    for other in others:
        other.log_in("todas@example.com")
    browser.get("/account")
    assert browser.post("/account/sessions/others/end").status == 303
    assert [other.get("/account").status for other in (browser, *others)] == [200, 303, 303]


def test_weak_new_passwords_with_the_right_one_lock_nobody_and_are_bounded(gateway: RunningGateway) -> None:
    browser = person_at(gateway, email="indecisa@example.com")
    browser.get("/account/password")
    weak = {"current_password": PERSON_PASSWORD, "new_password": "password123", "again_password": "password123"}
    assert [browser.post("/account/password", weak).status for _ in range(9)] == [400] * 9
    good = {**weak, "new_password": "tres-nubes-sin-zapatos-8", "again_password": "tres-nubes-sin-zapatos-8"}
    assert browser.post("/account/password", good).status == 303
    assert browser.post("/account/password", good).status == 429


def test_a_weak_password_takes_no_failure_back_that_was_before_it(gateway: RunningGateway) -> None:
    browser = person_at(gateway, email="adivinadora@example.com")
    browser.get("/account/password")
    weak = {"current_password": PERSON_PASSWORD, "new_password": "password123", "again_password": "password123"}
    wrong = {**weak, "current_password": "no-es-esta-clave"}
    answers = [browser.post("/account/password", each).status for each in (*[wrong] * 4, weak, wrong, wrong)]
    assert answers == [400] * 6 + [429]
