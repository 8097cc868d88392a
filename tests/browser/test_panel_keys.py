"""Keys, numbers and the audit log in a browser: a new key is copied by its button, and pages fit a phone."""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.builders.bodies import invoice
from tests.builders.people import EMAIL, PERSON_PASSWORD
from tests.panel_client import add
from tests.running_gateway import RunningGateway

PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
HOSTILE: Final = "<img src=x onerror=alert(1)>" + "Ñ" * 220


@pytest.fixture(scope="module")
def context(browser: Browser, gateway: RunningGateway) -> Iterator[BrowserContext]:
    """An operator of the gateway, who is the owner of the company too, on a phone."""
    add(gateway, name=HOSTILE, is_operator=True)
    gateway.post("/invoice", invoice("A-1"))
    gateway.request("PUT", "/items/LARGO", {"description": HOSTILE, "unit_price": "1.00"})
    context = browser.new_context(viewport=PHONE, locale="es-SV")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{gateway.url}/panel/login")
    page.get_by_label("Correo").fill(EMAIL)
    page.get_by_label("Contraseña").fill(PERSON_PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/panel/c/1**")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails its test when a script breaks or the policy of the page is broken."""
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(dialog.message))
    yield page
    page.close()
    assert troubles == []


def test_a_new_key_is_copied_with_its_button(gateway: RunningGateway, page: Page) -> None:
    page.goto(f"{gateway.url}/panel/c/1/keys")
    page.get_by_role("link", name="Crear una clave").click()
    page.get_by_role("button", name="Crear la clave").click()
    shown = page.locator(".copyable code").text_content()
    page.get_by_role("button", name="Copiar la clave").click()
    expect(page.get_by_role("heading", name="Clave creada")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == shown
    assert gateway.request("POST", "/invoice", invoice("B-1"), key=copied).status == 200
    page.get_by_role("link", name="Ya la copié").click()
    assert str(copied) not in page.content()


@pytest.mark.parametrize(
    "path", ["c/1/keys", "c/1/keys/new", "c/1/counters", "c/1/counters/set", "c/1/audit", "operator/audit"]
)
def test_a_page_fits_a_phone_with_the_longest_and_strangest_names(
    gateway: RunningGateway, page: Page, path: str
) -> None:
    page.goto(f"{gateway.url}/panel/{path}")
    page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator("main img").count() == 0
