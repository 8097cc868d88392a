"""The HTML of a message holds together in Outlook, whose engine is Word's and reads little of CSS.

No test here runs Outlook. They hold the rules that Word's engine is known for: widths, paddings and colours of cells.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from ocote.mail.message import Attached, MailEnvelope, delivery_mail, invalidation_mail
from ocote.printing.brand import Brand
from tests.mail.word import Element, read_by_others, read_by_word
from tests.printing.documents import STAMP, in_contingency, in_test_environment, sample

LINK = "https://facturas.example.com/v/abc"
MH = "https://admin.factura.gob.sv/"


def logo() -> bytes:
    written = BytesIO()
    Image.new("RGB", (1200, 400), "navy").save(written, "PNG")
    return written.getvalue()


def _made(make: Callable[..., EmailMessage], document: dict[str, Any], **more: Any) -> EmailMessage:
    envelope = MailEnvelope("dte@example.com", "cliente@example.com", datetime(2026, 12, 14, 16, 30, tzinfo=UTC))
    return make(document, envelope, Attached(b"%PDF", b"{}", LINK), **{"stamp": STAMP, **more})


def kinds() -> dict[str, EmailMessage]:
    """A message of each kind."""
    waiting = in_contingency(in_test_environment(sample("01-v2")))
    return {
        "stamped": _made(delivery_mail, sample("01-v2")),
        "with a logo": _made(delivery_mail, sample("03-v2"), brand=Brand(logo(), "#7a1f1f")),
        "contingency": _made(delivery_mail, waiting, stamp=None),
        "note": _made(delivery_mail, sample("05-v2")),
        "purchase": _made(delivery_mail, sample("14-v1")),
        "taken back": _made(delivery_mail, sample("01-v2"), undone="invalidated"),
        "invalidation": _made(invalidation_mail, sample("invalidation-v1"), brand=Brand(logo())),
    }


KINDS = kinds()


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    content: str = part.get_content()
    return content


@pytest.fixture(params=list(KINDS))
def html(request: pytest.FixtureRequest) -> str:
    return html_of(KINDS[request.param])


@pytest.fixture
def word(html: str) -> Element:
    return read_by_word(html)


def test_the_elements_are_well_nested_with_and_without_those_for_word(html: str, word: Element) -> None:
    others = read_by_others(html)
    assert len(word.all("table")) == len(others.all("table")) + 1
    assert word.all("body")[0].words() == others.all("body")[0].words()


def test_the_card_has_its_width_from_an_attribute_that_word_reads(word: Element) -> None:
    around, *_ = (table for table in word.all("table") if table.attributes.get("width") == "560")
    assert around.attributes["align"] == "center"
    [card] = (one for one in around.all("table") if one.style.get("max-width"))
    assert card.style["max-width"] == "560px", "as wide as in every other program"
    assert card.attributes["width"] == "100%", "and on a telephone no wider than its screen"


def test_no_table_has_gaps_that_a_program_would_choose(word: Element) -> None:
    for table in word.all("table"):
        wanted = {"role": "presentation", "cellpadding": "0", "cellspacing": "0", "border": "0"}
        assert wanted.items() <= table.attributes.items()


def test_every_cell_names_the_font_of_its_text(word: Element) -> None:
    cells = {id(cell): cell for cell in word.all("td") if cell.text.strip()}
    inner = [one for one in word.all() if one.tag != "td" and one.text.strip()]
    cells |= {id(one.cell): one.cell for one in inner if one.cell is not None}
    assert len(cells) > 8
    for cell in cells.values():
        assert {"font-family", "font-size", "line-height"} <= cell.style.keys(), cell.words()


def test_every_text_names_its_colour_so_that_no_dark_mode_mixes_its_own_with_ours(word: Element) -> None:
    for element in word.all("body")[0].all():
        if element.text.strip() and element.text != "\xa0":
            around: Element | None = element
            while around is not None and "color" not in around.style:
                around = around.parent
            assert around is not None, element.text


def test_every_background_is_an_attribute_too(word: Element) -> None:
    for element in word.all():
        declared = element.style.get("background-color")
        if declared is not None:
            assert element.attributes["bgcolor"] == declared
        assert "background" not in element.style
        assert "background-image" not in element.style


def test_space_stands_in_cells_alone(word: Element) -> None:
    for element in word.all():
        assert element.style.keys().isdisjoint({"float", "position", "flex", "min-width"})
        assert element.style.get("margin", "0") == "0"
        if "padding" in element.style and element.tag not in {"td", "body"}:
            assert element.tag == "a"
            assert element.cell is not None
            assert element.cell.style["mso-padding-alt"] == element.style["padding"], "the cell has it for Word"
            assert element.cell.attributes["bgcolor"], "and the colour"


def test_the_button_leads_to_the_documents_own_page_and_mh_is_a_line_of_text(word: Element) -> None:
    links = [one for one in word.all("a") if one.attributes["href"].startswith("https://")]
    button, portal = links
    assert (button.attributes["href"], button.words()) == (LINK, "Ver el documento")
    assert portal.attributes["href"].startswith(MH)
    assert "padding" in button.style
    assert "padding" not in portal.style
    assert button.cell is not None
    assert portal.cell is not None
    size, small = (int(cell.style["font-size"].removesuffix("px")) for cell in (button.cell, portal.cell))
    assert size > 15 > small


def test_a_mail_declares_that_its_colours_are_for_light_alone(word: Element) -> None:
    metas = {one.attributes.get("name"): one.attributes.get("content") for one in word.all("meta")}
    assert (metas["color-scheme"], metas["supported-color-schemes"]) == ("light", "light")


_WORDS_OF_LINKS = {"ver", "consultar"}
"""What a link says to be clicked; the text has addresses instead."""


def test_the_text_says_all_that_the_html_says() -> None:
    for message in KINDS.values():
        text = message.get_body(("plain",))
        assert text is not None
        content: str = text.get_content()
        [body] = read_by_word(html_of(message)).all("body")
        assert _words(body.words()) - _words(content) <= _WORDS_OF_LINKS
        for link in body.all("a"):
            address = link.attributes["href"]
            assert address.startswith("tel:") or address.removeprefix("mailto:") in content


def _words(text: str) -> set[str]:
    return {word.strip(".,:") for word in text.casefold().split()} - {""}


def test_the_logo_is_in_the_message_with_its_size_and_the_name_of_the_company() -> None:
    message = KINDS["with a logo"]
    [image] = read_by_word(html_of(message)).all("img")
    [part] = (part for part in message.walk() if part.get_content_type() == "image/png")
    assert image.attributes["src"] == "cid:" + str(part["Content-ID"]).strip("<>")
    assert (image.attributes["width"], image.attributes["height"]) == ("216", "72")
    assert image.attributes["alt"] == "Almacén de Prueba"
    assert Image.open(BytesIO(part.get_content())).size == (432, 144)
    assert part.get_content_disposition() == "inline"
    assert [one.get_filename() for one in message.iter_attachments()] == [
        "C0FFEE00-1111-4222-8333-444455556666.pdf",
        "C0FFEE00-1111-4222-8333-444455556666.json",
    ], "a mailbox does not list it among the documents"
    assert message.as_bytes() == kinds()["with a logo"].as_bytes(), "and every attempt sends the same bytes"


def test_without_a_logo_there_is_no_picture() -> None:
    assert read_by_word(html_of(KINDS["stamped"])).all("img") == []


def test_only_a_mark_that_takes_validity_away_is_red() -> None:
    word = read_by_word(html_of(KINDS["contingency"]))
    paints = {cell.words(): cell.style["color"] for cell in word.all("td") if cell.style.get("border-radius") == "4px"}
    assert paints == {"PRUEBA – SIN VALIDEZ FISCAL": "#b42318", "TRANSMISIÓN POR CONTINGENCIA": "#16191d"}
