"""A message's HTML as Word's engine takes it, which lays out mails in Outlook on Windows."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "br", "img", "wbr"}
_FOR_WORD = re.compile(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", re.DOTALL)


@dataclass
class Element:
    """An element, its attributes and declarations, and what is in it."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None"
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    @property
    def style(self) -> dict[str, str]:
        """The declarations of the style attribute."""
        declared = (one.split(":", 1) for one in self.attributes.get("style", "").split(";") if one.strip())
        return {name.strip(): value.strip() for name, value in declared}

    @property
    def cell(self) -> "Element | None":
        """The innermost cell of a table in which the element stands."""
        found = self.parent
        while found is not None and found.tag != "td":
            found = found.parent
        return found

    def all(self, *tags: str) -> list["Element"]:
        """The elements within of these tags, or of any tag, in reading order."""
        found = []
        for child in self.children:
            if not tags or child.tag in tags:
                found.append(child)
            found += child.all(*tags)
        return found

    def words(self) -> str:
        """The text within, on one line."""
        return " ".join((self.text + " " + " ".join(child.words() for child in self.children)).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Element("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(element)
        if tag not in _VOID:
            self.at = element

    def handle_endtag(self, tag: str) -> None:
        assert self.at.tag == tag, f"</{tag}> ends <{self.at.tag}>"
        assert self.at.parent is not None
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.text += data


def read_by_word(html: str) -> Element:
    """The elements that Word sees, with those in its conditional comments; asserts that they are well nested."""
    return _read(_FOR_WORD.sub(r"\1", html))


def read_by_others(html: str) -> Element:
    """The elements that every other program sees; asserts that they are well nested."""
    return _read(html)


def _read(html: str) -> Element:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.at is reader.root, f"<{reader.at.tag}> has no end"
    return reader.root
