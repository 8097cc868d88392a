"""The look of a company's documents, as far as the law leaves it open."""

from dataclasses import dataclass
from typing import Final

from ocote.printing.colour import accent
from ocote.printing.logo import logo_svg
from ocote.printing.roll import RollWidth

LARGEST_LOGO: Final = 256 * 1024
"""The largest logo in bytes. The limit is small because every PDF of the company contains the logo."""


@dataclass(frozen=True, slots=True)
class Brand:
    """Logo (PNG or JPEG), accent colour of letters (``#rrggbb``), and the width of the paper roll for tickets."""

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
"""The look of documents of a company that has chosen no look."""
