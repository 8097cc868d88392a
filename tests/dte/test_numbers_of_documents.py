import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.dte import control_number, generation_code

LAST_CORRELATIVE = 10**15 - 1
"""The largest number of fifteen digits (rules.md 1)."""


@given(
    st.sampled_from(["01", "03", "05", "11", "14"]),
    st.from_regex(r"[MSBP][0-9]{3}", fullmatch=True),
    st.from_regex(r"P[0-9]{3}", fullmatch=True),
    st.integers(1, LAST_CORRELATIVE),
)
def test_a_control_number_is_read_back_as_it_was_built(doc_type: str, branch: str, pos: str, correlative: int) -> None:
    text = control_number.build_control_number(doc_type, branch, pos, correlative)
    assert len(text) == 31
    parts = control_number.parse_control_number(text)
    assert (parts.doc_type, parts.branch, parts.pos, parts.correlative) == (doc_type, branch, pos, correlative)


@pytest.mark.parametrize(
    "wrong",
    [
        "DTE-01-00000000-000000000000001",
        "DTE-01-X001P001-000000000000001",
        "DTE-01-M001M001-000000000000001",
        "DTE-01-M001P001-00000000000001",
        "DTE-01-M001P001-000000000000000",
        "DTE-01-M001P001-000000000000001\n",
    ],
)
def test_anything_else_is_not_a_control_number(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a control number"):
        control_number.parse_control_number(wrong)


@pytest.mark.parametrize("correlative", [0, -1, LAST_CORRELATIVE + 1])
def test_a_correlative_out_of_its_fifteen_digits_is_refused(correlative: int) -> None:
    with pytest.raises(ValueError, match="not a control number"):
        control_number.build_control_number("01", "M001", "P001", correlative)


def test_generation_codes_are_version_four_in_capitals_and_differ() -> None:
    first, second = generation_code.new(), generation_code.new()
    assert first != second
    assert first[14] == "4"
    assert re.fullmatch(r"[A-F0-9]{8}(-[A-F0-9]{4}){3}-[A-F0-9]{12}", first)
