"""A day at the panel from each person's side: the cashier's, the owner's and the accountant's."""

import re
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from tests.browser.visiting import PHONE, WIDE, enters, faults_of_shape, visited
from tests.builders.bodies import ccf, invoice
from tests.builders.people import PERSON_PASSWORD
from tests.databases import Databases
from tests.e2e.worker import send_what_is_due
from tests.outbox.mail_server import MailServer, open_mail_server
from tests.panel.documents_seen import TWO_POINTS
from tests.panel_client import PanelClient, add
from tests.running_gateway import RunningGateway, running_gateway

CASHIER: Final = "rosa@example.com"
OWNER: Final = "maria@example.com"
ACCOUNTANT: Final = "jorge@example.com"
TILL: Final = "M001P001"
SCREENS: Final = [
    pytest.param({"viewport": PHONE}, id="phone"),
    pytest.param({"viewport": WIDE}, id="wide"),
    pytest.param({"viewport": PHONE, "java_script_enabled": False}, id="phone-without-scripts"),
]
WITH_AND_WITHOUT_SCRIPTS: Final = [
    pytest.param({}, id="with-scripts"),
    pytest.param({"java_script_enabled": False}, id="without-scripts"),
]


@dataclass(frozen=True, slots=True)
class Shop:
    """The gateway of a shop with two tills, and its mail server."""

    gateway: RunningGateway
    mail: MailServer

    def issued(self) -> int:
        """How many documents there are."""
        return len(self.gateway.get("/documents?limit=100")["documents"])

    def sends_mails(self) -> None:
        """Sends the mails that are due."""
        with ThreadPoolExecutor(1) as apart:  # the browser has a loop in this thread
            apart.submit(send_what_is_due, self.gateway).result()


