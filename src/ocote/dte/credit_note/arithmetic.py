"""The amounts of a credit note (arithmetic.md 5): the notes on a CCF add up to the CCF, however it is split.

If each note on a CCF were rounded alone, the notes could leave a cent of the CCF, or take one cent too many. A note
is rounded alone only while the rest of the CCF can still be covered by a note within MH's tolerance; otherwise the
note takes the neighbouring cent. The note that takes the whole rest takes exactly the rest.

A note always leaves at least one cent to pay: the schema of v1.x requires that its only total, which is net of
withholding, is above zero (``fe-nc-v3``, ``montoTotalOperacion``).
"""

from decimal import ROUND_FLOOR, Decimal, localcontext

from ocote.dte.arithmetic import WITHHOLDING_RATE
from ocote.dte.credit_note.value import AdjustedCcf, Note, Portion
from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.line_rules import discount_total, gross_of, require_amounts, require_lines, require_total
from ocote.dte.money import CENT, EXACT, to_cents, to_line, to_line_down, to_line_up
from ocote.dte.net_line import VAT_DIVISOR, restate
from ocote.dte.sale import BodyLine, Kinds, LineAmounts, Totals

_ZERO = Decimal("0.00")

_TAXABLE_BOUND = CENT / VAT_DIVISOR
"""Largest distance of a net amount from its exact share: one cent in the VAT that MH recomputes as 13 %."""

_LINES_BOUND = Decimal("0.0095")
"""Largest distance of the sum of the lines from the total, slightly less than MH's 0.01."""

_WITHHELD_BOUND = Decimal("0.009")
"""Largest distance of the withholding from its exact share: MH's 0.01 less what some notes of one cent add."""


def compute_note(note: Note) -> Totals:
    """Every amount of ``note`` in USD.

    The 1 % of the CCF is repeated, without its threshold of 100.00. Lines that exceed the rest of the CCF by less
    than one cent, because of fractions of a cent, take the rest.
    Raises InvalidSale when the note exceeds the CCF (MH's code 016) or cannot be expressed in MH's numbers.
    """
    require_lines(note.lines)
    with localcontext(EXACT):
        exact = [gross_of(line) for line in note.lines]
        left = _left(note.ccf)
        gross = _gross(sum(exact, _ZERO), left.gross)
        taxable = _taxable(gross, left)
        withheld = _withheld(note.ccf, gross, taxable, left)
        amounts = _lines(note, exact, taxable)
        require_amounts(amounts)
        return Totals(
            body=tuple(
                BodyLine(line.description, line.quantity, each) for line, each in zip(note.lines, amounts, strict=True)
            ),
            all_discounts=discount_total(amounts),
            sums=Kinds(taxed=taxable),
            taxable=taxable,
            vat=gross - taxable,
            gross=gross,
            withheld=withheld,
            payable=gross - withheld,
        )


def withheld_by_line(totals: Totals) -> tuple[Decimal, ...]:
    """The withholding spread over the lines by amount, 8 decimals, the remainder on the last line (arithmetic.md 5)."""
    with localcontext(EXACT):
        whole = sum((line.taxed for line in totals.lines), _ZERO)
        shares = [to_line_down(totals.withheld * line.taxed / whole) for line in totals.lines[:-1]]
        return (*shares, totals.withheld - sum(shares, _ZERO))


def _left(ccf: AdjustedCcf) -> Portion:
    whole, gone = ccf.amounts, ccf.adjusted
    return Portion(whole.gross - gone.gross, whole.taxable - gone.taxable, whole.withheld - gone.withheld)


def _gross(exact: Decimal, left: Decimal) -> Decimal:
    if left <= _ZERO or exact - left >= CENT:
        message = f"La nota suma {to_cents(exact):,.2f} y al crédito fiscal le quedan {left:,.2f} por ajustar."
        raise InvalidSale([Fault(FaultCode.NOTE_EXCEEDS_CCF, "lines", message)])
    gross = min(to_cents(exact), left)
    require_total(gross)
    return gross


def _taxable(gross: Decimal, left: Portion) -> Decimal:
    if gross == left.gross:
        return left.taxable
    return _share(gross / VAT_DIVISOR, left.gross / VAT_DIVISOR, left.taxable, _TAXABLE_BOUND)


def _share(exact: Decimal, exact_left: Decimal, left: Decimal, bound: Decimal) -> Decimal:
    """``exact`` in cents, such that the rest of ``left`` stays within ``bound`` of its own exact value."""
    nearest = to_cents(exact)
    rest_off_by = left - nearest - (exact_left - exact)
    if rest_off_by < -bound:
        return nearest - CENT
    if rest_off_by > bound:
        return nearest + CENT
    return nearest


def _withheld(ccf: AdjustedCcf, gross: Decimal, taxable: Decimal, left: Portion) -> Decimal:
    """The withholding of a note of ``gross``: within a cent of 1 %, never the whole note.

    When less than a cent of withholding is due on the rest of the CCF, this note takes that cent too, because notes of
    one cent cannot hold it. When all notes on a CCF are of one cent, the last cent of withholding stays with the CCF.
    """
    if not ccf.amounts.withheld:
        return _ZERO
    exact, exact_left = taxable * WITHHOLDING_RATE, left.taxable * WITHHOLDING_RATE
    leaves_a_cent = exact_left - exact >= CENT
    withheld = _share(exact, exact_left, left.withheld, _WITHHELD_BOUND) if leaves_a_cent else left.withheld
    tolerated = (exact + CENT).quantize(CENT, ROUND_FLOOR)
    return min(withheld, tolerated, gross - CENT)


def _lines(note: Note, exact: list[Decimal], taxable: Decimal) -> tuple[LineAmounts, ...]:
    """The net lines, scaled to agree with ``taxable`` within the tolerance where the note took a neighbouring cent."""
    net = [to_line(gross / VAT_DIVISOR) for gross in exact]
    whole = sum(net, _ZERO)
    target = min(max(whole, taxable - _LINES_BOUND), taxable + _LINES_BOUND)
    if whole and target != whole:
        net = [to_line_up(amount * target / whole) for amount in net]
    return tuple(
        restate(line.quantity, line.unit_price, bool(line.discount_percentage), amount)
        for line, amount in zip(note.lines, net, strict=True)
    )
