"""Passkeys in Chromium, whose virtual authenticator stands for a finger on a sensor."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.visiting import PHONE, WIDE, barriers, complaints_of, faults_of_shape
from tests.builders.people import PERSON_PASSWORD
from tests.panel_client import add
from tests.running_gateway import RunningGateway


def _url(gateway: RunningGateway, path: str) -> str:
    """The address of a page by a name, without which browsers have no passkeys."""
    return f"{gateway.url.replace('127.0.0.1', 'localhost')}/panel{path}"


def _with_finger(page: Page) -> tuple[CDPSession, str]:
    """Gives the page an authenticator, whose person always says yes; returns the way to command it, and its id."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made: Any = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


@contextmanager
def _page(browser: Browser, *, is_proposing: bool = False, **options: Any) -> Iterator[Page]:
    """A page in a browser that proposes passkeys by itself, or that only asks for one when a button is pressed."""
    with browser.new_context(locale="es-SV", reduced_motion="reduce", **{"viewport": PHONE, **options}) as context:
        said = complaints_of(context)
        if not is_proposing:
            context.add_init_script("delete globalThis.PublicKeyCredential?.isConditionalMediationAvailable")
        yield context.new_page()
        assert [each for each in said if "status of 40" not in each] == [], "apart from pages that refuse"


def _enters(page: Page, gateway: RunningGateway, email: str, wanted: str) -> None:
    page.goto(_url(gateway, wanted))
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(PERSON_PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()


def _adds(page: Page, gateway: RunningGateway) -> None:
    page.goto(_url(gateway, "/account/passkeys/new"))
    expect(page.locator("[name=label]")).to_have_value(re.compile("Chrome en Linux"))
    page.get_by_role("button", name="Hacer la llave").click()
    expect(page.get_by_role("heading", name="Códigos de recuperación")).to_be_visible()
    page.get_by_role("link", name="Ya los guardé").click()
    expect(page.get_by_role("link", name="Chrome en Linux")).to_be_visible()


def _is_in(page: Page) -> None:
    expect(page.get_by_role("heading", name="Mi cuenta").first).to_be_visible()


def _leaves(page: Page) -> None:
    page.locator("form[action$='/logout']").first.evaluate("form => form.requestSubmit()")
    expect(page.get_by_role("heading", name="Entrar")).to_be_visible()


def test_a_person_makes_a_passkey_and_uses_it_alone_as_second_step_and_to_confirm(
    browser: Browser, gateway: RunningGateway
) -> None:
    add(gateway, email="huella@example.com")
    with _page(browser) as page:
        _with_finger(page)
        _enters(page, gateway, "huella@example.com", "/account")
        page.get_by_role("link", name="Agregar una llave de acceso").click()
        _adds(page, gateway)
        _leaves(page)
        page.goto(_url(gateway, "/account"))
        page.get_by_role("button", name="Entrar con llave de acceso").click()
        _is_in(page)
        _leaves(page)
        _enters(page, gateway, "huella@example.com", "/account")
        page.get_by_role("button", name="Usar mi llave de acceso").click()
        _is_in(page)
        gateway.time_passes(minutes=11)
        page.get_by_role("button", name="Hacer códigos nuevos").click()
        page.get_by_role("button", name="Usar mi llave de acceso").click()
        page.get_by_role("button", name="Enviar").click()
        expect(page.get_by_role("heading", name="Códigos de recuperación")).to_be_visible()


def test_a_browser_that_proposes_passkeys_needs_no_button(browser: Browser, gateway: RunningGateway) -> None:
    add(gateway, email="propone@example.com")
    with _page(browser, is_proposing=True) as page:
        finger, name = _with_finger(page)
        _enters(page, gateway, "propone@example.com", "/account")
        _adds(page, gateway)
        finger.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": name, "enabled": False})
        _leaves(page)
        page.goto(_url(gateway, "/account"))
        expect(page.get_by_role("heading", name="Entrar")).to_be_visible()
        finger.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": name, "enabled": True})
        page.reload()
        _is_in(page)


def test_a_removed_passkey_lets_nobody_in_and_a_question_without_an_answer_says_so(
    browser: Browser, gateway: RunningGateway
) -> None:
    add(gateway, email="quitada@example.com")
    with _page(browser, viewport=WIDE) as page:
        finger, name = _with_finger(page)
        _enters(page, gateway, "quitada@example.com", "/account")
        _adds(page, gateway)
        page.goto(_url(gateway, "/account/passkeys/new"))
        page.get_by_role("button", name="Hacer la llave").click()
        expect(page.get_by_role("alert")).to_contain_text("Este dispositivo ya tiene una llave de acceso")
        page.goto(_url(gateway, "/account"))
        page.get_by_role("link", name="Chrome en Linux").click()
        page.get_by_role("button", name="Sí, quitarla").click()
        expect(page.get_by_text("La llave de acceso ya no entra")).to_be_visible()
        _leaves(page)
        page.get_by_role("button", name="Entrar con llave de acceso").click()
        expect(page.get_by_text("Esta llave de acceso no entra")).to_be_visible()
        finger.send("WebAuthn.clearCredentials", {"authenticatorId": name})
        page.get_by_role("button", name="Entrar con llave de acceso").click()
        expect(page.get_by_text("No se usó ninguna llave de acceso")).to_be_visible()


def test_without_scripts_the_pages_say_what_is_missing_and_what_works(
    browser: Browser, gateway: RunningGateway
) -> None:
    add(gateway, email="sinscript@example.com")
    with _page(browser, java_script_enabled=False) as page:
        page.goto(_url(gateway, "/login"))
        expect(page.get_by_role("button", name="Entrar con llave de acceso")).to_be_hidden()
        _enters(page, gateway, "sinscript@example.com", "/account/passkeys/new")
        expect(page.get_by_text("Este navegador no puede hacer llaves de acceso")).to_be_visible()
        expect(page.get_by_role("button", name="Hacer la llave")).to_be_hidden()
        page.get_by_role("link", name="Usar una aplicación de códigos").click()
        expect(page.get_by_role("heading", name="Encender el segundo paso")).to_be_visible()


def test_the_pages_of_passkeys_have_no_barrier_and_fit_the_screen(browser: Browser, gateway: RunningGateway) -> None:
    add(gateway, email="mirada@example.com")
    with _page(browser) as page:
        _with_finger(page)
        _enters(page, gateway, "mirada@example.com", "/account")
        _adds(page, gateway)
        shown = str(page.get_by_role("link", name="Chrome en Linux").get_attribute("href")).removeprefix("/panel")
        for path in (shown, "/account/passkeys/new", "/confirm", "/account"):
            page.goto(_url(gateway, path))
            assert faults_of_shape(page) + barriers(page) == [], path
        _leaves(page)
        assert faults_of_shape(page) + barriers(page) == []
        _enters(page, gateway, "mirada@example.com", "/account")
        expect(page.get_by_role("heading", name="Segundo paso")).to_be_visible()
        assert faults_of_shape(page) + barriers(page) == []
