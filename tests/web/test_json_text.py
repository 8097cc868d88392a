"""A body is read so strictly that no two programs can understand it differently."""

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.web.invalid import InvalidRequest
from ocote.web.json_text import MAX_DEPTH, MAX_KEY_LENGTH, MAX_VALUES, _Mark, _object_or_mark, read_object


def fault_of(body: bytes) -> tuple[str, str]:
    with pytest.raises(InvalidRequest) as refused:
        read_object(body)
    (fault,) = refused.value.faults
    return fault.code, fault.field


def test_numbers_keep_their_text() -> None:
    assert str(read_object(b'{"unit_price": 1.10}')["unit_price"]) == "1.10"
    assert read_object(b'{"unit_price": 5}')["unit_price"] == Decimal(5)


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_object(b"\xef\xbb\xbf{}") == {}


@pytest.mark.parametrize(
    "body", [b"{", b'{"a": 1,}', b"{'a': 1}", b'{"a": "\n"}', b'{"a": 01}', b"{} {}", b'{"a": .5}', b"<xml/>"]
)
def test_malformed_json_is_refused(body: bytes) -> None:
    assert fault_of(body) == ("body_not_json", "body")


@pytest.mark.parametrize("body", [b"", b"   \n"])
def test_an_empty_body_is_named_as_such(body: bytes) -> None:
    assert fault_of(body) == ("body_empty", "body")


@pytest.mark.parametrize("body", [b"[]", b'"texto"', b"12", b"null", b"true", b'[{"lines": []}]'])
def test_anything_but_an_object_is_refused(body: bytes) -> None:
    assert fault_of(body) == ("body_not_object", "body")


@pytest.mark.parametrize("body", [b'{"a": "\xff"}', '{"a": "año"}'.encode("latin-1"), b'{"a": "\xed\xa0\x80"}'])
def test_bytes_that_are_not_utf8_are_refused(body: bytes) -> None:
    assert fault_of(body) == ("body_not_utf8", "body")


def test_a_repeated_key_is_named_with_its_path() -> None:
    assert fault_of(b'{"doc_type": "01", "doc_type": "03"}') == ("body_duplicate_key", "doc_type")
    assert fault_of(b'{"lines": [{"quantity": 1}, {"quantity": 1, "quantity": 2}]}') == (
        "body_duplicate_key",
        "lines[1].quantity",
    )


def test_a_repeated_key_among_a_hundred_thousand_is_found_in_one_walk() -> None:
    class Key(str):
        """A key that counts how often it is compared with another."""

        __slots__ = ()
        compared = 0
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            Key.compared += 1
            return str.__eq__(self, other)

    count = 100_000
    keys = [*(Key(f"k{number}") for number in range(count)), Key("last"), Key("last")]

    found = _object_or_mark([(key, 0) for key in keys])

    assert found == _Mark("body_duplicate_key", "last")
    assert Key.compared < 20 * count


def test_the_same_key_written_with_an_escape_is_still_repeated() -> None:
    assert fault_of(rb'{"a": 1, "\u0061": 2}') == ("body_duplicate_key", "a")


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity"])
def test_numbers_that_are_not_finite_are_refused_wherever_they_stand(number: bytes) -> None:
    assert fault_of(b'{"lines": [{"quantity": ' + number + b"}]}") == ("body_number_not_finite", "lines[0].quantity")


def test_an_exponent_beyond_every_program_is_refused_without_growing() -> None:
    assert fault_of(b'{"unit_price": 1e99999999999999999999}') == ("body_number_out_of_range", "unit_price")


def test_a_number_of_many_digits_is_read_without_becoming_a_big_integer() -> None:
    digits = b"9" * 100_000

    assert read_object(b'{"quantity": ' + digits + b"}")["quantity"].adjusted() == 99_999


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": NaN1}',
        b'{"a": [Infinity',
        b'{"a": -Infinity',
        b'{"a":{"b":1,"b":1}',
        b'{"a": [1e99999999999999999999,',
        b'{"' + b"k" * (MAX_KEY_LENGTH + 1) + b'": {}',
        b"[NaN",
        b'{"a": NaN} {}',
    ],
)
def test_a_broken_body_is_told_as_broken_whatever_else_is_wrong_with_it(body: bytes) -> None:
    assert fault_of(body) == ("body_not_json", "body")


@pytest.mark.parametrize("text", [rb"\ud83d", rb"\udc00\ud83d", rb"abc\uD800"])
def test_half_a_character_is_refused(text: bytes) -> None:
    assert fault_of(b'{"customer": {"name": "' + text + b'"}}') == ("body_lone_surrogate", "customer.name")


def test_half_a_character_in_a_key_is_refused_and_not_repeated_in_the_answer() -> None:
    code, field = fault_of(rb'{"\ud83d": 1}')

    assert code == "body_lone_surrogate"
    assert field.encode("utf-8") == "\N{REPLACEMENT CHARACTER}".encode()


def test_a_whole_pair_of_surrogates_is_one_character() -> None:
    assert read_object(rb'{"name": "\ud83d\ude00"}') == {"name": "\N{GRINNING FACE}"}


def test_nesting_is_bounded() -> None:
    def nested(levels: int) -> bytes:
        return b'{"a": ' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"

    assert read_object(nested(MAX_DEPTH))
    assert fault_of(nested(MAX_DEPTH + 1)) == ("body_too_deep", "body")
    assert fault_of(b'{"a": ' + b"[" * 500_000) == ("body_too_deep", "body")


def test_brackets_and_commas_inside_texts_are_neither_nesting_nor_values() -> None:
    text = b"[" * 100 + rb"\"" + b"{" * 100 + rb"\\\"" + b"," * MAX_VALUES + rb"\\"

    assert read_object(b'{"a": "' + text + b'", "b": "[,"}')


def list_of(count: int, element: bytes) -> bytes:
    return b'{"a": [' + b",".join([element] * count) + b"]}"


@pytest.mark.parametrize("element", [b"0", b"null", b'""', b'"a,b"', b'"\\""', b"1.5"])
def test_the_number_of_values_is_bounded(element: bytes) -> None:
    assert read_object(list_of(MAX_VALUES - 2, element))
    assert fault_of(list_of(MAX_VALUES, element)) == ("body_too_many_values", "body")


@pytest.mark.parametrize("element", [b"[]", b"{}", b'{"b":0}'])
def test_an_object_and_a_list_count_with_what_they_hold(element: bytes) -> None:
    assert read_object(list_of(MAX_VALUES // 2 - 2, element))
    assert fault_of(list_of(MAX_VALUES // 2, element)) == ("body_too_many_values", "body")


def test_the_length_of_a_name_is_bounded_and_cut_in_the_answer() -> None:
    assert read_object(b'{"' + b"k" * MAX_KEY_LENGTH + b'": 1}')

    code, field = fault_of(b'{"lines": [0, {"' + b"k" * 500_000 + b'": 1}]}')

    assert code == "body_key_too_long"
    assert field.startswith("lines[1].kkk")
    assert len(field) == 200


def test_a_text_that_never_ends_is_refused_in_no_time() -> None:
    assert fault_of(b'{"a": "' + b"[" * 40 + rb"\"" * 500_000) == ("body_not_json", "body")


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reading_fail_otherwise(body: bytes) -> None:
    with suppress(InvalidRequest):
        assert isinstance(read_object(body), dict)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
        ),
        max_leaves=20,
    ).map(lambda value: {"value": value})
)
def test_what_a_json_library_writes_is_read_back(value: dict[str, object]) -> None:
    assert read_object(json.dumps(value).encode()) == value
