"""The look of a company's documents, beyond what the law fixes."""

from dataclasses import dataclass
from typing import Final

from ocote.printing.colour import accent
from ocote.printing.logo import logo_svg
from ocote.printing.roll import RollWidth

LARGEST_LOGO: Final = 256 * 1024
"""Bytes: every PDF of the company holds its logo."""


@dataclass(frozen=True, slots=True)
class Brand:
    """Logo (PNG or JPEG), accent colour of letters (``#rrggbb``), and the width of the till's paper roll."""

    logo: bytes | None = None
    colour: str | None = None
    roll_mm: RollWidth = 80

    def __post_init__(self) -> None:
        """Raises ValueError for a picture or a colour that could not be printed."""
        if self.logo is not None:
            if len(self.logo) > LARGEST_LOGO:
                raise ValueError("a logo has at most 256 KiB")
            logo_svg(self.logo, width=1, height=1, is_centred=False)
        accent(self.colour)


PLAIN: Final = Brand()
"""The look of documents whose company has chosen none."""
