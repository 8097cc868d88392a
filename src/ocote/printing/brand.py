"""The look and the words of a company's documents and mails, as far as the law leaves them open."""

from dataclasses import dataclass
from typing import Final

from ocote.printing.colour import accent
from ocote.printing.logo import logo_svg
from ocote.printing.roll import RollWidth

LARGEST_LOGO: Final = 256 * 1024
"""The largest logo in bytes. The limit is small because every PDF of the company contains the logo."""

LONGEST_TERMS: Final = 500
"""Characters of the text about payment, which stands on every document with totals."""


@dataclass(frozen=True, slots=True)
class MailTexts:
    """The texts that a company adds to its mails, with placeholders (``mail.placeholders``); "" for none.

    ``subject`` replaces the usual subject, apart from its warnings. ``greeting`` stands above the text of the mail and
    ``closing`` below: neither replaces a word of it.
    """

    subject: str = ""
    greeting: str = ""
    closing: str = ""


_NO_TEXTS: Final = MailTexts()


@dataclass(frozen=True, slots=True)
class Brand:
    """Logo (PNG or JPEG), accent colour of letters (``#rrggbb``), the width of the paper roll for tickets, and texts.

    ``terms`` is the plain text about payment below the totals, with line feeds; ``delivery`` and ``invalidation`` are
    the texts of both kinds of mail.
    """

    logo: bytes | None = None
    colour: str | None = None
    roll_mm: RollWidth = 80
    # Brands that were stored by earlier versions lack the following fields.
    terms: str = ""
    delivery: MailTexts = _NO_TEXTS
    invalidation: MailTexts = _NO_TEXTS

    def __post_init__(self) -> None:
        """Raises ValueError for a picture or a colour that could not be printed, and for terms that are too long."""
        if len(self.terms) > LONGEST_TERMS:
            raise ValueError(f"terms have at most {LONGEST_TERMS} characters")
        if self.logo is not None:
            if len(self.logo) > LARGEST_LOGO:
                raise ValueError("a logo has at most 256 KiB")
            logo_svg(self.logo, width=1, height=1, is_centred=False)
        accent(self.colour)


PLAIN: Final = Brand()
"""The look of documents of a company that has chosen no look."""
