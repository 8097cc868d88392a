"""Characters that show nothing, turn the order of reading, or begin a new line of a printed text.

A text that is signed is also printed, and people have to read what was signed.
"""

import re
from collections.abc import Iterable
from itertools import islice
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

_MOST_LISTED: Final = 6

_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Unicode's Default_Ignorable_Code_Point without Bidi_Control, and the marks of interlinear annotations."""
_NEVER_KEPT: Final = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0080-\U000e00ff\U000e01f0-\U000e0fff]+"
)
_TAGS: Final = re.compile("[\U000e0000-\U000e007f]+")
_FLAG: Final = re.compile("(\U0001f3f4[\U000e0030-\U000e007a]{1,10}\U000e007f)")
"""The flag of a region, such as Scotland's: a black flag, and the region in tags."""

_JOINED: Final = (
    "\u0600-\u0dff\u1000-\u109f\u1780-\u18af\u2190-\u2bff\u3030\u303d\ufb50-\ufdff\ufe0f\ufe70-\ufefe\U0001e900-\U0001e95f"
    "\U0001f000-\U0001faff"
)
"""What a joiner may stand between: the scripts whose letters it shapes, and the signs of which emoji are made."""

_VIRAMAS: Final = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u1039\u103a\u17d2"
"""The signs after which a joiner may end a word."""

_HAN: Final = "\u2e80-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
_SHAPED_SIGNS: Final = f"\u00a9\u00ae\u1000-\u109f\u203c\u2049\u2100-\u2bff{_HAN}\U0001f000-\U0001faff"
"""What a variation selector may follow: emoji, signs of mathematics, Han and Myanmar letters."""

_OUT_OF_PLACE: Final = re.compile(
    f"(?<![{_JOINED}])[\u200c\u200d]|(?<![{_VIRAMAS}])[\u200c\u200d](?![{_JOINED}])"
    f"|(?<![{_SHAPED_SIGNS}])(?!(?<=[0-9#*])\ufe0f\u20e3)[\ufe00-\ufe0f]"
    f"|(?<![{_HAN}])[\U000e0100-\U000e01ef]"
    "|(?<![\u1800-\u180a\u1810-\u18af])[\u180b-\u180d\u180f]"
)
"""Joiners and variation selectors that change nothing beside them."""


def changes_direction(text: str) -> bool:
    """Whether a character turns the order in which the text is read, so that ``001`` may be shown as ``100``.

    Joiners, which shape the letters of many languages and many emoji, do not.

    >>> changes_direction("Total \\u202e001"), changes_direction("\\U0001f468\\u200d\\U0001f33e")
    (True, False)
    """
    return not text.isascii() and _BIDI_CONTROL.search(text) is not None


def invisible_characters(text: str) -> tuple[str, ...]:
    """Every character of the text that shows nothing, each once: two texts that differ by them look the same.

    >>> invisible_characters("A\\u200b1"), invisible_characters("A 1")
    (('\\u200b',), ())
    """
    return () if text.isascii() else tuple(dict.fromkeys(_INVISIBLE.findall(text)))


def listed_characters(characters: Iterable[str]) -> str:
    """Characters as a person can name them who does not see them, six at most.

    >>> listed_characters("\\u200b\\ufeff")
    'U+200B, U+FEFF'
    """
    return ", ".join(f"U+{ord(each):04X}" for each in islice(characters, _MOST_LISTED))


def without_invisible(text: str) -> str:
    """The text as it is seen: without characters that show nothing and change nothing beside them.

    Joiners and variation selectors stay where they shape a letter or an emoji.

    >>> without_invisible("\\ufeffPa\\u00adpel\\u200b"), len(without_invisible("\\U0001f468\\u200d\\U0001f33e"))
    ('Papel', 3)
    """
    if text.isascii() or _INVISIBLE.search(text) is None:
        return text
    kept = _NEVER_KEPT.sub("", text)
    if _TAGS.search(kept) is not None:
        pieces = _FLAG.split(kept)
        pieces[::2] = [_TAGS.sub("", piece) for piece in pieces[::2]]
        kept = "".join(pieces)
    # What stood beside a character that was out of place may be out of place itself.
    return _OUT_OF_PLACE.sub("", _OUT_OF_PLACE.sub("", kept))


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
