"""Thermal paper: how much fits on it and how long a strip of it may be."""

import math
from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from ocote.printing.sheet import StripLine

RollWidth = Literal[58, 80]
"""Millimetres: the two rolls that thermal printers take."""

_LONGEST_STRIP_MM: Final = 2000
"""Beyond this a strip is cut into pages: PDF readers refuse pages over five metres."""
_STRIP_PAGE_MM: Final = 1000


class Roll(Struct, frozen=True):
    """A strip of paper: text is ``text_pt`` high, some ``characters`` to a line.

    A ``page_height_mm`` of 0 is one page that grows as needed, from ``least_height_mm`` on.
    """

    width_mm: int
    margin_mm: int
    least_height_mm: int
    page_height_mm: int
    qr_mm: int
    text_pt: float
    characters: int


def roll(width_mm: RollWidth, lines: Sequence[StripLine]) -> Roll:
    """The paper for these lines: 8 cm wide or narrow, and 21 cm long or longer (contract 16).

    Printers of rolls of 80 mm print 72 mm of them, those of 58 mm print 48: the rest is margin.
    """
    margin, qr, text, characters = (4, 32, 7.6, 50) if width_mm == 80 else (5, 30, 6.4, 37)
    is_too_long = _height_mm(lines, characters) > _LONGEST_STRIP_MM
    return Roll(width_mm, margin, 210, _STRIP_PAGE_MM if is_too_long else 0, qr, text, characters)


def _height_mm(lines: Sequence[StripLine], characters: int) -> int:
    """A generous estimate; wrong by half it still keeps a page under what PDF readers accept."""
    texts = (line.description for line in lines)
    return 300 + sum(7 + 4 * (math.ceil(len(text) / (0.7 * characters)) + text.count("\n")) for text in texts)
