"""Whatever is sold, and however, the documents add up by MH's own checks against the numbers as sent."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ocote.dte.arithmetic import compute
from ocote.dte.editions import Edition, build_document
from ocote.dte.faults import InvalidSale
from ocote.dte.sale import Line, Sale, SaleType, Totals
from ocote.dte.terms import Discount, PartPayment, SaleTerms
from tests.dte.official_rules import as_sent, assert_conforms
from tests.dte.samples import LARGE_BUYER, identity, sale
from tests.dte.wider_rules import assert_sale_adds_up
from tests.dte.wider_strategies import money, sales

SCHEMAS = {
    ("01", "v1"): "fe-fc-v1.json",
    ("01", "v2"): "fe-f-v2.json",
    ("03", "v1"): "fe-ccf-v3.json",
    ("03", "v2"): "fe-ccf-v4.json",
    ("11", "v1"): "fe-fex-v1.json",
    ("11", "v2"): "fe-fex-v3.json",
}

editions = st.sampled_from(["v1", "v2"])


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
