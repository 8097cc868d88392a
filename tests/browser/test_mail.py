"""The HTML of an e-mail as it is read on a phone and on a wide screen."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize

from ocote.mail.message import Attached, MailEnvelope, delivery_mail
from ocote.printing.brand import Brand
from tests.printing.documents import STAMP, sample

PHONE: ViewportSize = {"width": 390, "height": 844}
SMALLEST: ViewportSize = {"width": 320, "height": 640}
WIDE: ViewportSize = {"width": 1280, "height": 900}
LINK = "https://facturas.example.com/v/" + "A" * 48
LONG_NAME = "Distribuidora de Productos Agropecuarios y Servicios Generales del Oriente de El Salvador, S.A. de C.V."


def logo() -> bytes:
    written = BytesIO()
    Image.new("RGB", (1200, 400), "navy").save(written, "PNG")
    return written.getvalue()


@contextmanager
def opened(browser: Browser, viewport: ViewportSize, *, is_dark: bool = False) -> Iterator[Page]:
    """The mail of a CCF with the largest amount there can be, a logo and a long name."""
    document = sample("03-v2")
    document["resumen"]["totalPagar"] = Decimal("99999999999.99")
    document["emisor"]["nombreComercial"] = LONG_NAME
    envelope = MailEnvelope("dte@example.com", "cliente@example.com", datetime(2026, 12, 14, 16, 30, tzinfo=UTC))
    attached = Attached(b"%PDF", b"{}", LINK)
    message = delivery_mail(document, envelope, attached, stamp=STAMP, brand=Brand(logo()))
    html = message.get_body(("html",))
    assert html is not None
    content = str(html.get_content())
    for part in message.walk():
        if part["Content-ID"]:
            picture = base64.b64encode(logo()).decode()
            content = content.replace(f"cid:{part['Content-ID'].strip('<>')}", f"data:image/png;base64,{picture}")
    with browser.new_context(viewport=viewport, offline=True, color_scheme="dark" if is_dark else "light") as context:
        page = context.new_page()
        page.set_content(content)
        yield page


def lines_of(page: Page, text: str) -> int:
    """On how many lines a text stands."""
    found: int = page.get_by_text(text, exact=True).last.evaluate(
        """element => {
            const range = document.createRange();
            range.selectNodeContents(element.lastChild);
            return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size;
        }"""
    )
    return found


@pytest.mark.parametrize("viewport", [SMALLEST, PHONE, WIDE], ids=["smallest", "phone", "wide"])
def test_nothing_sticks_out_sideways(browser: Browser, viewport: ViewportSize) -> None:
    with opened(browser, viewport) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_amounts_codes_and_dates_stand_on_one_line_each(browser: Browser) -> None:
    with opened(browser, PHONE) as page:
        assert lines_of(page, "$99,999,999,999.99") == 1
        for code in ("C0FFEE00-1111-4222-8333-444455556666", "DTE-03-S002P001-000000000000007", STAMP):
            box = page.get_by_text(code, exact=True).bounding_box()
            assert box is not None
            assert box["height"] < 20
        facts = page.locator("td td td").all_inner_texts()
        assert "Fecha y hora de generación\n15/12/2026 16:40:07" in facts


def test_a_label_stands_above_its_value(browser: Browser) -> None:
    with opened(browser, PHONE) as page:
        label = page.get_by_text("Número de control").bounding_box()
        value = page.get_by_text("DTE-03-S002P001-000000000000007", exact=True).bounding_box()
        assert label is not None
        assert value is not None
        assert value["y"] >= label["y"] + label["height"]
        assert value["x"] == label["x"]


@pytest.mark.parametrize("viewport", [SMALLEST, PHONE, WIDE], ids=["smallest", "phone", "wide"])
def test_the_documents_own_page_is_a_button_that_a_thumb_hits_and_mh_a_smaller_link(
    browser: Browser, viewport: ViewportSize
) -> None:
    with opened(browser, viewport) as page:
        button = page.get_by_role("link", name="Ver el documento").bounding_box()
        portal = page.get_by_role("link", name="Consultar en el Ministerio de Hacienda").bounding_box()
        assert button is not None
        assert portal is not None
        assert 44 <= button["height"] <= 60, "on one line"
        assert portal["height"] < button["height"] / 2
        assert button["y"] + button["height"] < portal["y"]


def test_the_card_is_no_wider_than_a_letter_is_read_and_stands_in_the_middle(browser: Browser) -> None:
    with opened(browser, WIDE) as page:
        card = page.locator("table table").first.bounding_box()
        assert card is not None
        assert (card["width"], card["x"]) == (560, (WIDE["width"] - 560) / 2)


@pytest.mark.parametrize("viewport", [SMALLEST, WIDE], ids=["smallest", "wide"])
def test_the_logo_stands_undistorted_above_the_text(browser: Browser, viewport: ViewportSize) -> None:
    with opened(browser, viewport) as page:
        picture = page.get_by_role("img", name=LONG_NAME).bounding_box()
        opening = page.get_by_text(f"{LONG_NAME} le entrega").bounding_box()
        assert picture is not None
        assert opening is not None
        assert (picture["width"], picture["height"]) == (216, 72)
        assert picture["y"] + picture["height"] <= opening["y"]


def test_a_dark_screen_shows_the_colours_of_the_mail(browser: Browser) -> None:
    shown = []
    for is_dark in (False, True):
        with opened(browser, PHONE, is_dark=is_dark) as page:
            shown.append(page.screenshot(full_page=True))
    assert shown[0] == shown[1]
