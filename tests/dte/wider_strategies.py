"""Random sales with lines of every kind, taxes, discounts, charges, withholding and collection."""

from decimal import Decimal
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from msgspec.structs import replace

from ocote.dte.sale import ExportTerms, Line, LineTax, Sale, SaleKind, SaleType, SpecialTax
from ocote.dte.terms import Charge, Discount, SaleTerms
from tests.dte.samples import BUYER, FOREIGN_BUYER, LARGE_BUYER, sale

money = st.decimals(min_value=Decimal("0.01"), max_value=500, places=2)
fine = st.one_of(money, st.decimals(min_value=Decimal("0.00000100"), max_value=50, places=8))
quantities = st.one_of(
    st.integers(1, 10**6).map(Decimal), st.decimals(min_value=Decimal("0.01"), max_value=99, places=4)
)
taxes = st.lists(
    st.one_of(
        st.just(LineTax("59")),
        st.builds(LineTax, st.sampled_from(["D1", "C8", "C5"]), money),
    ),
    max_size=3,
    unique_by=lambda tax: tax.code,
).map(tuple)


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