@pytest.fixture(scope="module")
def shop(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Two items, and the sales of June: an invoice, a CCF, an invoice of the other till that was invalidated."""
    folder: Path = tmp_path_factory.mktemp("gateway")
    with (
        open_mail_server() as mail,
        running_gateway(all_databases.sqlite(), folder, point_of_sale=TWO_POINTS, company=mail.company) as gateway,
    ):
        gateway.is_now(2026, 6, 3, 9)
        add(gateway, email=CASHIER, name="Rosa Menjívar", role="cashier", points=(TILL,))
        add(gateway, email=OWNER, name="Propietaria de Prueba")
        add(gateway, email=ACCOUNTANT, name="Jorge Alfaro", role="accountant")
        gateway.request("PUT", "/items/CAFE-LB", {"description": "Café molido, libra", "unit_price": 5.65})
        gateway.request("PUT", "/items/TAZA", {"description": "Taza de barro", "unit_price": 3.5})
        gateway.post("/invoice", invoice("junio-1"))
        gateway.post("/invoice", ccf("junio-2"))
        gateway.post("/invoice", invoice("junio-3"))
        assert gateway.post("/invalidate/junio-3", None)["invalidated"] is True
        yield Shop(gateway, mail)


def begins(page: Page, shop: Shop) -> None:
    """A new invoice."""
    page.goto(f"{shop.gateway.url}/panel/c/1/drafts")
    page.get_by_role("button", name="Factura", exact=True).click()


def adds_item(page: Page, text: str, name: str, *, with_scripts: bool) -> None:
    """An item of the company, found by a part of its name."""
    page.get_by_placeholder("Buscar un artículo").fill(text)
    if not with_scripts:
        page.locator("#add-item").get_by_role("button", name="Buscar").click()
    page.get_by_role("button", name=name).click()
    expect(page.locator("#rows-lines")).to_contain_text(name)


def fills_a_line(page: Page, *, with_scripts: bool) -> None:
    """A line of 2.26, whose total the page has shown."""
    page.get_by_label("Descripción").fill("Pan")
    page.get_by_label("Cantidad").fill("2")
    page.get_by_label("Precio con IVA", exact=True).fill("1.13")
    if not with_scripts:
        page.get_by_role("button", name="Calcular", exact=True).click()
    expect(page.locator("#totals")).to_contain_text("$2.26")


def issues(page: Page) -> None:
    page.get_by_role("button", name="Emitir", exact=True).click()
    expect(page.get_by_text("Emitido y sellado")).to_be_visible()


def fetched(page: Page, href: str | None) -> bytes:
    """What a link of the page gives to its browser."""
    assert href is not None
    answer = page.context.request.get(page.evaluate("href => new URL(href, document.baseURI).href", href))
    assert answer.ok, answer.status
    return answer.body()


@pytest.mark.parametrize("screen", SCREENS)
def test_a_cashier_sells_reprints_mails_cancels_and_closes_the_till(
    browser: Browser, shop: Shop, screen: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    with_scripts = screen.get("java_script_enabled", True)
    customer = f"{request.node.callspec.id}@example.com"
    with visited(browser, shop.gateway, CASHIER, **screen) as page:
        expect(page.get_by_role("heading", level=1)).to_have_text("Hoy")
        begins(page, shop)
        adds_item(page, "caf", "Café molido", with_scripts=with_scripts)
        adds_item(page, "taza", "Taza de barro", with_scripts=with_scripts)
        issues(page)
        expect(page.locator("main")).to_contain_text("$9.15")
        assert fetched(page, page.get_by_role("link", name="Imprimir").get_attribute("href")).startswith(b"%PDF")

        page.get_by_role("link", name="Ver el documento").click()
        reprinted = page.get_by_role("link", name="Imprimir").get_attribute("href")
        assert fetched(page, reprinted).startswith(b"%PDF")
        page.get_by_label("Enviar a").fill(customer)
        page.get_by_role("button", name="Enviar", exact=True).click()
        expect(page.locator("#notices .tone-good")).to_be_visible()
        shop.sends_mails()
        [mail] = shop.mail.to(customer)
        assert {part.get_content_type() for part in mail.iter_attachments()} == {"application/pdf", "application/json"}
        wrong = page.url

        begins(page, shop)
        page.get_by_placeholder("Buscar un artículo").fill("CAFE-LB")  # as a reader of barcodes does
        page.get_by_placeholder("Buscar un artículo").press("Enter")
        expect(page.locator("#rows-lines")).to_contain_text("Café molido")
        issues(page)
        right = page.get_by_text(re.compile(r"^DTE-01-")).first.inner_text()
        page.goto(wrong)
        page.get_by_role("link", name="Invalidar", exact=True).click()
        page.get_by_label("Error en la información del documento").check()
        page.get_by_label("Documento que lo reemplaza").fill(right)
        assert faults_of_shape(page) == []
        page.get_by_role("button", name="Continuar").click()
        page.get_by_role("button", name="Sí, invalidarlo").click()
        expect(page.locator("#notices")).to_contain_text("El documento está invalidado")

        page.goto(f"{shop.gateway.url}/panel/c/1/closings")
        page.get_by_role("link", name="Cerrar la caja (Z)").click()
        page.locator("[name=counted_01]").fill("5.00")
        page.get_by_role("button", name="Continuar").click()
        expect(page.locator("main")).to_contain_text("Contado en total")
        assert faults_of_shape(page) == []
        page.get_by_role("button", name="Cerrar la caja").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Corte Z")
        assert faults_of_shape(page) == []


@pytest.mark.parametrize("screen", SCREENS)
def test_an_owner_invites_a_cashier_makes_a_key_and_sees_both_sales_in_the_month(
    browser: Browser, shop: Shop, screen: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    screen_id = request.node.callspec.id
    name, email = f"Cajera {screen_id}", f"{screen_id}@example.org"
    with visited(browser, shop.gateway, OWNER, path="/c/1/people", **screen) as page:
        page.get_by_role("link", name="Invitar").click()
        page.get_by_text("Cajero").first.click()
        page.get_by_text("punto de venta P002").click()
        page.get_by_role("button", name="Hacer el enlace").click()
        link = page.locator(".copyable code").inner_text()
        page.goto(f"{shop.gateway.url}/panel/c/1/keys")
        page.get_by_role("link", name="Crear una clave").click()
        page.get_by_role("button", name="Crear la clave").click()
        key = page.locator(".copyable code").inner_text()
        before = sales_of_the_month(page, shop)

        with visited(browser, shop.gateway, **screen) as other:
            other.goto(link)
            other.locator("[name=name]").fill(name)
            other.locator("[name=email]").fill(email)
            for field in ("new_password", "again_password"):
                other.locator(f"[name={field}]").fill("una-lancha-de-papel-azul-42")
            other.get_by_role("button", name="Crear mi cuenta").click()
            begins(other, shop)
            fills_a_line(other, with_scripts=screen.get("java_script_enabled", True))
            issues(other)
            expect(other.locator("main")).to_contain_text("M001P002")
        assert shop.gateway.request("POST", "/invoice", invoice(), key=key).status == 200

        assert sales_of_the_month(page, shop) - before == pytest.approx(11.30 + 2.26)
        page.goto(f"{shop.gateway.url}/panel/c/1/people")
        expect(page.locator("main")).to_contain_text(name)
        page.goto(f"{shop.gateway.url}/panel/c/1/audit")
        expect(page.locator("main")).to_contain_text(email)


def sales_of_the_month(page: Page, shop: Shop) -> float:
    """The first figure of the month's page."""
    page.goto(f"{shop.gateway.url}/panel/c/1/today?month=2026-06")
    return float(re.sub(r"[^\d.]", "", page.locator(".stat-value").first.inner_text()))


@pytest.mark.parametrize("screen", SCREENS)
def test_an_accountant_downloads_the_month_and_a_workbook_of_what_is_filtered(
    browser: Browser, shop: Shop, screen: dict[str, Any]
) -> None:
    with visited(browser, shop.gateway, ACCOUNTANT, path="/c/1/books?month=2026-06&count=1", **screen) as page:
        with page.expect_download() as saving:
            page.get_by_role("button", name="Todo el mes (ZIP)").click()
        with zipfile.ZipFile(BytesIO(Path(saving.value.path()).read_bytes())) as month:
            assert {"anexo1-2026-06.csv", "anexo2-2026-06.csv", "notas-2026-06.txt"} <= set(month.namelist())
            assert month.read("anexo1-2026-06.csv").count(b"\n") == 1
        row = page.get_by_role("row", name=re.compile("Anexo 1, ventas a contribuyentes"))
        with page.expect_download() as saving:
            row.get_by_role("button", name="CSV").click()
        assert saving.value.suggested_filename == "anexo1-2026-06.csv"

        page.goto(f"{shop.gateway.url}/panel/c/1/documents")
        page.get_by_text("Filtros", exact=True).click()
        page.get_by_label("Tipo").select_option(label="Comprobante de crédito fiscal")
        page.get_by_role("button", name="Aplicar filtros").click()
        with page.expect_download() as saving:
            page.get_by_role("link", name="Descargar Excel").click()
        sheet = load_workbook(BytesIO(Path(saving.value.path()).read_bytes())).active
        assert sheet is not None
        rows = list(sheet.iter_rows(values_only=True))
        assert len(rows) == 2
        assert any("DTE-03-" in str(cell) for cell in rows[1])


def test_an_accountant_finds_nothing_to_change_on_any_page(browser: Browser, shop: Shop) -> None:
    own = ("/panel/logout", "/panel/language")
    with visited(browser, shop.gateway, ACCOUNTANT, viewport=WIDE) as page:
        links = page.get_by_role("navigation", name="Principal").get_by_role("link")
        paths = [str(link.get_attribute("href")) for link in links.all()]
        assert len(paths) > 10
        document = shop.gateway.get("/status/junio-1")["document_id"]
        for path in (*paths, f"/panel/c/1/documents/{document}"):
            page.goto(f"{shop.gateway.url}{path}")
            forms = page.locator("form[method=post]").evaluate_all(
                "all => all.map(each => each.getAttribute('action'))"
            )
            assert [each for each in forms if each not in own] == [], path
    with browser.new_context(locale="es-SV") as context:
        page = context.new_page()
        enters(page, shop.gateway, ACCOUNTANT)
        for path in (
            "drafts",
            f"documents/{document}/cancel",
            "items/new",
            "keys/new",
            "people/invite",
            "company/mail",
        ):
            answer = page.goto(f"{shop.gateway.url}/panel/c/1/{path}")
            assert answer is not None
            assert answer.status == 403, path


@pytest.mark.parametrize("screen", WITH_AND_WITHOUT_SCRIPTS)
def test_a_session_that_ends_while_a_document_is_filled_in_loses_nothing(
    browser: Browser, shop: Shop, screen: dict[str, Any]
) -> None:
    before = shop.issued()
    with browser.new_context(viewport=PHONE, locale="es-SV", **screen) as context:
        page = context.new_page()
        enters(page, shop.gateway, CASHIER)
        begins(page, shop)
        fills_a_line(page, with_scripts=screen.get("java_script_enabled", True))
        ends_the_other_sessions(shop)
        page.get_by_role("button", name="Emitir", exact=True).click()
        expect(page.get_by_text("Su sesión terminó")).to_be_visible()
        page.locator("[name=email]").fill(CASHIER)
        page.locator("[name=password]").fill(PERSON_PASSWORD)
        page.get_by_role("button", name="Entrar").click()
        page.get_by_role("button", name="Enviar").click()
        expect(page.get_by_text("Emitido y sellado")).to_be_visible()
        expect(page.locator("main")).to_contain_text("$2.26")
    assert shop.issued() == before + 1


def ends_the_other_sessions(shop: Shop) -> None:
    """The cashier ends from elsewhere the sessions that she has."""
    elsewhere = PanelClient(shop.gateway.url)
    elsewhere.log_in(CASHIER)
    elsewhere.get("/account")
    assert elsewhere.post("/account/sessions/others/end").status == 303


@pytest.mark.parametrize("screen", WITH_AND_WITHOUT_SCRIPTS)
def test_back_after_logging_out_shows_nothing(browser: Browser, shop: Shop, screen: dict[str, Any]) -> None:
    document = shop.gateway.get("/status/junio-2")
    with visited(browser, shop.gateway, OWNER, **screen) as page:
        page.goto(f"{shop.gateway.url}/panel/c/1/documents/{document['document_id']}")
        expect(page.locator("main")).to_contain_text("Gran Contribuyente de Prueba")
        page.locator("summary[aria-label^='Su cuenta']").click()
        page.get_by_role("button", name="Salir").click()
        expect(page.get_by_role("heading", name="Entrar")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="Entrar")).to_be_visible()
        assert "Gran Contribuyente de Prueba" not in page.content()


