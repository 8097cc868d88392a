"""Divides texts where a reader sees the end of a character. Pure."""

from collections.abc import Iterator
from typing import Final
from unicodedata import category

_SELECTORS: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_JOINERS: Final = frozenset("\u200d\u2060")
_SKIN_TONES: Final = frozenset("\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)
"""Two of these letters, which spell a country, are one flag."""


def clusters(text: str) -> Iterator[str]:
    """The text in pieces that a reader takes for one character: letters with their marks, joined emoji, flags.

    >>> list(clusters("ae\\u0301\\U0001f1f8\\U0001f1fb")) == ["a", "e\\u0301", "\\U0001f1f8\\U0001f1fb"]
    True
    """
    piece = ""
    for character in text:
        if piece and not _continues(piece, character):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def is_mark(character: str) -> bool:
    """Whether a character stands on, under or around the character before it, as an accent does."""
    return category(character).startswith("M") and not is_selector(character)


def is_selector(character: str) -> bool:
    """Whether a character chooses between two forms of the character before it, and shows nothing itself."""
    return any(ord(character) in selectors for selectors in _SELECTORS)


def _continues(piece: str, character: str) -> bool:
    if character in _JOINERS or piece[-1] in _JOINERS or character in _SKIN_TONES or is_selector(character):
        return True
    if ord(character) in _FLAG_LETTERS:
        return len(piece) == 1 and ord(piece) in _FLAG_LETTERS
    return is_mark(character)
