"""Exact amounts and the two ways MH rounds them (rules.md 10): half up at 2 decimals, half up at 8."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

EXACT = Context(prec=80, rounding=ROUND_HALF_UP)
"""A decimal context wide enough that the arithmetic itself never rounds a product or sum of a document."""

CENT = Decimal("0.01")
LIMIT = Decimal(10**11)
"""The bound in USD below which every amount of a document stays (``exclusiveMaximum`` in all schemas)."""

LINE_STEP = Decimal("0.00000001")


def to_cents(amount: Decimal) -> Decimal:
    """``amount`` as a total of a document: 2 decimals, half up.

    >>> to_cents(Decimal("5.665")), to_cents(Decimal("5.664999"))
    (Decimal('5.67'), Decimal('5.66'))
    """
    return amount.quantize(CENT, ROUND_HALF_UP, EXACT)


def to_line(amount: Decimal) -> Decimal:
    """``amount`` as a number of a line: 8 decimals, half up.

    >>> to_line(Decimal("29.25") / Decimal("1.13"))
    Decimal('25.88495575')
    """
    return amount.quantize(LINE_STEP, ROUND_HALF_UP, EXACT)


def to_line_up(amount: Decimal) -> Decimal:
    """The smallest number of a line that is not below ``amount``."""
    return amount.quantize(LINE_STEP, ROUND_CEILING, EXACT)


def to_line_down(amount: Decimal) -> Decimal:
    """The largest number of a line that is not above ``amount``."""
    return amount.quantize(LINE_STEP, ROUND_FLOOR, EXACT)


def fits_a_line(amount: Decimal) -> bool:
    """Whether ``amount`` has at most 8 decimals, MH's limit for every number of a line.

    >>> fits_a_line(Decimal("1.10000000000")), fits_a_line(Decimal("0.000000001"))
    (True, False)
    """
    return amount == amount.quantize(LINE_STEP, ROUND_HALF_UP, EXACT)


def json_number(amount: Decimal) -> Decimal | int:
    """``amount`` as the JSON number MH should read: no trailing zeros, whole amounts as integers.

    MH refuses binary residue such as ``3.3000000000000003``; MH always accepts an exact decimal without padding.

    >>> json_number(Decimal("113.00")), json_number(Decimal("0.10")), json_number(Decimal("1E+3"))
    (113, Decimal('0.1'), 1000)
    """
    if not amount:
        return 0  # most numbers of a document: no amount of that kind
    if amount == amount.to_integral_value():
        return int(amount)
    return amount.normalize(EXACT)
