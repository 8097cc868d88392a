"""How a value of a wrong kind was meant: the ends of Spanish sentences about faults. Pure.

A hint says what was seen and what to send. It is made for a fault alone, and is empty where nothing is likely.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ocote.dte.catalogs import fold
from ocote.dte.faults import InvalidIdentifier

_LONGEST_SHOWN = 20
"""Of a sent value, in characters."""

_CODES_TO_LIST = 4
_DIGITS = re.compile(r"[0-9]{1,4}")
_CURRENCY = re.compile(r"^(?:US\$?|USD|\$)|(?:USD|US\$|\$)$", re.IGNORECASE)
POINT_WANTED = "use punto para los decimales"
"""How a hint begins that says how to write a number with a comma."""

_GROUPED = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
_GROUPED_BY_POINTS = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,(?:[0-9]{1,2}|[0-9]{4,8})")
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[/.-]?([0-9]{1,2})[/.-]?([0-9]{1,2})(?:[T ].*)?")
_MONTH_FIRST = re.compile(r"([0-9]{1,2})[/.-]?([0-9]{4})")
_MONTH_LAST = re.compile(r"([0-9]{4})[/.-]?([0-9]{1,2})(?:[/.-][0-9]{1,2})?")
_BETWEEN_DIGITS = re.compile(r"[\s./\u2010-\u2015-]")
_BESIDE_AN_ADDRESS = re.compile(r"[\s,;<>/]")
_YES = frozenset({"true", "1", "si", "yes", "on", "verdadero"})
_NO = frozenset({"false", "0", "no", "off", "falso"})


def seen(value: Any) -> str:
    """The kind of a sent value, as the beginning of a hint."""
    if value is None:
        return ": se envió null"
    if isinstance(value, bool):
        return f": se envió {'true' if value else 'false'}"
    if isinstance(value, Decimal):
        return ": se envió un número"
    if isinstance(value, str):
        return ": se envió un texto"
    return ": se envió una lista" if isinstance(value, list) else ": se envió un objeto"


def as_text(value: Any) -> str:
    """The hint for a value that is no text: its kind, and how the text is written."""
    if not isinstance(value, Decimal):
        return seen(value)
    shown = str(value)
    example = f': "{shown}"' if _PLAIN.fullmatch(shown) and len(shown) <= _LONGEST_SHOWN else ""
    return f"{seen(value)}; envíelo entre comillas{example}"


def as_identifier(value: Any) -> str:
    """The hint for an identity number that is no text: a JSON number has lost the zeros in front."""
    hint = "; envíelo entre comillas, con sus ceros a la izquierda" if isinstance(value, Decimal) else ""
    return f"{seen(value)}{hint}"


def as_bare_identifier(text: str, parse: Callable[[str], str]) -> str:
    """The identity number without the blanks and points in it, where they alone made it wrong."""
    if len(text) > 2 * _LONGEST_SHOWN:
        return ""
    bare = _BETWEEN_DIGITS.sub("", text)
    try:
        return f" Escríbalo sin espacios ni puntos: {parse(bare)}" if bare != text.replace("-", "") else ""
    except InvalidIdentifier:
        return ""


def as_code(value: Any, known: Collection[str]) -> str:
    """The hint for a code that is no text: the code that was likely meant, or the few codes that there are."""
    return f"{seen(value)}{likely_code(str(value), known) or few_codes(known)}"


def likely_code(text: str, known: Collection[str]) -> str:
    """The known code that an unknown one stands for: without its zeros, in other letters, or the label in its place."""
    padded = [code for code in known if _DIGITS.fullmatch(text) and code == text.zfill(len(code))]
    folded = fold(text[:100])
    labels = known if isinstance(known, Mapping) else {}
    alike = (code for code in known if folded in (fold(code), fold(str(labels.get(code, "")))))
    code = padded[0] if padded else next(alike, "")
    return f'; envíe "{code}"' if code else ""


def few_codes(known: Collection[str]) -> str:
    """The codes that there are, unless they are many."""
    if len(known) > _CODES_TO_LIST:
        return ""
    *others, last = (f'"{code}"' for code in known)
    return f"; use {', '.join(others)} o {last}" if others else f"; use {last}"


def as_plain_number(text: str) -> str:
    """The number that a text means with its comma, currency or blanks; empty where two readings are possible."""
    bare = _CURRENCY.sub("", text[: 2 * _LONGEST_SHOWN].strip()).strip()
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(",", "")
    elif _GROUPED_BY_POINTS.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif _DECIMAL_COMMA.fullmatch(bare):
        return f"; {POINT_WANTED}: {bare.replace(',', '.')}"
    if not _PLAIN.fullmatch(bare) or len(text) > 2 * _LONGEST_SHOWN:
        return f"; {POINT_WANTED}" if "," in text else ""
    return f"; escriba {bare}"


def as_flag(value: Any) -> str:
    """The hint for a value that is no boolean: its kind, and whether true or false was meant."""
    folded = fold(value) if isinstance(value, str) else str(value)
    meant = "true" if folded in _YES else "false" if folded in _NO else ""
    return f"{seen(value)}; envíe {meant} sin comillas" if meant else seen(value)


def yes_or_no(text: str) -> bool | None:
    """True or false for a word that people write in their place; None for any other text."""
    folded = fold(text)
    return True if folded in _YES else False if folded in _NO else None


def means_yes(value: Any) -> bool:
    """Whether a value of any kind says yes: true, 1, or one of the usual words as a text."""
    if isinstance(value, str):
        return len(value) <= _LONGEST_SHOWN and fold(value) in _YES
    return isinstance(value, bool | Decimal) and value == 1


def as_day(text: str, first: date, last: date) -> str:
    """The day that a text means, written as the field takes it; days come before months, as in El Salvador."""
    year_first, day_first = _YEAR_FIRST.fullmatch(text), _DAY_FIRST.fullmatch(text)
    if year_first is not None:
        year, month, day = map(int, year_first.groups())
    elif day_first is not None:
        day, month, year = map(int, day_first.groups())
    else:
        return ""
    try:
        meant = date(year, month, day)
    except ValueError:
        return ""
    return f"; escríbala así: {meant}" if first <= meant <= last else ""


def as_one_address(text: str) -> str:
    """The hint for a text in which something stands beside an e-mail address, such as another one or a name."""
    return "; aquí va un solo correo, sin nombre ni separadores" if _BESIDE_AN_ADDRESS.search(text) else ""


def as_month(text: str, first: int, last: int) -> str:
    """The month of these years that a text means, written as the field takes it: without a day, the year in front."""
    month_first, year_first = _MONTH_FIRST.fullmatch(text), _MONTH_LAST.fullmatch(text)
    if year_first is not None:
        year, month = map(int, year_first.groups())
    elif month_first is not None:
        month, year = map(int, month_first.groups())
    else:
        return ""
    return f"; escríbalo así: {year}-{month:02}" if first <= year <= last and 1 <= month <= 12 else ""
