"""The amounts of a purchase from an excluded subject (arithmetic.md 7, contract 11.2)."""

from decimal import Decimal, localcontext

from ocote.dte.line_rules import discount_of, discount_total, gross_of, require_amounts, require_lines, require_total
from ocote.dte.money import EXACT, to_cents, to_line
from ocote.dte.paying import paid
from ocote.dte.purchase.value import Purchase, PurchaseLine
from ocote.dte.sale import BodyLine, Kinds, LineAmounts, Totals

INCOME_TAX_RATE = Decimal("0.10")

_ZERO = Decimal("0.00")


def compute_purchase(purchase: Purchase) -> Totals:
    """Every amount of ``purchase`` in USD; without VAT ``taxable`` is ``gross``.

    ``withheld`` is the 10 % of income tax on the service lines, whatever their amount: the law has no minimum
    (rules.md 8). Raises InvalidSale when a line or the total cannot be expressed in MH's numbers.
    """
    require_lines(purchase.lines)
    with localcontext(EXACT):
        exact = [gross_of(line) for line in purchase.lines]
        body = tuple(_line(line, gross) for line, gross in zip(purchase.lines, exact, strict=True))
        amounts = [line.amounts for line in body]
        require_amounts(amounts)
        gross = to_cents(sum(exact, _ZERO))
        require_total(gross)
        services = sum((amount for line, amount in zip(purchase.lines, exact, strict=True) if line.is_service), _ZERO)
        withheld = to_cents(services * INCOME_TAX_RATE)
        payable = gross - withheld
        condition, payments = paid(purchase.payment, purchase.terms, payable)
        return Totals(
            taxable=gross,
            vat=_ZERO,
            gross=gross,
            withheld=withheld,
            payable=payable,
            body=body,
            all_discounts=discount_total(amounts),
            sums=Kinds(taxed=gross),
            condition=condition,
            payments=payments,
        )


def _line(line: PurchaseLine, amount: Decimal) -> BodyLine:
    amounts = LineAmounts(line.unit_price, discount_of(line), to_line(amount), _ZERO)
    return BodyLine(line.description, line.quantity, amounts)
