"""How numbers of people and companies are written for people."""

import pytest

from ocote.printing.identifiers import identity_number, registration, tax_number


@pytest.mark.parametrize(
    ("signed", "printed"),
    [
        ("06149999990017", "0614-999999-001-7"),
        ("000162975", "00016297-5"),
        ("00016297-5", "00016297-5"),
        ("GB-000000-T", "GB-000000-T"),
        ("1234", "1234"),
    ],
)
def test_a_nit_and_a_dui_have_their_hyphens(signed: str, printed: str) -> None:
    assert tax_number(signed) == printed


@pytest.mark.parametrize(("signed", "printed"), [("1234567", "123456-7"), ("19", "1-9"), ("123456-7", "123456-7")])
def test_an_nrc_has_its_last_digit_after_a_hyphen(signed: str, printed: str) -> None:
    assert registration(signed) == printed


def test_a_passport_of_nine_digits_is_no_dui() -> None:
    assert identity_number("000162975", "03") == "000162975"
    assert identity_number("000162975", "13") == "00016297-5"


def test_a_number_of_unknown_kind_is_told_by_its_check_digit() -> None:
    assert identity_number("000162975") == "00016297-5"
    assert identity_number("000162974") == "000162974"
