"""The company's logo as a drawing of fixed shape, which the templates can place in a box."""

import base64
from typing import Final

_KINDS: Final = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


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
