"""The logo of a company as a message carries it: inside the message, small, on white, with its size for the HTML."""

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Final

import structlog
from msgspec import Struct

from ocote.printing.logo import JPEG, decoded_picture, is_cheap_to_print

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_IN_MAIL: Final = 64 * 1024
"""Bytes of a logo in a message; every message of the company carries it."""

_PLACE: Final = (220, 72)
"""CSS pixels of the place of a logo; less than the narrowest phone has beside the margins of the card."""
_DOTS_A_PIXEL: Final = 2
"""Dots of the picture for a CSS pixel; the screens of phones have two or three."""
_LOGOS_IN_MEMORY: Final = 16

_log = structlog.get_logger(__name__)


class MailPicture(Struct, frozen=True):
    """A picture in a message; its size is in CSS pixels."""

    content: bytes
    subtype: str
    width: int
    height: int


@lru_cache(maxsize=_LOGOS_IN_MEMORY)
def mail_picture(logo: bytes) -> MailPicture | None:
    """The logo for messages, undistorted; None for a logo that cannot be drawn, of which the log tells.

    A transparent logo is laid on white: programs for mail that turn a message dark change its colours, and leave a
    picture as it is, so that black letters would stand on black.
    """
    if not is_cheap_to_print(logo):
        return None
    try:
        picture = _on_white(logo)
    except Exception as error:  # noqa: BLE001 - a damaged picture makes the library raise errors of almost any class
        _log.warning("logo_not_mailed", reason=type(error).__name__, remedy="ocote company add")
        return None
    scale = min(_PLACE[0] / picture.width, _PLACE[1] / picture.height, 1)
    width, height = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    picture.thumbnail((width * _DOTS_A_PIXEL, height * _DOTS_A_PIXEL))
    is_photograph = logo.startswith(JPEG)
    content = _encoded(picture, is_photograph=is_photograph)
    if len(content) > LARGEST_IN_MAIL:
        content, is_photograph = _encoded(picture, is_photograph=True), True
    return MailPicture(content, "jpeg" if is_photograph else "png", width, height)


def _on_white(logo: bytes) -> "Image":
    picture = decoded_picture(logo)
    if picture.mode != "RGBA":
        return picture
    # Imported with the first logo, because the import makes every command slower.
    from PIL import Image  # noqa: PLC0415

    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    return paper.convert("RGB")


def _encoded(picture: "Image", *, is_photograph: bool) -> bytes:
    written = BytesIO()
    if is_photograph:
        picture.save(written, format="JPEG", quality=85)
    else:
        picture.save(written, format="PNG", optimize=True)
    return written.getvalue()
