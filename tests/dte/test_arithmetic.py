"""The worked examples of arithmetic.md 3 and 4 and the thresholds of the contract, by values worked out by hand."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ocote.dte.arithmetic import compute
from ocote.dte.faults import FaultCode, InvalidSale
from ocote.dte.sale import SaleType, Totals
from tests.dte.samples import BUYER, LARGE_BUYER, line, sale


def amounts(totals: Totals) -> tuple[str, ...]:
    return tuple(str(amount) for amount in (totals.taxable, totals.vat, totals.gross, totals.withheld, totals.payable))


def test_three_lines_of_an_invoice() -> None:
    """Example 3.1; a discount of 0.10 on 3.60 is 2.77777778 %."""
    totals = compute(sale("01", [line("3", "9.75"), line("2", "1.80", "2.77777778"), line("1.5", "4.333333")]))
    assert [str(sold.taxed.normalize()) for sold in totals.lines] == ["29.25", "3.5", "6.4999995"]
    assert [str(sold.vat) for sold in totals.lines] == ["3.36504425", "0.40265487", "0.74778755"]
    assert [sold.discount for sold in totals.lines] == [0, Decimal("0.1"), 0]
    assert str(totals.all_discounts) == "0.10"
    assert amounts(totals) == ("34.73", "4.52", "39.25", "0.00", "39.25")


def test_a_withholding_buyer_of_an_invoice_with_a_discount_of_ten_percent() -> None:
    """Example 3.2, its discount put on the line: 226.00 less 22.60."""
    totals = compute(sale("01", [line("1", "226.00", "10")], LARGE_BUYER))
    assert amounts(totals) == ("180.00", "23.40", "203.40", "1.80", "201.60")
    assert str(totals.all_discounts) == "22.60"


def test_nobody_withholds_from_a_large_taxpayer() -> None:
    """By rules.md 8: the seller is not large."""
    between_equals = sale("01", [line("1", "226.00", "10")], LARGE_BUYER)
    issuer = replace(between_equals.issuer, large_taxpayer=True)
    assert amounts(compute(replace(between_equals, issuer=issuer))) == ("180.00", "23.40", "203.40", "0.00", "203.40")


def test_ten_lines_of_one_dollar_ten_keep_the_vat_of_their_sum() -> None:
    """The precision trap of arithmetic.md 3: two decimals per line would have added up to 1.30."""
    totals = compute(sale("01", [line("1", "1.10")] * 10))
    assert {str(sold.vat) for sold in totals.lines} == {"0.12654867"}
    assert amounts(totals) == ("9.73", "1.27", "11.00", "0.00", "11.00")


def test_a_ccf_for_a_withholding_buyer() -> None:
    """Example 4.1: net prices 12.50 and 7.333333 are 14.125 and 8.28666629 with VAT; 5.00 on 125.00 is 4 %."""
    totals = compute(sale("03", [line("10", "14.125", "4"), line("3", "8.28666629")], LARGE_BUYER))
    first, second = totals.lines
    assert [first.unit_price, first.discount, first.taxed] == [Decimal("12.5"), 5, 120]
    assert [second.unit_price, second.discount, second.taxed] == [Decimal("7.333333"), 0, Decimal("21.999999")]
    assert amounts(totals) == ("142.00", "18.46", "160.46", "1.42", "159.04")
    assert str(totals.all_discounts) == "5.00"


@pytest.mark.parametrize(
    ("count", "gross_price", "expected"),
    [
        (3, "1.1865", ("3.15", "0.41", "3.56", "0.00", "3.56")),
        (10, "0.0452", ("0.40", "0.05", "0.45", "0.00", "0.45")),
    ],
)
def test_vat_is_taken_on_the_total_and_not_line_by_line(
    count: int, gross_price: str, expected: tuple[str, ...]
) -> None:
    """arithmetic.md 4: net lines of 1.05 and of 0.04."""
    assert amounts(compute(sale("03", [line("1", gross_price)] * count))) == expected


@pytest.mark.parametrize("doc_type", ["01", "03"])
def test_the_contracts_own_example_of_withholding(doc_type: SaleType) -> None:
    """Contract 7.6: one line of 113.00 to a large taxpayer."""
    totals = compute(sale(doc_type, [line("1", "113.00")], LARGE_BUYER))
    assert amounts(totals) == ("100.00", "13.00", "113.00", "1.00", "112.00")


def test_government_withholds_like_a_large_taxpayer_and_the_others_do_not() -> None:
    def withheld(contributor_type: int) -> Decimal:
        buyer = replace(BUYER, contributor_type=contributor_type)
        return compute(sale("03", [line("1", "226.00")], buyer)).withheld

    assert [withheld(kind) for kind in (1, 2, 3, 4)] == [0, 0, 2, 2]


def test_nothing_is_withheld_below_one_hundred_dollars_net() -> None:
    """112.99 / 1.13 = 99.991…, rounded 99.99; 113.00 is exactly 100.00."""
    assert amounts(compute(sale("03", [line("1", "112.99")], LARGE_BUYER)))[0::3] == ("99.99", "0.00")
    assert amounts(compute(sale("03", [line("1", "113.00")], LARGE_BUYER)))[0::3] == ("100.00", "1.00")


def test_fractions_of_a_cent_add_up_before_they_are_rounded() -> None:
    """3 × 0.333 × 1.01 = 1.00899 per line: three make 3.02697, not 3 × 1.01."""
    assert str(compute(sale("01", [line("0.999", "1.01")] * 3)).gross) == "3.03"
    assert str(compute(sale("01", [line("0.333", "0.01")] * 3)).gross) == "0.01"


def test_a_net_price_whose_rounding_a_huge_quantity_would_blow_up_is_raised_and_discounted() -> None:
    """0.10 / 1.13 = 0.08849557|52: at 8 decimals 100,000,000 units would be 0.52 short of 8,849,557.52."""
    totals = compute(sale("03", [line("100000000", "0.10")]))
    (sold,) = totals.lines
    assert str(sold.taxed) == "8849557.52212389"
    assert str(sold.unit_price) == "0.08849558"
    assert sold.discount == Decimal("0.47787611")
    assert amounts(totals)[:3] == ("8849557.52", "1150442.48", "10000000.00")


def test_the_smallest_amount_that_can_be_invoiced_is_one_cent() -> None:
    assert amounts(compute(sale("03", [line("1", "0.01")]))) == ("0.01", "0.00", "0.01", "0.00", "0.01")


def faults_of(doc_type: SaleType, *lines: tuple[str, ...]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidSale) as refusal:
        compute(sale(doc_type, [line(*numbers) for numbers in lines]))
    return [(fault.code, fault.field) for fault in refusal.value.faults]


@pytest.mark.parametrize("doc_type", ["01", "03"])
@pytest.mark.parametrize(
    ("numbers", "code", "field"),
    [
        (("0", "1.00"), FaultCode.QUANTITY_OUT_OF_RANGE, "lines[0].quantity"),
        (("-1", "1.00"), FaultCode.QUANTITY_OUT_OF_RANGE, "lines[0].quantity"),
        (("NaN", "1.00"), FaultCode.QUANTITY_OUT_OF_RANGE, "lines[0].quantity"),
        (("100000000000", "0.01"), FaultCode.QUANTITY_OUT_OF_RANGE, "lines[0].quantity"),
        (("1", "0"), FaultCode.PRICE_OUT_OF_RANGE, "lines[0].unit_price"),
        (("1", "100000000000"), FaultCode.PRICE_OUT_OF_RANGE, "lines[0].unit_price"),
        (("1", "Infinity"), FaultCode.PRICE_OUT_OF_RANGE, "lines[0].unit_price"),
        (("1", "1.00", "-1"), FaultCode.DISCOUNT_OUT_OF_RANGE, "lines[0].discount_percentage"),
        (("1", "1.00", "100.01"), FaultCode.DISCOUNT_OUT_OF_RANGE, "lines[0].discount_percentage"),
        (("0.123456789", "1.00"), FaultCode.TOO_MANY_DECIMALS, "lines[0].quantity"),
        (("1", "0.123456789"), FaultCode.TOO_MANY_DECIMALS, "lines[0].unit_price"),
        (("1", "1.00", "0.123456789"), FaultCode.TOO_MANY_DECIMALS, "lines[0].discount_percentage"),
        (("1000000", "100000"), FaultCode.LINE_TOO_LARGE, "lines[0].quantity"),
        (("0.00000001", "0.01"), FaultCode.LINE_ROUNDS_TO_ZERO, "lines[0].quantity"),
        (("1", "5.00", "100"), FaultCode.DISCOUNT_TAKES_ALL, "lines[0].discount_percentage"),
    ],
)
def test_an_amount_that_mh_cannot_hold_is_refused_by_name(
    doc_type: SaleType, numbers: tuple[str, ...], code: FaultCode, field: str
) -> None:
    assert faults_of(doc_type, numbers) == [(code, field)]


def test_all_faulty_lines_are_told_at_once() -> None:
    assert faults_of("01", ("0", "0"), ("1", "1.00"), ("1", "-3")) == [
        (FaultCode.QUANTITY_OUT_OF_RANGE, "lines[0].quantity"),
        (FaultCode.PRICE_OUT_OF_RANGE, "lines[0].unit_price"),
        (FaultCode.PRICE_OUT_OF_RANGE, "lines[2].unit_price"),
    ]


def test_a_total_below_one_cent_or_of_twelve_digits_is_refused() -> None:
    assert faults_of("01", ("0.4", "0.01")) == [(FaultCode.TOTAL_TOO_SMALL, "lines")]
    assert faults_of("01", *[("1", "50000000000")] * 2) == [(FaultCode.TOTAL_TOO_LARGE, "lines")]


@pytest.mark.parametrize("doc_type", ["01", "03"])
def test_discounts_that_add_up_to_twelve_digits_are_refused_where_they_are_largest(doc_type: SaleType) -> None:
    """99 % of 6e10 and of 5.5e10 is 1.1385e11, net 1.0075e11; what remains is small."""
    huge = [("1000", "55000000", "99"), ("1000", "60000000", "99")]
    assert faults_of(doc_type, *huge) == [(FaultCode.DISCOUNT_TOTAL_TOO_LARGE, "lines[1].discount_percentage")]
    assert str(compute(sale(doc_type, [line(*huge[0])])).gross) == "550000000.00"


def test_a_document_has_between_one_and_two_thousand_lines() -> None:
    assert faults_of("01") == [(FaultCode.NO_LINES, "lines")]
    assert faults_of("01", *[("1", "1.00")] * 2001) == [(FaultCode.TOO_MANY_LINES, "lines")]
    assert compute(sale("01", [line("1", "1.00")] * 2000)).gross == 2000
