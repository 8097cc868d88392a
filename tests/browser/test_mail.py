"""The HTML of an e-mail as it is read on a phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from ocote.mail.message import Attached, MailEnvelope, delivery_mail
from tests.printing.documents import STAMP, sample

PHONE: ViewportSize = {"width": 390, "height": 844}
SMALLEST: ViewportSize = {"width": 320, "height": 640}


@contextmanager
def opened(browser: Browser, viewport: ViewportSize) -> Iterator[Page]:
    """The mail of a CCF with the largest amount there can be."""
    document = sample("03-v2")
    document["resumen"]["totalPagar"] = Decimal("99999999999.99")
    envelope = MailEnvelope("dte@example.com", "cliente@example.com", datetime(2026, 12, 14, 16, 30, tzinfo=UTC))
    message = delivery_mail(document, envelope, Attached(b"%PDF", b"{}"), stamp=STAMP)
    html = message.get_body(("html",))
    assert html is not None
    with browser.new_context(viewport=viewport, offline=True) as context:
        page = context.new_page()
        page.set_content(html.get_content())
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


@pytest.mark.parametrize("viewport", [SMALLEST, PHONE], ids=["smallest", "phone"])
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
