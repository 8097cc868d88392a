"""Reads a small XML file into a flat table of texts, and refuses the dangerous features of XML."""

from collections.abc import Mapping
from typing import Final
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.sax import parseString
from msgspec import Struct

_DEEPEST: Final = 16
_MOST_ELEMENTS: Final = 500
"""MH's file has some seventy elements, seven deep at most. The cost of a path grows with its depth."""


class UnsafeXmlError(Exception):
    """The file declares a document type, which makes entities, expansion bombs and external files possible."""


class TooManyElementsError(Exception):
    """The file has more elements, or more deeply nested elements, than a small file needs."""


class BrokenXmlError(Exception):
    """The file is not well-formed XML; ``root`` is the name of its first element, None when there is none."""

    def __init__(self, root: str | None) -> None:
        super().__init__("not well-formed XML")
        self.root = root


class Elements(Struct, frozen=True):
    """The name of the root element and the text of each element below it by path (``privateKey/encodied``).

    The first of repeated paths counts. The texts are not in the repr, because they may hold a private key.
    """

    root: str
    texts: Mapping[str, str]


def read_elements(xml: bytes) -> Elements:
    """Parses ``xml`` without DTD, entities or anything fetched from outside.

    Raises UnsafeXmlError for a document type declaration, TooManyElementsError for more than 500 elements or more than
    16 levels, and BrokenXmlError for a text that is not well-formed. Parsing ends with the first fault.
    """
    reader = _Reader()
    try:
        parseString(xml, reader, forbid_dtd=True)
    except DefusedXmlException:
        raise UnsafeXmlError("document type declarations are not accepted") from None
    except (SAXException, ValueError, LookupError):  # the last two: an unknown encoding
        raise BrokenXmlError(reader.open_names[0] if reader.open_names else None) from None
    return Elements(reader.open_names[0], reader.texts)


class _Reader(ContentHandler):
    """Collects the texts of the elements while the file is parsed."""

    def __init__(self) -> None:
        super().__init__()
        self.open_names: list[str] = []
        self.texts: dict[str, str] = {}
        self._open_texts: list[list[str]] = []
        self._elements = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - called by this name
        self._elements += 1
        if self._elements > _MOST_ELEMENTS or len(self.open_names) == _DEEPEST:
            raise TooManyElementsError
        self.open_names.append(name)
        self._open_texts.append([])

    def endElement(self, name: str) -> None:  # noqa: N802 - called by this name
        self.texts.setdefault("/".join(self.open_names[1:]), "".join(self._open_texts.pop()))
        if len(self.open_names) > 1:
            self.open_names.pop()

    def characters(self, content: str) -> None:
        self._open_texts[-1].append(content)
