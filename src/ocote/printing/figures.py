"""Writes amounts, quantities, dates and long words for paper, in the Spanish of El Salvador. Pure."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from ocote.dte.money import to_cents, to_line

Number = Decimal | int

_MINUS: Final = "\u2212"
_ZERO_WIDTH_SPACE: Final = "\u200b"
_PIECE: Final = 4
"""Characters between the places where a word without punctuation may break. Short distances fill the lines."""
_WORD: Final = re.compile(r"\S+")
_BREAKABLE_AFTER: Final = re.compile(r"(?<=[@./_,;:&=+|\-])(?=[^@./_,;:&=+|\-])")
_HYPHEN_IN_NUMBER: Final = re.compile(r"-(?=[0-9])")
_COMPARED: Final = re.compile(
    r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}|DTE-[0-9A-Z]{2}-[0-9A-Z]{8}-[0-9]{15}|[0-9A-Z]{40}"
)
"""The forms of generation codes, control numbers and stamps."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


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
    """The text without control characters, and with places to break inside words that are wider than a column.

    The places are zero-width spaces, after punctuation or, in a word without punctuation, every few characters. A
    hyphen before a figure gets a place too: in Spanish, the line after a hyphen at the end of a line begins with
    another hyphen, which would falsify a number.
    """
    if len(text) <= longest_word and "-" not in text and text.isprintable():
        return text
    clean = _HYPHEN_IN_NUMBER.sub("-" + _ZERO_WIDTH_SPACE, _CONTROL.sub("", text))
    return _WORD.sub(lambda word: _broken(word.group(), longest_word), clean)


def printable(tree: Any, longest_word: int) -> Any:
    """A copy of nested dicts and sequences whose texts are :func:`wrappable`; codes that are compared stay whole."""
    if isinstance(tree, str):
        return tree if _COMPARED.fullmatch(tree) else wrappable(tree, longest_word)
    if isinstance(tree, Mapping):
        return {key: printable(inner, longest_word) for key, inner in tree.items()}
    if isinstance(tree, list | tuple):
        return [printable(inner, longest_word) for inner in tree]
    return tree


def _broken(word: str, longest: int) -> str:
    if len(word) <= longest:
        return word
    parts = (part.strip(_ZERO_WIDTH_SPACE) for part in _BREAKABLE_AFTER.split(word))
    return _ZERO_WIDTH_SPACE.join(piece for part in parts for piece in _pieces(part, longest))


def _pieces(part: str, longest: int) -> Iterator[str]:
    step = longest if len(part) <= longest else min(_PIECE, longest)
    return (part[start : start + step] for start in range(0, len(part), step))


def _signed(digits: str, *, is_negative: bool) -> str:
    return f"{_MINUS}{digits}" if is_negative else digits


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"not a finite number: {number}")
    return exponent
