"""Factura de sujeto excluido 14 (arithmetic.md 7, contract 11)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ocote.dte.editions import Edition, build_document
from ocote.dte.faults import FaultCode, InvalidSale
from ocote.dte.purchase.arithmetic import compute_purchase
from ocote.dte.purchase.value import Purchase, PurchaseLine, Seller
from ocote.dte.sale import Address, Contingency, Payment, Totals
from tests.dte.official_rules import as_sent, assert_conforms, assert_purchase_adds_up
from tests.dte.sale_strategies import discounts
from tests.dte.samples import ISSUER, SELLER, identity

SCHEMA = {"v1": "fe-fse-v1.json", "v2": "fe-fse-v2.json"}
SELLER_KEY = {"v1": "sujetoExcluido", "v2": "receptor"}
BOTH = pytest.mark.parametrize("edition", ["v1", "v2"])


def bought(quantity: str, price: str, is_service: bool = False, discount: str = "0") -> PurchaseLine:
    return PurchaseLine("Diseño de rótulo", Decimal(quantity), Decimal(price), is_service, Decimal(discount))


def purchase(*lines: PurchaseLine, seller: Seller = SELLER, payment: Payment | None = None) -> Purchase:
    return Purchase(ISSUER, seller, lines, payment or Payment())


def written(edition: Edition, made: Purchase, contingency: Contingency | None = None) -> dict[str, Any]:
    return as_sent(build_document(edition, identity("14", contingency), made, compute_purchase(made)))


def amounts(totals: Totals) -> tuple[str, ...]:
    return tuple(str(amount) for amount in (totals.taxable, totals.vat, totals.gross, totals.withheld, totals.payable))


EXAMPLE_7_1 = bought("3", "45.50", is_service=True, discount="12.08791209")
"""16.50 off 136.50: the example's 6.50 on the line and its global discount of 10.00, which we put on the line."""


def test_the_worked_example_with_income_tax() -> None:
    totals = compute_purchase(purchase(EXAMPLE_7_1))
    assert amounts(totals) == ("120.00", "0.00", "120.00", "12.00", "108.00")
    assert str(totals.all_discounts) == "16.50"


def test_the_worked_example_without_income_tax() -> None:
    totals = compute_purchase(purchase(replace(EXAMPLE_7_1, is_service=False)))
    assert amounts(totals) == ("120.00", "0.00", "120.00", "0.00", "120.00")


def test_discounts_that_add_up_to_twelve_digits_are_refused_where_they_are_largest() -> None:
    """Twice 99 % of 6e10 is 1.188e11."""
    with pytest.raises(InvalidSale) as refusal:
        compute_purchase(purchase(*[bought("1000", "60000000", discount="99")] * 2))
    (fault,) = refusal.value.faults
    assert (fault.code, fault.field) == (FaultCode.DISCOUNT_TOTAL_TOO_LARGE, "lines[0].discount_percentage")


@BOTH
def test_a_seller_abroad_is_refused_in_version_one_whose_schema_knows_no_department_00(edition: Edition) -> None:
    made = purchase(EXAMPLE_7_1, seller=replace(SELLER, address=Address("00", "00", "00", "Ciudad de Guatemala")))
    if edition == "v2":
        assert_conforms(edition, SCHEMA[edition], written(edition, made))
        return
    with pytest.raises(InvalidSale) as refusal:
        written(edition, made)
    (fault,) = refusal.value.faults
    assert (fault.code, fault.field) == (FaultCode.ADDRESS_ABROAD, "subject.department")
    assert "departamento 00" in fault.message


def test_income_tax_is_withheld_on_service_lines_only() -> None:
    """Contract 11.2."""
    totals = compute_purchase(purchase(bought("1", "200.00", is_service=True), bought("3.5", "4.00")))
    assert amounts(totals) == ("214.00", "0.00", "214.00", "20.00", "194.00")


@BOTH
def test_the_contracts_example_as_mh_reads_it(edition: Edition) -> None:
    document = written(edition, purchase(bought("1", "200.00", is_service=True), bought("3.5", "4.00")))
    summary = document["resumen"]
    assert (summary["totalCompra"], summary["subTotal"]) == (214, 214)
    assert (summary["reteRenta"], summary["totalPagar"]) == (20, 194)
    assert summary["totalLetras"] == "CIENTO NOVENTA Y CUATRO 00/100 DÓLARES"
    assert [(line["tipoItem"], line["compra"]) for line in document["cuerpoDocumento"]] == [(2, 200), (1, 14)]
    assert ("ivaRete1" in summary) == (edition == "v1")


@BOTH
def test_the_sellers_dui_goes_without_hyphen(edition: Edition) -> None:
    seller = written(edition, purchase(bought("1", "5.00")))[SELLER_KEY[edition]]
    assert (seller["tipoDocumento"], seller["numDocumento"]) == ("13", "000162975")
    assert (seller["codActividad"], seller["descActividad"]) == (None, None)


@BOTH
@pytest.mark.parametrize(
    "seller",
    [
        SELLER,
        replace(SELLER, document_type="36", document_number="06140101900020", activity_code="74100"),
        replace(
            SELLER, document_type="03", document_number="A1234567", email="taller@ejemplo.example", phone="70000000"
        ),
    ],
)
@pytest.mark.parametrize("payment", [Payment(), Payment(condition=2, term_unit=1, term_count=15)])
def test_purchases_pass_the_official_schema(edition: Edition, seller: Seller, payment: Payment) -> None:
    made = purchase(bought("1", "200.00", is_service=True), bought("3.5", "4.01"), seller=seller, payment=payment)
    assert_conforms(edition, SCHEMA[edition], written(edition, made))
    late = written(edition, made, Contingency(kind=5, reason="x" * 500))
    assert_conforms(edition, SCHEMA[edition], late)


@BOTH
def test_an_unknown_activity_of_the_seller_is_refused(edition: Edition) -> None:
    with pytest.raises(InvalidSale) as refusal:
        written(edition, purchase(bought("1", "5.00"), seller=replace(SELLER, activity_code="00000")))
    (fault,) = refusal.value.faults
    assert (fault.code, fault.field) == (FaultCode.UNKNOWN_ACTIVITY, "subject.activity_code")


def test_impossible_lines_are_refused_as_in_a_sale() -> None:
    with pytest.raises(InvalidSale) as refusal:
        compute_purchase(purchase(bought("0", "5.00"), bought("0.00000001", "0.01")))
    assert [fault.field for fault in refusal.value.faults] == ["lines[0].quantity"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.builds(
            PurchaseLine,
            st.just("Tela"),
            st.decimals(Decimal("0.01"), 1000, places=8),
            st.decimals(Decimal("0.01"), 10**6, places=2),
            st.booleans(),
            discounts,
        ),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from(["v1", "v2"]),
)
def test_purchases_add_up_by_mhs_checks(lines: list[PurchaseLine], edition: Edition) -> None:
    made = purchase(*lines, bought("1", "0.01"))
    totals = compute_purchase(made)
    assert totals.payable + totals.withheld == totals.gross
    assert totals.payable > 0
    assert_purchase_adds_up(written(edition, made))
