"""Reads the fields of one JSON object of a request, noting every fault instead of stopping at the first."""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from ocote.dte.faults import Fault
from ocote.errors import fault
from ocote.web.invalid import InvalidRequest

MAX_FAULTS = 100
"""Faults told in one answer; a request with more is wrong throughout."""

_LARGEST_EXPONENT = 10
"""Every amount and quantity is below 10^11 (rules.md 10)."""

MOST_DECIMALS = 8
"""Of any number; amounts have fewer (contract 4.3)."""

_PLAIN_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CONTROL_BUT_LAYOUT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class RequestFields:
    """The fields of one object: ``null`` counts as absent and unknown names are not looked at (contract D2).

    Every method returns the value, or None when it is absent or faulty; a faulty one leaves its fault in ``faults``.
    """

    __slots__ = ("_at", "_values", "faults")

    def __init__(self, values: Mapping[str, Any], at: str = "", faults: list[Fault] | None = None) -> None:
        self._values = values
        self._at = at
        self.faults: list[Fault] = [] if faults is None else faults

    def refuse(self, code: str, name: str, **values: object) -> None:
        """Notes a fault of the field."""
        self.faults.append(fault(code, self.path(name), **values))

    def path(self, name: str) -> str:
        """Where the field is in the request, as ``errors[].field`` says it."""
        return f"{self._at}.{name}" if self._at else name

    def raise_faults(self) -> None:
        """Raises InvalidRequest when faults were noted, here or in any object read along with this one."""
        if self.faults:
            raise InvalidRequest(self.faults[:MAX_FAULTS])

    def has(self, name: str) -> bool:
        """Whether the field was sent with a value."""
        return self._values.get(name) is not None

    def require(self, name: str, code: str = "field_required") -> bool:
        """Notes a fault when the field is absent."""
        if self.has(name):
            return True
        self.refuse(code, name)
        return False

    def inner(self, name: str) -> "RequestFields | None":
        """An inner object; its faults are noted together with these."""
        value = self._values.get(name)
        if value is None:
            return None
        if type(value) is not dict:
            self.refuse("object_expected", name)
            return None
        return RequestFields(value, self.path(name), self.faults)

    def elements(self, name: str, most: int) -> "list[RequestFields] | None":
        """A list of objects with one element at least and ``most`` at most."""
        value = self._values.get(name)
        if value is None:
            return None
        if type(value) is not list:
            self.refuse("list_expected", name)
        elif not value:
            self.refuse("lines_empty", name)
        elif len(value) > most:
            self.refuse("lines_too_many", name, limit=most)
        else:
            return self._elements(name, value)
        return None

    def _elements(self, name: str, value: list[Any]) -> "list[RequestFields]":
        at = self.path(name)
        found: list[RequestFields] = []
        for position, element in enumerate(value):
            if type(element) is dict:
                found.append(RequestFields(element, f"{at}[{position}]", self.faults))
            else:
                self.refuse("object_expected", f"{name}[{position}]")
        return found

    def text(self, name: str, longest: int, *, layout: bool = False, trimmed: bool = True) -> str | None:
        """A text with something in it, trimmed unless it must be kept to the letter.

        ``layout`` admits line breaks and tabs; other control characters are never admitted.
        """
        value = self._values.get(name)
        if value is None:
            return None
        if type(value) is not str:
            self.refuse("text_expected", name)
            return None
        content = value.strip()
        kept = content if trimmed else value
        if not content:
            self.refuse("field_empty", name)
        elif len(kept) > longest:
            self.refuse("text_too_long", name, limit=longest)
        elif (_CONTROL_BUT_LAYOUT if layout else _CONTROL).search(kept):
            self.refuse("text_control_character", name)
        else:
            return kept
        return None

    def code(self, name: str, known: Collection[str], code: str, **values: object) -> str | None:
        """A code of a catalog; ``code`` is the fault, worded with ``values``, when the catalog has no such entry."""
        value = self.text(name, longest=100)
        if value is None or value in known:
            return value
        self.refuse(code, name, **values)
        return None

    def choice(self, name: str, most: int, code: str, **values: object) -> int | None:
        """A whole number from 1 to ``most``; ``code`` is the fault, worded with ``values``, for any other value."""
        sent = self._values.get(name)
        if type(sent) is str and sent.strip() and not _PLAIN_DECIMAL.fullmatch(sent):
            self.refuse(code, name, **values)
            return None
        value = self._number(name)
        if value is None:
            return None
        if not 1 <= value <= most:
            self.refuse(code, name, **values)
        elif value != value.to_integral_value():
            self.refuse("integer_expected", name)
        else:
            return int(value)
        return None

    def flag(self, name: str) -> bool | None:
        """A JSON boolean."""
        value = self._values.get(name)
        if value is None or type(value) is bool:
            return value
        self.refuse("boolean_expected", name)
        return None

    def decimal(self, name: str, decimals: int | None = None) -> Decimal | None:
        """A number below 10^11, without trailing zeros, sent as a JSON number or as a plain decimal text (D5).

        ``decimals`` bounds the decimals by value: ``1.500`` has one. Input is never rounded.
        """
        value = self._number(name)
        if value is None:
            return None
        if value and value.adjusted() > _LARGEST_EXPONENT:
            self.refuse("number_too_large", name, limit=10 ** (_LARGEST_EXPONENT + 1))
            return None
        shortest, places = _shortest(value)
        limit = MOST_DECIMALS if decimals is None else decimals
        if places > limit:
            self.refuse("number_too_many_decimals", name, limit=limit)
            return None
        return shortest

    def _number(self, name: str) -> Decimal | None:
        value = self._values.get(name)
        if value is None or type(value) is Decimal:
            return value
        if type(value) is not str:
            self.refuse("number_expected", name)
        elif not value.strip():
            self.refuse("field_empty", name)
        elif not _PLAIN_DECIMAL.fullmatch(value):
            self.refuse("number_not_plain", name)
        else:
            return Decimal(value)
        return None


def _shortest(value: Decimal) -> tuple[Decimal, int]:
    """The same number without trailing zeros after the point and without exponent, and how many decimals it has."""
    sign, digits, exponent = value.as_tuple()
    if not value or not isinstance(exponent, int):
        return Decimal(0), 0
    if exponent == 0:
        return value, 0
    if exponent > 0:
        return Decimal((sign, digits + (0,) * exponent, 0)), 0
    end = len(digits)
    while exponent < 0 and end > 1 and not digits[end - 1]:
        end -= 1
        exponent += 1
    return Decimal((sign, digits[:end], exponent)), -exponent
