"""The kinds of values that a field of a request takes: plain data, each able to read a sent value. Pure.

``read`` returns the value or raises Faulty. JSON's ``null`` never comes here: a field that is null counts as absent
(contract D2).
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Generic, Protocol, TypeVar, cast
from unicodedata import category, is_normalized

from msgspec import Struct

from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog
from ocote.dte.characters import (
    changes_direction,
    invisible_characters,
    is_visible,
    line_breaks,
    listed_characters,
    without_invisible,
)
from ocote.dte.faults import InvalidIdentifier
from ocote.errors import message
from ocote.requests import hints

MOST_DECIMALS = 8
"""Of any number; amounts have fewer (contract 4.3)."""

MAX_EMAIL = 100

_LARGEST_EXPONENT = 10
"""Every amount and quantity is below 10^11 (rules.md 10)."""

_MAX_CODE = 100
_MAX_IDENTIFIER = 40

_PLAIN_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL_BUT_LAYOUT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_EARLIEST = date(2000, 1, 1)
_LATEST = date(2199, 12, 31)
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]"
)

_Value_co = TypeVar("_Value_co", covariant=True)
_Member = TypeVar("_Member", bound=str)


class Kind(Protocol[_Value_co]):
    """A kind of value, which reads one sent value."""

    def read(self, sent: Any) -> _Value_co:
        """The value in its proper form. Raises Faulty or InvalidIdentifier."""


class Faulty(Exception):  # noqa: N818 - becomes one of many faults of a request, not a fault of the program
    """A sent value that its field does not take; ``code`` and the Spanish ``message`` go into a fault of the field.

    ``hint`` ends the message: what was seen, what is likely to be meant.
    """

    def __init__(self, code: str, hint: str = "", **values: object) -> None:
        self.code = code
        self.message = message(code, **values) + hint
        super().__init__(self.message)


class TextValue(Struct, frozen=True):
    """A text with something to see in it, trimmed unless its blanks must be kept.

    Characters that show nothing are taken out. ``most_breaks`` above 0 admits so many line breaks, and tabs; other
    control characters are never admitted, nor those that turn the direction of reading.
    """

    longest: int
    shortest: int = 1
    most_breaks: int = 0
    trimmed: bool = True

    def read(self, sent: Any) -> str:
        """The text without outer blanks, or with them."""
        if type(sent) is not str:
            raise Faulty("text_expected", hints.as_text(sent))
        text = sent if sent.isascii() else without_invisible(sent)
        content = text.strip()
        kept = content if self.trimmed else text
        if not content:
            raise Faulty("text_invisible" if sent.strip() else "field_empty")
        if len(kept) > self.longest:
            raise Faulty("text_too_long", limit=self.longest)
        if (_CONTROL_BUT_LAYOUT if self.most_breaks else _CONTROL).search(kept):
            raise Faulty("text_control_character")
        if changes_direction(kept):
            raise Faulty("text_direction_control")
        if not is_visible(kept):
            raise Faulty("text_invisible")
        if self.most_breaks and line_breaks(kept) > self.most_breaks:
            raise Faulty("text_too_many_breaks", limit=self.most_breaks)
        if len(kept) < self.shortest:
            raise Faulty("text_too_short", limit=self.shortest)
        return kept


class ReferenceValue(Struct, frozen=True):
    """A caller's own identifier of a document, of which no second way of writing looks the same (D6).

    Characters that show nothing, blanks other than the usual one, and accents apart from their letters are refused.
    """

    longest: int

    def read(self, sent: Any) -> str:
        """The reference without outer blanks, otherwise to the letter."""
        reference = TextValue(self.longest).read(sent)
        unseen = () if reference.isascii() and sent.isascii() else invisible_characters(sent)
        if unseen:
            raise Faulty("text_invisible_character", characters=listed_characters(unseen))
        if not reference.isascii() and not _is_written_plainly(reference):
            raise Faulty("reference_lookalike")
        return reference


class EmailValue(Struct, frozen=True):
    """An address that MH's schema takes as an e-mail (D13)."""

    def read(self, sent: Any) -> str:
        """The address without outer blanks."""
        address = _EMAIL_TEXT.read(sent)
        if not _EMAIL.fullmatch(address):
            raise Faulty("email_malformed", hints.as_one_address(address))
        return address


