import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.dte import dui, nit, nrc
from ocote.dte.faults import FaultCode, InvalidIdentifier


@pytest.mark.parametrize(
    "written",
    [
        # Public bodies. 0614-180948-001: 6·13+1·12+4·11+1·10+8·9+9·7+4·6+8·5+1·2 = 345, and 345 mod 11 = 4.
        "0614-180948-001-4",
        # 0614-010122-003: 6·13+1·12+4·11+1·9+1·7+2·6+2·5+3·2 = 178, and 178 mod 11 = 2.
        "0614-010122-003-2",
        # Correlatives above 100. 0614-200498-107: 6·7+1·6+4·5+2·4+4·7+9·6+8·5+1·4+7·2 = 216, and -216 mod 11 = 4.
        "0614-200498-107-4",
        # 0614-050707-104: 6·7+1·6+4·5+5·3+7·7+7·5+1·4+4·2 = 179, and -179 mod 11 = 8.
        "0614-050707-104-8",
    ],
)
def test_a_nit_of_fourteen_digits_is_taken_with_and_without_hyphens(written: str) -> None:
    digits = written.replace("-", "")
    assert nit.parse_nit(written) == digits
    assert nit.parse_nit(digits) == digits


def test_a_check_result_of_ten_is_written_zero() -> None:
    # 0614-010190-002: 6·13+1·12+4·11+1·9+1·7+9·6+2·2 = 208, and 208 mod 11 = 10.
    assert nit.parse_nit("0614-010190-002-0") == "06140101900020"


def test_correlative_one_hundred_is_still_of_the_old_rule() -> None:
    # 0614-010190-100: 78+12+44+9+7+54+1·4 = 208, 208 mod 11 = 10, written 0. The new rule would give 7.
    assert nit.nit_check_digit("0614010190100") == "0"
    # 0614-010190-101: 6·7+1·6+4·5+1·3+1·7+9·6+1·4+1·2 = 138, and -138 mod 11 = 5.
    assert nit.nit_check_digit("0614010190101") == "5"


def test_a_dui_serves_as_the_nit_of_a_natural_person() -> None:
    # 00016297: 1·6+6·5+2·4+9·3+7·2 = 85, and 85 + 5 ends in 0.
    assert nit.parse_nit("00016297-5") == "000162975"
    assert dui.parse_dui("000162975") == "000162975"


@pytest.mark.parametrize(
    "wrong",
    ["06141809480013", "0614180948001", "061418094800145", "00000000000000", "000000000", "000162974", "ABC", "", "۰۶"],
)
def test_a_nit_with_wrong_length_check_digit_or_characters_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidIdentifier) as refusal:
        nit.parse_nit(wrong)
    assert refusal.value.code is FaultCode.INVALID_NIT


@pytest.mark.parametrize("wrong", ["00016297-4", "00000000-0", "0001629", "0614-180948-001-4"])
def test_a_dui_with_wrong_length_or_check_digit_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidIdentifier) as refusal:
        dui.parse_dui(wrong)
    assert refusal.value.code is FaultCode.INVALID_DUI


@pytest.mark.parametrize("wrong", ["1", "123456789", "000000", "12A456"])
def test_an_nrc_of_another_length_or_with_letters_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidIdentifier) as refusal:
        nrc.parse_nrc(wrong)
    assert refusal.value.code is FaultCode.INVALID_NRC


@given(st.text("0123456789", min_size=13, max_size=13).filter(lambda text: text.strip("0")), st.integers(1, 9))
def test_exactly_one_check_digit_fits_a_nit(body: str, shift: int) -> None:
    right = nit.nit_check_digit(body)
    assert nit.parse_nit(body + right) == body + right
    with pytest.raises(InvalidIdentifier):
        nit.parse_nit(body + str((int(right) + shift) % 10))
