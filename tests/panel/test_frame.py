"""The frame of the panel and each of its parts, as a browser reads them."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest

from tests.panel.gallery import FRAME, LONG_NAME, bare_page, environment, gallery

_VOID: Final = frozenset({"meta", "link", "input", "br", "img", "hr"})
_SHAPES: Final = frozenset({"path", "circle", "rect", "line", "polyline"})
_CONTROLS: Final = frozenset({"input", "select", "textarea"})


class Reader(HTMLParser):
    """Reads a page strictly: what is opened is closed, in order."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.labelled_by_wrapping: list[str | None] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} states an attribute twice: {names}"
        self.elements.append((tag, dict(attrs)))
        if tag in _CONTROLS and "label" in self._open:
            self.labelled_by_wrapping.append(dict(attrs).get("id"))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _SHAPES, f"only shapes may end themselves: {tag}"
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> ends nothing"
        assert self._open[-1] == tag, f"</{tag}> ends <{self._open[-1]}>"
        self._open.pop()

    def ids(self) -> list[str]:
        return [str(attrs["id"]) for _, attrs in self.elements if "id" in attrs]


PAGES: Final = {
    "framed": gallery(),
    "in production": gallery(company=None, nav=[], person=None, companies=[], notices=[]),
    "bare": bare_page(),
    "dark, in English": bare_page(theme="dark", language="en"),
}


@pytest.fixture(params=PAGES, name="page")
def _page(request: pytest.FixtureRequest) -> Reader:
    return Reader(PAGES[request.param])


def test_nothing_in_a_page_needs_a_weaker_policy_than_its_own_files(page: Reader) -> None:
    for tag, attrs in page.elements:
        assert tag != "style"
        assert not [name for name in attrs if name == "style" or name.startswith("on")], (tag, attrs)
        if tag in ("script", "link") and attrs.get("href") != "data:,":
            assert attrs["nonce"] == "n0nce"
            assert str(attrs.get("src") or attrs.get("href")).startswith("/panel/static/")


def test_no_id_stands_twice_and_every_reference_leads_somewhere(page: Reader) -> None:
    ids = page.ids()
    assert [name for name, times in Counter(ids).items() if times > 1] == []
    for _, attrs in page.elements:
        for attribute in ("for", "aria-describedby", "aria-labelledby", "popovertarget"):
            for name in str(attrs.get(attribute) or "").split():
                assert name in ids, f"{attribute}={name}"


def test_every_control_has_a_label(page: Reader) -> None:
    labelled = {attrs.get("for") for tag, attrs in page.elements if tag == "label"} | set(page.labelled_by_wrapping)
    for tag, attrs in page.elements:
        if tag in _CONTROLS and attrs.get("type") != "hidden":
            assert attrs["id"] in labelled, attrs


def test_every_drawing_is_either_decoration_or_has_a_name(page: Reader) -> None:
    for tag, attrs in page.elements:
        if tag == "svg" and attrs.get("aria-hidden") != "true" and "viewBox" not in attrs:
            assert attrs.get("aria-label") or attrs.get("aria-labelledby") or attrs == {"viewbox": "0 0 3 3"}, attrs


def test_a_refused_field_names_its_fault_and_the_summary_leads_to_it() -> None:
    page = Reader(PAGES["framed"])
    refused = next(attrs for _, attrs in page.elements if attrs.get("id") == "nit")
    assert refused["aria-invalid"] == "true"
    assert refused["aria-describedby"] == "nit-error"
    assert [attrs for tag, attrs in page.elements if tag == "a" and attrs.get("href") == "#nit"]


def test_texts_of_clients_stay_texts() -> None:
    assert "&lt;b&gt;Ana&lt;/b&gt; &amp; Cía." in PAGES["framed"]
    assert "<b>Ana" not in PAGES["framed"]
    assert 'value="ab&lt;c"' in PAGES["framed"]


def test_the_test_environment_is_announced_on_every_page_of_its_company() -> None:
    assert "los documentos no tienen validez fiscal" in PAGES["framed"]
    assert "los documentos no tienen validez fiscal" not in PAGES["in production"]


def test_amounts_are_written_as_people_write_them() -> None:
    parts = environment().get_template("frame/parts.html").make_module()
    written = [re.sub("<[^>]+>", "", parts.money(value)) for value in (1234.5, -8, "1.00", 999999999999)]  # type: ignore[attr-defined]
    assert written == ["$1,234.50", "−$8.00", "$1.00", "$999,999,999,999.00"]


def test_every_part_stands_in_the_gallery_and_in_the_reference() -> None:
    gallery_of_parts = Path(__file__).with_name("gallery.html").read_text(encoding="utf-8")
    source = (FRAME / "templates" / "parts.html").read_text(encoding="utf-8")
    reference, _, macros = source.partition("#}")
    for name in re.findall(r"{% macro (\w+)\(", macros):
        if name not in ("field_errors", "label_words"):
            assert re.search(rf"\b{name}\(", reference), name
            assert re.search(rf"parts\.{name}\(", gallery_of_parts) or name == "csrf_field", name


def test_a_long_name_is_shown_whole() -> None:
    assert len(LONG_NAME) == 250
    assert LONG_NAME in PAGES["framed"]
