from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.dte.money import json_number, to_cents, to_line, to_line_down, to_line_up


@pytest.mark.parametrize(
    ("amount", "rounded"), [("5.665", "5.67"), ("5.6649999999", "5.66"), ("0.005", "0.01"), ("0.0049", "0.00")]
)
def test_totals_round_half_up_at_the_third_decimal(amount: str, rounded: str) -> None:
    assert str(to_cents(Decimal(amount))) == rounded


def test_line_numbers_round_half_up_at_the_ninth_decimal() -> None:
    assert str(to_line(Decimal("0.123456785"))) == "0.12345679"
    assert str(to_line(Decimal("0.1234567849"))) == "0.12345678"
    assert str(to_line_up(Decimal("0.123456781"))) == "0.12345679"
    assert str(to_line_down(Decimal("0.123456789"))) == "0.12345678"


@pytest.mark.parametrize(
    ("amount", "shown"), [("113.00", "113"), ("0.10", "0.1"), ("1E+3", "1000"), ("-5.00", "-5"), ("0E-8", "0")]
)
def test_a_json_number_has_no_padding_and_no_exponent(amount: str, shown: str) -> None:
    assert str(json_number(Decimal(amount))) == shown


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=8))
def test_a_json_number_keeps_the_exact_value(amount: Decimal) -> None:
    assert json_number(amount) == amount
