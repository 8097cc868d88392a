"""The capacity of thermal paper and the length of its strips."""

import math
from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from ocote.dte.characters import line_breaks
from ocote.printing.sheet import StripLine

RollWidth = Literal[58, 80]
"""The widths of the two rolls that thermal printers take, in millimetres."""

_LONGEST_STRIP_MM: Final = 2000
"""A longer strip is divided into pages, because PDF readers refuse pages over five metres."""
_STRIP_PAGE_MM: Final = 1000


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


def roll(width_mm: RollWidth, lines: Sequence[StripLine]) -> Roll:
    """The paper for these lines: 8 cm wide or narrow, and 21 cm long or longer (contract 16).

    Printers print 72 mm of a roll of 80 mm and 48 mm of a roll of 58 mm; the rest is margin. On the narrow roll two
    codes abreast would be too small for a camera, and two below each other would cost 3 cm of paper at each sale.
    """
    margin, qr, own_qr, text, characters = (4, 32, 28, 7.6, 50) if width_mm == 80 else (5, 30, 0, 6.4, 37)
    is_too_long = _height_mm(lines, characters) > _LONGEST_STRIP_MM
    return Roll(width_mm, margin, 210, _STRIP_PAGE_MM if is_too_long else 0, qr, own_qr, text, characters)


def _height_mm(lines: Sequence[StripLine], characters: int) -> int:
    """A generous estimate of the height; even an error of one half keeps a page within the limit of PDF readers."""
    texts = (line.description for line in lines)
    return 300 + sum(7 + 4 * (math.ceil(len(text) / (0.7 * characters)) + line_breaks(text)) for text in texts)
