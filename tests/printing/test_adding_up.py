"""What is printed adds up: the lines to the totals, the totals to the amount to pay, on letter and ticket."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ocote.dte.arithmetic import compute
from ocote.dte.credit_note.arithmetic import compute_note
from ocote.dte.credit_note.value import AdjustedCcf, Adjustment, Note, Portion
from ocote.dte.editions import Edition, build_document
from ocote.dte.faults import InvalidSale
from ocote.dte.mentions import RelatedDocument
from ocote.dte.purchase.arithmetic import compute_purchase
from ocote.dte.purchase.value import Purchase, PurchaseLine
from ocote.dte.sale import ExportTerms, Line, Sale, SaleType
from ocote.dte.text import decode, encode
from ocote.dte.types import DOCUMENT_TYPES
from ocote.printing.adding_up import cents_that_add_up
from ocote.printing.pdf import render
from ocote.printing.sheet import Layout
from ocote.printing.view import sheet
from tests.dte.sale_strategies import lines, ordinary_lines
from tests.dte.samples import BUYER, FOREIGN_BUYER, GENERATION_CODE, ISSUER, LARGE_BUYER, SELLER, identity, line, sale
from tests.dte.wider_strategies import sales
from tests.printing.adding import assert_adds_up
from tests.printing.documents import STAMP, Document, sample
from tests.printing.reading import words

_LAYOUTS: tuple[Layout, ...] = ("ticket", "letter")
_TERMS = ExportTerms(
    country="GT",
    customs_office="01",
    regime_type="EX-1",
    regime="1000.000",
    incoterm="09",
    freight=Decimal("120.05"),
    insurance=Decimal("18.20"),
)


def _sold(doc_type: SaleType, sold: list[Line]) -> tuple[Any, Any]:
    what = sale(doc_type, sold, LARGE_BUYER if doc_type == "03" else BUYER)
    return what, compute(what)


def _exported(sold: list[Line]) -> tuple[Any, Any]:
    what = replace(sale("11", sold, FOREIGN_BUYER), export=_TERMS)
    return what, compute(what)


def _bought(sold: list[Line]) -> tuple[Any, Any]:
    bought = tuple(PurchaseLine("Tela", each.quantity, each.unit_price) for each in sold)
    what = Purchase(ISSUER, SELLER, bought)
    return what, compute_purchase(what)


def _adjusted(sold: list[Line]) -> tuple[Any, Any]:
    """A note about a half of the lines of a CCF."""
    _, whole = _sold("03", sold)
    amounts = Portion(whole.gross, whole.taxable, whole.withheld)
    ccf = AdjustedCcf(RelatedDocument("03", GENERATION_CODE, date(2026, 5, 30)), amounts)
    what = Note(ISSUER, LARGE_BUYER, (Adjustment(ccf, tuple(sold[: (len(sold) + 1) // 2])),))
    return what, compute_note(what)


_ISSUED: dict[str, Callable[[list[Line]], tuple[Any, Any]]] = {
    "01": lambda sold: _sold("01", sold),
    "03": lambda sold: _sold("03", sold),
    "05": _adjusted,
    "11": _exported,
    "14": _bought,
}


def test_documents_of_every_type_are_tried() -> None:
    assert set(_ISSUED) == set(DOCUMENT_TYPES)


def _document(doc_type: str, edition: Edition, sold: list[Line]) -> Document:
    """A document as it is read from its signed bytes."""
    content, totals = _ISSUED[doc_type](sold)
    return decode(encode(build_document(edition, identity(doc_type), content, totals)))


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from(sorted(_ISSUED)), st.sampled_from(["v1", "v2"]))
def test_the_printed_lines_of_every_document_add_up_to_its_printed_totals(
    data: st.DataObject, doc_type: str, edition: Edition
) -> None:
    kind = data.draw(st.sampled_from([ordinary_lines, lines]))
    sold = data.draw(st.lists(kind, min_size=1, max_size=60 if kind is ordinary_lines else 12))
    try:
        document = _document(doc_type, edition, sold)
    except InvalidSale:
        assume(False)
        raise
    assert_adds_up(document)


@settings(max_examples=150, deadline=None)
@given(sales(), st.sampled_from(["v1", "v2"]))
def test_sales_of_every_kind_add_up_on_paper(asked: Sale, edition: Edition) -> None:
    try:
        totals = compute(asked)
    except InvalidSale:
        assume(False)
        raise
    assert_adds_up(decode(encode(build_document(edition, identity(asked.doc_type), asked, totals))))


@pytest.mark.parametrize("doc_type", sorted(_ISSUED))
@pytest.mark.parametrize("edition", ["v1", "v2"])
def test_many_equal_lines_add_up_too(doc_type: str, edition: Edition) -> None:
    for sold in ([line("1.5", "2.217")] * 5, [line("1", "19.885")] * 60, [line("1", "19.89")] * 60):
        assert_adds_up(_document(doc_type, edition, sold))


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_five_lines_of_half_cents_are_printed_with_the_total_that_is_charged(layout: Layout) -> None:
    # 5 × 3.325 are 16.625, hence 16.63 on the bill.
    text = words(render(_document("01", "v2", [line("0.5", "6.65")] * 5), stamp=STAMP, layout=layout))
    assert "$16.63" in text
    assert (text.count("3.33"), text.count("3.32")) == (3, 2)
    assert "REDONDEO" in text.upper()


def test_sixty_net_lines_are_printed_with_the_net_total() -> None:
    # 60 × 19.885 with VAT are 1,193.10, of which 1,055.84 are net.
    printed = sheet(_document("03", "v2", [line("1", "19.885")] * 60), stamp=STAMP, undone=None, is_strip=False)
    assert printed.table is not None
    cells = [row.cells[-1] for row in printed.table.rows]
    assert (cells.count("17.60"), cells.count("17.59")) == (44, 16)
    assert printed.table.rows[-1].carried == ("1,055.84",)


def test_amounts_that_add_up_are_rounded_half_up_and_need_no_remark() -> None:
    printed = sheet(sample("01-v2"), stamp=STAMP, undone=None, is_strip=True)
    assert [each.amount for each in printed.strip] == ["29.25", "3.50", "6.50"]
    assert "Redondeo" not in {fact.label for fact in printed.remarks}


def test_lines_that_are_not_those_of_the_total_are_printed_as_they_are() -> None:
    assert cents_that_add_up([Decimal("1.005"), Decimal("2.005")], Decimal("3.05")) == [
        Decimal("1.01"),
        Decimal("2.01"),
    ]


def test_a_line_of_nothing_stays_nothing() -> None:
    exact = [Decimal(0), Decimal("0.004"), Decimal("0.004"), Decimal(0)]
    assert cents_that_add_up(exact, Decimal("0.01")) == [Decimal(0), Decimal(0), Decimal("0.01"), Decimal(0)]


def test_a_credit_beside_the_sales_is_rounded_in_its_own_column() -> None:
    exact = [Decimal("-1.005"), Decimal("-1.005"), Decimal("-1.005")]
    assert sum(cents_that_add_up(exact, Decimal("-3.02"))) == Decimal("-3.02")


def test_a_discount_below_a_cent_is_no_discount() -> None:
    document = sample("03-v2")
    for signed in document["cuerpoDocumento"]:
        signed["montoDescu"] = Decimal("0.00000004")
    letter, roll = (sheet(document, stamp=STAMP, undone=None, is_strip=is_strip) for is_strip in (False, True))
    assert letter.table is not None
    assert "Descuento" not in {column.label for column in letter.table.columns}
    assert not any("Descuento" in remark for each in roll.strip for remark in each.remarks)
