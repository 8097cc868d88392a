"""From an invitation to a second person with a second factor, in a browser, with and without scripts."""

import re
from typing import Final

import pyotp
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.builders.people import PERSON_PASSWORD
from tests.panel_client import add
from tests.running_gateway import RunningGateway

PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
WIDE: Final[ViewportSize] = {"width": 1440, "height": 900}
_CUT_OFF: Final = "(all) => all.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent)"
PASSWORD: Final = "una-lancha-de-papel-azul-42"


def _fill(page: Page, **fields: str) -> None:
    for label, text in fields.items():
        page.locator(f"[name={label}]").fill(text)


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


@pytest.mark.parametrize(("viewport", "scripts"), [(PHONE, True), (WIDE, True), (PHONE, False)])
def test_an_owner_invites_and_the_person_makes_an_account_with_a_second_step(
    browser: Browser, gateway: RunningGateway, viewport: ViewportSize, scripts: bool
) -> None:
    name = f"{viewport['width']}-{scripts}".lower()
    add(gateway, email=f"duena-{name}@example.com", name="Dueña de la Tienda")
    with browser.new_context(viewport=viewport, java_script_enabled=scripts, locale="es-SV") as context:
        page = context.new_page()
        page.goto(f"{gateway.url}/panel/c/1/people")
        _fill(page, email=f"duena-{name}@example.com", password=PERSON_PASSWORD)
        page.get_by_role("button", name="Entrar").click()
        page.get_by_role("link", name="Invitar").click()
        _fill(page, email=f"caja-{name}@example.com")
        page.get_by_text("Cajero").first.click()
        page.get_by_text("punto de venta P001").click()
        page.get_by_role("button", name="Hacer el enlace").click()
        link = page.locator(".copyable code").inner_text()
    with browser.new_context(viewport=viewport, java_script_enabled=scripts, locale="es-SV") as context:
        page = context.new_page()
        page.goto(link)
        _fill(page, name="Cajera Nueva", new_password=PASSWORD, again_password=PASSWORD)
        page.get_by_role("button", name="Crear mi cuenta").click()
        page.get_by_role("link", name="Encender el segundo paso").click()
        assert page.locator(".qr svg").bounding_box() is not None
        secret = page.locator(".copyable code").inner_text().replace(" ", "")
        _fill(page, code=pyotp.TOTP(secret).at(gateway.clock()))
        page.get_by_role("button", name="Encender").click()
        expect(page.get_by_role("heading", name="Códigos de recuperación")).to_be_visible()
        codes = re.findall(r"[a-z0-9]{6}-[a-z0-9]{6}", page.locator("main").inner_text())
        page.get_by_role("link", name="Ya los guardé").click()
        expect(page.get_by_text("esta", exact=True)).to_be_visible()
    with browser.new_context(viewport=viewport, java_script_enabled=scripts, locale="es-SV") as context:
        page = context.new_page()
        page.goto(f"{gateway.url}/panel/account")
        _fill(page, email=f"caja-{name}@example.com", password=PASSWORD)
        page.get_by_role("button", name="Entrar").click()
        _fill(page, code=codes[0])
        page.get_by_role("button", name="Entrar").click()
        expect(page.get_by_role("heading", name="Mi cuenta").first).to_be_visible()
        _fits(page)


@pytest.mark.parametrize("viewport", [PHONE, WIDE])
def test_no_page_of_people_is_wider_than_the_screen(
    browser: Browser, gateway: RunningGateway, viewport: ViewportSize
) -> None:
    email = f"ancho{viewport['width']}@example.com"
    add(gateway, email=email, name="Nombre Larguísimo de Persona " * 8)
    with browser.new_context(viewport=viewport, locale="es-SV") as context:
        page = context.new_page()
        page.goto(f"{gateway.url}/panel/account")
        _fits(page)
        _fill(page, email=email, password=PERSON_PASSWORD)
        page.get_by_role("button", name="Entrar").click()
        for path in ("account", "account/password", "account/authenticator", "c/1/people", "c/1/people/invite"):
            page.goto(f"{gateway.url}/panel/{path}")
            _fits(page)


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_phone_cuts_no_label_of_the_bar_and_shares_a_link(
    browser: Browser, gateway: RunningGateway, language: str
) -> None:
    email = f"barra-{language}@example.com"
    add(gateway, email=email, name="Dueña de la Tienda")
    with browser.new_context(viewport=PHONE, locale=language) as context:
        context.add_init_script("navigator.share = async (what) => { window.shared = what.url; }")
        page = context.new_page()
        page.goto(gateway.url)
        assert page.url.startswith(f"{gateway.url}/panel/login"), "the bare address leads to the panel"
        _fill(page, email=email, password=PERSON_PASSWORD)
        page.locator("button.main").click()
        page.wait_for_url("**/panel/c/**")
        if language == "en":
            page.locator(".person-menu summary").click()
            page.get_by_role("button", name="English").click()
            expect(page.locator("html")).to_have_attribute("lang", "en")
        for path in ("today", "drafts", "documents", "closings"):
            page.goto(f"{gateway.url}/panel/c/1/{path}")
            assert page.locator("html").get_attribute("lang") == language
            assert page.locator(".bar span").evaluate_all(_CUT_OFF) == []
        page.goto(f"{gateway.url}/panel/c/1/people/invite")
        page.locator("[name=role][value=cashier]").check()
        page.locator("[name=reach][value=all]").check()
        expect(page.locator("[name=points]").first).to_be_hidden()
        page.locator("main button.main").click()
        page.locator("[data-share]").click()
        assert page.evaluate("window.shared") == page.locator(".copyable code").inner_text()
