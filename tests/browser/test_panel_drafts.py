"""Issuing at the panel as a cashier does: on a phone and wide, with and without scripts, on a network that breaks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.builders.people import PERSON_PASSWORD
from tests.panel_client import add
from tests.running_gateway import RunningGateway

PHONE: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": 1440, "height": 900}
CASHIER = "cajera@example.com"


@pytest.fixture(scope="module", autouse=True)
def shop(gateway: RunningGateway) -> None:
    """A cashier, and two items to sell."""
    add(gateway, email=CASHIER, role="cashier", points=("M001P001",))
    gateway.request("PUT", "/items/CAFE-LB", {"description": "Café molido, libra", "unit_price": 5.65})
    gateway.request("PUT", "/items/TAZA", {"description": "Taza de barro", "unit_price": 3.5})


@contextmanager
def at_the_till(browser: Browser, gateway: RunningGateway, **options: Any) -> Iterator[Page]:
    """The list of drafts of the cashier, who has logged in."""
    options.setdefault("viewport", PHONE)
    with browser.new_context(locale="es-SV", **options) as context:
        page = context.new_page()
        page.goto(f"{gateway.url}/panel/login?next=%2Fpanel%2Fc%2F1%2Fdrafts")
        page.fill("[name=email]", CASHIER)
        page.fill("[name=password]", PERSON_PASSWORD)
        page.get_by_role("button", name="Entrar").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Nuevo documento")
        yield page


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def issued_documents(gateway: RunningGateway) -> int:
    return len(gateway.get("/documents?limit=100")["documents"])


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["phone", "wide"])
def test_a_click_on_an_action_of_a_row_is_no_click_on_the_row(
    browser: Browser, gateway: RunningGateway, viewport: ViewportSize
) -> None:
    with at_the_till(browser, gateway, viewport=viewport) as page:
        press(page, "Factura")
        page.goto(f"{gateway.url}/panel/c/1/drafts")
        button = page.get_by_role("button", name="Descartar", exact=True).first
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.get_by_role("dialog").get_by_role("button", name="Descartar").click()
        expect(page.get_by_text("Borrador descartado.")).to_be_visible()
        press(page, "Factura")
        page.goto(f"{gateway.url}/panel/c/1/drafts")
        box = page.locator(".row-link").first.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 5, box["y"] + box["height"] / 2)
        expect(page.get_by_role("heading", level=1)).to_have_text("Factura")


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["phone", "wide"])
def test_a_cashier_sells_two_items(browser: Browser, gateway: RunningGateway, viewport: ViewportSize) -> None:
    with at_the_till(browser, gateway, viewport=viewport) as page:
        press(page, "Factura")
        for text, name in (("caf", "Café molido"), ("taza", "Taza de barro")):
            page.get_by_placeholder("Buscar un artículo").fill(text)
            page.get_by_role("button", name=name).click()
        page.get_by_label("Cantidad").nth(1).fill("3")
        expect(page.locator("#totals")).to_contain_text("$16.15")
        assert fits(page)
        press(page, "Emitir")
        expect(page.get_by_text("Emitido y sellado")).to_be_visible()
        assert fits(page)


def test_items_are_chosen_with_the_keyboard_and_the_search_keeps_the_focus(
    browser: Browser, gateway: RunningGateway
) -> None:
    with at_the_till(browser, gateway) as page:
        press(page, "Factura")
        for text, name in (("caf", "Café molido"), ("taza", "Taza de barro")):
            search = page.get_by_placeholder("Buscar un artículo")
            search.fill(text)
            expect(page.get_by_role("button", name=name)).to_be_visible()
            search.press("ArrowDown")
            page.keyboard.press("Enter")
            expect(page.locator("#rows-lines")).to_contain_text(name)
            expect(page.get_by_placeholder("Buscar un artículo")).to_be_focused()
        expect(page.get_by_role("button", name="Emitir", exact=True)).to_be_in_viewport()
        expect(page.locator(".issue-bar")).to_contain_text("$9.15")


def test_a_cashier_sells_without_scripts(browser: Browser, gateway: RunningGateway) -> None:
    with at_the_till(browser, gateway, java_script_enabled=False) as page:
        press(page, "Factura")
        page.get_by_placeholder("Buscar un artículo").fill("caf")
        page.locator("#add-item").get_by_role("button", name="Buscar").click()
        page.get_by_role("button", name="Café molido").click()
        press(page, "Agregar una línea")
        page.get_by_label("Descripción").nth(1).fill("Bolsa")
        page.get_by_label("Cantidad").nth(1).fill("1")
        page.get_by_label("Precio con IVA", exact=True).nth(1).fill("0.35")
        press(page, "Calcular")
        expect(page.locator("#totals")).to_contain_text("$6.00")
        press(page, "Emitir")
        expect(page.get_by_text("Emitido y sellado")).to_be_visible()


def test_totals_follow_what_is_typed_and_a_fault_takes_no_focus(browser: Browser, gateway: RunningGateway) -> None:
    with at_the_till(browser, gateway) as page:
        press(page, "Factura")
        page.get_by_label("Descripción").fill("Pan")
        page.get_by_label("Precio con IVA", exact=True).fill("1.13")
        quantity = page.get_by_label("Cantidad")
        quantity.fill("0")
        expect(page.locator("#totals")).to_contain_text("Línea 1, Cantidad: debe ser mayor que cero")
        expect(quantity).to_be_focused()
        quantity.fill("2")
        expect(page.locator("#totals")).to_contain_text("$2.26")


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["phone", "wide"])
def test_a_form_seen_before_issuing_stays_in_use(
    browser: Browser, gateway: RunningGateway, viewport: ViewportSize
) -> None:
    with at_the_till(browser, gateway, viewport=viewport) as page:
        press(page, "Factura")
        page.get_by_label("Descripción").fill("Pan")
        page.get_by_label("Precio con IVA", exact=True).fill("1.13")
        expect(page.locator("#totals")).to_contain_text("$1.13")
        with page.context.expect_page() as opened:
            press(page, "Ver antes de emitir")
        opened.value.close()
        expect(page.get_by_role("button", name="Emitir", exact=True)).to_be_enabled()
        page.get_by_label("Cantidad").fill("2")
        expect(page.locator("#totals")).to_contain_text("$2.26")
        expect(page.get_by_text("Dos pestañas abiertas")).to_have_count(0)
        press(page, "Emitir")
        expect(page.get_by_text("Emitido y sellado")).to_be_visible()
        expect(page.get_by_text("$2.26")).to_be_visible()


def test_a_form_seen_before_issuing_stays_in_use_without_scripts(browser: Browser, gateway: RunningGateway) -> None:
    with at_the_till(browser, gateway, java_script_enabled=False) as page:
        press(page, "Factura")
        page.get_by_label("Descripción").fill("Pan")
        page.get_by_label("Precio con IVA", exact=True).fill("1.13")
        with page.context.expect_page() as opened:
            press(page, "Ver antes de emitir")
        opened.value.close()
        page.get_by_label("Cantidad").fill("2")
        press(page, "Calcular")
        expect(page.locator("#totals")).to_contain_text("$2.26")
        press(page, "Emitir")
        expect(page.get_by_text("Emitido y sellado")).to_be_visible()


def test_a_fault_stands_at_its_field_while_the_form_is_filled_in(browser: Browser, gateway: RunningGateway) -> None:
    with at_the_till(browser, gateway) as page:
        press(page, "Factura")
        page.get_by_label("Descripción").fill("Pan")
        price = page.get_by_label("Precio con IVA", exact=True)
        price.fill("0,85")
        expect(price).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#rows-lines .error")).to_have_text("Use punto para los decimales: 0.85")
        expect(page.get_by_role("link", name="Revise: Línea 1, Precio")).to_be_in_viewport()
        expect(price).to_be_focused()
        expect(price).to_be_in_viewport()
        assert fits(page)
        price.fill("0.85")
        expect(price).not_to_have_attribute("aria-invalid", "true")
        expect(page.locator("#rows-lines .error")).to_have_count(0)
        expect(page.locator(".issue-bar")).to_contain_text("$0.85")


def test_headings_and_faults_follow_what_is_written(browser: Browser, gateway: RunningGateway) -> None:
    with at_the_till(browser, gateway) as page:
        press(page, "Factura")
        page.get_by_label("Descripción").fill("Pan")
        page.get_by_label("Precio con IVA", exact=True).fill("1.13")
        page.get_by_text("Pago: al contado, efectivo (billetes y monedas)").click()
        expect(page.get_by_label("Plazo", exact=True)).to_be_hidden()
        page.get_by_label("Forma de pago").first.select_option("03")
        expect(page.locator("#paying-title")).to_have_text("Pago: al contado, tarjeta Crédito")
        page.get_by_label("Condición").select_option("2")
        expect(page.get_by_label("Plazo", exact=True)).to_be_visible()
        page.get_by_label("Condición").select_option("")
        page.get_by_text("Cliente: consumidor final").click()
        page.get_by_label("Nombre o razón social").first.fill("Cliente de prueba")
        dui = page.locator("[id='customer.dui']")
        dui.fill("00000001-1")
        expect(page.locator("#person-title")).to_have_text("Cliente: Cliente de prueba")
        press(page, "Emitir")
        expect(page.locator(".error-summary")).to_be_visible()
        expect(page.locator("#person-title")).to_have_text("Cliente: Cliente de prueba")
        expect(dui).to_have_attribute("aria-invalid", "true")
        dui.fill("04567890-3")
        expect(dui).not_to_have_attribute("aria-invalid", "true")
        expect(page.locator(".error-summary")).to_have_count(0)


def test_a_network_that_breaks_while_issuing_loses_nothing_and_issues_once(
    browser: Browser, gateway: RunningGateway
) -> None:
    with at_the_till(browser, gateway) as page:
        press(page, "Factura")
        page.get_by_label("Descripción").fill("Pan")
        page.get_by_label("Cantidad").fill("2")
        page.get_by_label("Precio con IVA", exact=True).fill("1.13")
        expect(page.locator("#totals")).to_contain_text("$2.26")
        before = issued_documents(gateway)
        page.context.set_offline(True)
        page.get_by_label("Cantidad").fill("3")
        press(page, "Emitir")
        expect(page.get_by_text("Sin conexión").first).to_be_visible()
        expect(page.get_by_label("Cantidad")).to_have_value("3")
        assert issued_documents(gateway) == before
        page.context.set_offline(False)
        press(page, "Emitir")
        expect(page.get_by_text("El total cambió de $2.26 a $3.39")).to_be_visible()
        press(page, "Emitir")
        expect(page.get_by_text("Emitido y sellado")).to_be_visible()
        expect(page.get_by_text("$3.39")).to_be_visible()
        assert issued_documents(gateway) == before + 1


def test_a_lost_answer_is_found_again_by_pressing_once_more(browser: Browser, gateway: RunningGateway) -> None:
    with at_the_till(browser, gateway) as page:
        press(page, "Factura")
        page.get_by_label("Descripción").fill("Pan")
        page.get_by_label("Cantidad").fill("2")
        page.get_by_label("Precio con IVA", exact=True).fill("1.13")
        expect(page.locator("#totals")).to_contain_text("$2.26")
        before, path = issued_documents(gateway), page.url
        sent: list[str] = []

        def lose(route: Any) -> None:
            sent.append(route.request.post_data or "")
            if "do=issue" in sent[-1] and len(sent) == 1:
                route.fetch(max_redirects=0)
                route.abort("connectionreset")
            else:
                route.continue_()

        page.route(path, lose)
        press(page, "Emitir")
        expect(page).not_to_have_title("Factura · Café de Prueba, S.A. de C.V.")
        page.unroute(path)
        page.goto(path)
        expect(page.get_by_text("Emitido y sellado")).to_be_visible()
        assert issued_documents(gateway) == before + 1
