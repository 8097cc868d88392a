"""The fields of a form say every request of the API, and give back what they say."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.drafting.fields import body_of, decoded_body, encoded_body, fields_of
from ocote.requests.description import InnerList, InnerObject, RequestField, RequestObject
from ocote.requests.examples import INVOICE_EXAMPLES, NOTE_EXAMPLES, PURCHASE_EXAMPLES
from ocote.requests.invoice import INVOICE_BODY
from ocote.requests.kinds import ChoiceValue, DecimalValue, YesNoValue
from ocote.requests.note import NOTE_BODY
from ocote.requests.purchase import PURCHASE_BODY
from tests.requests.reading import as_sent

BODIES = (INVOICE_BODY, NOTE_BODY, PURCHASE_BODY)
EXAMPLES = [
    pytest.param(described, example["value"], id=f"{described.name}-{name}")
    for described, examples in (
        (INVOICE_BODY, INVOICE_EXAMPLES),
        (NOTE_BODY, NOTE_EXAMPLES),
        (PURCHASE_BODY, PURCHASE_EXAMPLES),
    )
    for name, example in examples.items()
]

texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=12)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9)
plain = st.none() | st.booleans() | numbers | texts
anything = plain | st.lists(plain, max_size=2) | st.dictionaries(texts, plain, max_size=2)


@st.composite
def bodies(draw: st.DrawFn, described: RequestObject) -> dict[str, Any]:
    """Bodies with some of the fields, with values of their kinds and of any other, and with an unknown field."""
    chosen = draw(st.lists(st.sampled_from(described.fields), max_size=4, unique_by=lambda field: field.name))
    body = {field.name: draw(values(field)) for field in chosen}
    return {**body, "extra": draw(anything)} if draw(st.booleans()) else body


def values(field: RequestField[Any]) -> st.SearchStrategy[Any]:
    kind = field.kind
    if isinstance(kind, InnerObject):
        return bodies(kind.described) | st.dictionaries(texts, plain, max_size=2)
    if isinstance(kind, InnerList):
        return st.lists(bodies(kind.described) | anything, max_size=2)
    if isinstance(kind, YesNoValue):
        return st.booleans() | anything
    if isinstance(kind, DecimalValue | ChoiceValue):
        return numbers | anything
    return texts | anything


@given(st.data())
def test_a_body_comes_back_from_its_fields_as_it_was(data: st.DataObject) -> None:
    described = BODIES[data.draw(st.integers(0, 2))]
    body = data.draw(bodies(described))
    assert body_of(described, fields_of(described, body)).body == body


@given(st.data())
def test_a_body_is_kept_as_it_is(data: st.DataObject) -> None:
    body = data.draw(bodies(BODIES[data.draw(st.integers(0, 2))]))
    assert decoded_body(encoded_body(body)) == body


@pytest.mark.parametrize(("described", "body"), EXAMPLES)
def test_a_documented_body_comes_back_from_its_fields(described: RequestObject, body: dict[str, Any]) -> None:
    sent = as_sent(body)
    assert body_of(described, fields_of(described, sent)).body == sent


def test_rows_that_say_nothing_are_left_out_and_faults_still_find_their_fields() -> None:
    said = body_of(
        INVOICE_BODY,
        [
            ("lines[0].description", ""),
            ("lines[2].description", "Café"),
            ("lines[7].quantity", "1.50"),
            ("lines[7].taxes[3].code", "59"),
        ],
    )
    assert said.body == {
        "lines": [{"description": "Café"}, {"quantity": Decimal("1.50"), "taxes": [{"code": "59"}]}],
    }
    assert said.field_of("lines[1].quantity") == "lines[7].quantity"
    assert said.field_of("lines[0].unit_price") == "lines[2].unit_price"
    assert said.field_of("customer.nit") == "customer.nit"


@pytest.mark.parametrize(
    "name",
    [
        "csrf_token",
        "lines",
        "lines[1",
        "lines[99999].quantity",
        "lines[x].quantity",
        "customer..name",
        "customer.",
        "~",
    ],
)
def test_a_name_that_is_no_path_of_the_request_says_nothing(name: str) -> None:
    assert body_of(INVOICE_BODY, [(name, "algo")]).body == {}


def test_a_text_that_is_no_number_is_kept_for_its_fault() -> None:
    said = body_of(INVOICE_BODY, [("lines[0].unit_price", "1,50"), ("prices_include_vat", "tal vez")])
    assert said.body == {"lines": [{"unit_price": "1,50"}], "prices_include_vat": "tal vez"}


def test_a_kept_value_of_another_kind_than_an_object_or_a_list_is_dropped() -> None:
    kept = [("~lines", "5"), ("~customer", '"x"'), ("~payments", "{}"), ("~lines[1]", "7")]
    assert body_of(INVOICE_BODY, kept[:3]).body == {}
    assert body_of(INVOICE_BODY, kept[3:]).body == {"lines": [7]}


@pytest.mark.parametrize(
    "number", ["1e200000000", "-1e41", "1e-200000000", "1e99999999999999999999", "9" * 50, "NaN", "Infinity"]
)
def test_a_number_that_takes_no_end_of_room_is_dropped(number: str) -> None:
    assert body_of(INVOICE_BODY, [("~lines[0].quantity", number)]).body == {}
    assert body_of(INVOICE_BODY, [("~extra", f'{{"a": [{number}]}}')]).body == {}


def test_a_number_with_an_exponent_is_never_written_out() -> None:
    body = {"lines": [{"quantity": Decimal("1e200000000")}]}
    assert fields_of(INVOICE_BODY, body) == [("~lines[0].quantity", "1E+200000000")]


def test_texts_keep_what_a_database_keeps() -> None:
    said = body_of(
        INVOICE_BODY,
        [("lines[0].code", "a\0b"), ("remarks", "\ud800"), ("~extra", '{"\\u0000": "\\ud800x"}'), ("~%00", "1")],
    )
    assert said.body == {"lines": [{"code": "ab"}], "extra": {"": "x"}, "": 1}


@pytest.mark.parametrize("text", ["[" * 30 + "]" * 30, "[" * 900 + "]" * 900, f"[{'0,' * 60_000}0]"])
def test_a_kept_value_without_measure_is_dropped(text: str) -> None:
    assert body_of(INVOICE_BODY, [("~extra", text)]).body == {}


def test_of_too_many_rows_one_more_stays_than_a_request_takes() -> None:
    said = body_of(INVOICE_BODY, [(f"lines[{row}].description", "x") for row in range(5000)])
    assert len(said.body["lines"]) == 2001


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=10)), max_size=8))
def test_no_form_is_more_than_the_reader_can_take(fields: list[tuple[str, str]]) -> None:
    assert isinstance(body_of(PURCHASE_BODY, fields).body, dict)
