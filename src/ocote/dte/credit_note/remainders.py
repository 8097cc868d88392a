"""The fractions of a cent that rounding has moved between the notes on a CCF, from the lines as they were sent.

Each note states cents, while its lines have fractions of a cent. Without these remainders the cents of many notes
could add up to less or more than the CCF, although their lines are those of the CCF.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ocote.dte.body import ExactLine, PriceBasis, priced
from ocote.dte.credit_note.value import Portion, Remainders
from ocote.dte.line_taxes import TOURISM
from ocote.dte.money import EXACT
from ocote.dte.net_line import VAT_DIVISOR
from ocote.dte.sale import Line, SaleKind
from ocote.dte.types import CREDIT_NOTE

_ZERO: Final = Decimal(0)


_CONVERTED: Final = Decimal("0.0107")
"""Largest difference in USD between the cents of a CCF and its lines in other terms: net and VAT are rounded apart."""


class SentLines(Struct, frozen=True):
    """The lines of a request, and whether their prices include VAT."""

    lines: tuple[Line, ...]
    prices_include_vat: bool = True


class AdjustingDocument(Struct, frozen=True):
    """A document behind the rest of a CCF: the CCF itself, or an earlier note.

    ``sent`` is None for a note that copied the CCF, whose cents are exact. The sales of a document that
    ``is_discounted`` as a whole are exact too, because the cents of the discount make them, but not its taxes.
    """

    amounts: Portion
    sent: SentLines | None = None
    is_discounted: bool = False


class ExactSums(Struct, frozen=True):
    """Exact sums over lines, USD: by kind of sale in the terms of their prices, and by tax (CAT-015)."""

    taxed: Decimal
    exempt: Decimal
    not_subject: Decimal
    taxes: Mapping[str, Decimal]


def price_basis(*, prices_include_vat: bool) -> PriceBasis:
    """How the prices of a note, or of a CCF, are sent and written."""
    return PriceBasis(CREDIT_NOTE.prices, prices_include_vat)


def exact_sums(lines: Sequence[ExactLine], basis: PriceBasis, taxed_off: Decimal = _ZERO) -> ExactSums:
    """The exact sums of ``lines``; to be called inside the exact decimal context.

    The tax on lodging is a part of the price before the discount of the whole CCF (wider-sales.md W1), ``taxed_off``
    of which the prices of a note do not contain any more. This is so too where the tax is inside of the price: the
    lines of the CCF, with its discount as their own, give back all of its tax.
    """
    taxes: dict[str, Decimal] = {}
    for each in lines:
        for tax, amount in zip(each.line.taxes, each.taxes, strict=True):
            follows_price = tax.code == TOURISM and tax.amount is None
            exact = amount / (1 - taxed_off) if follows_price and taxed_off < 1 else amount
            taxes[tax.code] = taxes.get(tax.code, _ZERO) + exact
    special = sum((each.line.special_tax.amount for each in lines if each.line.special_tax is not None), _ZERO)
    return ExactSums(
        _sum(lines, "taxed") + special * basis.divisor, _sum(lines, "exempt"), _sum(lines, "not_subject"), taxes
    )


def _sum(lines: Iterable[ExactLine], kind: SaleKind) -> Decimal:
    return sum((each.exact for each in lines if each.line.sale_kind == kind), _ZERO)


def remainders(
    ccf: AdjustingDocument, earlier: Sequence[AdjustingDocument], *, prices_include_vat: bool, taxed_off: Decimal
) -> Remainders:
    """The exact rest of a CCF less its rest in cents, for a note with or without VAT in its prices.

    Of a CCF in other terms than the note, and of one of another system, nobody knows the exact rest: whoever gives it
    back may send what its lines come to, or its cents.
    """
    with localcontext(EXACT):
        rest = _difference(ccf, _ZERO, prices_include_vat=prices_include_vat)
        if ccf.sent is None or ccf.sent.prices_include_vat != prices_include_vat:
            rest = replace(rest, taxed=_ZERO, net=_ZERO, taxed_unknown=_CONVERTED)
        for note in earlier:
            rest = _less(rest, _difference(note, taxed_off, prices_include_vat=prices_include_vat))
        return rest


def _difference(document: AdjustingDocument, taxed_off: Decimal, *, prices_include_vat: bool) -> Remainders:
    """The exact sums of a document less its cents, with or without VAT in them."""
    sent, cents = document.sent, document.amounts
    if sent is None:
        return Remainders()
    basis = price_basis(prices_include_vat=sent.prices_include_vat)
    exact = exact_sums(priced(sent.lines, basis), basis, taxed_off)
    taxes = {code: value - cents.taxes.get(code, _ZERO) for code, value in exact.taxes.items()}
    if document.is_discounted:
        return Remainders(taxes=taxes)
    net = exact.taxed / basis.divisor
    taxed = exact.taxed
    if sent.prices_include_vat != prices_include_vat:
        taxed = taxed * VAT_DIVISOR if prices_include_vat else net
    return Remainders(
        taxed=taxed - (cents.gross if prices_include_vat else cents.taxable),
        net=net - cents.taxable,
        exempt=exact.exempt - cents.exempt,
        not_subject=exact.not_subject - cents.not_subject,
        taxes=taxes,
    )


def _less(one: Remainders, other: Remainders) -> Remainders:
    codes = dict.fromkeys([*one.taxes, *other.taxes])
    return replace(
        one,
        taxed=one.taxed - other.taxed,
        net=one.net - other.net,
        exempt=one.exempt - other.exempt,
        not_subject=one.not_subject - other.not_subject,
        taxes={code: one.taxes.get(code, _ZERO) - other.taxes.get(code, _ZERO) for code in codes},
    )
