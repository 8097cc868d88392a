"""The amounts of a credit note (arithmetic.md 5): the notes on a CCF add up to the CCF, however it is split.

If each note on a CCF were rounded alone, the notes could leave a cent of the CCF, or take one cent too many. A note
is rounded alone only while the rest of the CCF can still be covered by a note within MH's tolerance; otherwise the
note takes the neighbouring cent. The note that takes the whole rest takes exactly the rest. This holds for each kind
of sale, for VAT, for each tax, and for what is withheld and collected.

A note always leaves at least one cent to pay: the schema of v1.x requires that its only total, which is net of
withholding, is above zero (``fe-nc-v3``, ``montoTotalOperacion``).
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Final

from msgspec.structs import replace

from ocote.dte.arithmetic import WITHHOLDING_RATE
from ocote.dte.body import PriceBasis, priced, written_lines
from ocote.dte.credit_note.bounds import (
    require_charges_left,
    require_left,
    require_sold_lines,
    require_some,
    require_whole,
)
from ocote.dte.credit_note.copying import copied_lines
from ocote.dte.credit_note.joining import TakenPart, gross_taken, in_request, joined_totals
from ocote.dte.credit_note.lodging import at_full_prices
from ocote.dte.credit_note.remainders import ExactSums, exact_sums, price_basis
from ocote.dte.credit_note.scaling import scaled
from ocote.dte.credit_note.value import Adjustment, CopiedCcf, Note, NoteTotals, Portion, summed
from ocote.dte.line_rules import require_amounts
from ocote.dte.line_taxes import require_computable
from ocote.dte.money import CENT, EXACT, to_cents, to_line_down
from ocote.dte.net_line import VAT_DIVISOR, VAT_RATE
from ocote.dte.sale import BodyLine, Kinds, Totals
from ocote.dte.tax_amounts import require_amounts_by_rate

_ZERO: Final = Decimal("0.00")
_HALF_A_CENT: Final = CENT / 2

_TAXABLE_BOUND: Final = CENT / VAT_DIVISOR
"""Largest distance of a net amount from its exact share: one cent in the VAT that MH recomputes as 13 %."""

_SUM_BOUND: Final = Decimal("0.0095")
"""Largest distance of an amount from the exact sum of its lines, slightly less than MH's 0.01."""

_EXCESS_BOUND: Final = Decimal("0.0045")
"""Largest excess of the lines over the CCF that stays as sent: MH's 0.01 less the CCF's own rounding."""

_ONE_PERCENT_BOUND: Final = Decimal("0.009")
"""Largest distance of 1 % from its exact share: MH's 0.01 less what some notes of one cent add."""


def compute_note(note: Note) -> NoteTotals:
    """Every amount of ``note`` in USD.

    The 1 % of the CCF is repeated, without its threshold of 100.00; the income tax of the CCF is taken back in the
    proportion of the sales. Lines that exceed the rest of a CCF by less than one cent, because of fractions of a
    cent, take the rest. Raises InvalidSale when the note exceeds a CCF (MH's code 016) or cannot be expressed in
    MH's numbers.
    """
    with localcontext(EXACT):
        if len(note.adjustments) == 1:
            return joined_totals(note.adjustments, [_taken_back(note.adjustments[0])])
        parts = []
        for each in note.adjustments:
            with in_request(each.ccf.name, each.line_places, each.charge_places):
                parts.append(_taken_back(each, len(note.adjustments)))
        return joined_totals(note.adjustments, parts)


def _taken_back(of: Adjustment, ccfs: int = 1) -> TakenPart:
    """The part of a note that is about one of its ``ccfs``."""
    left = of.ccf.amounts.left_by(of.ccf.adjusted)
    if of.copied is not None:
        require_whole(of.ccf, left)
        return _copy(of, of.copied, left)
    return _of_lines(of, left, ccfs)


