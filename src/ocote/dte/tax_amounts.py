"""Whether the taxes on the lines of a request have amounts that a document can state (wider-sales.md 2.2).

MH computes the taxes with a rate anew from quantities and sales and tolerates 0.01 in the sum of each tax.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from ocote.dte.body import ExactLine, PriceBasis
from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.line_taxes import COTRANS, DEPARTURE, FOVIAL, TOURISM, TOURISM_RATE, amount_by_unit
from ocote.dte.money import CENT, LIMIT, to_cents
from ocote.dte.sale import LineTax, TaxValue

_RATES: Final = {
    TOURISM: "5 % de lo que la línea vende sin IVA",
    DEPARTURE: "7.00 por cada unidad",
    FOVIAL: "0.20 por cada galón",
    COTRANS: "0.10 por cada galón",
}
"""What the taxes with a rate are of, for people."""

_ZERO: Final = Decimal(0)


class _Due(Struct, frozen=True):
    """The amount in USD of a tax with a rate: from ``least`` to ``most``, and ``computed`` when none is sent."""

    least: Decimal
    most: Decimal
    computed: Decimal

    def nearest(self, amount: Decimal) -> Decimal:
        """The amount itself, or the bound that it lies beyond."""
        return min(max(amount, self.least), self.most)


def require_amounts_by_rate(
    lines: Sequence[ExactLine], basis: PriceBasis, taxed_off: Decimal = _ZERO
) -> Mapping[str, Decimal]:
    """By how much the amounts of a request differ from what the rates of their taxes give, by code (CAT-015).

    The amounts of each tax may be off by 0.01 together, so that a caller may round them. ``taxed_off`` is the part of
    the taxed sales of a CCF that its discount has taken: in a note on the CCF the tax on lodging may be that of the
    prices before or after the discount. To be called inside the exact decimal context. Raises InvalidSale for every
    amount that differs by more.
    """
    faults: list[Fault] = []
    drifts: dict[str, Decimal] = {}
    for index, each in enumerate(lines):
        for position, tax in enumerate(each.line.taxes):
            due = _due(each, tax, basis, taxed_off) if tax.amount is not None else None
            if due is None or tax.amount is None:
                continue
            before = drifts.get(tax.code, _ZERO)
            drift = before + tax.amount - due.nearest(tax.amount)
            if abs(drift) > CENT:
                right = max(to_cents(due.computed - before), CENT)
                drift = before + right - due.computed
                message = (
                    f"El tributo {tax.code} es {_RATES[tax.code]}, {right:,.2f} en esta línea: envíe ese monto, o el "
                    "código solo."
                )
                field = f"lines[{index}].taxes[{position}].amount"
                faults.append(Fault(FaultCode.TAX_AMOUNT_DIFFERS, field, message))
            drifts[tax.code] = drift
    if faults:
        raise InvalidSale(faults)
    return drifts


def require_tax_totals(lines: Sequence[ExactLine], totals: Sequence[TaxValue]) -> None:
    """Raises InvalidSale for a tax of 1e11 USD or more in the summary, on the line with the largest part of it."""
    faults = [_total_fault(lines, total.code) for total in totals if total.value >= LIMIT]
    if faults:
        raise InvalidSale(faults)


def _total_fault(lines: Sequence[ExactLine], code: str) -> Fault:
    parts = [
        (amount, f"lines[{index}].taxes[{position}]" + (".amount" if tax.amount is not None else ""))
        for index, each in enumerate(lines)
        for position, (tax, amount) in enumerate(zip(each.line.taxes, each.taxes, strict=True))
        if tax.code == code
    ]
    _, field = max(parts, key=lambda part: part[0])
    return Fault(FaultCode.TOTAL_TOO_LARGE, field, f"El tributo {code} suma 100,000,000,000.00 o más.")


def _due(each: ExactLine, tax: LineTax, basis: PriceBasis, taxed_off: Decimal) -> _Due | None:
    """The bounds of a tax whose amount was sent; None for a tax without a rate."""
    by_unit = amount_by_unit(tax.code, each.line.quantity, each.line.unit)
    if by_unit is not None:
        return _Due(by_unit, by_unit, by_unit)
    if tax.code != TOURISM or tax.amount is None:
        return None
    least = each.exact / basis.divisor * TOURISM_RATE
    most = least / (1 - taxed_off) if taxed_off < 1 else least
    if not each.line.taxes_included:
        return _Due(least, most, most)
    computed = (each.exact + tax.amount) / (basis.divisor + TOURISM_RATE) * TOURISM_RATE
    return _Due(least, most, computed)
