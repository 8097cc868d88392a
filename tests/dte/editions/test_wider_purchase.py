"""What a purchase from an excluded subject (14) can say beyond lines paid in cash (arithmetic.md 7)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ocote.dte.editions import Edition, build_document
from ocote.dte.faults import Fault, InvalidSale
from ocote.dte.mentions import AppendixRow, Mentions
from ocote.dte.purchase.arithmetic import compute_purchase
from ocote.dte.purchase.value import Purchase, PurchaseLine, WithheldIncomeTax
from ocote.dte.sale import Address, Payment, Totals
from ocote.dte.stated import read_document, stated_amounts
from ocote.dte.terms import PLAIN_TERMS, Discount, PartPayment, SaleTerms
from ocote.dte.text import encode
from tests.dte.official_rules import as_sent, assert_conforms, assert_purchase_adds_up
from tests.dte.samples import ISSUER, SELLER, identity

SCHEMA = {"v1": "fe-fse-v1.json", "v2": "fe-fse-v2.json"}
SELLER_KEY = {"v1": "sujetoExcluido", "v2": "receptor"}
BOTH = pytest.mark.parametrize("edition", ["v1", "v2"])

D = Decimal
TEN_OFF = SaleTerms(discount=Discount(amount=D("10.00")))
EXAMPLE_7_1 = PurchaseLine("Reparación", D(3), D("45.50"), is_service=True, discount_amount=D("6.50"))
SERVICE = PurchaseLine("Diseño de rótulo", D(1), D("200.00"), is_service=True)
CLOTH = PurchaseLine("Tela", D("3.5"), D("4.00"))


def purchase(*lines: PurchaseLine, terms: SaleTerms = PLAIN_TERMS, **more: Any) -> Purchase:
    return Purchase(ISSUER, SELLER, lines, terms=terms, **more)


def written(edition: Edition, made: Purchase) -> dict[str, Any]:
    document = as_sent(build_document(edition, identity("14"), made, compute_purchase(made)))
    assert_conforms(edition, SCHEMA[edition], document)
    return document


def amounts(totals: Totals) -> tuple[str, ...]:
    """Bought after the discount, discount, income tax, to be paid, all discounts."""
    figures = (totals.gross, totals.discount, totals.withheld, totals.payable, totals.all_discounts)
    return tuple(str(amount) for amount in figures)


def refusal(made: Purchase) -> tuple[str, str]:
    with pytest.raises(InvalidSale) as refused:
        compute_purchase(made)
    fault: Fault
    (fault,) = refused.value.faults
    return fault.code, fault.field


def test_the_worked_example_with_its_two_discounts() -> None:
    """3 × 45.50 − 6.50 = 130.00, less 10.00 = 120.00, of which 12.00 is withheld."""
    totals = compute_purchase(purchase(EXAMPLE_7_1, terms=TEN_OFF))
    assert amounts(totals) == ("120.00", "10.00", "12.00", "108.00", "16.50")
    assert [str(each) for each in (totals.taxable, totals.vat, totals.income_tax)] == ["120.00", "0.00", "0.00"]


@BOTH
def test_the_worked_example_as_mh_reads_it(edition: Edition) -> None:
    summary = written(edition, purchase(EXAMPLE_7_1, terms=TEN_OFF))["resumen"]
    names = ("totalCompra", "descu", "totalDescu", "subTotal", "reteRenta", "totalPagar")
    assert [summary[name] for name in names] == [130, 10, D("16.5"), 120, 12, 108]
    assert summary["totalLetras"] == "CIENTO OCHO 00/100 DÓLARES"
    assert summary["pagos"][0]["montoPago"] == 108


def test_a_percentage_is_taken_from_services_and_goods_alike() -> None:
    """214.00 less 5 % (10.70) is 203.30; the service keeps 190.00 of its 200.00, so that 19.00 is withheld."""
    totals = compute_purchase(purchase(SERVICE, CLOTH, terms=SaleTerms(discount=Discount(percentage=D(5)))))
    assert amounts(totals) == ("203.30", "10.70", "19.00", "184.30", "10.70")


def test_a_discount_in_dollars_is_spread_by_what_was_bought() -> None:
    """21.40 is a tenth of 214.00: the service keeps 180.00."""
    terms = SaleTerms(discount=Discount(amount=D("21.40")))
    assert amounts(compute_purchase(purchase(SERVICE, CLOTH, terms=terms)))[:4] == (
        "192.60",
        "21.40",
        "18.00",
        "174.60",
    )


@pytest.mark.parametrize(
    ("off", "fault"),
    [
        ("214.01", ("discount_too_large", "discount_amount")),
        ("214.00", ("discount_takes_all", "discount_amount")),
    ],
)
def test_a_discount_leaves_something_to_pay(off: str, fault: tuple[str, str]) -> None:
    terms = SaleTerms(discount=Discount(amount=D(off)))
    assert refusal(purchase(SERVICE, CLOTH, terms=terms)) == fault


def test_what_was_bought_before_its_discount_has_a_limit_too() -> None:
    land = PurchaseLine("Terreno", D(1), D("60000000000"))
    terms = SaleTerms(discount=Discount(percentage=D(50)))
    assert refusal(purchase(land, land, terms=terms)) == ("total_too_large", "lines")


def test_prices_of_eight_decimals_are_rounded_once() -> None:
    """152.75 × 0.18954321 = 28.9527253275."""
    energy = PurchaseLine("Energía, kWh", D("152.75"), D("0.18954321"), unit=99)
    totals = compute_purchase(purchase(energy))
    assert (str(totals.gross), totals.lines[0].taxed) == ("28.95", D("28.95272533"))


@BOTH
@pytest.mark.parametrize(
    ("line", "kind", "unit", "code"),
    [
        (CLOTH, 1, 59, None),
        (SERVICE, 2, 59, None),
        (replace(CLOTH, item_type=1, code="T-01"), 1, 59, "T-01"),
        (replace(CLOTH, item_type=2), 2, 99, None),
        (replace(CLOTH, item_type=2, is_service=True, unit=57), 2, 57, None),
        (replace(CLOTH, unit=1), 1, 1, None),
    ],
    ids=["goods", "service of before", "goods with code", "service", "service by the hour", "metres"],
)
def test_lines_state_kind_unit_and_code(
    edition: Edition, line: PurchaseLine, kind: int, unit: int, code: str | None
) -> None:
    (stated,) = written(edition, purchase(line))["cuerpoDocumento"]
    assert (stated["tipoItem"], stated["uniMedida"], stated["codigo"]) == (kind, unit, code)


def test_a_service_by_its_kind_bears_income_tax() -> None:
    assert amounts(compute_purchase(purchase(replace(CLOTH, item_type=2))))[2:4] == ("1.40", "12.60")


class TestIncomeTax:
    def made(self, amount: str, reason: str | None = None, *lines: PurchaseLine) -> Purchase:
        return purchase(*(lines or (SERVICE, CLOTH)), income_tax=WithheldIncomeTax(D(amount), reason))

    @pytest.mark.parametrize(
        ("amount", "payable"),
        [("0", "214.00"), ("10.00", "204.00"), ("40.00", "174.00"), ("53.50", "160.50")],
        ids=["none", "5 %", "20 %", "25 % of everything"],
    )
    def test_another_amount_is_withheld_for_a_reason(self, amount: str, payable: str) -> None:
        totals = compute_purchase(self.made(amount, "No domiciliado, CT 158"))
        assert (totals.withheld, str(totals.payable)) == (D(amount), payable)

    @pytest.mark.parametrize("amount", ["0", "19.99", "20.01", "40.00"])
    def test_another_amount_without_reason_is_refused(self, amount: str) -> None:
        assert refusal(self.made(amount)) == ("income_tax_reason_missing", "income_tax_reason")

    def test_the_usual_amount_needs_no_reason(self) -> None:
        assert compute_purchase(self.made("20")).withheld == 20

    def test_no_law_takes_more_than_a_quarter(self) -> None:
        """25 % of 214.00 is 53.50 (CT 158-A)."""
        assert refusal(self.made("53.51", "paraíso fiscal")) == ("income_tax_too_large", "income_tax_withheld")

    def test_the_quarter_is_of_what_the_discount_leaves(self) -> None:
        """25 % of 107.00 is 26.75."""
        half_off = replace(self.made("26.76", "CT 158-A"), terms=SaleTerms(discount=Discount(percentage=D(50))))
        assert refusal(half_off) == ("income_tax_too_large", "income_tax_withheld")
        assert compute_purchase(replace(half_off, income_tax=WithheldIncomeTax(D("26.75"), "CT 158-A"))).payable == D(
            "80.25"
        )

    def test_goods_and_service_in_one_line_need_an_amount(self) -> None:
        both = replace(CLOTH, item_type=3)
        assert refusal(purchase(SERVICE, both)) == ("income_tax_missing", "income_tax_withheld")

    @pytest.mark.parametrize("amount", ["20.00", "20.70", "21.40"])
    def test_any_part_of_a_line_of_both_may_be_the_service(self, amount: str) -> None:
        """10 % of 200.00 at least, 10 % of 214.00 at most."""
        made = self.made(amount, None, SERVICE, replace(CLOTH, item_type=3))
        assert compute_purchase(made).withheld == D(amount)

    @pytest.mark.parametrize("amount", ["19.99", "21.41"])
    def test_more_or_less_than_a_part_of_it_needs_a_reason(self, amount: str) -> None:
        made = self.made(amount, None, SERVICE, replace(CLOTH, item_type=3))
        assert refusal(made) == ("income_tax_reason_missing", "income_tax_reason")

    @BOTH
    def test_the_document_says_why(self, edition: Edition) -> None:
        summary = written(edition, self.made("40.00", "No domiciliado, CT 158"))["resumen"]
        assert (summary["reteRenta"], summary["totalPagar"]) == (40, 174)
        assert summary["observaciones"] == "Retención de renta: No domiciliado, CT 158"


@BOTH
def test_remarks_come_before_the_reason_and_the_appendix_is_written(edition: Edition) -> None:
    made = purchase(
        SERVICE,
        income_tax=WithheldIncomeTax(D(0), "Exento por ley especial"),
        mentions=Mentions(remarks="Orden 12", appendix=(AppendixRow("orden", "Orden de compra", "12"),)),
    )
    document = written(edition, made)
    assert document["resumen"]["observaciones"] == "Orden 12\nRetención de renta: Exento por ley especial"
    assert document["apendice"] == [{"campo": "orden", "etiqueta": "Orden de compra", "valor": "12"}]


@BOTH
def test_remarks_and_reason_have_to_fit_together(edition: Edition) -> None:
    """The prefix has 20 characters and the line break 1: 2,974 + 21 + 5 = 3,000."""
    made = purchase(SERVICE, income_tax=WithheldIncomeTax(D(0), "CT 12"), mentions=Mentions(remarks="x" * 2974))
    assert len(written(edition, made)["resumen"]["observaciones"]) == 3000
    with pytest.raises(InvalidSale) as refused:
        written(edition, replace(made, mentions=Mentions(remarks="x" * 2975)))
    assert [(each.code, each.field) for each in refused.value.faults] == [("remarks_too_long", "remarks")]


@BOTH
def test_credit_has_a_term_and_several_payments_make_the_condition(edition: Edition) -> None:
    on_credit = purchase(SERVICE, payment=Payment("05", condition=2, term_unit=1, term_count=15))
    summary = written(edition, on_credit)["resumen"]
    assert summary["condicionOperacion"] == 2
    assert summary["pagos"] == [
        {"codigo": "05", "montoPago": 180, "referencia": None, "plazo": "01", "periodo": 15},
    ]
    parts = (PartPayment("01", D("80.00")), PartPayment("05", None, "TR-1", 2, 1))
    summary = written(edition, purchase(SERVICE, terms=SaleTerms(payments=parts)))["resumen"]
    assert (summary["condicionOperacion"], [part["montoPago"] for part in summary["pagos"]]) == (3, [80, 100])


def test_payments_are_of_what_the_seller_receives() -> None:
    """200.00 less 20.00 of income tax."""
    parts = (PartPayment("01", D("100.00")), PartPayment("05", D("100.00")))
    assert refusal(purchase(SERVICE, terms=SaleTerms(payments=parts))) == ("payments_total_differs", "payments")


@BOTH
@pytest.mark.parametrize(
    ("kind", "number"), [("03", "X1234567"), ("02", "C-9988"), ("37", "1"), ("36", "06140101900020")]
)
def test_a_foreigner_is_named_by_any_document(edition: Edition, kind: str, number: str) -> None:
    seller = replace(SELLER, document_type=kind, document_number=number)
    stated = written(edition, replace(purchase(SERVICE), seller=seller))[SELLER_KEY[edition]]
    assert (stated["tipoDocumento"], stated["numDocumento"]) == (kind, number)


def test_a_seller_abroad_has_an_address_abroad_in_v2() -> None:
    seller = replace(SELLER, address=Address("00", "00", "00", "7a. Avenida 3-33, Guatemala"))
    stated = written("v2", replace(purchase(SERVICE), seller=seller))["receptor"]["direccion"]
    assert [stated[name] for name in ("departamento", "municipio", "distrito")] == ["00", "00", "00"]


@pytest.mark.parametrize(("country", "field"), [(None, "subject.department"), ("GT", "subject.country")])
def test_a_seller_abroad_is_refused_in_v1_where_the_request_says_so(country: str | None, field: str) -> None:
    seller = replace(SELLER, address=Address("00", "00", "00", "7a. Avenida 3-33, Guatemala"), country=country)
    with pytest.raises(InvalidSale) as refused:
        written("v1", replace(purchase(SERVICE), seller=seller))
    assert [(each.code, each.field) for each in refused.value.faults] == [("address_abroad", field)]


money = st.decimals(min_value=D("0.01"), max_value=5000, places=2)


@st.composite
def lines(draw: st.DrawFn) -> PurchaseLine:
    """A line of any kind, with any discount that leaves something."""
    quantity = draw(st.one_of(st.integers(1, 1000).map(D), st.decimals(D("0.01"), 99, places=4)))
    price = draw(st.one_of(money, st.decimals(D("0.00000100"), 50, places=8)))
    assume(quantity * price > D("0.001"))
    more: dict[str, Any] = {}
    if draw(st.booleans()):
        more["discount_amount"] = draw(st.decimals(0, quantity * price / 2, places=2))
    else:
        more["discount_percentage"] = draw(st.decimals(0, 99, places=2))
    kind = draw(st.sampled_from([None, 1, 2]))
    return PurchaseLine("Tela", quantity, price, draw(st.booleans()), item_type=kind, **more)


@st.composite
def purchases(draw: st.DrawFn) -> Purchase:
    """A purchase with any discount, payments and income tax that the law knows."""
    bought = (*draw(st.lists(lines(), min_size=1, max_size=8)), PurchaseLine("Hilo", D(1), D("1.00")))
    discount = draw(
        st.one_of(
            st.none(),
            st.builds(Discount, percentage=st.decimals(0, 90, places=2)),
            st.builds(Discount, amount=st.decimals(0, D("0.50"), places=2)),
        )
    )
    several = (PartPayment("01", D("0.01")), PartPayment("05", None, "A-1", 1, 30))
    payments = draw(st.sampled_from([(), several]))
    made = purchase(*bought, terms=SaleTerms(discount=discount, payments=payments))
    rate = draw(st.sampled_from([None, "0", "0.05", "0.2", "0.25"]))
    if rate is None:
        return made
    whole = compute_purchase(made).gross
    amount = (whole * D(rate)).quantize(D("0.01"), "ROUND_DOWN")
    return replace(made, income_tax=WithheldIncomeTax(amount, "CT 158"))


@settings(max_examples=300, deadline=None)
@given(purchases(), st.sampled_from(["v1", "v2"]))
def test_purchases_of_every_kind_add_up_by_mhs_checks(made: Purchase, edition: Edition) -> None:
    totals = compute_purchase(made)
    assert totals.payable + totals.withheld == totals.gross == totals.taxable
    assert totals.gross + totals.discount == totals.sums.total
    document = as_sent(build_document(edition, identity("14"), made, totals))
    assert_purchase_adds_up(document, made.income_tax.amount if made.income_tax is not None else None)
    stated = stated_amounts(read_document(encode(document)))
    names = ("taxable", "vat", "gross", "withheld", "payable", "discount", "income_tax")
    assert [getattr(stated, name) for name in names] == [getattr(totals, name) for name in names]