class IdentifierValue(Struct, frozen=True):
    """An official number or code as people write it; ``parse`` checks it and brings it into its form without hyphens.

    ``pattern`` tells programs how it may be written.
    """

    pattern: str | None = None
    parse: Callable[[str], str] = str

    def read(self, sent: Any) -> str:
        """The number in its form without hyphens."""
        if type(sent) is not str:
            raise Faulty("text_expected", hints.as_identifier(sent))
        text = _SHORT_TEXT.read(sent)
        try:
            return self.parse(text)
        except InvalidIdentifier as error:
            hint = hints.as_bare_identifier(text, self.parse)
            raise InvalidIdentifier(error.code, error.message + hint) from None


class CodeValue(Struct, Generic[_Member], frozen=True):
    """One code of a list. When ``known`` is a mapping, its values explain the codes.

    ``fault``, worded with ``words``, is the code of the fault for any other value. ``catalog`` is named to programs
    in place of a list that is too long to print; ``pattern`` is the form of its codes. ``elsewhere`` holds codes that
    are not of the list, each with the end of the sentence that says where it belongs.
    """

    known: Collection[str]
    fault: str
    words: Mapping[str, object] = {}
    catalog: Catalog | None = None
    pattern: str | None = None
    elsewhere: Mapping[str, str] = {}

    def read(self, sent: Any) -> _Member:
        """The code."""
        if type(sent) is not str:
            raise Faulty("text_expected", hints.as_code(sent, self.known))
        code = _CODE_TEXT.read(sent)
        if code not in self.known:
            hint = self.elsewhere.get(code) or hints.likely_code(code, self.known)
            raise Faulty(self.fault, hint, **self.words)
        return cast("_Member", code)


class ChoiceValue(Struct, frozen=True):
    """One of a few whole numbers from 1 on, each explained by ``labels``.

    ``fault``, worded with ``words``, is the code of the fault for any other value. ``hint`` makes the end of its
    sentence for another number.
    """

    labels: Mapping[int, str]
    fault: str
    words: Mapping[str, object] = {}
    hint: Callable[[Decimal], str] | None = None

    def read(self, sent: Any) -> int:
        """The number."""
        return _whole(sent, len(self.labels), self.fault, self.hint, **self.words)


class WholeValue(Struct, frozen=True):
    """A whole number from 1 to ``most``; ``fault`` is the code of the fault for any other value."""

    most: int
    fault: str

    def read(self, sent: Any) -> int:
        """The number."""
        return _whole(sent, self.most, self.fault, limit=self.most)


class DecimalValue(Struct, frozen=True):
    """A number below 10^11 with a bounded number of decimals, as a JSON number or as a plain decimal text (D5).

    Decimals count by value: ``1.500`` has one. Input is never rounded. The number is at least ``least``, above it when
    ``is_above``, and at most ``most``; ``fault`` is the code of the fault for a number out of these bounds.
    """

    decimals: int
    fault: str
    least: int = 0
    most: int | None = None
    is_above: bool = False

    def read(self, sent: Any) -> Decimal:
        """The number without trailing zeros and without exponent."""
        value = sent if type(sent) is Decimal else _number(sent)
        if value and value.adjusted() > _LARGEST_EXPONENT:
            raise Faulty("number_too_large", limit=10 ** (_LARGEST_EXPONENT + 1))
        shortest, places = _shortest(value)
        if places > self.decimals:
            raise Faulty("number_too_many_decimals", limit=self.decimals)
        is_too_small = shortest <= self.least if self.is_above else shortest < self.least
        if is_too_small or (self.most is not None and shortest > self.most):
            raise Faulty(self.fault)
        return shortest


class SignedValue(Struct, frozen=True):
    """A number above or below zero, of less than 10^11; ``fault`` is the code of the fault for zero."""

    decimals: int
    fault: str

    def read(self, sent: Any) -> Decimal:
        """The number without trailing zeros and without exponent."""
        value = DecimalValue(self.decimals, self.fault, least=-(10 ** (_LARGEST_EXPONENT + 1))).read(sent)
        if not value:
            raise Faulty(self.fault)
        return value


class CatalogNumberValue(Struct, frozen=True):
    """A code of a catalog that is a number in MH's documents; ``fault`` is the code of the fault for any other."""

    catalog: Catalog
    fault: str

    def read(self, sent: Any) -> int:
        """The number."""
        number = _whole(sent, self.most, self.fault)
        if str(number) not in catalogs.labels(self.catalog):
            raise Faulty(self.fault)
        return number

    @property
    def most(self) -> int:
        """The largest number of the catalog."""
        return _largest_code(self.catalog)