def _of_lines(of: Adjustment, left: Portion, ccfs: int) -> TakenPart:
    require_sold_lines(of)
    require_computable(of.lines)
    basis = price_basis(prices_include_vat=of.prices_include_vat)
    lines = priced(of.lines, basis)
    sent = exact_sums(lines, basis, of.ccf.taxed_off)
    require_left(of, sent, left)
    require_charges_left(of.charges, left)
    body = at_full_prices(list(written_lines(lines, of.charges, basis)), lines, basis, of.ccf.taxed_off, ccfs)
    require_amounts(of.lines, body)
    drifts = require_amounts_by_rate(lines, basis, of.ccf.taxed_off)
    kinds = _sales(of, sent, left)
    taken = replace(kinds, taxes=_taxes(of, sent, left))
    body = scaled(body, _kinds_of(taken), _excess(of, sent, left, basis), ccfs)
    by_rate = {code: exact - drifts.get(code, _ZERO) for code, exact in sent.taxes.items()}
    return TakenPart(_with_the_rest(taken, body, left), tuple(body), by_rate)


def _copy(of: Adjustment, copied: CopiedCcf, left: Portion) -> TakenPart:
    """The amounts of a note on all of a CCF, which are the CCF's own."""
    body = copied_lines(copied, _kinds_of(left))
    borne = {code for line in body if line.amounts.taxed for code in line.taxes}
    taxes = {code: value for code, value in left.taxes.items() if code in borne}
    taken = Portion(
        gross=left.gross, taxable=left.taxable, exempt=left.exempt, not_subject=left.not_subject, taxes=taxes
    )
    return TakenPart(_with_the_rest(taken, body, left), tuple(body), taxes)


def _with_the_rest(taken: Portion, body: Sequence[BodyLine], left: Portion) -> Portion:
    """The sales and taxes ``taken`` of what is ``left`` of the CCF, with what is withheld and collected on them.

    At least one cent stays to be paid.
    """
    gross = gross_taken(taken)
    require_some(gross)
    charges = summed((line.description, line.amounts.charge) for line in body if line.amounts.charge)
    collected = _one_percent(left.collected, taken, left)
    withheld = min(_one_percent(left.withheld, taken, left), gross + collected - CENT)
    income_tax = min(_income_tax(taken, left), gross + collected - withheld - CENT)
    return replace(taken, withheld=withheld, collected=collected, income_tax=income_tax, charges=charges)


def shares_by_line(whole: Decimal, totals: Totals) -> tuple[Decimal, ...]:
    """An amount of 1 % spread over the taxed lines by amount, 8 decimals (arithmetic.md 5).

    The remainder stands on the last taxed line; the other lines have none.
    """
    with localcontext(EXACT):
        taxed = [line.taxed for line in totals.lines]
        base = sum(taxed, _ZERO)
        if not base:
            return tuple(Decimal(0) for _ in taxed)
        shares = [to_line_down(whole * amount / base) for amount in taxed]
        last = max(index for index, amount in enumerate(taxed) if amount)
        shares[last] += whole - sum(shares, _ZERO)
        return tuple(shares)


def _kinds_of(portion: Portion) -> Kinds:
    return Kinds(portion.taxable, portion.exempt, portion.not_subject)


def _sales(of: Adjustment, sent: ExactSums, left: Portion) -> Portion:
    """The sales of the note by kind, in cents."""
    remainders = of.ccf.remainders
    exempt = _taken(sent.exempt, left.exempt, remainders.exempt)
    not_subject = _taken(sent.not_subject, left.not_subject, remainders.not_subject)
    if of.prices_include_vat:
        gross = _taken(sent.taxed, left.gross, remainders.taxed, remainders.taxed_unknown)
        taxable = _net_of(gross, left)
    else:
        taxable = _taken(sent.taxed, left.taxable, remainders.taxed, remainders.taxed_unknown)
        gross = taxable + _vat_on(taxable, left)
    return Portion(gross=gross, taxable=taxable, exempt=exempt, not_subject=not_subject)


