"""Admits a logo: decodes the picture within bounds and encodes it again, no larger than paper can show."""

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from ocote.printing.brand import LARGEST_LOGO
from ocote.printing.logo import JPEG, LONGEST_SIDE, PHOTOGRAPH, decoded_picture, picture_size

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS_ADMITTED: Final = 16_000_000
"""A picture of this size takes 64 MB while it is made smaller, once."""

_LARGEST: Final = (1200, 400)
"""Pixels of a stored logo: its place on a letter is 54 by 18 mm, so that 565 dots lie on an inch."""
_DRAWING: Final[Mapping[str, Any]] = {"format": "PNG", "optimize": True}
_SMALLER: Final = 0.7
_ATTEMPTS: Final = 8
"""After so many attempts even a picture of noise is small enough."""


def admitted_logo(content: bytes) -> bytes:
    """The picture to store instead of the operator's file, without its metadata: PNG, or JPEG for a JPEG.

    Nothing of the file itself is stored, so that its hidden parts and its errors reach no typesetter. Raises ValueError
    with a Spanish text that follows the name of the file.
    """
    try:
        width, height = picture_size(content)
    except ValueError:
        width = height = 0
    if not width or len(content) > LARGEST_LOGO:
        raise ValueError("debe ser una imagen PNG o JPEG de 256 KiB a lo sumo.")
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS_ADMITTED:
        raise ValueError(
            f"mide {width} × {height} puntos: son demasiados. Redúzcala; para imprimir bastan "
            f"{_LARGEST[0]} × {_LARGEST[1]}."
        )
    try:
        picture = decoded_picture(content)
    except Exception as error:
        # A damaged picture makes the library raise errors of almost any class.
        raise ValueError("está dañada o no es una imagen común. Guárdela de nuevo como PNG.") from error
    return _encoded(picture, is_photograph=content.startswith(JPEG))


def _encoded(picture: "Image", *, is_photograph: bool) -> bytes:
    """The picture in at most ``LARGEST_LOGO`` bytes and ``_LARGEST`` pixels."""
    form = PHOTOGRAPH if is_photograph else _DRAWING
    width, height = _LARGEST
    for _ in range(_ATTEMPTS):
        picture.thumbnail((width, height))
        written = BytesIO()
        picture.save(written, **form)
        if written.tell() <= LARGEST_LOGO:
            break
        width, height = round(picture.width * _SMALLER), round(picture.height * _SMALLER)
    return written.getvalue()
