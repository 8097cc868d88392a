"""The accent colour of a company, made safe to read on white paper."""

import re
from typing import Final

DEFAULT_ACCENT: Final = "#0e4d64"

_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")
_READABLE: Final = 4.5
"""The least contrast of text against white, WCAG 2.1 level AA."""
_STEP: Final = 0.94


def accent(colour: str | None) -> str:
    """The colour as ``#rrggbb``, darkened until it is readable on white and white text is readable on it.

    None means the default colour of this program. Raises ValueError when ``colour`` is not written ``#rrggbb``.
    """
    if colour is None:
        return DEFAULT_ACCENT
    if not _HEX.fullmatch(colour):
        raise ValueError("a colour is written #rrggbb")
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    while _contrast_with_white(channels) < _READABLE:
        channels = [channel * _STEP for channel in channels]
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _contrast_with_white(channels: list[float]) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 1.05 / (luminance + 0.05)