@pytest.mark.parametrize("screen", WITH_AND_WITHOUT_SCRIPTS)
def test_a_double_click_on_the_button_issues_once(browser: Browser, shop: Shop, screen: dict[str, Any]) -> None:
    before = shop.issued()
    with visited(browser, shop.gateway, CASHIER, **screen) as page:
        begins(page, shop)
        fills_a_line(page, with_scripts=screen.get("java_script_enabled", True))
        page.get_by_role("button", name="Emitir", exact=True).dblclick()
        expect(page.get_by_text("Emitido y sellado")).to_be_visible()
    assert shop.issued() == before + 1


def test_an_invoice_is_issued_by_keyboard_alone(browser: Browser, shop: Shop) -> None:
    before = shop.issued()
    with visited(browser, shop.gateway, viewport=WIDE, path="/login") as page:
        tabs_to(page, "Correo")
        page.keyboard.type(CASHIER)
        tabs_to(page, "Contraseña")
        page.keyboard.type(PERSON_PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/panel/c/1/**")
        tabs_to(page, "Nuevo documento")
        page.keyboard.press("Enter")
        page.wait_for_url("**/drafts")
        tabs_to(page, "Factura")
        page.keyboard.press("Enter")
        page.wait_for_url("**/drafts/*")
        tabs_to(page, "Descripción")
        page.keyboard.type("Pan")
        tabs_to(page, "Cantidad")
        page.keyboard.type("2")
        tabs_to(page, "Precio con IVA")
        page.keyboard.type("1.13")
        expect(page.locator("#totals")).to_contain_text("$2.26")
        tabs_to(page, "Emitir")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Emitido y sellado")).to_be_visible()
    assert shop.issued() == before + 1


def tabs_to(page: Page, name: str) -> None:
    """Presses Tab until what has the focus is named so; all that is passed shows where the focus is."""
    for _ in range(60):
        page.keyboard.press("Tab")
        named, is_seen = page.evaluate(
            """() => {
              const one = document.activeElement, look = getComputedStyle(one);
              const label = one.labels?.[0] ?? one;
              return [(one.getAttribute('aria-label') ?? label.textContent).trim().replace(/\\s+/g, ' '),
                      one === document.body || look.outlineStyle !== 'none' || look.boxShadow !== 'none'];
            }"""
        )
        assert is_seen, f"nobody sees that {named!r} has the focus"
        if named.removesuffix(" *") == name or named.startswith(f"{name} ("):
            return
    raise AssertionError(f"{name!r} is not reached")
