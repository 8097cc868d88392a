"""Characters that show nothing, turn the order of reading, or begin a new line of a printed text.

A text that is signed is also printed, and people have to read what was signed.
"""

import re
from typing import Final
from unicodedata import category

_BIDI_CONTROL: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""The twelve characters with Unicode's property Bidi_Control."""

_LINE_BREAK: Final = re.compile("\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
"""The line breaks of Unicode and of ``str.splitlines``."""

_UNSEEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Mn", "Me", "Mc", "Zs", "Zl", "Zp"})
_UNSEEN_LETTERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that show nothing: the fillers of Hangul, and braille without dots."""
_UNSEEN_PLANES: Final = (range(0x2065, 0x2066), range(0xFFF0, 0xFFF9), range(0xE0000, 0xE1000))
"""Tags and variation selectors, also those that are not assigned yet (Default_Ignorable_Code_Point)."""


def changes_direction(text: str) -> bool:
    """Whether a character turns the order in which the text is read, so that ``001`` may be shown as ``100``.

    Joiners, which shape the letters of many languages and many emoji, do not.

    >>> changes_direction("Total \\u202e001"), changes_direction("\\U0001f468\\u200d\\U0001f33e")
    (True, False)
    """
    return not text.isascii() and _BIDI_CONTROL.search(text) is not None


def is_visible(text: str) -> bool:
    """Whether a reader sees anything of the text.

    >>> is_visible("\\u200b\\u3164 "), is_visible("."), is_visible("\\U0001f600")
    (False, True, True)
    """
    return any(map(_is_seen, text))


def line_breaks(text: str) -> int:
    """How many line breaks a printed text has.

    >>> line_breaks("uno\\r\\ndos\\n\\ntres"), line_breaks("uno\\u2028dos")
    (3, 1)
    """
    return len(_LINE_BREAK.findall(text))


def with_line_feeds(text: str) -> str:
    """The text with a line feed for every line break, however the sender's system writes line breaks.

    >>> with_line_feeds("uno\\r\\ndos\\rtres\\u2028cuatro")
    'uno\\ndos\\ntres\\ncuatro'
    """
    return _LINE_BREAK.sub("\n", text)


def _is_seen(character: str) -> bool:
    if "!" <= character <= "~":
        return True
    if character in _UNSEEN_LETTERS or category(character) in _UNSEEN_CATEGORIES:
        return False
    return not any(ord(character) in plane for plane in _UNSEEN_PLANES)
