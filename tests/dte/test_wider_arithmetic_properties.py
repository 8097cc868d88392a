"""Whatever is sold, and however, the documents add up by MH's own checks against the numbers as sent."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ocote.dte.arithmetic import compute
from ocote.dte.editions import Edition, build_document
from ocote.dte.faults import InvalidSale
from ocote.dte.sale import ExportTerms, Line, LineTax, Sale, SaleKind, SaleType, SpecialTax, Totals
from ocote.dte.terms import Charge, Discount, PartPayment, SaleTerms
from tests.dte.official_rules import as_sent, assert_conforms
from tests.dte.samples import BUYER, FOREIGN_BUYER, LARGE_BUYER, identity, sale
from tests.dte.wider_rules import assert_sale_adds_up

SCHEMAS = {
    ("01", "v1"): "fe-fc-v1.json",
    ("01", "v2"): "fe-f-v2.json",
    ("03", "v1"): "fe-ccf-v3.json",
    ("03", "v2"): "fe-ccf-v4.json",
    ("11", "v1"): "fe-fex-v1.json",
    ("11", "v2"): "fe-fex-v3.json",
}

money = st.decimals(min_value=Decimal("0.01"), max_value=500, places=2)
fine = st.one_of(money, st.decimals(min_value=Decimal("0.00000100"), max_value=50, places=8))
quantities = st.one_of(
    st.integers(1, 10**6).map(Decimal), st.decimals(min_value=Decimal("0.01"), max_value=99, places=4)
)
taxes = st.lists(
    st.one_of(
        st.just(LineTax("59")),
        st.builds(LineTax, st.sampled_from(["71", "D1", "C8", "C5"]), money),
    ),
    max_size=3,
    unique_by=lambda tax: tax.code,
).map(tuple)
editions = st.sampled_from(["v1", "v2"])


@st.composite
def lines(draw: st.DrawFn, doc_type: SaleType) -> Line:
    """A line of any kind that the type has."""
    quantity, price = draw(quantities), draw(fine)
    whole = quantity * price
    assume(Decimal("0.001") < whole < 10**7)
    kinds: list[SaleKind] = ["taxed", "taxed", "exempt", "not_subject"] if doc_type != "11" else ["taxed"]
    kind = draw(st.sampled_from(kinds))
    more: dict[str, Any] = {}
    match draw(st.sampled_from(["nothing", "percentage", "amount"])):
        case "percentage":
            more["discount_percentage"] = draw(st.decimals(min_value=0, max_value=99, places=2))
        case "amount":
            more["discount_amount"] = draw(st.decimals(min_value=0, max_value=whole / 2, places=2))
    if kind == "taxed" and doc_type != "11":
        more["taxes"] = draw(taxes)
        more["taxes_included"] = bool(more["taxes"]) and draw(st.booleans())
        if draw(st.integers(0, 4)) == 0:
            more["special_tax"] = SpecialTax("57", draw(money))
    return Line("Artículo", quantity, price, sale_kind=kind, item_type=draw(st.sampled_from([None, 1])), **more)


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    """A sale of any type with discounts, charges, payments, withholding and collection."""
    doc_type: SaleType = draw(st.sampled_from(["01", "03", "11"]))
    buyer = FOREIGN_BUYER if doc_type == "11" else draw(st.sampled_from([BUYER, LARGE_BUYER]))
    asked = sale(doc_type, draw(st.lists(lines(doc_type), min_size=1, max_size=12)), buyer)
    discount = draw(
        st.one_of(
            st.none(),
            st.builds(Discount, percentage=st.decimals(min_value=0, max_value=99, places=2)),
            st.builds(Discount, amount=money),
        )
    )
    charges = draw(st.lists(st.builds(Charge, st.just("Cargo"), st.one_of(money, money.map(lambda x: -x))), max_size=3))
    terms = SaleTerms(
        prices_include_vat=doc_type != "03" or draw(st.booleans()),
        discount=discount,
        charges=tuple(charges),
        withholding=draw(st.sampled_from(["auto", "none"])),
        collects_vat=doc_type == "03" and buyer is BUYER and draw(st.booleans()),
    )
    export = ExportTerms(country="GT", freight=draw(money)) if doc_type == "11" else None
    return replace(asked, terms=terms, export=export)


def computed(asked: Sale) -> Totals:
    try:
        return compute(asked)
    except InvalidSale:
        assume(False)
        raise


def paid_in_parts(asked: Sale, totals: Totals, shares: list[int]) -> Sale:
    """The same sale paid in several parts, the last of which takes the rest on credit."""
    parts = [PartPayment("03", Decimal(share).scaleb(-2), "REF") for share in shares]
    if sum((part.amount or 0) for part in parts) >= totals.payable:
        return asked
    rest = PartPayment("13", None, None, 1, 30)
    return replace(asked, terms=replace(asked.terms, payments=(*parts, rest)))


@settings(max_examples=250, deadline=None)
@given(sales(), editions, st.lists(st.integers(1, 5000), max_size=5))
def test_sales_of_every_kind_add_up_by_mhs_checks(asked: Sale, edition: Edition, shares: list[int]) -> None:
    asked = paid_in_parts(asked, computed(asked), shares)
    totals = compute(asked)
    assert_sale_adds_up(as_sent(build_document(edition, identity(asked.doc_type), asked, totals)))


@settings(max_examples=80, deadline=None)
@given(sales(), editions)
def test_sales_of_every_kind_pass_the_official_schemas(asked: Sale, edition: Edition) -> None:
    totals = computed(asked)
    document = as_sent(build_document(edition, identity(asked.doc_type), asked, totals))
    assert_conforms(edition, SCHEMAS[asked.doc_type, edition], document)


@settings(max_examples=200, deadline=None)
@given(sales())
def test_the_amounts_of_an_answer_make_up_each_other_to_the_cent(asked: Sale) -> None:
    totals = computed(asked)
    assert totals.taxable + totals.vat + totals.exempt + totals.not_subject + totals.taxes == totals.gross
    kept_back = totals.withheld + totals.income_tax
    assert totals.gross + totals.collected - kept_back + totals.charges == totals.payable
    assert min(totals.taxable, totals.vat, totals.exempt, totals.not_subject, totals.payable) >= 0
    assert totals.off.total == totals.discount


@settings(max_examples=200, deadline=None)
@given(sales(), money)
def test_an_amount_off_the_document_is_what_the_buyer_saves(asked: Sale, amount: Decimal) -> None:
    """Prices with VAT: the gross amount falls by the discount exactly. Taxes of section 1 do not follow it."""
    assume(asked.terms.prices_include_vat)
    whole = computed(replace(asked, terms=replace(asked.terms, discount=None, charges=(), withholding="none")))
    assume(amount < whole.gross - whole.taxes - (asked.export.freight if asked.export else 0))
    terms = replace(asked.terms, discount=Discount(amount=amount), charges=(), withholding="none", collects_vat=False)
    assert computed(replace(asked, terms=terms)).gross == whole.gross - amount


@pytest.mark.parametrize("doc_type", ["01", "03"])
@pytest.mark.parametrize("seed", range(4))
def test_two_thousand_lines_of_every_kind_still_add_up(doc_type: SaleType, seed: int) -> None:
    random = Random(seed)
    sold = [
        Line(
            "Artículo",
            Decimal(random.randrange(1, 10**7)).scaleb(-4),
            Decimal(random.randrange(1, 10**9)).scaleb(-8),
            Decimal(random.choice([0, 0, 5, 1250, 3333])).scaleb(-2),
            sale_kind=random.choice(["taxed", "taxed", "exempt", "not_subject"]),
        )
        for _ in range(2000)
    ]
    terms = SaleTerms(prices_include_vat=doc_type == "01" or seed % 2 == 0, discount=Discount(percentage=Decimal(7)))
    asked = replace(sale(doc_type, sold, LARGE_BUYER), terms=terms)
    for edition in ("v1", "v2"):
        assert_sale_adds_up(as_sent(build_document(edition, identity(doc_type), asked, compute(asked))))
