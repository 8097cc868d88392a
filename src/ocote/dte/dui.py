"""DUI: the identity card number of a natural person, eight digits and a check digit."""

from typing import NewType

from ocote.dte.digits import without_hyphens
from ocote.dte.faults import FaultCode, InvalidIdentifier

Dui = NewType("Dui", str)

_LENGTH = 9


def parse_dui(text: str) -> Dui:
    """The nine digits of a DUI written with or without its hyphen.

    Raises InvalidIdentifier for another length, a wrong check digit or all zeros.

    >>> parse_dui("00016297-5")
    '000162975'
    >>> parse_dui("00016297-4")
    Traceback (most recent call last):
    ...
    ocote.dte.faults.InvalidIdentifier: El dígito verificador del DUI no es correcto.
    """
    digits = without_hyphens(text)
    if digits is None or len(digits) != _LENGTH:
        raise InvalidIdentifier(FaultCode.INVALID_DUI, "El DUI debe tener 9 dígitos.")
    if not digits.strip("0") or dui_check_digit(digits) != digits[-1]:
        raise InvalidIdentifier(FaultCode.INVALID_DUI, "El dígito verificador del DUI no es correcto.")
    return Dui(digits)


def dui_check_digit(digits: str) -> str:
    """The check digit for the first eight of ``digits``: weights 9 to 2, then the complement of the sum to ten.

    >>> dui_check_digit("00016297")
    '5'
    """
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(9, 1, -1), strict=False))
    return str(-total % 10)


def hyphenated(dui: str) -> str:
    """The printed form, which MH's invoice of Normativa v1.x demands (rules.md 9).

    >>> hyphenated("000162975")
    '00016297-5'
    """
    return f"{dui[:8]}-{dui[8:]}"
