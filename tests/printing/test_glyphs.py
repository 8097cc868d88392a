"""Texts that Roboto cannot draw: other scripts, emoji, line breaks of other systems, and what no font draws."""

import pytest

from ocote.printing.brand import Brand
from ocote.printing.glyphs import drawable_text, ordinary_text
from ocote.printing.pdf import render
from ocote.printing.sheet import Layout
from tests.printing.documents import STAMP, Document, sample
from tests.printing.reading import picture, words

_LAYOUTS: tuple[Layout, ...] = ("ticket", "letter")
_ARCHIVAL = b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>"
_EXPLAINED = "está en lugar de un carácter que no se puede imprimir"


def _described(text: str) -> Document:
    document = sample("01-v2")
    document["cuerpoDocumento"][0]["descripcion"] = text
    return document


def _ink(text: str) -> int:
    """How dark a letter with this description is."""
    shades = picture(render(_described(text), stamp=STAMP, layout="letter"), dpi=100).convert("L").histogram()
    return sum(count * (255 - shade) for shade, count in enumerate(shades))


@pytest.mark.parametrize("layout", _LAYOUTS)
@pytest.mark.parametrize(
    "text",
    [
        "Pastel 🎂 de cumpleaños 😀 ✅",
        "Familia 👨‍👩‍👧, pulgar 👍🏽, bandera 🇸🇻, tecla 1️⃣",
        "龙井茶 (té verde), 절임 배추, 抹茶",
        "قهوة, קפה, กาแฟ, कॉफ़ी",
        "Кофе, καφές, cà phê đá",
        "½ kg → 250 g ✔ ★ ≤ ≥ № ℃ ™",
    ],
)
def test_every_script_and_emoji_is_drawn_and_the_document_stays_archival(text: str, layout: Layout) -> None:
    pdf = render(_described(text), stamp=STAMP, layout=layout)
    assert _ARCHIVAL in pdf
    assert _EXPLAINED not in words(pdf)
    assert _ink(text) > _ink("")


@pytest.mark.parametrize("text", ["Pastel 🎂 😀 ✅", "龙井茶", "절임 배추", "καφές"])
def test_what_another_font_draws_is_copied_as_it_was_written(text: str) -> None:
    assert text in words(render(_described(text), stamp=STAMP, layout="letter"))


@pytest.mark.parametrize("layout", _LAYOUTS)
@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Incienso བོད", "Incienso \ufffd"),
        ("Logo \ue000 propio", "Logo \ufffd propio"),
        ("Código \U000e0fff", "Código \ufffd"),
        ("Letra e\u20e3 en marco", "Letra e\ufffd en marco"),
        ("Signo ก\u064e compuesto", "Signo ก\ufffd compuesto"),
    ],
)
def test_what_no_font_draws_is_replaced_and_the_document_says_so(text: str, printed: str, layout: Layout) -> None:
    pdf = render(_described(text), stamp=STAMP, layout=layout)
    assert _ARCHIVAL in pdf
    assert printed in words(pdf)
    assert _EXPLAINED in words(pdf)


def test_letters_of_fancy_alphabets_are_printed_plain() -> None:
    pdf = render(_described("𝕻𝖆𝖓 de 𝓐𝓷𝓲𝓽𝓪"), stamp=STAMP, layout="letter")
    assert "Pan de Anita" in words(pdf)
    assert _EXPLAINED not in words(pdf)


def test_the_letters_that_are_kept_at_last_are_all_in_the_first_font() -> None:
    kept = "".join(map(chr, range(0x20, 0x3000)))
    last = ordinary_text(kept)
    assert len(last) == len(kept)
    assert {"á", "Ñ", "€", "–", "\u2212", "ő"} <= set(last)
    assert drawable_text(last) == last
    assert _ARCHIVAL in render(_described(last.replace("\ufffd", "")), stamp=STAMP, layout="letter")


def test_a_usual_document_explains_no_sign() -> None:
    assert _EXPLAINED not in words(render(sample("01-v2"), stamp=STAMP, layout="letter"))


@pytest.mark.parametrize("layout", _LAYOUTS)
@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_the_line_breaks_of_every_system_break_the_line(line_break: str, layout: Layout) -> None:
    pdf = render(_described(f"Mesa{line_break}redonda"), stamp=STAMP, layout=layout)
    assert pdf == render(_described("Mesa\nredonda"), stamp=STAMP, layout=layout)
    assert "Mesa redonda" in words(pdf)


def test_the_invisible_mark_of_a_text_file_is_left_out() -> None:
    pdf = render(_described("\ufeffMesa"), stamp=STAMP, layout="letter")
    assert pdf == render(_described("Mesa"), stamp=STAMP, layout="letter")


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_a_long_row_of_emoji_or_chinese_stays_inside_the_paper(layout: Layout) -> None:
    for text in ("👨‍👩‍👧" * 60, "茶" * 300):
        pdf = render(_described(text), stamp=STAMP, layout=layout, brand=Brand(roll_mm=58))
        page = picture(pdf, dpi=60).convert("L").point(lambda grey: 255 if grey < 128 else 0)
        box = page.getbbox()
        assert box is not None
        assert page.width - box[2] > 8
