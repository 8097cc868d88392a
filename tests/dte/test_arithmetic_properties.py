"""Whatever is sold, the documents add up by MH's own checks against the numbers as sent (arithmetic.md 11)."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ocote.dte.arithmetic import compute
from ocote.dte.editions import Edition, build_document
from ocote.dte.faults import InvalidSale
from ocote.dte.sale import Line, Receiver, SaleType, Totals
from tests.dte.official_rules import as_sent, assert_ccf_adds_up, assert_conforms, assert_invoice_adds_up
from tests.dte.sale_strategies import lines, ordinary_lines
from tests.dte.samples import BUYER, LARGE_BUYER, identity, sale

SCHEMAS = {
    ("01", "v1"): "fe-fc-v1.json",
    ("01", "v2"): "fe-f-v2.json",
    ("03", "v1"): "fe-ccf-v3.json",
    ("03", "v2"): "fe-ccf-v4.json",
}
ADD_UP = {"01": assert_invoice_adds_up, "03": assert_ccf_adds_up}

buyers = st.sampled_from([BUYER, LARGE_BUYER])
doc_types = st.sampled_from(["01", "03"])
editions = st.sampled_from(["v1", "v2"])


def computed(doc_type: SaleType, sold: list[Line], buyer: Receiver) -> Totals:
    try:
        return compute(sale(doc_type, sold, buyer))
    except InvalidSale:
        assume(False)
        raise


@settings(max_examples=400, deadline=None)
@given(st.lists(lines, min_size=1, max_size=12), buyers, doc_types, editions)
def test_documents_add_up_by_mhs_checks(
    sold: list[Line], buyer: Receiver, doc_type: SaleType, edition: Edition
) -> None:
    totals = computed(doc_type, sold, buyer)
    document = as_sent(build_document(edition, identity(doc_type), sale(doc_type, sold, buyer), totals))
    ADD_UP[doc_type](document)


@settings(max_examples=60, deadline=None)
@given(st.lists(lines, min_size=1, max_size=4), buyers, doc_types, editions)
def test_documents_pass_the_official_schemas(
    sold: list[Line], buyer: Receiver, doc_type: SaleType, edition: Edition
) -> None:
    totals = computed(doc_type, sold, buyer)
    document = as_sent(build_document(edition, identity(doc_type), sale(doc_type, sold, buyer), totals))
    assert_conforms(edition, SCHEMAS[doc_type, edition], document)


@settings(max_examples=300, deadline=None)
@given(st.lists(ordinary_lines, min_size=1, max_size=40), buyers, doc_types)
def test_amounts_make_up_each_other_to_the_cent(sold: list[Line], buyer: Receiver, doc_type: SaleType) -> None:
    totals = computed(doc_type, sold, buyer)
    assert totals.taxable + totals.vat == totals.gross
    assert totals.gross - totals.withheld == totals.payable
    assert min(totals.taxable, totals.payable) > 0
    assert min(totals.vat, totals.withheld) >= 0


@given(st.integers(1, 10**13 - 1))
def test_vat_is_thirteen_parts_of_one_hundred_and_thirteen_rounded_half_up(cents: int) -> None:
    """Contract D7 gives both formulas; for whole cents they are the same number."""
    gross = Decimal(cents) / 100
    with localcontext(prec=60):
        vat = (gross * 13 / 113).quantize(Decimal("0.01"), ROUND_HALF_UP)
    totals = compute(sale("01", [Line("Artículo", Decimal(1), gross)]))
    assert totals.vat == vat


@pytest.mark.parametrize("doc_type", ["01", "03"])
@pytest.mark.parametrize("seed", range(6))
def test_two_thousand_lines_still_add_up(doc_type: SaleType, seed: int) -> None:
    """The largest document, where errors of single lines could pile up; fixed seeds, fractional quantities."""
    random = Random(seed)
    sold = [
        Line(
            "Artículo",
            Decimal(random.randrange(1, 10**9)).scaleb(-8 if seed % 2 else -4),
            Decimal(random.randrange(1, 10**5)).scaleb(-2),
            Decimal(random.choice([0, 0, 5, 1250, 3333])).scaleb(-2),
        )
        for _ in range(2000)
    ]
    for edition in ("v1", "v2"):
        totals = compute(sale(doc_type, sold, LARGE_BUYER))
        ADD_UP[doc_type](
            as_sent(build_document(edition, identity(doc_type), sale(doc_type, sold, LARGE_BUYER), totals))
        )
