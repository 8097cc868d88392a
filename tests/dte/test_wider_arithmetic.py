"""The amounts of sales of every kind, against values worked out by hand (wider-sales.md 3 and 4.4)."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from ocote.dte.arithmetic import compute
from ocote.dte.faults import InvalidSale
from ocote.dte.sale import ExportTerms, Issuer, Kinds, Line, LineTax, Receiver, Sale, SaleType, SpecialTax, Totals
from ocote.dte.terms import Charge, Discount, PartPayment, SaleTerms
from tests.dte.samples import BUYER, CONSUMER, FOREIGN_BUYER, ISSUER, LARGE_BUYER, sale

TEN_PERCENT = Discount(percentage=Decimal(10))
ON_FUEL = (LineTax("D1"), LineTax("C8"))


def sold(quantity: str, price: str, **more: Any) -> Line:
    return Line("Artículo", Decimal(quantity), Decimal(price), **more)


def wide(doc_type: SaleType, lines: list[Line], buyer: Receiver = CONSUMER, **terms: Any) -> Totals:
    return compute(wide_sale(doc_type, lines, buyer, **terms))


def wide_sale(doc_type: SaleType, lines: list[Line], buyer: Receiver = CONSUMER, **terms: Any) -> Sale:
    return replace(sale(doc_type, lines, buyer), terms=SaleTerms(**terms))


def net(lines: list[Line], buyer: Receiver = BUYER, **terms: Any) -> Totals:
    return wide("03", lines, buyer, prices_include_vat=False, **terms)


def export(line: Line, carriage: str = "0", **terms: Any) -> Totals:
    asked = wide_sale("11", [line], FOREIGN_BUYER, **terms)
    return compute(replace(asked, export=ExportTerms(country="GT", freight=Decimal(carriage))))


def amounts(totals: Totals, *names: str) -> list[str]:
    return [str(getattr(totals, name)) for name in names]


def faults(**asked: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidSale) as refused:
        compute(wide_sale(**asked))
    return [(each.code, each.field) for each in refused.value.faults]


def test_ten_percent_off_an_invoice_of_three_kinds() -> None:
    totals = wide(
        "01",
        [sold("2", "56.50"), sold("1", "20", sale_kind="exempt"), sold("1", "5", sale_kind="not_subject")],
        discount=TEN_PERCENT,
    )
    assert totals.sums == Kinds(Decimal("113.00"), Decimal("20.00"), Decimal("5.00"))
    assert totals.off == Kinds(Decimal("11.30"), Decimal("2.00"), Decimal("0.50"))
    assert amounts(totals, "taxable", "vat", "exempt", "not_subject") == ["90.00", "11.70", "18.00", "4.50"]
    assert amounts(totals, "gross", "payable", "discount", "all_discounts") == ["124.20", "124.20", "13.80", "13.80"]


def test_a_tip_is_a_charge_and_the_card_pays_the_rest() -> None:
    paid = (PartPayment("01", Decimal("31.50")), PartPayment("03", reference="AUT-004512"))
    totals = wide("01", [sold("1", "56.50")], charges=(Charge("Propina", Decimal(5)),), payments=paid)
    assert amounts(totals, "taxable", "vat", "gross", "charges", "payable") == [
        "50.00",
        "6.50",
        "56.50",
        "5.00",
        "61.50",
    ]
    assert [(each.method, str(each.amount), each.reference) for each in totals.payments] == [
        ("01", "31.50", None),
        ("03", "30.00", "AUT-004512"),
    ]
    assert totals.condition == 1


def test_the_tax_on_lodging_is_five_percent_of_the_net_price() -> None:
    totals = wide("01", [sold("1", "113", taxes=(LineTax("59"),)), sold("1", "11.30")])
    assert [(each.code, str(each.value)) for each in totals.tax_values] == [("59", "5.00")]
    assert amounts(totals, "vat", "taxes", "gross") == ["14.30", "5.00", "129.30"]


def test_the_tax_on_lodging_can_be_inside_the_price() -> None:
    totals = wide("01", [sold("1", "118", taxes=(LineTax("59"),), taxes_included=True)])
    assert amounts(totals, "taxable", "vat", "taxes", "gross") == ["100.00", "13.00", "5.00", "118.00"]
    assert totals.lines[0].taxed == totals.lines[0].unit_price == Decimal(113)


def test_the_price_at_the_pump_has_its_taxes_inside() -> None:
    totals = wide("01", [sold("50", "3.84", unit=22, taxes=ON_FUEL, taxes_included=True)])
    assert [(each.code, str(each.value)) for each in totals.tax_values] == [("D1", "10.00"), ("C8", "5.00")]
    assert amounts(totals, "taxable", "vat", "taxes", "gross") == ["156.64", "20.36", "15.00", "192.00"]
    [line] = totals.lines
    assert [line.unit_price, line.discount, line.taxed] == [Decimal("3.54"), 0, 177]


def test_a_pump_price_with_vat_makes_net_lines_of_a_ccf() -> None:
    totals = wide("03", [sold("50", "4.82", unit=22, taxes=ON_FUEL, taxes_included=True)], BUYER)
    assert amounts(totals, "taxable", "vat", "taxes", "gross") == ["200.00", "26.00", "15.00", "241.00"]
    assert totals.lines[0].unit_price == 4


def test_special_taxes_are_lines_inside_the_base() -> None:
    invoice = wide("01", [sold("100", "9.04", special_tax=SpecialTax("57", Decimal("36.16")))])
    assert amounts(invoice, "taxable", "vat", "gross") == ["832.00", "108.16", "940.16"]
    assert [(each.item_type, each.unit, each.special_tax) for each in invoice.body] == [(None, 59, None), (4, 99, "57")]
    ccf = net([sold("100", "8", special_tax=SpecialTax("57", Decimal(32)))])
    assert amounts(ccf, "taxable", "vat", "gross") == ["832.00", "108.16", "940.16"]
    with_vat = wide("03", [sold("100", "9.04", special_tax=SpecialTax("57", Decimal(32)))], BUYER)
    assert amounts(with_vat, "taxable", "vat", "gross") == ["832.00", "108.16", "940.16"]


def test_informative_taxes_are_stated_and_not_added() -> None:
    totals = net([sold("10", "20", taxes=(LineTax("C5", Decimal("6.40")),))])
    assert [(each.code, str(each.value), each.informative) for each in totals.tax_values] == [("C5", "6.40", True)]
    assert amounts(totals, "vat", "taxes", "gross") == ["26.00", "0.00", "226.00"]


def test_energy_has_prices_of_eight_decimals() -> None:
    totals = wide("01", [sold("152.75", "0.18954321")])
    assert str(totals.lines[0].taxed) == "28.95272533"
    assert amounts(totals, "vat", "gross") == ["3.33", "28.95"]
    screws = net([sold("1000", "0.12345678")])
    assert str(screws.lines[0].taxed) == "123.45678000"
    assert amounts(screws, "taxable", "vat", "gross") == ["123.46", "16.05", "139.51"]


def test_income_tax_and_withheld_vat_of_a_professional() -> None:
    invoice = wide("01", [sold("1", "565", item_type=2)], LARGE_BUYER, income_tax=Decimal(50))
    assert amounts(invoice, "withheld", "income_tax", "payable") == ["5.00", "50.00", "510.00"]
    ccf = net([sold("1", "1000", item_type=2)], LARGE_BUYER, income_tax=Decimal(100))
    assert amounts(ccf, "vat", "withheld", "income_tax", "payable") == ["130.00", "10.00", "100.00", "1020.00"]


def test_the_official_ccf_of_net_prices_with_ten_percent_off() -> None:
    totals = net(
        [
            sold("10", "25", discount_amount=Decimal(25)),
            sold("5", "80", discount_amount=Decimal(15)),
            sold("4", "10", discount_amount=Decimal(5), sale_kind="exempt"),
        ],
        discount=TEN_PERCENT,
    )
    assert totals.sums == Kinds(Decimal("610.00"), Decimal("35.00"))
    assert totals.off == Kinds(Decimal("61.00"), Decimal("3.50"))
    assert amounts(totals, "taxable", "vat", "exempt", "gross") == ["549.00", "71.37", "31.50", "651.87"]
    assert amounts(totals, "discount", "all_discounts") == ["64.50", "109.50"]
    assert [each.unit_price for each in totals.lines] == [25, 80, 10]
    assert [each.discount for each in totals.lines] == [25, 15, 5]
    assert [each.sold for each in totals.lines] == [225, 385, 35]


def test_the_official_ccf_with_a_credit_outside_the_base() -> None:
    lines = [sold("1", "775")]
    credit = Charge("Pagos no afectos", Decimal(-20))
    totals = net(lines, LARGE_BUYER, discount=TEN_PERCENT, charges=(credit,))
    assert amounts(totals, "vat", "gross", "withheld", "charges", "payable") == [
        "90.68",
        "788.18",
        "6.98",
        "-20.00",
        "761.20",
    ]


def test_the_same_ccf_from_prices_with_vat() -> None:
    lines = [
        sold("10", "28.25", discount_amount=Decimal("28.25")),
        sold("4", "10.00", discount_amount=Decimal(5), sale_kind="exempt"),
    ]
    totals = wide("03", lines, BUYER, discount=TEN_PERCENT)
    assert totals.off == Kinds(Decimal("22.50"), Decimal("3.50"))
    assert amounts(totals, "taxable", "vat", "exempt", "gross") == ["202.50", "26.33", "31.50", "260.33"]


def test_a_percentage_off_prices_with_vat_leaves_the_same_price_in_a_ccf_as_in_an_invoice() -> None:
    half = Discount(percentage=Decimal(50))
    invoice, ccf = wide("01", [sold("3", "9")], discount=half), wide("03", [sold("3", "9")], BUYER, discount=half)
    assert amounts(invoice, "gross", "taxable", "vat") == ["13.50", "11.95", "1.55"]
    assert amounts(ccf, "gross", "taxable", "vat", "discount") == ["13.50", "11.95", "1.55", "11.94"]


def test_an_amount_off_is_what_the_buyer_saves_to_the_cent() -> None:
    lines = [sold("1", "1.00"), sold("1", "0.50", sale_kind="exempt")]
    tenth = Discount(amount=Decimal("0.10"))
    for totals in (wide("01", lines, CONSUMER, discount=tenth), wide("03", lines, BUYER, discount=tenth)):
        assert amounts(totals, "gross", "exempt") == ["1.40", "0.47"]
        assert totals.taxable + totals.vat == Decimal("0.93")


def test_what_rounding_leaves_of_an_amount_goes_to_the_largest_kind() -> None:
    lines = [sold("1", "1.00"), sold("1", "1.01", sale_kind="exempt"), sold("1", "1.00", sale_kind="not_subject")]
    totals = wide("01", lines, discount=Discount(amount=Decimal("0.10")))
    assert totals.off == Kinds(Decimal("0.03"), Decimal("0.04"), Decimal("0.03"))


def test_a_large_seller_collects_one_percent() -> None:
    totals = net([sold("10", "50")], collects_vat=True)
    assert amounts(totals, "gross", "collected", "payable") == ["565.00", "5.00", "570.00"]


def test_part_in_cash_and_part_in_two_months_is_the_other_condition() -> None:
    paid = (PartPayment("02", Decimal("174.60"), "123456"), PartPayment("13", None, None, 2, 2))
    totals = net([sold("1", "420")], payments=paid)
    assert totals.condition == 3
    assert [(str(each.amount), each.term_unit, each.term_count) for each in totals.payments] == [
        ("174.60", None, None),
        ("300.00", 2, 2),
    ]


def test_exports_have_a_discount_an_advance_and_taxes_on_fuel() -> None:
    line = sold("100", "12.35", discount_amount=Decimal(35))
    carried = export(line, "138.20", discount=Discount(amount=Decimal(50)))
    assert amounts(carried, "gross", "discount", "all_discounts") == ["1288.20", "50.00", "85.00"]
    paid = export(sold("10", "50"), charges=(Charge("Anticipo aplicado", Decimal(-100)),))
    assert amounts(paid, "gross", "payable") == ["500.00", "400.00"]
    fuel = export(sold("1000", "2.50", unit=22, taxes=ON_FUEL))
    assert amounts(fuel, "taxable", "taxes", "gross") == ["2500.00", "300.00", "2800.00"]


def test_all_that_credits_take_may_be_everything_and_nothing_is_paid_at_once() -> None:
    totals = wide("01", [sold("1", "10")], charges=(Charge("Anticipo", Decimal(-10)),))
    assert (str(totals.payable), totals.condition, [str(each.amount) for each in totals.payments]) == (
        "0.00",
        1,
        ["0.00"],
    )


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"lines": [sold("1", "5", discount_amount=Decimal(6))]}, ("discount_too_large", "lines[0].discount_amount")),
        ({"discount": Discount(amount=Decimal("5.01"))}, ("discount_too_large", "discount_amount")),
        ({"lines": [sold("1", "5", taxes=(LineTax("D1"),))]}, ("tax_amount_missing", "lines[0].taxes[0]")),
        ({"lines": [sold("1", "5", taxes=(LineTax("D5"),))]}, ("tax_amount_missing", "lines[0].taxes[0]")),
        (
            {"lines": [sold("1", "5", taxes=(LineTax("71"),), taxes_included=True)]},
            ("taxes_exceed_line", "lines[0].taxes"),
        ),
        ({"charges": (Charge("Crédito", Decimal("-5.01")),)}, ("charge_exceeds_total", "charges")),
        ({"income_tax": Decimal("4.43")}, ("income_tax_too_large", "income_tax_withheld")),
        ({"prices_include_vat": False}, ("net_prices_not_here", "prices_include_vat")),
        ({"payments": (PartPayment("01", Decimal(4)),)}, ("payments_total_differs", "payments")),
        (
            {"payments": (PartPayment("01", Decimal(5)), PartPayment("02"))},
            ("payments_total_differs", "payments"),
        ),
        (
            {"payments": (PartPayment("01"),), "condition": 2},
            ("transaction_condition_differs", "transaction_condition"),
        ),
        (
            {"lines": [sold("1", "5", sale_kind="exempt")], "withholding": "vat_1"},
            ("withholding_without_base", "withholding"),
        ),
    ],
)
def test_what_no_document_can_express_is_refused_by_its_code(asked: dict[str, Any], expected: tuple[str, str]) -> None:
    assert faults(**{"doc_type": "01", "lines": [sold("1", "5")], **asked}) == [expected]


def test_collection_is_refused_for_services_large_buyers_and_small_sales() -> None:
    asked = {"doc_type": "03", "lines": [sold("1", "56.50", item_type=2)], "buyer": LARGE_BUYER, "collects_vat": True}
    assert faults(**asked) == [
        ("collection_only_goods", "lines[0].item_kind"),
        ("collection_buyer_large", "customer.type_contributor"),
        ("collection_below_threshold", "vat_collection"),
    ]


def test_the_law_s_own_rule_of_withholding_can_be_overruled() -> None:
    large_seller: Issuer = replace(ISSUER, large_taxpayer=True)
    asked = wide_sale("03", [sold("1", "113")], LARGE_BUYER)
    assert str(compute(asked).withheld) == "1.00"
    assert compute(replace(asked, terms=SaleTerms(withholding="none"))).withheld == 0
    forced = replace(asked, issuer=large_seller, receiver=BUYER, terms=SaleTerms(withholding="vat_1"))
    assert str(compute(forced).withheld) == "1.00"


def test_taxes_and_charges_count_as_lines() -> None:
    lines = [sold("1", "5", special_tax=SpecialTax("57", Decimal(1))) for _ in range(1001)]
    assert faults(doc_type="01", lines=lines) == [("too_many_lines", "lines")]
