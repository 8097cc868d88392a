"""The lines of a document as it states them: those of the request, the taxes of section 2, and the charges.

The amounts of each line are exact until they are written with 8 decimals, so that the sums over the lines agree with
the totals within MH's tolerance (arithmetic.md 1 to 4, wider-sales.md 2.2 and 2.4).
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import assert_never

from msgspec import Struct

from ocote.dte.catalogs import Catalog, labels, taxes_of_section
from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.line_rules import discount_of, gross_of, is_discounted
from ocote.dte.line_taxes import INFORMATIVE, fixed_amount, rate_of_price
from ocote.dte.money import to_line
from ocote.dte.net_line import VAT_DIVISOR, VAT_RATE, explained, restate
from ocote.dte.sale import BodyLine, Line, LineAmounts, SaleKind, SpecialTax
from ocote.dte.terms import Charge
from ocote.dte.types import Prices

GOODS = 1
SERVICE = 2
GOODS_AND_SERVICE = 3
OWN_LINE_TAX = 4
"""CAT-011: goods, services, both at once, and taxes that are a line of their own."""

PIECE = 59
OTHER_UNIT = 99
"""CAT-014; services, taxes and charges have the unit 99."""

_ONE = Decimal(1)
_ZERO = Decimal(0)


class PriceBasis(Struct, frozen=True):
    """How the prices of taxed lines are sent and written: with VAT inside, or without.

    ``written`` are the prices of the document; ``sent_with_vat`` says whether the request's include VAT.
    """

    written: Prices
    sent_with_vat: bool

    @property
    def divisor(self) -> Decimal:
        """The divisor that makes a taxed amount of the request net of VAT."""
        return VAT_DIVISOR if self.sent_with_vat else _ONE


class ExactLine(Struct, frozen=True):
    """A line of the request with its exact amount in USD, in the terms of its price and without the taxes of section 1.

    ``taxes`` are the exact amounts of its taxes of sections 1 and 3, by position.
    """

    line: Line
    exact: Decimal
    taxes: tuple[Decimal, ...] = ()


def priced(lines: Sequence[Line], basis: PriceBasis) -> list[ExactLine]:
    """The exact amounts of the lines; to be called inside the exact decimal context.

    Taxes of section 1 that are inside of a price are taken out of it before VAT. Raises InvalidSale when nothing is
    left.
    """
    found = [_priced(line, basis) if line.taxes else ExactLine(line, gross_of(line)) for line in lines]
    faults = [
        Fault(
            FaultCode.TAXES_EXCEED_LINE,
            f"lines[{index}].taxes",
            "Los tributos incluidos alcanzan el monto de la línea; revise sus montos o taxes_included.",
        )
        for index, each in enumerate(found)
        if each.line.taxes_included and each.exact <= _ZERO
    ]
    if faults:
        raise InvalidSale(faults)
    return found


def _priced(line: Line, basis: PriceBasis) -> ExactLine:
    whole = gross_of(line)
    fixed = [fixed_amount(tax, line.quantity, line.unit) for tax in line.taxes]
    if line.taxes_included:
        rate = rate_of_price(line.taxes)
        added = (
            amount
            for tax, amount in zip(line.taxes, fixed, strict=True)
            if amount is not None and tax.code not in taxes_of_section(INFORMATIVE)
        )
        whole = (whole - sum(added, _ZERO)) / (1 + rate / basis.divisor)
    net = whole / basis.divisor
    taxes = (
        net * rate_of_price((tax,)) if amount is None else amount for tax, amount in zip(line.taxes, fixed, strict=True)
    )
    return ExactLine(line, whole, tuple(taxes))


def written_lines(lines: Sequence[ExactLine], charges: Sequence[Charge], basis: PriceBasis) -> Iterator[BodyLine]:
    """Every line of the document in its order, a tax of section 2 right behind its line and the charges at the end."""
    for each in lines:
        line = each.line
        yield BodyLine(
            description=line.description,
            quantity=line.quantity,
            amounts=_amounts(each, basis),
            item_type=line.item_type,
            unit=line.unit or (PIECE if line.item_type in (None, GOODS) else OTHER_UNIT),
            code=line.code,
            taxes=tuple(tax.code for tax in line.taxes),
            suggested_price=line.suggested_price or _ZERO,
            related=line.related,
        )
        if line.special_tax is not None:
            yield _tax_line(line.special_tax, line.related, basis)
    for charge in charges:
        amounts = LineAmounts(_ZERO, _ZERO, _ZERO, _ZERO, charge=charge.amount)
        yield BodyLine(charge.description, _ONE, amounts, charge.item_type, OTHER_UNIT)


def _tax_line(tax: SpecialTax, related: int | None, basis: PriceBasis) -> BodyLine:
    return BodyLine(
        description=tax.description or labels(Catalog.TAXES)[tax.code],
        quantity=_ONE,
        amounts=LineAmounts(tax.amount, _ZERO, tax.amount, _vat_in(tax.amount, basis.written)),
        item_type=OWN_LINE_TAX,
        unit=OTHER_UNIT,
        special_tax=tax.code,
        related=related,
    )


def _amounts(priced_line: ExactLine, basis: PriceBasis) -> LineAmounts:
    line, exact = priced_line.line, priced_line.exact
    if line.sale_kind != "taxed":
        return _untaxed(line.sale_kind, line.unit_price, discount_of(line), to_line(exact))
    if basis.written == "net" and basis.sent_with_vat:
        gross_price = (exact + discount_of(line)) / line.quantity if line.taxes_included else line.unit_price
        return restate(line.quantity, gross_price, is_discounted(line), to_line(exact / VAT_DIVISOR))
    price, discount, taxed = line.unit_price, discount_of(line), to_line(exact)
    if line.taxes_included:
        price, discount = explained(line.quantity, (exact + discount) / line.quantity, is_discounted(line), taxed)
    return LineAmounts(price, discount, taxed, _vat_in(taxed, basis.written))


def _untaxed(kind: SaleKind, price: Decimal, discount: Decimal, amount: Decimal) -> LineAmounts:
    if kind == "exempt":
        return LineAmounts(price, discount, _ZERO, _ZERO, exempt=amount)
    return LineAmounts(price, discount, _ZERO, _ZERO, not_subject=amount)


def _vat_in(taxed: Decimal, written: Prices) -> Decimal:
    match written:
        case "with VAT":
            return to_line(taxed * 13 / 113)
        case "net":
            return to_line(taxed * VAT_RATE)
        case "untaxed":
            return _ZERO
        case unknown:
            assert_never(unknown)
