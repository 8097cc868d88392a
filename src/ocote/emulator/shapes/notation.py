"""A compact notation for the shape of a document, compiled once into closures.

A check takes a parsed JSON value and returns None, or the violations with paths below that value. Numbers arrive as
``int`` or ``Decimal``, never as ``float``, so ``multipleOf`` is judged on the decimal text as MH does
(protocol.md 5.3: 3.3000000000000003 fails, 3.3 passes).
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from ocote.emulator.shapes.violations import Violation

Found = list[Violation] | None
Check = Callable[[Any], Found]

AMOUNT_LIMIT = 10**11
"""The bound in USD below which every amount of a document stays (rules.md 10)."""

_BEYOND = 10**30
_STEPS = {2: (Decimal("0.01"), "0.01"), 8: (Decimal("0.00000001"), "1.0E-8")}
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_JAVA_NAMES = {
    dict: "JSONObject",
    list: "JSONArray",
    str: "String",
    bool: "Boolean",
    int: "Integer",
    Decimal: "BigDecimal",
}


def text(low: int = 0, high: int | None = None, *, pattern: str | None = None, among: Collection[str] = ()) -> Check:
    """A string by length in characters, by pattern (searched, as JSON Schema does) and by list."""
    ceiling = 10**9 if high is None else high
    search = re.compile(pattern).search if pattern else None
    allowed = frozenset(among) or None

    def check(value: Any) -> Found:
        if type(value) is not str:
            return _wrong_type("String", value)
        if low <= len(value) <= ceiling and (search is None or search(value)) and (allowed is None or value in allowed):
            return None
        return explain(value)

    def explain(value: str) -> Found:
        found = []
        if len(value) < low:
            found.append(Violation("", "too_short", f"expected minLength: {low}, actual: {len(value)}"))
        if len(value) > ceiling:
            found.append(Violation("", "too_long", f"expected maxLength: {high}, actual: {len(value)}"))
        if search is not None and not search(value):
            found.append(Violation("", "format", f"string [{value}] does not match pattern {pattern}"))
        if allowed is not None and value not in allowed:
            found.append(Violation("", "invalid", f"{value} is not a valid enum value"))
        return found

    return check


def day() -> Check:
    """A calendar date ``yyyy-MM-dd``."""

    def check(value: Any) -> Found:
        if type(value) is not str:
            return _wrong_type("String", value)
        if len(value) == 10 and value[4] == "-" == value[7]:
            try:
                date.fromisoformat(value)
            except ValueError:
                pass
            else:
                return None
        return [Violation("", "format", f"[{value}] is not a valid date. Expected [yyyy-MM-dd]")]

    return check


def email(low: int = 0, high: int = 100) -> Check:
    """An e-mail address by form and length (``format: email`` of the v1 schemas)."""
    length = text(low, high)

    def check(value: Any) -> Found:
        found = length(value)
        if type(value) is str and not _EMAIL.fullmatch(value):
            return [*(found or ()), Violation("", "format", f"[{value}] is not a valid email address")]
        return found

    return check


def whole(low: int | None = None, high: int | None = None, *, among: Collection[int] = ()) -> Check:
    """An integer written without a decimal point."""
    floor = -(10**30) if low is None else low
    ceiling = 10**30 if high is None else high
    allowed = frozenset(among) or None

    def check(value: Any) -> Found:
        if type(value) is not int:
            return _wrong_type("Integer", value)
        if floor <= value <= ceiling and (allowed is None or value in allowed):
            return None
        return _out_of_range(value, low, high) or [Violation("", "invalid", f"{value} is not a valid enum value")]

    return check


def number(
    decimals: int | None = None,
    *,
    low: int | None = None,
    over: int | None = None,
    high: int | None = None,
    under: int | None = None,
    among: Collection[int] = (),
) -> Check:
    """A number by decimals (2 or 8) and bounds; ``over`` and ``under`` exclude the bound itself."""
    step, step_text = _STEPS[decimals] if decimals else (None, "")
    allowed = frozenset(among) or None
    lowest = max(bound for bound in (low, over, -_BEYOND) if bound is not None)
    highest = min(bound for bound in (high, under, _BEYOND) if bound is not None)
    bounds = {
        int: (lowest - 1 if lowest == low else lowest, highest + 1 if highest == high else highest),
        Decimal: (Decimal(lowest), Decimal(highest)),
    }

    def check(value: Any) -> Found:
        kind = type(value)
        if kind not in bounds:
            return _wrong_type("Number", value)
        floor, ceiling = bounds[kind]
        if not floor < value < ceiling:  # on or beyond a bound, which may be an allowed value
            found = _out_of_range(value, low, high, over, under)
            if found:
                return found
        if allowed is not None and value not in allowed:
            return [Violation("", "invalid", f"{value} is not a valid enum value")]
        if step is not None and kind is Decimal and not _is_multiple(value, step):
            return [Violation("", "invalid", f"{value} is not a multiple of {step_text}")]
        return None

    return check


def amount(decimals: int, *, signed: bool = False, positive: bool = False, high: int | None = None) -> Check:
    """An amount in USD: not negative, or above 0 (``positive``), or of either sign (``signed``)."""
    if signed:
        return number(decimals, over=-AMOUNT_LIMIT, under=AMOUNT_LIMIT)
    if positive:
        return number(decimals, over=0, under=AMOUNT_LIMIT)
    return number(decimals, low=0, high=high, under=AMOUNT_LIMIT)


def null() -> Check:
    """A check that accepts only null."""

    def check(value: Any) -> Found:
        return None if value is None else _wrong_type("Null", value)

    return check


def maybe(inner: Check) -> Check:
    """A check that accepts null and all values that ``inner`` accepts."""

    def check(value: Any) -> Found:
        return None if value is None else inner(value)

    return check


def record(
    members: Mapping[str, Check], *, optional: Collection[str] = (), conditions: Collection[Check] = ()
) -> Check:
    """An object with exactly these keys, all required except ``optional``, that also meets ``conditions``."""
    pairs = tuple(members.items())
    rules = tuple(conditions)

    def check(value: Any) -> Found:
        if type(value) is not dict:
            return _wrong_type("JSONObject", value)
        found: list[Violation] = []
        present = 0
        for key, member in pairs:
            if key in value:
                present += 1
                inside = member(value[key])
                if inside is not None:
                    found += [violation.below(key) for violation in inside]
            elif key not in optional:
                found.append(Violation("", "missing", f"required key [{key}] not found", key))
        if present != len(value):
            extra = [key for key in value if key not in members]
            found += [Violation("", "extra", f"extraneous key [{key}] is not permitted", key) for key in extra]
        for rule in rules:
            found += rule(value) or ()
        return found or None

    return check


def rows(item: Check, low: int = 0, high: int | None = None, *, unique: bool = False) -> Check:
    """An array whose elements all pass ``item``; positions in paths count from 0."""

    def check(value: Any) -> Found:
        if type(value) is not list:
            return _wrong_type("JSONArray", value)
        found: list[Violation] = []
        if len(value) < low:
            found.append(Violation("", "invalid", f"expected minimum item count: {low}, found: {len(value)}"))
        if high is not None and len(value) > high:
            found.append(Violation("", "invalid", f"expected maximum item count: {high}, found: {len(value)}"))
        for index, element in enumerate(value):
            inside = item(element)
            if inside is not None:
                found += [violation.below(index) for violation in inside]
        if unique and _repeats(value):
            found.append(Violation("", "invalid", "array items are not unique"))
        return found or None

    return check


def each(item: Check) -> Check:
    """A condition on every element of an array; values that are not arrays pass."""

    def check(value: Any) -> Found:
        if type(value) is not list:
            return None
        return [v.below(index) for index, element in enumerate(value) for v in item(element) or ()] or None

    return check


def having(members: Mapping[str, Check]) -> Check:
    """A condition on some keys of an object; absent keys and values that are not objects pass (JSON Schema 6.5.4)."""
    pairs = tuple(members.items())

    def check(value: Any) -> Found:
        if type(value) is not dict:
            return None
        found: list[Violation] = []
        for key, member in pairs:
            if key in value:
                inside = member(value[key])
                if inside is not None:
                    found += [violation.below(key) for violation in inside]
        return found or None

    return check


def when(test: Check, then: Check | None = None, otherwise: Check | None = None) -> Check:
    """A condition: a value that passes ``test`` must pass ``then``, any other value ``otherwise``."""

    def check(value: Any) -> Found:
        branch = then if test(value) is None else otherwise
        return None if branch is None else branch(value)

    return check


def both(*checks: Check) -> Check:
    """A check that applies all of ``checks``."""

    def check(value: Any) -> Found:
        return [violation for inner in checks for violation in inner(value) or ()] or None

    return check


def some_object() -> Check:
    """A check that accepts any JSON object."""

    def check(value: Any) -> Found:
        return None if type(value) is dict else _wrong_type("JSONObject", value)

    return check


def some_array(low: int = 0) -> Check:
    """A check that accepts any JSON array of at least ``low`` elements."""
    return rows(lambda _: None, low)


def _wrong_type(expected: str, value: Any) -> Found:
    actual = "Null" if value is None else _JAVA_NAMES.get(type(value), type(value).__name__)
    return [Violation("", "invalid", f"expected type: {expected}, found: {actual}")]


def _out_of_range(
    value: int | Decimal, low: int | None, high: int | None, over: int | None = None, under: int | None = None
) -> list[Violation]:
    details = []
    if low is not None and value < low:
        details.append(f"{value} is not greater or equal to {low}")
    if over is not None and value <= over:
        details.append(f"{value} is not greater than {over}")
    if high is not None and value > high:
        details.append(f"{value} is not less or equal to {high}")
    if under is not None and value >= under:
        details.append(f"{value} is not less than {under}")
    return [Violation("", "invalid", detail) for detail in details]


def _is_multiple(value: Decimal, step: Decimal) -> bool:
    try:
        return not value % step
    except InvalidOperation:  # more digits than the decimal context: only whole numbers of that size are multiples
        return value == value.to_integral_value()


def _repeats(elements: list[Any]) -> bool:
    seen: list[Any] = []
    keys: set[str] = set()
    for element in elements:
        if type(element) is str:
            if element in keys:
                return True
            keys.add(element)
        elif element in seen:
            return True
        else:
            seen.append(element)
    return False
