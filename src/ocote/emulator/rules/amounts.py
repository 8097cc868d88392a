"""Rounding and tolerance (rules.md 10, arithmetic.md 1)."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Number = Decimal | int

CENT = Decimal("0.01")
VAT_RATE = Decimal("0.13")
WITH_VAT = Decimal("1.13")
WITHHOLDING_RATE = Decimal("0.01")


def rounded(value: Number) -> Decimal:
    """``value`` rounded to cents, half up."""
    return Decimal(value).quantize(CENT, ROUND_HALF_UP)


def near(sent: Number, expected: Number) -> bool:
    """Whether a sent amount is within 0.01 of the expected amount."""
    difference: Number = sent - expected
    return -CENT <= difference <= CENT


def total(lines: Iterable[Mapping[str, Any]], key: str) -> Number:
    """The sum of a line amount, as sent."""
    result: Number = sum(line[key] for line in lines)
    return result


def line_amount(line: Mapping[str, Any]) -> Number:
    """``cantidad`` × ``precioUni`` − ``montoDescu``, not rounded."""
    result: Number = line["cantidad"] * line["precioUni"] - line["montoDescu"]
    return result
