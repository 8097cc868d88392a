"""The accent colour stays readable whatever a company chooses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.printing.colour import DEFAULT_ACCENT, accent


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_no_colour_means_the_standard_colour() -> None:
    assert accent(None) == DEFAULT_ACCENT


def test_a_dark_colour_is_kept() -> None:
    assert accent("#003366") == "#003366"


@given(st.integers(0, 0xFFFFFF))
def test_white_text_on_any_accent_is_readable(number: int) -> None:
    assert 1.05 / (_luminance(accent(f"#{number:06x}")) + 0.05) > 4.4


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "003366", "#0033667"])
def test_what_is_not_a_colour_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        accent(colour)
