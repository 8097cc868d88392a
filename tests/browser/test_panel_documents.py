"""Finding a document, looking at it, and cancelling it, in a real browser on a phone and on a wide screen."""

from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.builders.bodies import invoice
from tests.builders.people import PERSON_PASSWORD
from tests.panel_client import add
from tests.running_gateway import RunningGateway


def _logged_in(browser: Browser, gateway: RunningGateway, width: int, email: str) -> Page:
    add(gateway, email=email)
    page = browser.new_context(
        viewport={"width": width, "height": 900}, accept_downloads=True, locale="es-SV"
    ).new_page()
    page.goto(f"{gateway.url}/panel/login")
    page.get_by_label("Correo").fill(email)
    page.get_by_label("Contraseña").fill(PERSON_PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    return page


@pytest.mark.parametrize("width", [390, 1440])
def test_a_document_is_found_by_its_amount_looked_at_and_cancelled(
    browser: Browser, gateway: RunningGateway, width: int
) -> None:
    gateway.is_now(2026, 6, 3, 9)
    amount = f"{width / 100:.2f}"
    line = {"description": "Café", "quantity": 1, "unit_price": amount}
    sold = gateway.post("/invoice", invoice(f"nav-{width}", customer={"name": "<b>Ana</b>"}, lines=[line]))
    page = _logged_in(browser, gateway, width, f"navegador-{width}@example.com")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)

    page.goto(f"{gateway.url}/panel/c/1/documents")
    search = page.get_by_role("searchbox")
    search.fill(amount)
    search.press("Enter")
    page.get_by_role("link", name=sold["control_number"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Factura")
    expect(page.locator("main")).to_contain_text("<b>Ana</b>")
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    with page.expect_download() as saving:
        page.get_by_role("link", name="Descargar el JSON").click()
    assert saving.value.suggested_filename == f"{sold['generation_code']}.json"

    page.get_by_role("link", name="Invalidar", exact=True).click()
    page.get_by_role("button", name="Continuar").click()
    page.get_by_role("button", name="Sí, invalidarlo").click()
    expect(page.locator("#notices")).to_contain_text("El documento está invalidado")
    expect(page.get_by_role("link", name="Invalidar", exact=True)).to_have_count(0)
    assert complaints == []
    page.context.close()


_CUT_PLACEHOLDERS: Final = """() => [...document.querySelectorAll('input[type=search]')].filter((field) => {
    const style = getComputedStyle(field), pen = document.createElement('canvas').getContext('2d');
    pen.font = style.font;
    const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return pen.measureText(field.placeholder).width > room;
}).map((field) => field.placeholder)"""

_DEAD_CORNERS: Final = """() => [...document.querySelectorAll('tr:has(.row-link)')].flatMap((row) => {
    row.scrollIntoView({block: 'center'});
    const box = row.getBoundingClientRect(), link = row.querySelector('.row-link');
    return [[box.left + 4, box.top + 4], [box.right - 4, box.bottom - 4]]
        .filter(([x, y]) => document.elementFromPoint(x, y) !== link)
        .map(([x, y]) => `${link.textContent} at ${x}, ${y}`);
})"""


def test_on_a_phone_a_search_says_what_it_finds_and_the_whole_card_of_a_row_is_its_link(
    browser: Browser, gateway: RunningGateway
) -> None:
    gateway.is_now(2026, 6, 3, 9)
    gateway.post("/invoice", invoice("tarjeta", customer={"name": "Ana Beltrán", "dui": "00016297-5"}))
    page = _logged_in(browser, gateway, 390, "tarjetas@example.com")
    for path in ("documents", "customers", "items", "requests", "mails"):
        page.goto(f"{gateway.url}/panel/c/1/{path}")
        assert page.evaluate(_CUT_PLACEHOLDERS) == [], path
        assert page.locator(".filters-main .icon").count() <= 1, path
        assert page.evaluate(_DEAD_CORNERS) == [], path
    page.goto(f"{gateway.url}/panel/c/1/documents")
    assert page.locator(".row-link").count() > 0
    page.context.close()


def test_on_a_phone_the_last_of_an_odd_number_of_tiles_fills_its_row(browser: Browser, gateway: RunningGateway) -> None:
    gateway.is_now(2026, 6, 3, 9)
    sold = gateway.post("/invoice", invoice("losas"))
    page = _logged_in(browser, gateway, 390, "losas@example.com")
    for path in ("today", f"documents/{sold['document_id']}"):
        page.goto(f"{gateway.url}/panel/c/1/{path}")
        for tiles in page.locator(".stats").all():
            whole, last = tiles.bounding_box(), tiles.locator(".stat").last.bounding_box()
            assert whole is not None
            assert last is not None
            assert last["x"] + last["width"] == pytest.approx(whole["x"] + whole["width"], abs=1), path
    page.context.close()
