"""Printing with one touch: a file is loaded in a hidden frame of the page and printed from there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visiting import WIDE, faults_of_shape, visited
from tests.builders.bodies import invoice
from tests.panel_client import add
from tests.running_gateway import RunningGateway

CASHIER: Final = "caja@example.com"

# The frame tells the page that it was printed; the page counts its own printing in the same list.
_STUB: Final = """
top.printed ??= [];
window.print = () => top.printed.push(location.pathname.split("/").pop());
"""

_CUT_OFF: Final = """
() => [...document.querySelectorAll("main .money, main .badge, main .cell")]
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 || each.getBoundingClientRect().width === 0)
  .map((each) => each.textContent)
"""


@pytest.fixture(scope="module")
def sold(gateway: RunningGateway) -> str:
    """The path of an invoice of a shop with a cashier."""
    add(gateway, email=CASHIER, name="Persona de Prueba", role="cashier", points=("M001P001",))
    return f"/c/1/documents/{gateway.post('/invoice', invoice('caja-1'))['document_id']}"


@contextmanager
def at_the_till(browser: Browser, gateway: RunningGateway, path: str, **answer: Any) -> Iterator[Page]:
    """A page whose files are answered with ``answer``: a browser without a window has no viewer of PDFs."""
    with visited(browser, gateway, CASHIER, viewport=WIDE) as page:
        page.context.add_init_script(_STUB)
        page.route("**/file*/*", lambda route: route.fulfill(**{"content_type": "text/plain", "body": "PDF"} | answer))
        page.goto(f"{gateway.url}/panel{path}")
        yield page


def printed(page: Page) -> list[str]:
    """The last parts of the addresses that were printed."""
    page.wait_for_function("() => top.printed?.length > 0")
    found: list[str] = page.evaluate("top.printed")
    return found


def test_a_touch_prints_the_roll_once_and_gives_the_focus_back(
    browser: Browser, gateway: RunningGateway, sold: str
) -> None:
    with at_the_till(browser, gateway, sold) as page:
        page.get_by_role("link", name="Imprimir", exact=True).dblclick()

        assert printed(page) == ["ticket"]
        assert page.locator("iframe[data-printed]").count() == 1
        expect(page.get_by_role("link", name="Imprimir", exact=True)).to_be_focused()

        page.keyboard.press("Enter")
        page.wait_for_function("() => top.printed.length === 2")
        assert page.locator("iframe[data-printed]").count() == 1


def test_a_browser_that_has_chosen_letter_prints_letters(browser: Browser, gateway: RunningGateway, sold: str) -> None:
    with at_the_till(browser, gateway, sold) as page:
        page.get_by_text("Cómo imprime este equipo").click()
        page.get_by_label("Carta").check()
        page.reload()
        page.get_by_role("link", name="Imprimir", exact=True).click()

        assert printed(page) == ["invoice"]
        page.get_by_text("Cómo imprime este equipo").click()
        expect(page.get_by_label("Carta")).to_be_checked()


def test_what_was_just_issued_is_printed_by_itself_where_that_is_chosen(
    browser: Browser, gateway: RunningGateway, sold: str
) -> None:
    with at_the_till(browser, gateway, sold) as page:
        page.get_by_text("Cómo imprime este equipo").click()
        page.get_by_label("Imprimir al emitir").check()
        page.goto(f"{gateway.url}/panel/c/1/drafts")
        page.get_by_role("button", name="Factura", exact=True).click()
        page.get_by_label("Descripción").fill("Pan")
        page.get_by_label("Cantidad").fill("2")
        page.get_by_label("Precio con IVA", exact=True).fill("1.13")
        expect(page.locator("#totals")).to_contain_text("$2.26")
        page.get_by_role("button", name="Emitir", exact=True).click()
        expect(page.get_by_text("Emitido y sellado")).to_be_visible()

        assert printed(page) == ["ticket"]
        page.reload()
        expect(page.get_by_text("Emitido y sellado")).to_be_visible()
        assert page.evaluate("top.printed") == []


def test_without_a_connection_the_page_says_so_and_prints_nothing(
    browser: Browser, gateway: RunningGateway, sold: str
) -> None:
    with at_the_till(browser, gateway, sold) as page:
        page.context.set_offline(True)
        page.get_by_role("link", name="Imprimir", exact=True).click()

        expect(page.locator("[data-notice=network]")).to_contain_text("Sin conexión")
        assert page.locator("iframe[data-printed]").count() == 0


def test_a_page_in_place_of_the_file_is_not_printed(browser: Browser, gateway: RunningGateway, sold: str) -> None:
    with at_the_till(browser, gateway, sold, content_type="text/html", body="<h1>No se pudo</h1>") as page:
        page.get_by_role("link", name="Imprimir", exact=True).click()

        expect(page.locator("[data-notice=print]")).to_contain_text("Abra el PDF")
        assert page.evaluate("top.printed") == []


def test_a_printed_cut_shows_every_amount_on_any_paper(browser: Browser, gateway: RunningGateway, sold: str) -> None:
    with visited(browser, gateway, CASHIER, path="/c/1/closings/M001P001/close", viewport=WIDE) as page:
        page.locator("[name=counted_01]").fill("1,290.62")
        page.get_by_role("button", name="Continuar").click()
        page.get_by_role("button", name="Cerrar la caja").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Corte Z")
        page.emulate_media(media="print")
        for millimetres in (52, 74, 103, 188):
            page.set_viewport_size({"width": round(millimetres / 25.4 * 96), "height": 900})
            assert page.evaluate(_CUT_OFF) == []
            for shown in ("NIT", "Contado en total", "Diferencia en total"):
                expect(page.locator("main").get_by_text(shown).first).to_be_visible()
        page.emulate_media(media="screen")
        assert faults_of_shape(page) == []
