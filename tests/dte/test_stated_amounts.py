"""The amounts that a signed document states beside its taxed sales and their VAT, worked out by hand."""

import json
from decimal import Decimal
from typing import Any

import pytest

from ocote.dte.sale import Amounts
from ocote.dte.stated import read_document, stated_amounts
from tests.archive.archived import sample


def stating(name: str, **figures: Any) -> Amounts:
    document = sample(name)
    document["resumen"] |= figures
    return stated_amounts(read_document(json.dumps(document)))


def further(amounts: Amounts) -> tuple[Decimal, ...]:
    kinds = amounts.exempt, amounts.not_subject
    return *kinds, amounts.taxes, amounts.charges, amounts.discount, amounts.collected, amounts.income_tax


@pytest.mark.parametrize("name", ["01-v2", "03-v2", "05-v1", "05-v2", "14-v1"])
def test_a_sale_of_taxed_goods_alone_states_nothing_further(name: str) -> None:
    assert further(stating(name)) == (Decimal(0),) * 7


def test_a_ccf_states_each_amount_after_its_discount() -> None:
    # Exempt 30.00 − 3.00, not subject 10.00 − 1.00, 77.50 off the taxed ones; collected 6.98, charge −20.00.
    # FOVIAL 10.00 and COTRANS 5.00 add to the total; the tax on liquor (C5) is informative.
    codes = {"20": 90.68, "D1": 10, "C8": 5, "C5": 6.4}

    found = stating(
        "03-v1",
        tributos=[{"codigo": code, "valor": value} for code, value in codes.items()],
        descuExenta=3,
        totalNoSuj=10,
        descuNoSuj=1,
        montoTotalOperacion=839.18,
        reteRenta=69.75,
    )

    assert further(found) == tuple(map(Decimal, ("27", "9", "15", "-20", "81.5", "6.98", "69.75")))
    assert found.taxable == Decimal("697.50")


@pytest.mark.parametrize(("name", "discount"), [("01-v1", "22.6"), ("11-v1", "30"), ("11-v2", "50"), ("14-v2", "10")])
def test_the_discount_on_the_whole_document_has_another_name_in_each_type(name: str, discount: str) -> None:
    assert stating(name).discount == Decimal(discount)


def test_collected_vat_has_another_name_in_the_second_edition() -> None:
    assert stating("03-v2", ivaPerci=1.42).collected == Decimal("1.42")


def test_income_tax_of_a_purchase_is_a_withheld_amount_as_before() -> None:
    found = stating("14-v2")

    assert (found.withheld, found.income_tax) == (Decimal(12), Decimal(0))
