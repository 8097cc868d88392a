"""Passkeys over HTTP: made, used alone, as the second step and to confirm; and everything by which they are refused."""

import json
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pyotp
import pytest

from ocote.audit import at_terminal
from ocote.people import proving
from ocote.people.invitations import Invitations
from ocote.people.sessions import Sessions
from ocote.people.site import Site, site_at
from ocote.store.audit_reading import audit_chain
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from tests.builders.authenticator import SoftPasskey, spoiled_signature
from tests.builders.people import PERSON_PASSWORD
from tests.databases import Databases
from tests.panel.soft_passkeys import made_passkey, named_url, options_at, used_passkey
from tests.panel_client import PanelClient, Shown, add, apart
from tests.running_gateway import RunningGateway, running_gateway

REFUSED = "Esta llave de acceso no entra"
_NUMBERS = count(1)
EXPIRED = "Esta petición venció o ya se respondió"


@pytest.fixture(scope="module")
def gateway(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with pytest.MonkeyPatch.context() as patched, running_gateway(all_databases.sqlite(), folder) as gateway:
        patched.setattr(proving, "ATTEMPTS_PER_MINUTE", 10_000)  # all of these people share one address
        yield gateway


def _stranger(gateway: RunningGateway) -> PanelClient:
    browser = PanelClient(named_url(gateway))
    browser.get("/login")
    return browser


def _entered(gateway: RunningGateway, email: str) -> PanelClient:
    """The browser of a new person who has logged in with the password."""
    add(gateway, email=email)
    browser = PanelClient(named_url(gateway))
    browser.log_in(email)
    return browser


def _half_way(gateway: RunningGateway, email: str) -> tuple[PanelClient, Shown]:
    browser = _stranger(gateway)
    page = browser.post("/login", {"email": email, "password": PERSON_PASSWORD})
    assert "Segundo paso" in page.words
    assert "ocote-session" not in browser.cookies
    return browser, page


def test_a_person_makes_a_passkey_gets_recovery_codes_and_enters_with_it_alone(gateway: RunningGateway) -> None:
    browser = _entered(gateway, "sola@example.com")
    other = _stranger(gateway)
    other.post("/login", {"email": "sola@example.com", "password": PERSON_PASSWORD})
    passkey, codes = made_passkey(gateway, browser)
    assert len(set(codes)) == 10
    assert other.get("/account").status == 303, "the other sessions have ended"
    browser.post("/logout")
    stranger = _stranger(gateway)
    stranger.cookies["ocote-session"] = "elegida-por-otro"
    assert used_passkey(stranger, passkey).headers["location"] == "/panel/account"
    assert stranger.cookies["ocote-session"] != "elegida-por-otro"
    words = stranger.get("/account").words
    assert "Teléfono" in words
    assert "Encendido con llave de acceso" in words
    assert "Encendido" in stranger.get("/c/1/people").words


def test_the_options_ask_for_a_passkey_that_verifies_its_user_and_leave_out_those_there_are(
    gateway: RunningGateway,
) -> None:
    browser = _entered(gateway, "opciones@example.com")
    passkey, _ = made_passkey(gateway, browser)
    options = options_at(browser, "/account/passkeys/new")
    assert options["rp"]["id"] == "localhost"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert len(options["excludeCredentials"]) == 1
    assert "opciones" not in options["user"]["id"]
    entrance = options_at(_stranger(gateway), "/login/passkey")
    assert (entrance["allowCredentials"], entrance["userVerification"]) == ([], "required")
    half_way, _ = _half_way(gateway, "opciones@example.com")
    second = options_at(half_way, "/login/code/passkey")
    assert [each["id"] for each in second["allowCredentials"]] == [json.loads(passkey.used(second))["id"]]


def test_after_the_password_the_second_step_is_a_passkey_or_a_recovery_code(gateway: RunningGateway) -> None:
    passkey, codes = made_passkey(gateway, _entered(gateway, "paso@example.com"))
    browser, page = _half_way(gateway, "paso@example.com")
    assert "Usar mi llave de acceso" in page.words
    assert "Código de recuperación" in page.words
    assert used_passkey(browser, passkey, "/login/code/passkey").status == 303
    assert browser.get("/account").status == 200
    browser, _ = _half_way(gateway, "paso@example.com")
    assert browser.post("/login/code", {"code": codes[0]}).status == 303
    browser, _ = _half_way(gateway, "paso@example.com")
    assert browser.post("/login/code", {"code": codes[0]}).status == 400, "each code enters once"
    assert browser.post("/login/code", {"code": "123456"}).status == 400


def test_the_second_step_needs_no_verified_user_and_a_passkey_alone_does(gateway: RunningGateway) -> None:
    passkey, _ = made_passkey(gateway, _entered(gateway, "toque@example.com"))
    passkey.is_user_verified = False
    refused = used_passkey(_stranger(gateway), passkey)
    assert (refused.status, REFUSED in refused.words) == (400, True)
    browser, _ = _half_way(gateway, "toque@example.com")
    assert used_passkey(browser, passkey, "/login/code/passkey").status == 303
    browser.get("/confirm")
    refused = used_passkey(browser, passkey, "/confirm/passkey")
    assert (refused.status, REFUSED in refused.words) == (400, True)


def test_before_a_guarded_change_a_passkey_stands_for_password_and_code(gateway: RunningGateway) -> None:
    browser = _entered(gateway, "cambio@example.com")
    passkey, _ = made_passkey(gateway, browser)
    browser.get("/account")
    gateway.time_passes(minutes=11)
    asked = browser.post("/account/codes")
    assert (asked.status, "Confirme que es usted" in asked.words) == (401, True)
    waiting = {name: value for name, value in asked.hidden.items() if name.startswith("resume-")}
    answer = passkey.used(options_at(browser, "/confirm/passkey"))
    resumed = browser.post("/confirm/passkey", {**waiting, "credential": answer})
    assert (resumed.status, "Continúe donde estaba" in resumed.words) == (200, True)
    assert browser.post("/account/codes").status == 200


def test_a_person_with_passkeys_alone_confirms_with_password_and_recovery_code(gateway: RunningGateway) -> None:
    browser = _entered(gateway, "sincodigo@example.com")
    _, codes = made_passkey(gateway, browser)
    browser.get("/confirm")
    assert browser.post("/confirm", {"password": PERSON_PASSWORD, "code": "123456"}).status == 400
    assert browser.post("/confirm", {"password": PERSON_PASSWORD, "code": codes[0]}).status == 303


def test_a_challenge_is_answered_once(gateway: RunningGateway) -> None:
    passkey, _ = made_passkey(gateway, _entered(gateway, "repite@example.com"))
    passkey.is_counting = False
    passkey.counter = 0
    browser = _stranger(gateway)
    answer = passkey.used(options_at(browser, "/login/passkey"))
    kept = dict(browser.cookies)
    assert browser.post("/login/passkey", {"credential": answer}).status == 303
    thief = PanelClient(named_url(gateway))
    thief.cookies = kept
    thief.get("/login")
    replayed = thief.post("/login/passkey", {"credential": answer})
    assert (replayed.status, EXPIRED in replayed.words) == (400, True)
    assert "ocote-session" not in thief.cookies


def test_a_challenge_ends_after_five_minutes(gateway: RunningGateway) -> None:
    passkey, _ = made_passkey(gateway, _entered(gateway, "lenta@example.com"))
    browser = _stranger(gateway)
    answer = passkey.used(options_at(browser, "/login/passkey"))
    gateway.time_passes(minutes=5, seconds=1)
    late = browser.post("/login/passkey", {"credential": answer})
    assert (late.status, EXPIRED in late.words) == (400, True)


def test_a_challenge_is_for_one_purpose_and_for_one_person(gateway: RunningGateway) -> None:
    first, second = _entered(gateway, "una@example.com"), _entered(gateway, "dos@example.com")
    passkey, _ = made_passkey(gateway, first)
    made_passkey(gateway, second)
    stranger = _stranger(gateway)
    answer = passkey.used(options_at(stranger, "/login/passkey"))
    first.cookies["ocote-passkey"] = stranger.cookies["ocote-passkey"]
    assert EXPIRED in first.post("/confirm/passkey", {"credential": answer}).words
    answer = passkey.used(options_at(first, "/confirm/passkey"))
    second.cookies["ocote-passkey"] = first.cookies["ocote-passkey"]
    second.get("/confirm")
    assert EXPIRED in second.post("/confirm/passkey", {"credential": answer}).words
    assert EXPIRED in second.post("/confirm/passkey", {"credential": answer}).words, "nor without a challenge"


def test_another_persons_passkey_confirms_nothing_and_is_no_second_step(gateway: RunningGateway) -> None:
    mine, theirs = _entered(gateway, "mia@example.com"), _entered(gateway, "ajena@example.com")
    made_passkey(gateway, mine)
    stolen, _ = made_passkey(gateway, theirs)
    mine.get("/confirm")
    assert REFUSED in used_passkey(mine, stolen, "/confirm/passkey").words
    browser, _ = _half_way(gateway, "mia@example.com")
    refused = used_passkey(browser, stolen, "/login/code/passkey")
    assert (refused.status, REFUSED in refused.words) == (400, True)
    assert "ocote-session" not in browser.cookies


@pytest.mark.parametrize(
    ("name", "value", "changes"),
    [
        ("origin", "https://ocote.example.com", {}),
        ("rp_id", "example.com", {}),
        ("owner", "b3RybyBhcHVudGFkbw", {}),
        ("owner", "", {}),
        ("counter", 4, {"type": "webauthn.create"}),
        ("counter", 4, {"challenge": "b3RybyByZXRv"}),
        ("counter", 4, {"challenge": 7}),
        ("counter", 4, {"origin": None}),
    ],
)
def test_an_answer_for_another_place_or_purpose_is_refused(
    gateway: RunningGateway, name: str, value: Any, changes: dict[str, Any]
) -> None:
    passkey, _ = made_passkey(gateway, _entered(gateway, f"lugar{next(_NUMBERS)}@example.com"))
    setattr(passkey, name, value)
    refused = used_passkey(_stranger(gateway), passkey, **changes)
    assert (refused.status, REFUSED in refused.words) == (400, True)


def test_a_wrong_signature_is_refused_and_locks_nobody(gateway: RunningGateway) -> None:
    passkey, _ = made_passkey(gateway, _entered(gateway, "firma@example.com"))
    for _ in range(7):
        browser = _stranger(gateway)
        wrong = spoiled_signature(passkey.used(options_at(browser, "/login/passkey")))
        refused = browser.post("/login/passkey", {"credential": wrong})
        assert (refused.status, REFUSED in refused.words) == (400, True)
    assert used_passkey(_stranger(gateway), passkey).status == 303


def test_answers_from_one_address_are_bounded_together_with_passwords(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    passkey, _ = made_passkey(gateway, _entered(gateway, "aparte@example.com"))
    monkeypatch.setattr(proving, "ATTEMPTS_PER_MINUTE", 1)
    refused = used_passkey(_stranger(gateway), passkey)
    assert (refused.status, "Desde su dirección de internet" in refused.words) == (429, True)


def test_failures_at_the_second_step_lock_whoever_knows_the_password(gateway: RunningGateway) -> None:
    passkey, _ = made_passkey(gateway, _entered(gateway, "pausa@example.com"))
    browser, _ = _half_way(gateway, "pausa@example.com")
    statuses = []
    for _ in range(5):
        wrong = spoiled_signature(passkey.used(options_at(browser, "/login/code/passkey")))
        statuses.append(browser.post("/login/code/passkey", {"credential": wrong}).status)
    assert statuses == [400, 400, 400, 400, 429]
    assert used_passkey(_stranger(gateway), passkey).status == 429, "the pause is one for all ways in"
    gateway.time_passes(minutes=1)
    assert used_passkey(_stranger(gateway), passkey).status == 303


def test_a_counter_that_goes_back_is_refused_as_that_of_a_copy(gateway: RunningGateway) -> None:
    passkey, _ = made_passkey(gateway, _entered(gateway, "copia@example.com"))
    passkey.counter = 10
    assert used_passkey(_stranger(gateway), passkey).status == 303
    for counter in (10, 3, -1):
        passkey.counter = counter
        refused = used_passkey(_stranger(gateway), passkey)
        assert (refused.status, REFUSED in refused.words) == (400, True)
    passkey.counter = 11
    assert used_passkey(_stranger(gateway), passkey).status == 303


async def _switched_off(gateway: RunningGateway, email: str) -> None:
    def work() -> Transaction[None]:
        yield sql("UPDATE person SET active = 0 WHERE email = :email")(email=email)

    async with open_store(gateway.database_url) as store:
        await store.write(work)


def test_a_switched_off_person_does_not_enter(gateway: RunningGateway) -> None:
    passkey, _ = made_passkey(gateway, _entered(gateway, "apagada@example.com"))
    apart(_switched_off(gateway, "apagada@example.com"))
    refused = used_passkey(_stranger(gateway), passkey)
    assert (refused.status, REFUSED in refused.words) == (400, True)


def test_a_removed_passkey_is_refused_and_the_codes_go_with_the_last_one(gateway: RunningGateway) -> None:
    browser = _entered(gateway, "quita@example.com")
    first, codes = made_passkey(gateway, browser, "Vieja")
    second, more = made_passkey(gateway, browser, "Nueva")
    assert (len(codes), more) == (10, [])
    ids = dict.fromkeys(re.findall(r"/account/passkeys/(\d+)", browser.get("/account").text))
    old, new = ids
    other = _stranger(gateway)
    assert used_passkey(other, second).status == 303
    browser.get(f"/account/passkeys/{old}")
    assert browser.post(f"/account/passkeys/{old}/remove").status == 303
    assert other.get("/account").status == 303, "the other sessions have ended"
    assert REFUSED in used_passkey(_stranger(gateway), first).words
    assert used_passkey(_stranger(gateway), second).status == 303
    assert browser.post(f"/account/passkeys/{new}/remove").status == 303
    assert "Segundo paso Además" in browser.get("/account").words
    assert "Códigos de recuperación" not in browser.get("/account").words
    entered = _stranger(gateway).post("/login", {"email": "quita@example.com", "password": PERSON_PASSWORD})
    assert entered.status == 303, "the password is enough again"


def test_a_passkey_is_renamed_by_its_person_alone(gateway: RunningGateway) -> None:
    browser, other = _entered(gateway, "nombra@example.com"), _entered(gateway, "curiosa@example.com")
    made_passkey(gateway, browser)
    found = re.search(r"/account/passkeys/(\d+)", browser.get("/account").text)
    assert found is not None
    page = f"/account/passkeys/{found[1]}"
    browser.get(page)
    assert browser.post(page, {"label": "  Llave  de la\tcaja "}).status == 303
    assert "Llave de la caja" in browser.get("/account").words
    assert browser.post(page, {"label": " "}).status == 400
    assert browser.post(page, {"label": "x" * 61}).status == 400
    assert other.get(page).status == 404
    other.get("/account")
    assert other.post(page, {"label": "Ajena"}).status == 404
    assert other.post(f"{page}/remove").status == 404


def test_the_way_in_that_was_begun_ends_when_the_passkeys_change(gateway: RunningGateway) -> None:
    person = _entered(gateway, "mitad@example.com")
    passkey, codes = made_passkey(gateway, person)
    browser, _ = _half_way(gateway, "mitad@example.com")
    made_passkey(gateway, person)
    answer = browser.post("/login/code", {"code": codes[0]})
    assert "entre de nuevo" in answer.words
    assert passkey.counter == 0


def test_an_authenticator_beside_a_passkey_keeps_the_codes_and_each_can_be_taken_away(gateway: RunningGateway) -> None:
    browser = _entered(gateway, "ambas@example.com")
    passkey, codes = made_passkey(gateway, browser)
    page = browser.get("/account/authenticator")
    secret = re.search(r"<code>([A-Z2-7 ]{20,})</code>", page.text)
    assert secret is not None
    totp = pyotp.TOTP(secret[1].replace(" ", ""))
    fields = {"sealed": dict(page.filled)["sealed"], "code": totp.at(gateway.clock())}
    assert browser.post("/account/authenticator", fields).headers["location"] == "/panel/account"
    half_way, shown = _half_way(gateway, "ambas@example.com")
    assert "Los seis dígitos" in shown.words
    assert half_way.post("/login/code", {"code": codes[0]}).status == 303
    browser.get("/account")
    assert browser.post("/account/authenticator/off").status == 303
    half_way, _ = _half_way(gateway, "ambas@example.com")
    assert half_way.post("/login/code", {"code": codes[1]}).status == 303, "the codes stay with the passkey"
    assert used_passkey(_stranger(gateway), passkey).status == 303


def test_an_answer_is_kept_once_for_one_person(gateway: RunningGateway) -> None:
    browser = _entered(gateway, "doble@example.com")
    passkey, _ = made_passkey(gateway, browser)
    browser.get("/account/passkeys/new")
    again = passkey.made(options_at(browser, "/account/passkeys/new"))
    known = browser.post("/account/passkeys/new", {"credential": again, "label": "Otra"})
    assert (known.status, "ya está guardada" in known.words) == (400, True)
    other = _entered(gateway, "triple@example.com")
    other.get("/account/passkeys/new")
    theirs = passkey.made(options_at(other, "/account/passkeys/new"))
    known = other.post("/account/passkeys/new", {"credential": theirs, "label": "Otra"})
    assert (known.status, "ya está guardada" in known.words) == (400, True)


@pytest.mark.parametrize("name", ["origin", "rp_id", "is_user_verified"])
def test_a_passkey_of_another_place_or_without_a_verified_user_is_not_kept(gateway: RunningGateway, name: str) -> None:
    browser = _entered(gateway, f"mal-{name.replace('_', '')}@example.com")
    passkey = SoftPasskey(named_url(gateway))
    setattr(passkey, name, False if name == "is_user_verified" else "https://example.com")
    browser.get("/account/passkeys/new")
    answer = passkey.made(options_at(browser, "/account/passkeys/new"))
    refused = browser.post("/account/passkeys/new", {"credential": answer, "label": "Otra"})
    assert (refused.status, "no hizo una llave de acceso que sirva aquí" in refused.words) == (400, True)
    assert "Todavía no tiene ninguna" in browser.get("/account").words


_PARTS = ("clientDataJSON", "authenticatorData", "signature", "attestationObject")
GARBAGE = (
    "",
    "nada",
    "null",
    "[]",
    "{}",
    '{"id": 1, "rawId": "AA", "type": "public-key", "response": {}}',
    json.dumps({"id": "ñ", "rawId": "ñ", "type": "public-key", "response": dict.fromkeys(_PARTS, "")}),
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": dict.fromkeys(_PARTS, "gYGBgYGB")}),
    "[" * 5000,
    "9" * 6000,
    '{"id": "' + "A" * 20_000 + '"}',
)


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_refused_with_a_page(gateway: RunningGateway, garbage: str) -> None:
    stranger = _stranger(gateway)
    options_at(stranger, "/login/passkey")
    refused = stranger.post("/login/passkey", {"credential": garbage})
    assert (refused.status, REFUSED in refused.words) == (400, True)
    person = _entered(gateway, f"basura{GARBAGE.index(garbage)}@example.com")
    person.get("/account/passkeys/new")
    options_at(person, "/account/passkeys/new")
    refused = person.post("/account/passkeys/new", {"credential": garbage, "label": "Otra"})
    assert (refused.status, "no hizo una llave" in refused.words) == (400, True)


def test_a_signed_answer_with_a_damaged_part_is_refused_with_a_page(gateway: RunningGateway) -> None:
    passkey, _ = made_passkey(gateway, _entered(gateway, "partes@example.com"))
    damages: tuple[Any, ...] = ("", "e30", None, {})
    for part in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        for damage in damages:
            browser = _stranger(gateway)
            answer = json.loads(passkey.used(options_at(browser, "/login/passkey")))
            answer["response"][part] = damage
            refused = browser.post("/login/passkey", {"credential": json.dumps(answer)})
            assert (refused.status, REFUSED in refused.words) == (400, True), (part, damage)


def test_at_an_address_made_of_numbers_the_page_says_that_a_name_is_needed(gateway: RunningGateway) -> None:
    add(gateway, email="numeros@example.com")
    browser = PanelClient(gateway.url)
    assert "Entrar con llave de acceso" not in browser.get("/login").words
    browser.log_in("numeros@example.com")
    assert "en una dirección hecha de números" in browser.get("/account/passkeys/new").words
    refused = browser.post("/account/passkeys/new/options")
    assert (refused.status, "abra el panel por su nombre" in refused.words) == (400, True)


async def _reset(gateway: RunningGateway, email: str) -> None:
    async with open_store(gateway.database_url) as store:
        invitations = Invitations(store, Sessions(store, gateway.clock), gateway.clock)
        assert await invitations.reset(email, at_terminal()) is not None


def test_a_reset_takes_the_passkeys_away(gateway: RunningGateway) -> None:
    passkey, _ = made_passkey(gateway, _entered(gateway, "perdida@example.com"))
    apart(_reset(gateway, "perdida@example.com"))
    refused = used_passkey(_stranger(gateway), passkey)
    assert (refused.status, REFUSED in refused.words) == (400, True)


async def _audited(gateway: RunningGateway, email: str) -> list[tuple[str, str, str]]:
    async with open_store(gateway.database_url) as store:
        rows = await store.read(audit_chain, 0, 10_000)
    return [(row.act, row.before, row.after) for row in rows if row.author == email]


def test_what_happens_to_passkeys_is_in_the_audit_log(gateway: RunningGateway) -> None:
    browser = _entered(gateway, "rastro@example.com")
    made_passkey(gateway, browser, "Una")
    found = re.search(r"/account/passkeys/(\d+)", browser.get("/account").text)
    assert found is not None
    browser.post(f"/account/passkeys/{found[1]}", {"label": "Otra"})
    browser.post(f"/account/passkeys/{found[1]}/remove")
    assert apart(_audited(gateway, "rastro@example.com")) == [
        ("passkey_added", "{}", '{"label":"Una"}'),
        ("passkey_renamed", '{"label":"Una"}', '{"label":"Otra"}'),
        ("passkey_removed", '{"label":"Otra"}', "{}"),
    ]


@pytest.mark.parametrize(
    ("configured", "visited", "expected"),
    [
        (
            "https://ocote.example.com:443",
            "https://ocote.example.com",
            Site("https://ocote.example.com", "ocote.example.com"),
        ),
        (
            "https://Facturación.sv:8443",
            "https://xn--facturacin-obb.sv:8443",
            Site("https://xn--facturacin-obb.sv:8443", "xn--facturacin-obb.sv"),
        ),
        ("http://localhost:8090", "http://localhost:8090", Site("http://localhost:8090", "localhost")),
        (
            "https://ocote.example.com",
            "http://localhost:8090",
            Site("https://ocote.example.com", "ocote.example.com", "elsewhere"),
        ),
        ("http://ocote.lan", "http://ocote.lan", Site("http://ocote.lan", "ocote.lan", "not_confidential")),
        ("https://192.0.2.7", "https://192.0.2.7", Site("https://192.0.2.7", "192.0.2.7", "no_name")),
        (
            "https://[2001:db8::1]:8443",
            "https://[2001:db8::1]:8443",
            Site("https://[2001:db8::1]:8443", "2001:db8::1", "no_name"),
        ),
        ("https://", "https://", Site("", "", "no_name")),
        ("https://[", "https://[", Site("", "", "no_name")),
        ("https://a:99999", "https://a:99999", Site("", "", "no_name")),
    ],
)
def test_passkeys_belong_to_a_name_under_https_at_the_configured_address(
    configured: str, visited: str, expected: Site
) -> None:
    assert site_at(configured, visited) == expected