def _excess(of: Adjustment, sent: ExactSums, left: Portion, basis: PriceBasis) -> Kinds:
    """The sales of the lines beyond what exactly is left of the CCF, by kind and without VAT.

    An excess that stays within MH's tolerance together with the CCF's own rounding counts as none.
    """
    remainders = of.ccf.remainders
    taxed_left = left.gross if of.prices_include_vat else left.taxable
    net_left = (taxed_left + remainders.taxed) / basis.divisor
    if remainders.taxed_unknown:
        net_left = left.taxable + remainders.net
    return Kinds(
        _above(sent.taxed / basis.divisor, net_left),
        _above(sent.exempt, left.exempt + remainders.exempt),
        _above(sent.not_subject, left.not_subject + remainders.not_subject),
    )


def _above(exact: Decimal, exact_left: Decimal) -> Decimal:
    excess = exact - exact_left
    return excess if excess > _EXCESS_BOUND else _ZERO


def _taken(exact: Decimal, left: Decimal, remainder: Decimal, unknown: Decimal = _ZERO) -> Decimal:
    """The cents that a note takes for an exact sum of lines; the last one takes what is left.

    Whole cents are taken as they are sent. ``unknown`` is how far what is left may be from its exact value.
    """
    if exact == to_cents(exact):
        return min(to_cents(exact), left)
    exact_left = left + remainder
    if exact_left - exact <= _HALF_A_CENT + unknown and abs(left - exact) <= CENT + unknown:
        return left
    return min(max(_share(exact, exact_left, left, _SUM_BOUND), _ZERO), left)


def _net_of(gross: Decimal, left: Portion) -> Decimal:
    if gross == left.gross:
        return left.taxable
    return _share(gross / VAT_DIVISOR, left.gross / VAT_DIVISOR, left.taxable, _TAXABLE_BOUND)


def _vat_on(taxable: Decimal, left: Portion) -> Decimal:
    if taxable == left.taxable:
        return left.vat
    return min(max(_share(taxable * VAT_RATE, left.taxable * VAT_RATE, left.vat, CENT), _ZERO), left.vat)


def _share(exact: Decimal, exact_left: Decimal, left: Decimal, bound: Decimal) -> Decimal:
    """``exact`` in cents, such that the rest of ``left`` stays within ``bound`` of its own exact value."""
    nearest = to_cents(exact)
    rest_off_by = left - nearest - (exact_left - exact)
    if rest_off_by < -bound:
        return nearest - CENT
    if rest_off_by > bound:
        return nearest + CENT
    return nearest


def _taxes(of: Adjustment, sent: ExactSums, left: Portion) -> dict[str, Decimal]:
    known = of.ccf.remainders.taxes
    return {
        code: _taken(exact, left.taxes.get(code, _ZERO), known.get(code, _ZERO)) for code, exact in sent.taxes.items()
    }


def _one_percent(left_of_it: Decimal, taken: Portion, left: Portion) -> Decimal:
    """The withheld or collected VAT of a note: within a cent of 1 % of its taxed sales.

    When less than a cent is due on the rest of the CCF, this note takes that cent too, because notes of one cent
    cannot hold a withholding. When all notes on a CCF are of one cent, the last cent stays with the CCF.
    """
    if not left_of_it or not taken.taxable:
        return _ZERO
    exact, exact_left = taken.taxable * WITHHOLDING_RATE, left.taxable * WITHHOLDING_RATE
    leaves_a_cent = exact_left - exact >= CENT
    share = _share(exact, exact_left, left_of_it, _ONE_PERCENT_BOUND) if leaves_a_cent else left_of_it
    tolerated = (exact + CENT).quantize(CENT, ROUND_FLOOR)
    return max(min(share, tolerated), _ZERO)


def _income_tax(taken: Portion, left: Portion) -> Decimal:
    """The share of the CCF's income tax: as much of what is left as the note takes of the sales that are left."""
    if not left.income_tax or not left.net:
        return _ZERO
    return min(to_cents(left.income_tax * taken.net / left.net), taken.net)
