"""Reads a small XML file into a flat table of texts, refusing everything that makes XML dangerous."""

from collections.abc import Mapping
from xml.parsers import expat

from msgspec import Struct


class UnsafeXmlError(Exception):
    """The file declares a document type: the door to entities, expansion bombs and foreign files."""


class BrokenXmlError(Exception):
    """The file is not well-formed XML; ``root`` is the name of its first element, where it got that far."""

    def __init__(self, root: str | None) -> None:
        super().__init__("not well-formed XML")
        self.root = root


class Elements(Struct, frozen=True):
    """The name of the root element and the text of each element below it by path (``privateKey/encodied``).

    Where a path repeats the first one counts. There is no repr of the texts: they may hold a private key.
    """

    root: str
    texts: Mapping[str, str]


def read_elements(xml: bytes) -> Elements:
    """Parse ``xml`` without DTD, entities or anything fetched from outside.

    Raises UnsafeXmlError for a document type declaration and BrokenXmlError for what is not well-formed.
    """
    open_names: list[str] = []
    open_texts: list[list[str]] = []
    texts: dict[str, str] = {}

    def started(name: str, _attributes: Mapping[str, str]) -> None:
        open_names.append(name)
        open_texts.append([])

    def ended(_name: str) -> None:
        texts.setdefault("/".join(open_names[1:]), "".join(open_texts.pop()))
        if len(open_names) > 1:
            open_names.pop()

    def said(text: str) -> None:
        open_texts[-1].append(text)

    def declared_a_doctype(*_declaration: object) -> None:
        raise UnsafeXmlError("document type declarations are not accepted")

    parser = expat.ParserCreate()
    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = said
    parser.StartDoctypeDeclHandler = declared_a_doctype
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError, LookupError):  # the last two: an encoding that expat does not know
        raise BrokenXmlError(open_names[0] if open_names else None) from None
    return Elements(open_names[0], texts)
