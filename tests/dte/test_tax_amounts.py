"""Taxes whose rate is fixed by law, when a request says their amount: only the rate's own amount, or a rounding of it.

The amounts are worked out by hand from the rates of wider-sales.md 2.2.
"""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ocote.dte.arithmetic import compute
from ocote.dte.faults import InvalidSale
from ocote.dte.sale import Line, LineTax, Sale, SaleType
from ocote.dte.terms import Discount, SaleTerms
from tests.dte.editions.written import written
from tests.dte.noted import NotedCcf
from tests.dte.samples import BUYER, CONSUMER, sale

DIFFERS, FRACTION = "tax_amount_differs", "tax_quantity_not_whole"
AMOUNT = "lines[0].taxes[0].amount"


def taxed(code: str, amount: str | None, quantity: str = "2", price: str = "5.65", unit: int | None = None) -> Line:
    tax = LineTax(code, Decimal(amount) if amount is not None else None)
    return Line("Artículo", Decimal(quantity), Decimal(price), unit=unit, taxes=(tax,))


def sold(*lines: Line, doc_type: SaleType = "01", net: bool = False) -> Sale:
    asked = sale(doc_type, list(lines), BUYER if doc_type == "03" else CONSUMER)
    return replace(asked, terms=SaleTerms(prices_include_vat=not net))


def faults(asked: Sale) -> list[tuple[str, str]]:
    with pytest.raises(InvalidSale) as refused:
        compute(asked)
    return [(each.code, each.field) for each in refused.value.faults]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (taxed("59", "5"), "El tributo 59 es 5 % de lo que la línea vende sin IVA, 0.50 en esta línea"),
        (taxed("59", "0.48"), "0.50 en esta línea"),
        (taxed("71", "7"), "El tributo 71 es 7.00 por cada unidad, 14.00 en esta línea"),
        (taxed("D1", "0.42", unit=22), "El tributo D1 es 0.20 por cada galón, 0.40 en esta línea"),
        (taxed("C8", "5", unit=22), "El tributo C8 es 0.10 por cada galón, 0.20 en esta línea"),
    ],
)
def test_another_amount_than_that_of_the_rate_is_refused_with_the_right_one(line: Line, message: str) -> None:
    with pytest.raises(InvalidSale) as refused:
        compute(sold(line))
    [fault] = refused.value.faults
    assert (fault.code, fault.field) == (DIFFERS, AMOUNT)
    assert message in fault.message
    right = LineTax(line.taxes[0].code)
    assert f"{compute(sold(replace(line, taxes=(right,)))).taxes:,.2f} en esta línea" in fault.message


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (taxed("59", "0.51"), "0.51"),
        (taxed("59", "0.49"), "0.49"),
        (taxed("71", "14"), "14.00"),
        (taxed("D1", "0.41", unit=22), "0.41"),
        (taxed("D1", "5"), "5.00"),
        (taxed("C5", "5"), "0.00"),
    ],
)
def test_a_rounded_amount_and_one_without_a_rate_are_taken_as_they_were_sent(line: Line, value: str) -> None:
    assert str(compute(sold(line)).taxes) == value


def test_the_rate_is_of_the_net_price_in_a_ccf_and_after_the_discount_of_the_line() -> None:
    room = replace(taxed("59", "4.50", "1", "100"), discount_percentage=Decimal(10))
    assert str(compute(sold(room, doc_type="03", net=True)).taxes) == "4.50"
    full = replace(room, taxes=(LineTax("59", Decimal(5)),))
    assert faults(sold(full, doc_type="03", net=True)) == [(DIFFERS, AMOUNT)]


def test_a_tax_inside_of_the_price_is_a_part_of_what_is_left_of_it() -> None:
    """118.00 hold 100.00 net, 13.00 of VAT and 5.00 of tax."""
    room = replace(taxed("59", "5", "1", "118"), taxes_included=True)
    assert str(compute(sold(room)).taxes) == "5.00"
    with pytest.raises(InvalidSale) as refused:
        compute(sold(replace(room, taxes=(LineTax("59", Decimal(9)),))))
    assert "5.00 en esta línea" in refused.value.faults[0].message


