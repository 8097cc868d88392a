"""Golden pictures: what each layout looks like, small and grey. ``OCOTE_REWRITE_GOLDEN=1`` rewrites them.

They guard the arrangement (nothing moves, overlaps or vanishes); the words and figures have tests of their own.
"""

import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from ocote.dte.types import DOCUMENT_TYPES
from ocote.printing.brand import Brand
from ocote.printing.pdf import render, render_invalidation
from ocote.printing.roll import RollWidth
from tests.printing.documents import (
    STAMP,
    WIDER_SALES,
    Document,
    in_contingency,
    in_test_environment,
    on_several_documents,
    sample,
    with_lines,
)
from tests.printing.reading import page_sizes_mm, picture

_GOLDEN = Path(__file__).parent / "golden"
_DPI = 60
_GREYS = 16
_NOTICED = 28
"""A difference in grey, of 255, that an eye would see in a spot of 4 by 4 points."""
_MOST_NOTICED_SPOTS = 0.004
"""Renderers smooth edges differently; one word moved by its own height is more than this."""

_LETTERS = tuple(DOCUMENT_TYPES)


def _long(document: Document) -> Document:
    document["cuerpoDocumento"][0]["descripcion"] += ", con una descripción que ocupa varios renglones" * 6
    return with_lines(document, 45)


