"""A line whose price included VAT, restated net for the documents that carry VAT in their summary (03 and 05)."""

from decimal import Decimal

from ocote.dte.money import to_line, to_line_up
from ocote.dte.sale import LineAmounts

VAT_DIVISOR = Decimal("1.13")
VAT_RATE = Decimal("0.13")

_HARMLESS = Decimal("0.005")
"""MH tolerates 0.01 between a line and price × quantity − discount (rules.md 10); we stop at half of it."""

_ZERO = Decimal(0)


def restate(quantity: Decimal, gross_price: Decimal, discounted: bool, net: Decimal) -> LineAmounts:
    """Price and discount, both net, that explain the net amount ``net`` of a line (arithmetic.md 1, 4).

    The net price is the gross one / 1.13 at 8 decimals. Multiplied by a large quantity its rounding grows beyond MH's
    tolerance; then the price goes up to the next value that covers the line, and the discount takes back the excess.
    Runs inside the exact decimal context of its caller.
    """
    price = to_line(gross_price / VAT_DIVISOR)
    discount = quantity * price - net
    if not discounted and abs(discount) <= _HARMLESS:
        discount = _ZERO
    elif discount < _ZERO:
        price = to_line_up(net / quantity)
        discount = quantity * price - net
    return LineAmounts(unit_price=price, discount=to_line(discount), taxed=net, vat=to_line(net * VAT_RATE))
