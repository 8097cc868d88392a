import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ocote.dte.text import encode


def test_a_document_is_compact_utf8_with_its_keys_in_order() -> None:
    assert encode({"b": "Año", "a": [Decimal("24.5"), 3, None]}) == '{"b":"Año","a":[24.5,3,null]}'.encode()


def test_tiny_decimals_are_spelt_out() -> None:
    assert encode({"a": Decimal("1E-8"), "b": [Decimal("-1.5E-7")]}) == b'{"a":0.00000001,"b":[-0.00000015]}'
    assert encode({"a": Decimal("1E+3")}) == b'{"a":1000}'


def test_a_text_that_looks_like_an_exponent_is_left_alone() -> None:
    assert encode({"a": "x:1E-7", "b": Decimal("0.5")}) == b'{"a":"x:1E-7","b":0.5}'


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=8))
def test_every_decimal_is_read_back_exactly_and_plainly(amount: Decimal) -> None:
    written = encode({"a": amount})
    assert b"E" not in written
    assert json.loads(written, parse_float=Decimal)["a"] == amount
