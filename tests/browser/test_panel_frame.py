"""The frame of the panel in a browser: on a phone, on a wide screen, without a script, and what its script does."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.visiting import PHONE, WIDE, barriers
from tests.panel.gallery import FRAME, bare_page, gallery

POLICY: Final = (
    "default-src 'none'; script-src 'nonce-n0nce'; style-src 'nonce-n0nce'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_TYPES: Final = {".css": "text/css", ".js": "text/javascript"}


class Site(ThreadingHTTPServer):
    """The gallery under the panel's policy, and the forms that were sent to it."""

    def __init__(self, html: str) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.html = html
        self.sent: list[bytes] = []
        self.leads_to: str | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answering(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/panel/static/"):
            file = FRAME / "static" / path.removeprefix("/panel/static/")
            self._answer(200, file.read_bytes(), {"content-type": _TYPES[file.suffix]})
        else:
            self._page()

    def do_POST(self) -> None:
        self.server.sent.append(self.rfile.read(int(self.headers["content-length"])))
        if self.server.leads_to is None:
            self._page()
        else:
            self._answer(303, b"", {"location": self.server.leads_to})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Say nothing."""

    def _page(self) -> None:
        headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": POLICY}
        self._answer(200, self.server.html.encode(), headers)

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in (headers | {"content-length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def opened(browser: Browser, html: str, **options: Any) -> Iterator[tuple[Page, Site]]:
    """The page in a browser of its own, which must not complain."""
    options.setdefault("viewport", PHONE)
    with Site(html) as site, browser.new_context(locale="es-SV", **options) as context:
        Thread(target=site.serve_forever, args=(0.02,), daemon=True).start()
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{site.url}/panel/gallery")
        yield page, site
        site.shutdown()
        assert said == []


@pytest.mark.parametrize("with_script", [True, False])
@pytest.mark.parametrize("html", [gallery(), bare_page()], ids=["framed", "bare"])
def test_no_page_is_wider_than_its_window(browser: Browser, html: str, with_script: bool) -> None:
    with opened(browser, html, java_script_enabled=with_script) as (page, _):
        for width in (320, 360, 390, 640, 800, 1024, 1440):
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate("() => document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["phone", "wide"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("html", [gallery(), bare_page()], ids=["framed", "bare"])
def test_no_part_of_a_page_is_a_barrier(browser: Browser, html: str, theme: str, viewport: ViewportSize) -> None:
    with opened(browser, html, viewport=viewport, color_scheme=theme, reduced_motion="reduce") as (page, _):
        assert barriers(page) == []


def test_what_a_finger_presses_on_a_phone_is_large_enough(browser: Browser) -> None:
    with opened(browser, gallery(), has_touch=True) as (page, _):
        small = page.evaluate(
            """() => [...document.querySelectorAll('button, summary, .button, nav a, input, select, textarea')]
            .filter((each) => each.checkVisibility() && !each.closest('.hidden'))
            .map((each) => [each.outerHTML.slice(0, 80), (each.closest('.choice') ?? each).getBoundingClientRect()])
            .filter(([, box]) => box.height < 43.9 || box.width < 43.9).map(([name]) => name)"""
        )
        assert small == []


def test_the_navigation_opens_over_the_page_of_a_phone_without_a_script(browser: Browser) -> None:
    with opened(browser, gallery(), java_script_enabled=False) as (page, _):
        link = page.get_by_role("navigation", name="Principal").get_by_role("link", name="Auditoría")
        expect(link).to_be_hidden()
        page.get_by_role("button", name="Más").click()
        expect(link).to_be_visible()
        page.keyboard.press("Escape")
        expect(link).to_be_hidden()


def test_the_navigation_stands_beside_a_wide_page(browser: Browser) -> None:
    with opened(browser, gallery(), viewport=WIDE, java_script_enabled=False) as (page, _):
        expect(page.get_by_role("link", name="Auditoría")).to_be_in_viewport()
        expect(page.get_by_role("navigation", name="Atajos")).to_be_hidden()


def test_companies_and_the_account_open_by_keyboard(browser: Browser) -> None:
    with opened(browser, gallery(), viewport=WIDE, java_script_enabled=False) as (page, _):
        page.get_by_text("Empresa: ").locator("..").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("navigation", name="Cambiar de empresa")).to_be_visible()


def test_the_first_tab_leads_past_the_navigation(browser: Browser) -> None:
    with opened(browser, gallery(is_checked=False), viewport=WIDE) as (page, _):
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Saltar al contenido")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()


def test_faults_of_a_form_have_the_focus(browser: Browser) -> None:
    with opened(browser, gallery()) as (page, _):
        expect(page.locator(".error-summary").first).to_be_focused()
        page.get_by_role("link", name="NIT: el dígito verificador no coincide", exact=True).click()
        expect(page.get_by_label("NIT", exact=True)).to_be_focused()


def test_a_theme_that_was_chosen_is_remembered(browser: Browser) -> None:
    with opened(browser, gallery(), color_scheme="light") as (page, _):
        page.get_by_role("button", name="Cambiar entre claro y oscuro").click()
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert {each["name"]: each["value"] for each in page.context.cookies()} == {"ocote-theme": "dark"}


def test_what_cannot_be_undone_is_asked_first_and_sent_once(browser: Browser) -> None:
    with opened(browser, gallery()) as (page, site):
        page.get_by_role("button", name="Eliminar").click()
        page.get_by_role("dialog").get_by_role("button", name="No, volver").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert site.sent == []
        page.get_by_role("button", name="Eliminar").click()
        with page.expect_navigation():
            page.get_by_role("dialog").get_by_role("button", name="Eliminar").click()
        assert len(site.sent) == 1


def test_a_second_press_sends_nothing(browser: Browser) -> None:
    with opened(browser, gallery()) as (page, site):
        with page.expect_navigation():
            page.evaluate(
                """() => {
                  const form = document.querySelector('form.inline');
                  form.requestSubmit();
                  form.requestSubmit();
                }"""
            )
        assert len(site.sent) == 1


def test_without_a_network_nothing_is_sent_and_nothing_lost(browser: Browser) -> None:
    html = gallery(is_checked=False)
    with opened(browser, html) as (page, site):
        page.get_by_label("Nombre comercial").fill("Café del volcán")
        page.get_by_role("button", name="Agregar línea").click()
        page.get_by_role("group", name="Línea nueva").get_by_label("Descripción").fill("Taza")
        page.context.set_offline(True)
        page.get_by_role("button", name="Guardar", exact=True).click()
        expect(page.locator(".floats")).to_contain_text("Sin conexión. Nada se perdió: intente de nuevo.")
        assert site.sent == []
        page.context.set_offline(False)
        page.reload()
        expect(page.get_by_text("Recuperamos lo que había escrito y no se envió.").first).to_be_visible()
        expect(page.get_by_label("Nombre comercial")).to_have_value("Café del volcán")
        expect(page.locator("[name=lines-2-text]")).to_have_value("Taza")


def test_passwords_are_not_kept(browser: Browser) -> None:
    with opened(browser, gallery(is_checked=False)) as (page, _):
        page.get_by_label("Nombre comercial").fill("Café del volcán")
        page.get_by_label("Contraseña").fill("no se guarda")
        page.wait_for_function("() => sessionStorage.length > 0")
        assert "no se guarda" not in str(page.evaluate("() => JSON.stringify({...sessionStorage})"))


def test_what_the_server_has_is_kept_no_longer(browser: Browser) -> None:
    with opened(browser, gallery(is_checked=False)) as (page, site):
        page.get_by_label("Nombre comercial").fill("Café del volcán")
        page.wait_for_function("() => sessionStorage.length > 0")
        site.html = gallery(is_checked=False).replace('id="notices"', 'id="notices" data-saved="company-1"')
        page.reload()
        assert page.evaluate("() => Object.keys(sessionStorage)") == []
        expect(page.get_by_label("Nombre comercial")).to_have_value("")


def test_a_redirection_says_that_the_server_has_it(browser: Browser) -> None:
    with opened(browser, gallery(is_checked=False)) as (page, site):
        page.get_by_label("Nombre comercial").fill("Café del volcán")
        site.leads_to = "/panel/saved"
        with page.expect_navigation(url="**/panel/saved"):
            page.get_by_role("button", name="Guardar", exact=True).click()
        assert len(site.sent) == 1
        assert page.evaluate("() => Object.keys(sessionStorage)") == []


@pytest.mark.parametrize("event", ["htmx:sendError", "htmx:timeout"])
def test_a_part_that_could_not_be_loaded_is_said(browser: Browser, event: str) -> None:
    with opened(browser, gallery()) as (page, _):
        page.evaluate("(event) => document.body.dispatchEvent(new CustomEvent(event, { bubbles: true }))", event)
        expect(page.locator(".floats")).to_have_text("Sin conexión. Nada se perdió: intente de nuevo.×")
        expect(page.locator("#live")).to_have_text("Sin conexión. Nada se perdió: intente de nuevo.")
        page.get_by_role("button", name="Cerrar", exact=True).click()
        expect(page.locator(".floats")).to_have_text("")


def test_rows_are_added_and_removed(browser: Browser) -> None:
    with opened(browser, gallery()) as (page, _):
        page.get_by_role("button", name="Agregar línea").click()
        expect(page.locator("[name=lines-2-text]")).to_be_focused()
        page.get_by_role("button", name="Quitar: Línea 1").click()
        expect(page.locator("[name=lines-0-text]")).to_have_count(0)


def test_a_number_is_copied(browser: Browser) -> None:
    with opened(browser, gallery()) as (page, _):
        page.get_by_role("button", name="Copiar el número").click()
        expect(page.locator("#live")).to_have_text("Copiado")
