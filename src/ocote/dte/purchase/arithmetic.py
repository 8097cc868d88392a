"""The amounts of a purchase from an excluded subject (arithmetic.md 7, contract 11.2)."""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import Final

from ocote.dte.arithmetic import document_discount
from ocote.dte.body import GOODS_AND_SERVICE, SERVICE
from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.line_rules import (
    discount_of,
    discount_total,
    gross_of,
    require_amounts,
    require_lines,
    require_rest,
    require_total,
)
from ocote.dte.money import EXACT, to_cents, to_line
from ocote.dte.paying import paid
from ocote.dte.purchase.value import Purchase, PurchaseLine
from ocote.dte.sale import BodyLine, Kinds, LineAmounts, Totals

INCOME_TAX_RATE: Final = Decimal("0.10")
"""Of services without employment, to a natural person who is domiciled (CT 156)."""

INCOME_TAX_RATES: Final = (INCOME_TAX_RATE, Decimal("0.20"), Decimal("0.05"), Decimal("0.25"))
"""The rates of the law, the usual ones first: those who are not domiciled bear 20 % of everything (CT 158), 5 or 10 %
in the cases of its reduced rates, and 25 % in a tax haven (CT 158-A)."""

_ZERO: Final = Decimal("0.00")


def compute_purchase(purchase: Purchase) -> Totals:
    """Every amount of ``purchase`` in USD; without VAT ``taxable`` is ``gross``, the purchase after its discount.

    ``withheld`` is the income tax, whatever its amount: the law has no minimum (rules.md 8). Unless the purchase says
    otherwise it is 10 % of the service lines, from which the discount of the document takes as much as from the other
    lines. Raises InvalidSale when a line, a total or a term cannot be expressed in MH's numbers, and for income tax
    that the law does not know.
    """
    require_lines(purchase.lines)
    with localcontext(EXACT):
        exact = [gross_of(line) for line in purchase.lines]
        body = tuple(_line(line, gross) for line, gross in zip(purchase.lines, exact, strict=True))
        require_amounts(purchase.lines, body)
        bought = Kinds(taxed=to_cents(sum(exact, _ZERO)))
        require_total(bought.total)
        off = document_discount(purchase.terms.discount, bought)
        gross = bought.total - off.total
        require_rest(gross, off.total, purchase.terms.discount)
        require_total(gross)
        withheld = _withheld(purchase, exact, bought.total, off.total)
        payable = gross - withheld
        condition, payments = paid(purchase.payment, purchase.terms, payable)
        return Totals(
            taxable=gross,
            vat=_ZERO,
            gross=gross,
            withheld=withheld,
            payable=payable,
            discount=off.total,
            body=body,
            all_discounts=discount_total(purchase.lines, body, off.total, purchase.terms.discount),
            sums=bought,
            off=off,
            condition=condition,
            payments=payments,
        )


def after_discount(amount: Decimal, whole: Decimal, off: Decimal) -> Decimal:
    """The part of ``amount`` that is left when ``off`` is taken from ``whole``, evenly from all of it; USD, exact."""
    with localcontext(EXACT):
        return amount * (whole - off) / whole if off else amount


def _line(line: PurchaseLine, amount: Decimal) -> BodyLine:
    amounts = LineAmounts(line.unit_price, discount_of(line), to_line(amount), _ZERO)
    return BodyLine(line.description, line.quantity, amounts, line.kind, line.written_unit, line.code)


def _withheld(purchase: Purchase, exact: Sequence[Decimal], bought: Decimal, off: Decimal) -> Decimal:
    """The income tax in USD: as the purchase says, else 10 % of the services (CT 156).

    How much of a line that is goods and service at once bears the tax only the buyer knows.
    """
    services, mixed = (
        after_discount(_sum_of(kind, purchase.lines, exact), bought, off) for kind in (SERVICE, GOODS_AND_SERVICE)
    )
    least, most = to_cents(services * INCOME_TAX_RATE), to_cents((services + mixed) * INCOME_TAX_RATE)
    asked = purchase.income_tax
    if asked is None:
        if mixed:
            message = (
                "Una línea es bien y servicio a la vez (item_kind both): diga en income_tax_withheld cuánta renta se "
                "retiene, o divida la línea."
            )
            raise InvalidSale([Fault(FaultCode.INCOME_TAX_MISSING, "income_tax_withheld", message)])
        return least
    amount = to_cents(asked.amount)
    limit = to_cents((bought - off) * max(INCOME_TAX_RATES))
    if amount > limit:
        message = f"La retención de renta no puede pasar del 25 % de la compra, {limit:,.2f}."
        raise InvalidSale([Fault(FaultCode.INCOME_TAX_TOO_LARGE, "income_tax_withheld", message)])
    if asked.reason is None and not least <= amount <= most:
        bounds = f"{least:,.2f}" if least == most else f"de {least:,.2f} a {most:,.2f}, según la parte de both"
        message = f"El 10 % de los servicios es {bounds}; diga por qué se retiene {amount:,.2f}."
        raise InvalidSale([Fault(FaultCode.INCOME_TAX_REASON_MISSING, "income_tax_reason", message)])
    return amount


def _sum_of(kind: int, lines: Sequence[PurchaseLine], exact: Sequence[Decimal]) -> Decimal:
    return sum((amount for line, amount in zip(lines, exact, strict=True) if line.kind == kind), _ZERO)
