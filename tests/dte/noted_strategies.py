"""Strategies of CCFs of every kind, of their lines as notes give them back, and the checks of such notes."""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from msgspec.structs import replace

from ocote.dte.arithmetic import compute
from ocote.dte.body import priced
from ocote.dte.credit_note.remainders import exact_sums, price_basis
from ocote.dte.editions import Edition
from ocote.dte.faults import InvalidSale
from ocote.dte.money import EXACT, to_line
from ocote.dte.sale import Line, LineTax, Sale, SaleKind, SpecialTax
from ocote.dte.terms import Charge, Discount, SaleTerms
from tests.dte.noted import Made, NotedCcf
from tests.dte.samples import BUYER, sale
from tests.dte.wider_rules import assert_wider_note_adds_up

NOTE_SCHEMA = {"v1": "fe-nc-v3.json", "v2": "fe-nc-v4.json"}
EDITIONS: st.SearchStrategy[Edition] = st.sampled_from(["v1", "v2"])
KINDS: Sequence[SaleKind] = ["taxed", "taxed", "exempt", "not_subject"]

money = st.decimals(min_value=Decimal("0.01"), max_value=500, places=2)
prices = st.one_of(money, st.decimals(min_value=Decimal("0.05"), max_value=50, places=8))
quantities = st.one_of(st.integers(1, 40).map(Decimal), st.decimals(min_value=Decimal("0.5"), max_value=99, places=4))


@st.composite
def lines(draw: st.DrawFn, edition: Edition) -> Line:
    """A line of any kind, with discount and taxes."""
    quantity, price = draw(quantities), draw(prices)
    kind = draw(st.sampled_from(KINDS))
    more: dict[str, Any] = {}
    match draw(st.sampled_from(["nothing", "percentage", "amount"])):
        case "percentage":
            more["discount_percentage"] = draw(st.decimals(min_value=0, max_value=90, places=2))
        case "amount":
            more["discount_amount"] = draw(st.decimals(min_value=0, max_value=quantity * price / 2, places=2))
    if kind == "taxed":
        informative = ["C5"] if edition == "v2" else []
        explicit = st.builds(LineTax, st.sampled_from(["D5", *informative]), money)
        rated = st.sampled_from([LineTax("59"), LineTax("D1"), LineTax("C8")])
        taxes = draw(st.lists(st.one_of(explicit, rated), max_size=3, unique_by=lambda tax: tax.code))
        more["taxes"] = tuple(taxes)
        if draw(st.integers(0, 4)) == 0:
            more["special_tax"] = SpecialTax("57", draw(money))
    return Line("Artículo", quantity, price, sale_kind=kind, unit=22, **more)


@st.composite
def ccfs(draw: st.DrawFn, edition: Edition) -> Sale:
    """A CCF of every kind with a discount, charges, withheld and collected VAT and income tax."""
    asked = sale("03", draw(st.lists(lines(edition), min_size=1, max_size=8)), BUYER)
    percentages = st.builds(Discount, percentage=st.decimals(min_value=1, max_value=90, places=2))
    names = st.sampled_from(["Propina", "Anticipo"])
    charges = draw(st.lists(st.builds(Charge, names, st.one_of(money, money.map(lambda x: -x))), max_size=2))
    terms = SaleTerms(
        prices_include_vat=draw(st.booleans()),
        discount=draw(st.one_of(st.none(), percentages, st.builds(Discount, amount=money))),
        charges=tuple(charges) if edition == "v2" else (),
        withholding=draw(st.sampled_from(["none", "vat_1"])),
        income_tax=draw(st.one_of(st.none(), money)) if edition == "v1" else None,
        collects_vat=draw(st.booleans()),
    )
    asked = replace(asked, terms=terms)
    try:
        totals = compute(asked)
    except InvalidSale:
        assume(False)
        raise
    assume(totals.income_tax <= totals.taxable / 2)
    return asked


def reduced(line: Line, noted: NotedCcf) -> Line:
    """A line of the CCF with its share of the discount on the whole CCF, as a caller puts it into the line."""
    if noted.sold.terms.discount is None:
        return line
    rate = _kept(noted, line.sale_kind)
    whole = line.quantity * line.unit_price
    discount = whole * line.discount_percentage / 100 if line.discount_amount is None else line.discount_amount
    discount = max(to_line(whole - (whole - discount) * rate), Decimal(0))
    special = line.special_tax and SpecialTax("57", to_line(line.special_tax.amount * rate))
    return replace(line, discount_percentage=Decimal(0), discount_amount=discount, special_tax=special)


def _kept(noted: NotedCcf, kind: SaleKind) -> Decimal:
    """The part of its lines that the discount has left of a kind of sale."""
    has_vat = noted.sold.terms.prices_include_vat
    basis = price_basis(prices_include_vat=has_vat)
    with localcontext(EXACT):
        before: Decimal = getattr(exact_sums(priced(noted.sold.lines, basis), basis), kind)
    if kind == "taxed":
        return (noted.whole.gross if has_vat else noted.whole.taxable) / before
    after: Decimal = getattr(noted.whole, kind)
    return after / before


def pieces(line: Line, count: int) -> list[Line]:
    """A line in ``count`` equal parts, the last of which takes what division leaves."""
    quantity = to_line(line.quantity / count)
    shares = [quantity] * (count - 1) + [line.quantity - quantity * (count - 1)]
    parts = []
    for position, share in enumerate(shares):
        is_last = position == count - 1
        discount = line.discount_amount
        if discount is not None:
            each = to_line(discount / count)
            discount = discount - each * (count - 1) if is_last else each
        taxes = tuple(tax for tax in line.taxes if tax.amount is None or is_last)
        special = line.special_tax if is_last else None
        parts.append(replace(line, quantity=share, discount_amount=discount, taxes=taxes, special_tax=special))
    return parts


def assert_sound(made: Made, edition: Edition) -> None:
    assert_wider_note_adds_up(made.document)
    totals = made.totals
    assert totals.gross == totals.taxable + totals.vat + totals.exempt + totals.not_subject + totals.taxes
    assert min(totals.taxable, totals.vat, totals.exempt, totals.not_subject, totals.taxes, totals.payable) >= 0
    assert min(totals.withheld, totals.collected, totals.income_tax) >= 0


def worth(part: Line) -> Decimal:
    """The amount of a line in USD, after its discounts: of less than a cent nothing can be given back in pieces."""
    discounted = part.quantity * part.unit_price * (1 - part.discount_percentage / 100)
    return discounted - (part.discount_amount or 0)
