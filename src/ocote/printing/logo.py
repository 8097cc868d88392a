"""The company's logo: its size as its header tells it, and a drawing of fixed shape for the templates."""

import base64
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8\xff"
_KINDS: Final = ((_PNG, "image/png"), (JPEG, "image/jpeg"))

MOST_PIXELS_PRINTED: Final = 4_000_000
"""A typesetter unpacks a whole picture for every PDF: 16 MB for four million pixels, a tenth of a second."""
LONGEST_SIDE: Final = 10_000
MOST_SCANS: Final = 64
"""Scans of a progressive JPEG; usual pictures have ten. Each scan costs a pass over all pixels, and a few bytes."""

_SCAN: Final = b"\xff\xda"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG whose segment begins with the size of the picture."""
_WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD8)})


def logo_svg(picture: bytes, *, width: int, height: int, is_centred: bool) -> str:
    """A drawing of ``width`` by ``height`` (any unit) that holds the undistorted picture, as large as possible.

    A picture of another shape is placed at the left, or in the middle with ``is_centred``.

    Raises ValueError when the picture is neither PNG nor JPEG.
    """
    media_type = next((kind for magic, kind in _KINDS if picture.startswith(magic)), None)
    if media_type is None:
        raise ValueError("a logo is a PNG or a JPEG picture")
    anchor = "xMidYMid" if is_centred else "xMinYMid"
    encoded = base64.b64encode(picture).decode("ascii")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" preserveAspectRatio="{anchor} meet" '
        f'href="data:{media_type};base64,{encoded}"/></svg>'
    )


def is_cheap_to_print(picture: bytes) -> bool:
    """Whether a PDF with the picture takes little time and memory, judged by the header alone.

    False also for a picture whose header cannot be read. ``ocote company add`` stores cheap pictures only; pictures
    that were stored before it did so may be anything.
    """
    try:
        width, height = picture_size(picture)
    except ValueError:
        return False
    return max(width, height) <= LONGEST_SIDE and width * height <= MOST_PIXELS_PRINTED and scans(picture) <= MOST_SCANS


def picture_size(picture: bytes) -> tuple[int, int]:
    """Width and height in pixels from the header of a PNG or JPEG. Raises ValueError when there is no such header."""
    if picture.startswith(_PNG) and picture[12:16] == b"IHDR" and len(picture) >= 24:
        width, height = int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])
    elif picture.startswith(JPEG):
        width, height = _jpeg_size(picture)
    else:
        raise ValueError("a logo is a PNG or a JPEG picture")
    if not width or not height:
        raise ValueError("the header of the picture tells no size")
    return width, height


def scans(picture: bytes) -> int:
    """The number of scans of a JPEG, or a few more; of no account for a PNG."""
    return picture.count(_SCAN) if picture.startswith(JPEG) else 0


def _jpeg_size(picture: bytes) -> tuple[int, int]:
    """The size in the first frame header, which stands before the first scan."""
    at = 2
    while at + 9 <= len(picture) and picture[at] == 0xFF:
        marker = picture[at + 1]
        if marker == 0xFF or marker in _WITHOUT_LENGTH:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAMES:
            return int.from_bytes(picture[at + 7 : at + 9]), int.from_bytes(picture[at + 5 : at + 7])
        if marker == _SCAN[1]:
            break
        at += 2 + int.from_bytes(picture[at + 2 : at + 4])
    raise ValueError("the picture has no frame header")
