"""The lines of a note as they are signed: they agree with the note's cents, and do not exceed the CCF.

Their sum has to agree with the total also when the note took the neighbouring cent (rules.md 10). Together with the
lines of the earlier notes they are not above the CCF, whose sales MH compares with the sums of the lines (code 016).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from ocote.dte.money import to_line, to_line_up
from ocote.dte.net_line import VAT_RATE, explained
from ocote.dte.sale import BodyLine, Kinds, LineAmounts, SaleKind

_LINES_BOUND: Final = Decimal("0.0095")
"""Largest distance of the sum of the lines from the total, slightly less than MH's 0.01."""

_ZERO: Final = Decimal(0)


def scaled(body: Sequence[BodyLine], totals: Kinds, excess: Kinds, ccfs: int = 1) -> list[BodyLine]:
    """``body`` with the lines of each kind scaled to agree with the total of their kind within the tolerance.

    ``excess`` is what the lines have more than is left of the CCF, without VAT: fractions of a cent, which are cut as
    far as the tolerance allows. The lines of all the ``ccfs`` of a note share the tolerance. To be called inside the
    exact decimal context.
    """
    bound = _LINES_BOUND / ccfs
    rows: tuple[tuple[SaleKind, Decimal, Decimal, Decimal], ...] = (
        ("taxed", sum((line.amounts.taxed for line in body), _ZERO), totals.taxed, excess.taxed),
        ("exempt", sum((line.amounts.exempt for line in body), _ZERO), totals.exempt, excess.exempt),
        (
            "not_subject",
            sum((line.amounts.not_subject for line in body), _ZERO),
            totals.not_subject,
            excess.not_subject,
        ),
    )
    factors = {kind: _factor(whole, total, above, bound) for kind, whole, total, above in rows}
    if all(factor == 1 for factor in factors.values()):
        return list(body)
    return [_scaled_line(line, factors) for line in body]


def with_amount(line: BodyLine, amount: Decimal) -> BodyLine:
    """``line`` with another ``amount`` of its kind of sale, which its discount or its price explains.

    A tax of section 2 has no discount: its price is its amount (arithmetic.md 1).
    """
    amounts = line.amounts
    if line.special_tax is not None:
        price, discount = amount, _ZERO
    else:
        price, discount = explained(line.quantity, amounts.unit_price, bool(amounts.discount), amount)
    kind = kind_of(line)
    changed = LineAmounts(
        unit_price=price,
        discount=discount,
        taxed=amount if kind == "taxed" else _ZERO,
        vat=to_line(amount * VAT_RATE) if kind == "taxed" else _ZERO,
        exempt=amount if kind == "exempt" else _ZERO,
        not_subject=amount if kind == "not_subject" else _ZERO,
    )
    return replace(line, amounts=changed)


def kind_of(line: BodyLine) -> SaleKind | None:
    """The kind of sale of a line; None for a charge."""
    if line.amounts.taxed:
        return "taxed"
    if line.amounts.exempt:
        return "exempt"
    return "not_subject" if line.amounts.not_subject else None


def _factor(whole: Decimal, total: Decimal, excess: Decimal, bound: Decimal) -> Decimal:
    covered = whole - excess if excess < whole else whole
    target = min(max(covered, total - bound), total + bound)
    return target / whole if whole else Decimal(1)


def _scaled_line(line: BodyLine, factors: Mapping[SaleKind, Decimal]) -> BodyLine:
    kind = kind_of(line)
    if kind is None or factors[kind] == 1:
        return line
    return with_amount(line, to_line_up(line.amounts.sold * factors[kind]))
