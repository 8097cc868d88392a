"""The characters that the fonts of this program can draw, read from the fonts themselves, and words for the others."""

import re
import struct
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Final
from unicodedata import category, normalize

import font_roboto
import manimgx_fonts
import noto_cjk_sans_jp_regular

from ocote.printing.clusters import is_mark, is_selector

UNDRAWABLE: Final = "\ufffd"
"""The sign in place of a character that no font draws."""

_NOT_ORDINARY: Final = re.compile("[^\x00-~\u00a0-\u017f\u2013\u2014\u2018-\u201e\u2022\u2026\u20ac\u2122\u2212\ufffd]")
"""What is not usual in Spanish documents; Roboto has the rest, and nothing has to be looked up in the fonts."""
_SHOWN_FORMAT: Final = re.compile(
    "[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001345f]"
)
"""The format characters (Cf) that show something; all others are invisible and need no font."""
_LONE_FRAME: Final = re.compile("(?<![0-9#*])(?<![0-9#*]\ufe0f)[\u20dd-\u20e4]")
"""A frame around the character before, which only the keycap emoji have in a font."""


def font_folders() -> tuple[Path, ...]:
    """Where the fonts are: Roboto for the documents, the Noto fonts for what Roboto lacks."""
    return (
        Path(font_roboto.__file__).parent / "files",
        Path(manimgx_fonts.__file__).parent,
        Path(noto_cjk_sans_jp_regular.__file__).parent,
    )


def drawable_text(text: str) -> str:
    """The text with a character that can be drawn in place of each other one: its plain form, or ``UNDRAWABLE``."""
    if not _NOT_ORDINARY.search(text):
        return text
    return "".join(map(_drawable, _LONE_FRAME.sub(UNDRAWABLE, text)))


def without_marks(text: str) -> str:
    """The text with ``UNDRAWABLE`` in place of marks that stand on other characters, unless both are one character.

    A font has to draw a mark together with the character below the mark, which no font may be able to.
    """
    if not _NOT_ORDINARY.search(text):
        return text
    composed = normalize("NFC", text)
    return "".join(UNDRAWABLE if is_mark(character) else character for character in composed)


def ordinary_text(text: str) -> str:
    """The text with ``UNDRAWABLE`` in place of every character that Roboto may lack."""
    return _NOT_ORDINARY.sub(UNDRAWABLE, text)


@lru_cache(maxsize=4096)
def _drawable(character: str) -> str:
    if _is_drawn(character):
        return character
    plain = normalize("NFKC", character)
    return plain if plain != character and all(map(_is_drawn, plain)) else UNDRAWABLE


def _is_drawn(character: str) -> bool:
    kind = category(character)
    if kind == "Cc" or is_selector(character) or (kind == "Cf" and not _SHOWN_FORMAT.match(character)):
        return True
    if kind == "Co":
        # Some fonts draw private characters, which archival PDFs may not contain.
        return False
    starts, ends = _drawn_ranges()
    at = bisect_right(starts, ord(character)) - 1
    return at >= 0 and ord(character) <= ends[at]


@cache
def _drawn_ranges() -> tuple[list[int], list[int]]:
    """First and last code points of the ranges that at least one font draws, in order."""
    files = sorted(path for folder in font_folders() for path in folder.iterdir() if path.suffix in {".ttf", ".otf"})
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted({found for path in files for found in _ranges_of(path.read_bytes())}):
        if ends and start <= ends[-1] + 1:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return starts, ends


def _ranges_of(font: bytes) -> Iterable[tuple[int, int]]:
    """The ranges of code points in the ``cmap`` table of an OpenType font."""
    (tables,) = struct.unpack_from(">H", font, 4)
    entries = (struct.unpack_from(">4sIII", font, 12 + 16 * number) for number in range(tables))
    cmap = next(offset for tag, _, offset, _ in entries if tag == b"cmap")
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    records = (struct.unpack_from(">HHI", font, cmap + 4 + 8 * number) for number in range(count))
    at_by_kind = {(platform, encoding): cmap + offset for platform, encoding, offset in records}
    return _all_planes(font, at_by_kind[3, 10]) if (3, 10) in at_by_kind else _first_plane(font, at_by_kind[3, 1])


def _all_planes(font: bytes, at: int) -> list[tuple[int, int]]:
    """The groups of a subtable of format 12."""
    (count,) = struct.unpack_from(">I", font, at + 12)
    groups = struct.iter_unpack(">III", font[at + 16 : at + 16 + 12 * count])
    return [(start, end) for start, end, _ in groups]


def _first_plane(font: bytes, at: int) -> list[tuple[int, int]]:
    """The segments of a subtable of format 4, without the last one, which ends every such table."""
    (doubled,) = struct.unpack_from(">H", font, at + 6)
    form = f">{doubled // 2}H"
    ends = struct.unpack_from(form, font, at + 14)
    starts = struct.unpack_from(form, font, at + 16 + doubled)
    return list(zip(starts, ends, strict=True))[:-1]
