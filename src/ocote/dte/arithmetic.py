"""The amounts of a sale (arithmetic.md 1 to 4 and 6): exact inside, rounded only where MH sees a number.

For 01 and 03 the caller's prices include VAT. The exact line amounts add up to ``gross``, which is split into
``taxable`` and ``vat`` once for the whole document, so that the two always make up the gross amount to the cent. Line
amounts carry 8 decimals, the precision at which MH's own sums over the lines agree with those totals within 0.01.
"""

from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import assert_never

from ocote.dte.export.rules import carriage
from ocote.dte.line_rules import discount_of, discount_total, gross_of, require_amounts, require_lines, require_total
from ocote.dte.money import EXACT, to_cents, to_line
from ocote.dte.net_line import VAT_DIVISOR, restate
from ocote.dte.sale import Line, LineAmounts, Sale, Totals
from ocote.dte.types import DOCUMENT_TYPES, Prices

WITHHOLDING_RATE = Decimal("0.01")
WITHHOLDING_THRESHOLD = Decimal("100.00")
WITHHOLDING_BUYERS = frozenset({3, 4})
"""Contributor types that withhold 1 % of VAT: large taxpayers and government (rules.md 8)."""

_ZERO = Decimal("0.00")


def compute(sale: Sale) -> Totals:
    """Every amount of ``sale`` in USD.

    Type 11 is taxed at 0 %: the whole operation, freight and insurance included, is ``taxable`` and ``vat`` is zero.
    The 1 % is withheld from 01 and 03 when the buyer is a withholder, the issuer is not a large taxpayer itself and
    ``taxable`` is at least 100.00 (rules.md 8).
    Raises InvalidSale when a line or the total cannot be expressed in MH's numbers.
    """
    require_lines(sale.lines)
    row = DOCUMENT_TYPES[sale.doc_type]
    with localcontext(EXACT):
        exact = [gross_of(line) for line in sale.lines]
        amounts = tuple(map(_amounts_of(row.prices), sale.lines, exact))
        require_amounts(amounts)
        gross = to_cents(sum(exact, _ZERO)) + carriage(sale)
        require_total(gross)
        taxable = to_cents(gross / VAT_DIVISOR) if row.has_vat else gross
        withheld = to_cents(taxable * WITHHOLDING_RATE) if _is_withheld(sale, taxable) else _ZERO
        return Totals(
            lines=amounts,
            discount=discount_total(amounts),
            taxable=taxable,
            vat=gross - taxable,
            gross=gross,
            withheld=withheld,
            payable=gross - withheld,
        )


def _with_vat_inside(line: Line, gross: Decimal) -> LineAmounts:
    taxed = to_line(gross)
    return LineAmounts(line.unit_price, discount_of(line), taxed, to_line(taxed * 13 / 113))


def _net(line: Line, gross: Decimal) -> LineAmounts:
    return restate(line.quantity, line.unit_price, bool(line.discount_percentage), to_line(gross / VAT_DIVISOR))


def _untaxed(line: Line, gross: Decimal) -> LineAmounts:
    return LineAmounts(line.unit_price, discount_of(line), to_line(gross), _ZERO)


def _amounts_of(prices: Prices) -> Callable[[Line, Decimal], LineAmounts]:
    match prices:
        case "with VAT":
            return _with_vat_inside
        case "net":
            return _net
        case "untaxed":
            return _untaxed
        case unknown:
            assert_never(unknown)


def _is_withheld(sale: Sale, taxable: Decimal) -> bool:
    return (
        DOCUMENT_TYPES[sale.doc_type].has_vat
        and not sale.issuer.large_taxpayer
        and sale.receiver.contributor_type in WITHHOLDING_BUYERS
        and taxable >= WITHHOLDING_THRESHOLD
    )
