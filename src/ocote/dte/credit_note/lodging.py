"""The prices of lodging in a note on a discounted CCF, from which MH recomputes the tax 59 (wider-sales.md W1)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from ocote.dte.body import ExactLine, PriceBasis
from ocote.dte.line_taxes import TOURISM, TOURISM_RATE
from ocote.dte.money import to_line
from ocote.dte.sale import BodyLine

_ZERO: Final = Decimal(0)

_HARMLESS: Final = Decimal("0.02")
"""Shortfall of all prices in USD that is 0.001 in the tax, of which MH tolerates 0.01."""


def at_full_prices(
    body: Sequence[BodyLine], lines: Sequence[ExactLine], basis: PriceBasis, taxed_off: Decimal, ccfs: int = 1
) -> list[BodyLine]:
    """The lines of a note, those of lodging at a price that explains their tax; inside the exact decimal context.

    The tax is on the price before the discount of the CCF, ``taxed_off`` of which was taken off. A line sent at a price
    that is discounted already is written at the price before, and the difference is its discount. The lines of all the
    ``ccfs`` of a note share what is harmless.
    """
    if not 0 < taxed_off < 1:
        return list(body)
    sent = iter(lines)
    full = [_full_price(next(sent), basis, taxed_off) if line.is_of_request else _ZERO for line in body]
    short = [
        max(price - line.amounts.taxed - line.amounts.discount, _ZERO) for line, price in zip(body, full, strict=True)
    ]
    if sum(short, _ZERO) <= _HARMLESS / ccfs:
        return list(body)
    return [_raised(line, price) if missing else line for line, price, missing in zip(body, full, short, strict=True)]


def _full_price(each: ExactLine, basis: PriceBasis, taxed_off: Decimal) -> Decimal:
    """The net price of all of a line of which its tax on lodging is 5 %; zero for a line without it."""
    net = each.exact / basis.divisor / (1 - taxed_off)
    for tax, amount in zip(each.line.taxes, each.taxes, strict=True):
        if tax.code == TOURISM:
            return net if tax.amount is None else min(amount / TOURISM_RATE, net)
    return _ZERO


def _raised(line: BodyLine, full: Decimal) -> BodyLine:
    price = to_line(full / line.quantity)
    discount = to_line(line.quantity * price - line.amounts.taxed)
    return replace(line, amounts=replace(line.amounts, unit_price=price, discount=discount))
