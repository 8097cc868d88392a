"""Net lines from prices that include VAT, for the documents that state VAT in their summary (03 and 05)."""

from decimal import Decimal

from ocote.dte.money import to_line, to_line_up
from ocote.dte.sale import LineAmounts

VAT_DIVISOR = Decimal("1.13")
VAT_RATE = Decimal("0.13")

_HARMLESS = Decimal("0.005")
"""Half of the 0.01 that MH tolerates between a line and price × quantity − discount (rules.md 10)."""

_ZERO = Decimal(0)


def restate(quantity: Decimal, gross_price: Decimal, discounted: bool, net: Decimal) -> LineAmounts:
    """Price and discount, both net, that explain the net amount ``net`` of a line (arithmetic.md 1, 4).

    The net price is the gross price / 1.13 at 8 decimals. A large quantity multiplies the rounding of the price beyond
    MH's tolerance; then the price goes up to the next value that covers the line, and the discount takes back the
    excess. To be called inside the exact decimal context.
    """
    price = to_line(gross_price / VAT_DIVISOR)
    discount = quantity * price - net
    if not discounted and abs(discount) <= _HARMLESS:
        discount = _ZERO
    elif discount < _ZERO:
        price = to_line_up(net / quantity)
        discount = quantity * price - net
    return LineAmounts(unit_price=price, discount=to_line(discount), taxed=net, vat=to_line(net * VAT_RATE))
