"""Rounds the amounts of lines to cents, so that what is printed adds up to the printed totals (decision 0018). Pure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from ocote.dte.money import CENT, to_cents

_FROM_ROUNDING: Final = Decimal("0.01")
"""The most by which a total may differ from its lines when both are right: MH's tolerance (rules.md 10)."""


def cents_that_add_up(exact: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """The amounts of all lines in cents, with ``total`` as their sum.

    Each amount is rounded half up, and the cents that are then missing or left are taken by the lines whose rounding
    was farthest from them, of equal lines by the last ones: no amount differs by more than one cent from the exact one.
    A line of zero stays zero. A total that does not come from these lines is not concealed: then every amount is only
    rounded half up.
    """
    rounded = [to_cents(amount) for amount in exact]
    missing = total - sum(rounded, Decimal(0))
    if not missing or abs(total - sum(exact, Decimal(0))) > _FROM_ROUNDING:
        return rounded
    step = CENT.copy_sign(missing)
    by_error = sorted(
        (number for number, amount in enumerate(exact) if amount),
        key=lambda number: ((exact[number] - rounded[number]) / step, number),
        reverse=True,
    )
    for number in by_error[: int(missing / step)]:
        rounded[number] += step
    return rounded
