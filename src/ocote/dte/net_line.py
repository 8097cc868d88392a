"""Prices and discounts that explain the amount of a line which is not its own price times its quantity."""

from decimal import Decimal

from ocote.dte.money import to_line, to_line_up
from ocote.dte.sale import LineAmounts

VAT_DIVISOR = Decimal("1.13")
VAT_RATE = Decimal("0.13")

_HARMLESS = Decimal("0.005")
"""Half of the 0.01 that MH tolerates between a line and price × quantity − discount (rules.md 10)."""

_ZERO = Decimal(0)


def explained(quantity: Decimal, exact_price: Decimal, discounted: bool, amount: Decimal) -> tuple[Decimal, Decimal]:
    """Price and discount, 8 decimals each, that explain the ``amount`` of a line (arithmetic.md 1).

    The price is ``exact_price`` at 8 decimals. A large quantity multiplies the rounding of the price beyond MH's
    tolerance; then the price goes up to the next value that covers the line, and the discount takes back the excess. To
    be called inside the exact decimal context.
    """
    price = to_line(exact_price)
    discount = quantity * price - amount
    if not discounted and abs(discount) <= _HARMLESS:
        discount = _ZERO
    elif discount < _ZERO:
        price = to_line_up(amount / quantity)
        discount = quantity * price - amount
    return price, to_line(discount)


def restate(quantity: Decimal, gross_price: Decimal, discounted: bool, net: Decimal) -> LineAmounts:
    """The net line of a price that includes VAT, for the documents that state VAT in their summary (03 and 05)."""
    price, discount = explained(quantity, gross_price / VAT_DIVISOR, discounted, net)
    return LineAmounts(unit_price=price, discount=discount, taxed=net, vat=to_line(net * VAT_RATE))