@cache
def _largest_code(catalog: Catalog) -> int:
    return max(map(int, catalogs.labels(catalog)))


class YesNoValue(Struct, frozen=True):
    """A JSON boolean."""

    def read(self, sent: Any) -> bool:
        """The boolean."""
        if type(sent) is not bool:
            raise Faulty("boolean_expected", hints.as_flag(sent))
        return sent


class DayValue(Struct, frozen=True):
    """A day as ``2026-06-30``, of the years that a document can have."""

    def read(self, sent: Any) -> date:
        """The day."""
        text = _CODE_TEXT.read(sent)
        if _DATE.fullmatch(text):
            try:
                day = date.fromisoformat(text)
            except ValueError:
                pass
            else:
                if _EARLIEST <= day <= _LATEST:
                    return day
        hint = hints.as_day(text, _EARLIEST, _LATEST)
        raise Faulty("date_unknown", hint, first=_EARLIEST.year, last=_LATEST.year)


class MonthValue(Struct, frozen=True):
    """A month as ``2026-06``, of the years that a document can have; read as its year and number."""

    def read(self, sent: Any) -> tuple[int, int]:
        """The year and the number of the month."""
        text = _CODE_TEXT.read(sent)
        if _MONTH.fullmatch(text):
            year, number = int(text[:4]), int(text[5:])
            if _EARLIEST.year <= year <= _LATEST.year:
                return year, number
        hint = hints.as_month(text, _EARLIEST.year, _LATEST.year)
        raise Faulty("month_unknown", hint, first=_EARLIEST.year, last=_LATEST.year)


def catalog_code(catalog: Catalog, fault: str, *, pattern: str | None = None) -> CodeValue[str]:
    """A code of one of MH's long catalogs, which ``GET /catalogs`` lists."""
    return CodeValue(catalogs.labels(catalog), fault, catalog_words(catalog), catalog, pattern)


def catalog_words(catalog: Catalog) -> dict[str, str]:
    """How a fault names a catalog: MH's number, and the end of the address that lists the catalog."""
    prefix, number, name = catalog.value.split("-", 2)
    return {"catalog": f"{prefix}-{number}".upper(), "listed": name}


_SHORT_TEXT = TextValue(_MAX_IDENTIFIER)
_CODE_TEXT = TextValue(_MAX_CODE)
_EMAIL_TEXT = TextValue(MAX_EMAIL)


def _whole(sent: Any, most: int, code: str, hint: Callable[[Decimal], str] | None = None, **words: object) -> int:
    if type(sent) is str and sent.strip() and not _PLAIN_DECIMAL.fullmatch(sent):
        raise Faulty(code, "", **words)
    value = _number(sent)
    if not 1 <= value <= most:
        raise Faulty(code, hint(value) if hint is not None else "", **words)
    if value != value.to_integral_value():
        raise Faulty("integer_expected")
    return int(value)


def _number(sent: Any) -> Decimal:
    if type(sent) is Decimal:
        return sent
    if type(sent) is not str:
        raise Faulty("number_expected", hints.seen(sent))
    if not sent.strip():
        raise Faulty("field_empty")
    if not _PLAIN_DECIMAL.fullmatch(sent):
        raise Faulty("number_not_plain", hints.as_plain_number(sent))
    return Decimal(sent)


def _is_written_plainly(reference: str) -> bool:
    """Whether accents stand in their letters (NFC), and every blank is the usual one."""
    blanks = (each for each in reference if each != " " and category(each) == "Zs")
    return is_normalized("NFC", reference) and not any(blanks)


def _shortest(value: Decimal) -> tuple[Decimal, int]:
    """The number without trailing zeros after the point and without exponent, and how many decimals it has."""
    sign, digits, exponent = value.as_tuple()
    if not value or not isinstance(exponent, int):
        return Decimal(0), 0
    if exponent == 0:
        return value, 0
    if exponent > 0:
        return Decimal((sign, digits + (0,) * exponent, 0)), 0
    if digits[-1]:
        return value, -exponent
    # A million zeros are no reason for a million steps.
    end = max(len(bytes(digits).rstrip(b"\0")), len(digits) + exponent)
    places = end - len(digits) - exponent
    return Decimal((sign, digits[:end], -places)), places
