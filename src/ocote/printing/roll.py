"""The capacity of thermal paper and the length of its strips."""

import math
from collections.abc import Iterable
from typing import Final, Literal

from msgspec import Struct

from ocote.dte.characters import line_breaks
from ocote.printing.sheet import Sheet

RollWidth = Literal[58, 80]
"""The widths of the two rolls that thermal printers take, in millimetres."""

_LONGEST_STRIP_MM: Final = 2000
"""A longer strip is divided into pages, because PDF readers refuse pages over five metres."""
_STRIP_PAGE_MM: Final = 1000
_USUAL_MM: Final = 300
"""More than all parts of a usual document need, without the lines."""
_USUAL_BESIDE_MM: Final = 100
"""How much of ``_USUAL_MM`` is for the remarks, attachments and the like."""


class Roll(Struct, frozen=True):
    """A strip of paper with text of ``text_pt`` points and about ``characters`` characters in a line.

    A ``page_height_mm`` of 0 is one page as long as needed, and at least ``least_height_mm``. ``qr_mm`` is the width of
    the code of MH, ``own_qr_mm`` that of a second code beside it for the issuer's own page, 0 where it has no room.
    """

    width_mm: int
    margin_mm: int
    least_height_mm: int
    page_height_mm: int
    qr_mm: int
    own_qr_mm: int
    text_pt: float
    characters: int


def roll(width_mm: RollWidth, printed: Sheet) -> Roll:
    """The paper for this document: 8 cm wide or narrow, and 21 cm long or longer (contract 16).

    Printers print 72 mm of a roll of 80 mm and 48 mm of a roll of 58 mm; the rest is margin. On the narrow roll two
    codes abreast would be too small for a camera, and two below each other would cost 3 cm of paper at each sale.
    """
    margin, qr, own_qr, text, characters = (4, 32, 28, 7.6, 50) if width_mm == 80 else (5, 30, 0, 6.4, 37)
    is_too_long = _height_mm(printed, characters) > _LONGEST_STRIP_MM
    return Roll(width_mm, margin, 210, _STRIP_PAGE_MM if is_too_long else 0, qr, own_qr, text, characters)


def _height_mm(printed: Sheet, characters: int) -> int:
    """A generous estimate of the height; even an error of one half keeps a page within the limit of PDF readers."""
    lines = sum(7 + _text_mm(each.description, characters) for each in printed.strip)
    beside = sum(_text_mm(text, characters) for text in _beside_the_lines(printed))
    return _USUAL_MM + lines + max(0, beside - _USUAL_BESIDE_MM)


def _beside_the_lines(printed: Sheet) -> Iterable[str]:
    """The texts of which a document may have many or long ones."""
    facts = (*(fact for section in printed.sections for fact in section.facts), *printed.remarks, *printed.appendix)
    yield from (text for fact in facts for text in (fact.label, fact.value))
    if printed.summary is not None:
        yield from (text for each in printed.summary.payments for text in (each.method, each.reference + each.term))


def _text_mm(text: str, characters: int) -> int:
    return 4 * (math.ceil(len(text) / (0.7 * characters)) + line_breaks(text))