def _pages(pdf: bytes) -> Image.Image:
    """The first and the last page side by side."""
    last = len(page_sizes_mm(pdf)) - 1
    pages = [picture(pdf, page, _DPI).convert("L") for page in sorted({0, last})]
    sheet = Image.new("L", (sum(page.width for page in pages), max(page.height for page in pages)), 128)
    at = 0
    for page in pages:
        sheet.paste(page, (at, 0))
        at += page.width
    return sheet.point(lambda grey: round(grey / 255 * (_GREYS - 1)) * 255 // (_GREYS - 1))


def _compare(name: str, pdf: bytes) -> None:
    seen = _pages(pdf)
    path = _GOLDEN / f"{name}.png"
    if os.environ.get("OCOTE_REWRITE_GOLDEN") == "1":
        seen.quantize(_GREYS).save(path, optimize=True)
    expected = Image.open(path).convert("L")
    assert seen.size == expected.size
    spots = ImageChops.difference(seen, expected).reduce(4).histogram()
    share = sum(spots[_NOTICED:]) / sum(spots)
    assert share <= _MOST_NOTICED_SPOTS, f"{name}: {share:.2%} of the picture differs"


@pytest.mark.parametrize("doc_type", _LETTERS)
@pytest.mark.parametrize("edition", ["v1", "v2"])
def test_a_plain_letter(doc_type: str, edition: str) -> None:
    name = f"{doc_type}-{edition}"
    _compare(f"letter-{name}-plain", render(sample(name), stamp=STAMP, layout="letter"))


@pytest.mark.parametrize("doc_type", _LETTERS)
def test_a_long_letter(doc_type: str) -> None:
    pdf = render(_long(sample(f"{doc_type}-v2")), stamp=STAMP, layout="letter")
    _compare(f"letter-{doc_type}-long", pdf)


@pytest.mark.parametrize("doc_type", _LETTERS)
def test_a_letter_in_contingency(doc_type: str) -> None:
    pdf = render(in_contingency(sample(f"{doc_type}-v2")), stamp=None, layout="letter")
    _compare(f"letter-{doc_type}-contingency", pdf)


@pytest.mark.parametrize("doc_type", _LETTERS)
def test_an_invalidated_letter(doc_type: str) -> None:
    pdf = render(sample(f"{doc_type}-v2"), stamp=STAMP, layout="letter", undone="invalidated")
    _compare(f"letter-{doc_type}-invalidated", pdf)


@pytest.mark.parametrize("count", [3, 50])
def test_a_letter_of_a_note_on_several_documents(count: int) -> None:
    document = on_several_documents(with_lines(sample("note-v2"), max(4, count)), count)
    _compare(f"letter-note-on-{count}", render(document, stamp=STAMP, layout="letter"))


@pytest.mark.parametrize("roll_mm", [80, 58])
def test_a_ticket_of_a_note_on_several_documents(roll_mm: RollWidth) -> None:
    document = on_several_documents(sample("note-v2"), 3)
    pdf = render(document, stamp=STAMP, layout="ticket", brand=Brand(roll_mm=roll_mm))
    _compare(f"ticket-{roll_mm}-note-on-3", pdf)


def test_a_letter_of_the_test_environment() -> None:
    _compare("letter-01-test", render(in_test_environment(sample("01-v2")), stamp=STAMP, layout="letter"))


@pytest.mark.parametrize("edition", ["v1", "v2"])
def test_the_letter_of_an_invalidation(edition: str) -> None:
    _compare(f"invalidation-{edition}", render_invalidation(sample(f"invalidation-{edition}"), stamp=STAMP))


def test_a_plain_ticket() -> None:
    _compare("ticket-plain", render(sample("01-v2"), stamp=STAMP, layout="ticket"))


def test_a_plain_ticket_on_the_narrow_roll() -> None:
    _compare("ticket-58-plain", render(sample("01-v2"), stamp=STAMP, layout="ticket", brand=Brand(roll_mm=58)))


@pytest.mark.parametrize("roll_mm", [80, 58])
@pytest.mark.parametrize("edition", ["v1", "v2"])
@pytest.mark.parametrize("doc_type", ["03", "05", "14"])
def test_a_ticket_of_another_type(doc_type: str, edition: str, roll_mm: RollWidth) -> None:
    pdf = render(sample(f"{doc_type}-{edition}"), stamp=STAMP, layout="ticket", brand=Brand(roll_mm=roll_mm))
    _compare(f"ticket-{roll_mm}-{doc_type}-{edition}", pdf)


@pytest.mark.parametrize("roll_mm", [80, 58])
def test_a_ticket_with_the_issuers_own_page(roll_mm: RollWidth) -> None:
    link = "https://facturas.example.com/v/" + "A1-2" * 12
    pdf = render(sample("01-v2"), stamp=STAMP, layout="ticket", brand=Brand(roll_mm=roll_mm), link=link)
    _compare(f"ticket-{roll_mm}-link", pdf)


def test_a_letter_of_emoji_and_chinese() -> None:
    document = sample("03-v2")
    document["receptor"]["nombre"] = "龙井茶 Comercial"
    document["cuerpoDocumento"][0]["descripcion"] = "Pastel 🎂 de cumpleaños 👨‍👩‍👧 → ✅ 抹茶, 절임"
    _compare("letter-03-scripts", render(document, stamp=STAMP, layout="letter"))


def test_a_long_ticket() -> None:
    _compare("ticket-long", render(_long(sample("01-v2")), stamp=STAMP, layout="ticket"))


def test_a_ticket_in_contingency() -> None:
    _compare("ticket-contingency", render(in_contingency(sample("01-v1")), stamp=None, layout="ticket"))


def test_an_invalidated_ticket() -> None:
    _compare("ticket-invalidated", render(sample("01-v2"), stamp=STAMP, layout="ticket", undone="invalidated"))


def test_a_letter_of_a_draft() -> None:
    _compare("letter-01-draft", render(sample("01-v2"), stamp=None, layout="letter", undone="draft"))


def test_a_letter_that_a_credit_note_took_back() -> None:
    _compare("letter-03-adjusted", render(sample("03-v2"), stamp=STAMP, layout="letter", undone="adjusted"))


def test_a_ticket_with_every_mark_on_the_narrow_roll() -> None:
    document = in_contingency(in_test_environment(sample("01-v2")))
    pdf = render(document, stamp=None, layout="ticket", brand=Brand(roll_mm=58), undone="invalidated")
    _compare("ticket-58-marks", pdf)


@pytest.mark.parametrize("edition", ["v1", "v2"])
@pytest.mark.parametrize("name", WIDER_SALES)
def test_a_letter_of_a_wider_sale(name: str, edition: str) -> None:
    _compare(f"letter-{name}-{edition}", render(sample(f"{name}-{edition}"), stamp=STAMP, layout="letter"))


@pytest.mark.parametrize("roll_mm", [80, 58])
@pytest.mark.parametrize("edition", ["v1", "v2"])
@pytest.mark.parametrize("name", [name for name in WIDER_SALES if name != "export"])
def test_a_ticket_of_a_wider_sale(name: str, edition: str, roll_mm: RollWidth) -> None:
    pdf = render(sample(f"{name}-{edition}"), stamp=STAMP, layout="ticket", brand=Brand(roll_mm=roll_mm))
    _compare(f"ticket-{roll_mm}-{name}-{edition}", pdf)


def test_a_letter_of_a_wider_sale_with_every_mark() -> None:
    document = in_contingency(in_test_environment(sample("everything-v2")))
    _compare("letter-everything-marks", render(document, stamp=None, layout="letter", undone="invalidated"))


def test_a_ticket_of_a_wider_sale_with_every_mark() -> None:
    document = in_contingency(in_test_environment(sample("everything-v1")))
    pdf = render(document, stamp=None, layout="ticket", undone="invalidated")
    _compare("ticket-everything-marks", pdf)
