"""The page behind a public link as people see it: on a phone, in the dark, without JavaScript, by keyboard."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from ocote.panel.verification.pages import STATIC
from tests.browser.visiting import barriers, faults_of_shape
from tests.builders.bodies import ccf, invoice
from tests.e2e.public_page import public_url
from tests.running_gateway import RunningGateway

PHONE: ViewportSize = {"width": 390, "height": 844}
SMALLEST: ViewportSize = {"width": 320, "height": 640}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def stamped(gateway: RunningGateway) -> str:
    """The page of a CCF of 113.00 to a large taxpayer, who pays 112.00."""
    return public_url(gateway, gateway.post("/invoice", ccf("b2b-1"))["document_id"])


@pytest.fixture(scope="module")
def invalidated(gateway: RunningGateway) -> str:
    """The page of an invoice that was invalidated."""
    issued = gateway.post("/invoice", invoice("caja-1"))
    gateway.request("POST", "/invalidate/caja-1")
    return public_url(gateway, issued["document_id"])


@contextmanager
def opened(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    """A page in a browser of its own, which must not complain about anything or ask anybody else for anything."""
    options.setdefault("viewport", PHONE)
    with browser.new_context(locale="es-SV", **options) as context:
        page = context.new_page()
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url)
        yield page
        assert said == []
        own = urlsplit(url)._replace(path=STATIC, query="").geturl()
        assert {address for address in asked if not address.startswith(("data:", own))} == {url}


def test_a_receiver_sees_at_once_whether_the_document_is_good(browser: Browser, stamped: str) -> None:
    with opened(browser, stamped) as page:
        expect(page.get_by_role("heading", level=1)).to_have_text("Sellado por Hacienda")
        expect(page.locator(".amount")).to_have_text("$112.00")
        expect(page.locator(".amount")).to_be_in_viewport()
        expect(page.get_by_role("link", name="Ver el PDF")).to_be_in_viewport()
        expect(page).to_have_title("Sellado por Hacienda · Comprobante de crédito fiscal de Café de Prueba")


def test_and_that_an_invalidated_one_is_not(browser: Browser, invalidated: str) -> None:
    with opened(browser, invalidated) as page:
        expect(page.get_by_role("heading", level=1)).to_have_text("Invalidado")
        assert "line-through" in style(page, ".amount", "textDecorationLine")


def test_it_is_complete_without_javascript(browser: Browser, stamped: str) -> None:
    with opened(browser, stamped, java_script_enabled=False) as page:
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("link", name="Descargar el JSON")).to_be_visible()


@pytest.mark.parametrize("viewport", [SMALLEST, PHONE, DESKTOP], ids=["smallest", "phone", "desktop"])
def test_nothing_sticks_out_sideways(browser: Browser, stamped: str, viewport: dict[str, int]) -> None:
    with opened(browser, stamped, viewport=viewport) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@pytest.mark.parametrize("viewport", [SMALLEST, PHONE, DESKTOP], ids=["smallest", "phone", "desktop"])
@pytest.mark.parametrize("amount", ["999,999.99", "1,234,567.89", "99,999,999,999.99"])
def test_a_large_amount_stays_on_one_line(
    browser: Browser, stamped: str, viewport: dict[str, int], amount: str
) -> None:
    with opened(browser, stamped, viewport=viewport) as page:
        page.locator(".amount").evaluate("(element, amount) => { element.lastChild.data = amount; }", amount)
        if len(amount) > 10:
            page.locator(".amount").evaluate("element => element.classList.add('long')")
        box = page.locator(".amount").bounding_box()
        font = float(style(page, ".amount", "fontSize").removesuffix("px"))
        inside = page.evaluate(
            "document.querySelector('.about-what').clientWidth >= document.querySelector('.amount').scrollWidth"
        )

        assert box is not None
        assert box["height"] < 1.5 * font
        assert inside


def test_nothing_sticks_out_with_letters_twice_as_large(browser: Browser, stamped: str) -> None:
    with opened(browser, stamped) as page:
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_it_follows_the_readers_choice_of_light_and_dark(browser: Browser, stamped: str) -> None:
    grounds = {}
    for scheme in ("light", "dark"):
        with opened(browser, stamped, color_scheme=scheme) as page:
            grounds[scheme] = style(page, ".card", "backgroundColor")

    assert grounds == {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 31, 37)"}


def test_the_keyboard_reaches_every_link_and_shows_where_it_is(browser: Browser, stamped: str) -> None:
    with opened(browser, stamped) as page:
        reached: list[str] = []
        while "Consultar en Hacienda" not in reached and len(reached) < 30:
            page.keyboard.press("Tab")
            focused = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()"
            reached.append(page.evaluate(focused))
            assert style(page, ":focus", "outlineStyle") == "solid"

    assert reached[:3] == ["Saltar al contenido", "Ver el PDF", "Descargar el JSON"]
    assert reached[-4:] == [
        "Copiar Código de generación",
        "Copiar Número de control",
        "Copiar Sello de recepción",
        "Consultar en Hacienda",
    ]


def test_a_code_is_copied_with_one_touch(browser: Browser, stamped: str) -> None:
    with opened(browser, stamped, permissions=["clipboard-read", "clipboard-write"]) as page:
        code = page.get_by_text("DTE-03-").inner_text()

        page.get_by_role("button", name="Copiar Número de control").click()

        expect(page.locator("#live")).to_have_text("Copiado")
        assert page.evaluate("navigator.clipboard.readText()") == code


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("which", ["stamped", "invalidated"])
def test_nothing_bars_the_way_of_anybody(
    browser: Browser, request: pytest.FixtureRequest, which: str, scheme: str
) -> None:
    with opened(browser, request.getfixturevalue(which), color_scheme=scheme) as page:
        assert (barriers(page), faults_of_shape(page)) == ([], [])


def test_links_are_large_enough_for_a_thumb(browser: Browser, stamped: str) -> None:
    with opened(browser, stamped) as page:
        for link in page.locator("main").get_by_role("link").all():
            box = link.bounding_box()
            assert box is not None
            assert box["height"] >= 40


def test_the_json_is_saved_under_its_legal_name(browser: Browser, gateway: RunningGateway, stamped: str) -> None:
    with browser.new_context(locale="es-SV", accept_downloads=True) as context:
        page = context.new_page()
        page.goto(stamped)
        with page.expect_download() as download:
            page.get_by_role("link", name="Descargar el JSON").click()

        status = gateway.get("/status/b2b-1")
        assert download.value.suggested_filename == f"{status['generation_code']}.json"
        saved = json.loads(download.value.path().read_text(encoding="utf-8"))
        assert saved["selloRecibido"] == status["reception_stamp"]


def test_the_pdf_is_where_its_link_says(browser: Browser, stamped: str) -> None:
    with browser.new_context(locale="es-SV") as context:
        page = context.new_page()
        page.goto(stamped)
        target = page.get_by_role("link", name="Ver el PDF").evaluate("link => link.href")

        answer = context.request.get(target)

        assert answer.headers["content-type"] == "application/pdf"
        assert answer.body().startswith(b"%PDF")


def test_a_link_that_leads_nowhere_explains_itself(browser: Browser, gateway: RunningGateway) -> None:
    with browser.new_context(locale="es-SV", viewport=PHONE) as context:
        page = context.new_page()
        answer = page.goto(f"{gateway.url}/v/{'A' * 48}")

        assert answer is not None
        assert answer.status == 404
        expect(page.get_by_role("heading", level=1)).to_have_text("No encontramos este documento")


def style(page: Page, selector: str, name: str) -> str:
    """A computed style of the first element that the selector finds."""
    found: str = page.locator(selector).first.evaluate(f"element => getComputedStyle(element).{name}")
    return found
