"""The company's logo: what its header tells, its pixels, and a drawing of fixed shape for the templates."""

import base64
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PIL.Image import Image

_PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8\xff"
_KINDS: Final = ((_PNG, "image/png"), (JPEG, "image/jpeg"))

MOST_PIXELS_PRINTED: Final = 4_000_000
"""A typesetter unpacks a whole picture for every PDF: 16 MB for four million pixels, a tenth of a second."""
LONGEST_SIDE: Final = 10_000
MOST_SCANS: Final = 64
"""Scans of a progressive JPEG; usual pictures have ten. Each scan costs a pass over all pixels, and a few bytes."""

PHOTOGRAPH: Final[Mapping[str, Any]] = {"format": "JPEG", "quality": 92, "subsampling": 0}
"""How a photograph is encoded: without a difference that an eye sees on paper."""

_SCAN: Final = b"\xff\xda"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG whose segment begins with the size of the picture."""
_USUAL_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
"""Frames that every program reads: baseline, extended and progressive, all with Huffman codes."""
_ORIENTATION: Final = 0x0112
"""The EXIF tag of the side on which a camera was held; 1 is upright."""
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


def can_be_drawn(logo: bytes) -> bool:
    """Whether PDFs show the logo. False for a damaged picture, and for one that takes too much time and memory.

    The whole picture is decoded, which takes some hundredths of a second.
    """
    return drawable_logo(logo) is not None


def drawable_logo(logo: bytes) -> bytes | None:
    """The logo as a typesetter draws it: complete, upright, in RGB or grey; None for a logo that nobody can draw.

    A usual JPEG stays as it is, because encoding it again would cost quality. Every other picture is encoded again: a
    typesetter reads fewer files than other programs, ignores the orientation of a photograph, and cannot put CMYK into
    an archival PDF. ``ocote company add`` stores pictures that need none of this; earlier versions stored any picture.
    """
    if not is_cheap_to_print(logo):
        return None
    is_photograph = logo.startswith(JPEG)
    try:
        picture = decoded_picture(logo)
        if is_photograph and _is_usual(logo):
            return logo
    except Exception:  # noqa: BLE001 - a damaged picture makes the library raise errors of almost any class
        return None
    written = BytesIO()
    if is_photograph:
        picture.save(written, **PHOTOGRAPH)
    else:
        picture.save(written, "PNG", compress_level=1)
    return written.getvalue()


def decoded_picture(content: bytes) -> "Image":
    """The pixels of a PNG or JPEG, upright, in RGB or grey, with transparency only where the file has some.

    The caller has bounded the size that the header tells. A damaged picture raises an error of almost any class.
    """
    # Imported with the first logo, because the import makes every command slower.
    from PIL import Image, ImageOps  # noqa: PLC0415

    if scans(content) > MOST_SCANS:
        raise ValueError("a JPEG of more scans than any program writes")
    with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as opened:
        if opened.size != picture_size(content):
            raise ValueError("the header tells two sizes")
        opened.load()
        upright = ImageOps.exif_transpose(opened)
    if upright.mode.startswith("I"):
        # Shades of 16 bits, which the library would cut off at 255 instead of dividing them.
        return upright.convert("I").point(lambda shade: shade / 256).convert("L")
    if upright.has_transparency_data:
        return upright.convert("RGBA")
    return upright if upright.mode == "L" else upright.convert("RGB")


def picture_size(picture: bytes) -> tuple[int, int]:
    """Width and height in pixels from the header of a PNG or JPEG. Raises ValueError when there is no such header."""
    if picture.startswith(_PNG) and picture[12:16] == b"IHDR" and len(picture) >= 24:
        width, height = int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])
    elif picture.startswith(JPEG):
        at = _frame_at(picture)
        width, height = int.from_bytes(picture[at + 7 : at + 9]), int.from_bytes(picture[at + 5 : at + 7])
    else:
        raise ValueError("a logo is a PNG or a JPEG picture")
    if not width or not height:
        raise ValueError("the header of the picture tells no size")
    return width, height


def scans(picture: bytes) -> int:
    """The number of scans of a JPEG, or a few more; of no account for a PNG."""
    return picture.count(_SCAN) if picture.startswith(JPEG) else 0


def _is_usual(jpeg: bytes) -> bool:
    from PIL import Image  # noqa: PLC0415 - with the first logo

    with Image.open(BytesIO(jpeg), formats=("JPEG",)) as opened:
        is_upright = opened.getexif().get(_ORIENTATION, 1) == 1
        return is_upright and opened.mode in {"L", "RGB"} and jpeg[_frame_at(jpeg) + 1] in _USUAL_FRAMES


def _frame_at(jpeg: bytes) -> int:
    """The place of the first frame header, which stands before the first scan."""
    at = 2
    while at + 9 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker == 0xFF or marker in _WITHOUT_LENGTH:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAMES:
            return at
        if marker == _SCAN[1]:
            break
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    raise ValueError("the picture has no frame header")