def test_the_roundings_of_many_lines_may_not_add_up_to_more_than_a_cent() -> None:
    """10.17 hold 9.00 net, of which 5 % are 0.45; 0.46 is a cent more on each of two lines."""
    line = taxed("59", "0.46", "1", "10.17")
    assert str(compute(sold(line)).taxes) == "0.46"
    assert faults(sold(line, line)) == [(DIFFERS, "lines[1].taxes[0].amount")]
    even = taxed("59", "0.44", "1", "10.17")
    assert str(compute(sold(line, even, line)).taxes) == "1.36"


@pytest.mark.parametrize("amount", [None, "10.50"])
def test_a_tax_by_the_person_needs_whole_persons(amount: str | None) -> None:
    assert faults(sold(taxed("71", amount, "1.5"))) == [(FRACTION, "lines[0].quantity")]


def test_what_is_taken_states_the_amount_that_was_sent() -> None:
    document = written("v2", sold(taxed("59", "0.51")))
    assert [str(each["valor"]) for each in document["resumen"]["tributos"]] == ["0.51"]


def test_a_note_may_give_back_the_tax_on_lodging_of_before_or_after_the_discount_on_the_whole_ccf() -> None:
    """A room of 100.00 with 10 % off the document bears 5.00; 90.00 in the note is the same room."""
    discounted = SaleTerms(prices_include_vat=False, discount=Discount(percentage=Decimal(10)))
    ccf = replace(sale("03", [taxed("59", None, "1", "100")], BUYER), terms=discounted)
    for amount in ("4.50", "5.00"):
        note = NotedCcf(ccf, "v2").note([taxed("59", amount, "1", "90")], prices_include_vat=False)
        assert str(note.totals.taxes) == amount
    for amount in ("2.23", "2.52"):
        with pytest.raises(InvalidSale) as refused:
            NotedCcf(ccf, "v2").note([taxed("59", amount, "1", "45")], prices_include_vat=False)
        [fault] = refused.value.faults
        assert (fault.code, fault.field) == (DIFFERS, AMOUNT)


class TestAmountsOfTwelveDigits:
    def test_a_tax_may_not_come_to_them_even_if_it_only_informs(self) -> None:
        most = taxed("C5", "99999999999.99")
        assert compute(sold(most)).taxes == 0
        assert faults(sold(taxed("C5", "1"), most, most)) == [("total_too_large", "lines[1].taxes[0].amount")]

    def test_a_computed_tax_may_not_come_to_them(self) -> None:
        many = taxed("71", None, "20000000000", "0.01")
        assert faults(sold(many)) == [("total_too_large", "lines[0].taxes[0]")]

    def test_sales_may_not_come_to_them_before_the_discount_on_the_document(self) -> None:
        half = Line("Artículo", Decimal(1), Decimal(50_000_000_000))
        asked = replace(sold(half, half), terms=SaleTerms(discount=Discount(amount=Decimal(1))))
        assert faults(asked) == [("total_too_large", "lines")]
        fits = replace(half, unit_price=Decimal("49999999999.99"))
        assert str(compute(replace(asked, lines=(half, fits))).gross) == "99999999998.99"

    def test_the_largest_discount_is_named(self) -> None:
        line = Line("Artículo", Decimal(1), Decimal(60_000_000_000), discount_amount=Decimal(50_000_000_000))
        small = SaleTerms(discount=Discount(amount=Decimal(1)))
        assert faults(replace(sold(line, line), terms=small)) == [
            ("discount_total_too_large", "lines[0].discount_amount")
        ]
        dear = Line("Artículo", Decimal(1), Decimal(90_000_000_000))
        cheap = replace(line, unit_price=Decimal(50_000_000_001))
        large = SaleTerms(discount=Discount(percentage=Decimal(60)))
        asked = replace(sold(dear, cheap), terms=large)
        assert faults(asked) == [("discount_total_too_large", "discount_percentage")]
