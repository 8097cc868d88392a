"""Writes amounts, quantities, dates and long words for paper, in the Spanish of El Salvador. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from ocote.dte.characters import with_line_feeds
from ocote.dte.money import to_cents, to_line
from ocote.printing.clusters import clusters

Number = Decimal | int

_MINUS: Final = "\u2212"
_ZERO_WIDTH_SPACE: Final = "\u200b"
_WORD_JOINER: Final = "\u2060"
_MOST_PLACES: Final = 400
"""Typst cannot set a text of 512 places to break; no more than these are put into one text."""
_PIECE: Final = 4
"""Characters between the places where a word without punctuation may break. Short distances fill the lines."""
_WORD: Final = re.compile(r"\S+")
_BREAKABLE_AFTER: Final = re.compile(r"(?<=[@./_,;:&=+|\-])(?=[^@./_,;:&=+|\-])")
_HYPHEN_IN_NUMBER: Final = re.compile(r"-(?=[0-9])")
_COMPARED: Final = re.compile(
    r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}|DTE-[0-9A-Z]{2}-[0-9A-Z]{8}-[0-9]{15}|[0-9A-Z]{40}"
)
"""The forms of generation codes, control numbers and stamps."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")


def money(amount: Number) -> str:
    """Writes USD with two decimals, rounded half up, and a comma between thousands: ``1,234.50``."""
    cents = to_cents(Decimal(amount))
    return _signed(f"{abs(cents):,f}", is_negative=cents < 0)


def unit_price(amount: Number) -> str:
    """Writes USD with the decimals of the price, from two to eight: ``12.50``, ``4.333333``."""
    exact = to_line(Decimal(amount)).normalize()
    places = max(2, -_exponent(exact))
    return _signed(f"{abs(exact):,.{places}f}", is_negative=exact < 0)


def quantity(amount: Number) -> str:
    """Writes a quantity without superfluous zeros: ``3``, ``1.5``, ``1,200``."""
    exact = Decimal(amount).normalize()
    return _signed(f"{abs(exact):,.{max(0, -_exponent(exact))}f}", is_negative=exact < 0)


def date(iso: str) -> str:
    """Writes ``2026-08-14`` in the form of El Salvador: ``14/08/2026``."""
    year, month, day = iso.split("-")
    return f"{day}/{month}/{year}"


def wrappable(text: str, longest_word: int) -> str:
    """The text with plain line breaks, no control characters, and places to break inside words wider than a column.

    The places are zero-width spaces, after punctuation or, in a word without punctuation, every few characters. A
    hyphen before a figure gets a place too: in Spanish, the line after a hyphen at the end of a line begins with
    another hyphen, which would falsify a number.
    """
    if len(text) <= longest_word and "-" not in text and text.isprintable():
        return text
    clean = _CONTROL.sub("", with_line_feeds(text))
    with_places = _HYPHEN_IN_NUMBER.sub("-" + _ZERO_WIDTH_SPACE, clean)
    wrapped = _WORD.sub(lambda word: _broken(word.group(), longest_word), with_places)
    return wrapped if wrapped.count(_ZERO_WIDTH_SPACE) <= _MOST_PLACES else _sparsely_wrapped(clean, longest_word)


def _sparsely_wrapped(clean: str, longest_word: int) -> str:
    """The text with places in long words only, each as far from the next as a column allows."""
    plain = _HYPHEN_IN_NUMBER.sub("-" + _WORD_JOINER, clean.replace(_ZERO_WIDTH_SPACE, ""))
    return _WORD.sub(lambda word: _ZERO_WIDTH_SPACE.join(_sliced(word.group(), longest_word)), plain)


def printable(tree: Any, longest_word: int) -> Any:
    """A copy of nested dicts and sequences whose texts are :func:`wrappable`; codes that are compared stay whole."""
    return with_texts(tree, lambda text: text if _COMPARED.fullmatch(text) else wrappable(text, longest_word))


def with_texts(tree: Any, change: Callable[[str], str]) -> Any:
    """A copy of nested dicts and sequences in which every text is changed; keys stay."""
    if isinstance(tree, str):
        return change(tree)
    if isinstance(tree, Mapping):
        return {key: with_texts(inner, change) for key, inner in tree.items()}
    if isinstance(tree, list | tuple):
        return [with_texts(inner, change) for inner in tree]
    return tree


def _broken(word: str, longest: int) -> str:
    if len(word) <= longest:
        return word
    parts = (part.strip(_ZERO_WIDTH_SPACE) for part in _BREAKABLE_AFTER.split(word))
    return _ZERO_WIDTH_SPACE.join(piece for part in parts for piece in _pieces(part, longest))


def _pieces(part: str, longest: int) -> Iterator[str]:
    return iter((part,)) if len(part) <= longest else _sliced(part, min(_PIECE, longest))


def _sliced(word: str, step: int) -> Iterator[str]:
    """Pieces of at most ``step`` characters, unless a reader takes more of them for one."""
    piece = ""
    for cluster in clusters(word):
        if piece and len(piece) + len(cluster) > step:
            yield piece
            piece = ""
        piece += cluster
    yield piece


def _signed(digits: str, *, is_negative: bool) -> str:
    return f"{_MINUS}{digits}" if is_negative else digits


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"not a finite number: {number}")
    return exponent
