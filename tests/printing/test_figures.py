"""Figures and words as they stand on paper."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.dte.characters import with_line_feeds
from ocote.printing.figures import date, money, printable, quantity, unit_price, wrappable

_SPACE = "\u200b"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0.00"),
        (39, "39.00"),
        (Decimal("6.4999995"), "6.50"),
        (Decimal("0.005"), "0.01"),
        (Decimal("1234567.1"), "1,234,567.10"),
        (Decimal(-20), "−20.00"),
        (Decimal("-0.001"), "0.00"),
        (Decimal("99999999999.99"), "99,999,999,999.99"),
    ],
)
def test_money_has_two_decimals_rounded_half_up(amount: Decimal | int, text: str) -> None:
    assert money(amount) == text


@pytest.mark.parametrize(
    ("price", "text"),
    [(12, "12.00"), (Decimal("12.5"), "12.50"), (Decimal("4.333333"), "4.333333"), (Decimal("1E+4"), "10,000.00")],
)
def test_a_unit_price_shows_the_decimals_it_has_and_at_least_two(price: Decimal | int, text: str) -> None:
    assert unit_price(price) == text


@pytest.mark.parametrize(
    ("amount", "text"), [(3, "3"), (Decimal("1.50"), "1.5"), (Decimal("1E+3"), "1,000"), (Decimal("0.25"), "0.25")]
)
def test_a_quantity_has_no_superfluous_zeros(amount: Decimal | int, text: str) -> None:
    assert quantity(amount) == text


def test_a_date_is_written_day_first() -> None:
    assert date("2026-08-14") == "14/08/2026"


def test_a_short_text_is_left_alone() -> None:
    assert wrappable("Café molido", 20) == "Café molido"


def test_a_long_address_may_break_after_its_punctuation() -> None:
    assert wrappable("compras.varias@empresa.example.com", 20) == _SPACE.join(
        ["compras.", "varias@", "empresa.", "example.", "com"]
    )


def test_a_word_without_punctuation_may_break_every_few_characters_so_that_its_lines_fill() -> None:
    assert wrappable("A" * 45, 20) == _SPACE.join(["A" * 4] * 11 + ["A"])


def test_a_long_word_never_breaks_inside_what_a_reader_takes_for_one_character() -> None:
    family, flag, accented = "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1f8\U0001f1fb", "e\u0301"
    for cluster in (family, flag, accented):
        assert set(wrappable(cluster * 20, 10).split(_SPACE)) <= {cluster, cluster * 2}


@pytest.mark.parametrize("text", ["A" * 3000, "-1" * 1500, "7-1 " * 750, "a.b." * 750, "a\u200b" * 1500])
def test_a_text_has_no_more_places_to_break_than_a_typesetter_bears(text: str) -> None:
    assert wrappable(text, 20).count(_SPACE) <= 400


def test_a_hyphen_inside_a_number_may_break_without_a_second_hyphen() -> None:
    assert wrappable("TR-1001", 20) == f"TR-{_SPACE}1001"


def test_control_characters_vanish_and_line_breaks_stay() -> None:
    assert wrappable("uno\x00\x07\r\ndos\tt", 20) == "uno\ndos\tt"


@given(text=st.text(), longest=st.integers(5, 40))
def test_nothing_visible_is_lost_or_added(text: str, longest: int) -> None:
    def visible(characters: str) -> list[str]:
        return [char for char in characters if char.isprintable() or char in " \t\n"]

    plain = with_line_feeds(text).replace(_SPACE, "")
    assert visible(wrappable(text, longest).replace(_SPACE, "")) == visible(plain)


@given(text=st.text(st.characters(categories=["L", "N", "P"])), longest=st.integers(5, 40))
def test_no_piece_is_longer_than_the_column(text: str, longest: int) -> None:
    pieces = wrappable(text, longest).replace(_SPACE, " ").split()
    assert all(len(piece) <= longest for piece in pieces)


def test_codes_that_are_compared_are_never_broken() -> None:
    document = {
        "codigoGeneracion": "6B0D549B-6F03-475A-9600-A35A099950D8",
        "numeroControl": "DTE-01-M001P001-000000000000042",
        "selloRecibido": "20260FD630F1F29D4DA9953F48F1A09F76B5ZDOC",
        "inner": [{"texto": "B" * 30, "numero": 3, "nada": None}],
    }

    assert printable(document, 20) == {
        "codigoGeneracion": "6B0D549B-6F03-475A-9600-A35A099950D8",
        "numeroControl": "DTE-01-M001P001-000000000000042",
        "selloRecibido": "20260FD630F1F29D4DA9953F48F1A09F76B5ZDOC",
        "inner": [{"texto": _SPACE.join(["BBBB"] * 7 + ["BB"]), "numero": 3, "nada": None}],
    }
