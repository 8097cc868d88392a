"""The lines of a note on all of a CCF: those of the CCF, net of the discount on the whole CCF (arithmetic.md 5)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from ocote.dte.credit_note.scaling import kind_of, with_amount
from ocote.dte.credit_note.value import CopiedCcf
from ocote.dte.money import to_line
from ocote.dte.sale import BodyLine, Kinds, SaleKind

_ZERO: Final = Decimal(0)


def copied_lines(copied: CopiedCcf, totals: Kinds) -> list[BodyLine]:
    """The lines of the note, whose sums by kind are ``totals``; to be called inside the exact decimal context.

    Each line takes its share of the discount on the whole CCF into its own discount. A tax of section 2 is not
    discounted while other taxed lines can bear its share. A line of which nothing is left is no line of the note.
    """
    if not copied.off.total:
        return list(copied.body)
    lines = _discounted(copied.body, "taxed", totals.taxed, copied.off.taxed)
    lines = _discounted(lines, "exempt", totals.exempt, copied.off.exempt)
    lines = _discounted(lines, "not_subject", totals.not_subject, copied.off.not_subject)
    return [line for line in lines if line.amounts.sold or line.amounts.charge]


def _discounted(body: Sequence[BodyLine], kind: SaleKind, total: Decimal, off: Decimal) -> list[BodyLine]:
    """``body`` with the lines of a kind, which add up to ``total`` + ``off``, reduced to ``total``."""
    if not off:
        return list(body)
    special = sum((line.amounts.taxed for line in body if line.special_tax is not None), _ZERO)
    kept = special if kind == "taxed" and special < total else _ZERO
    factor = (total - kept) / (total + off - kept)

    def is_reduced(line: BodyLine) -> bool:
        return kind_of(line) == kind and not (kept and line.special_tax is not None)

    return [with_amount(line, to_line(line.amounts.sold * factor)) if is_reduced(line) else line for line in body]
