"""NRC: the VAT registration number, two to eight digits in MH's documents."""

from typing import NewType

from ocote.dte.digits import without_hyphens
from ocote.dte.faults import FaultCode, InvalidIdentifier

Nrc = NewType("Nrc", str)


def parse_nrc(text: str) -> Nrc:
    """The digits of an NRC written with or without its hyphen; an NRC has no published check digit.

    Raises InvalidIdentifier for fewer than two or more than eight digits (schemas v1 and v2) and for all zeros.

    >>> parse_nrc("123456-7")
    '1234567'
    >>> parse_nrc("1")
    Traceback (most recent call last):
    ...
    ocote.dte.faults.InvalidIdentifier: El NRC debe tener de 2 a 8 dígitos.
    """
    digits = without_hyphens(text)
    if digits is None or not 2 <= len(digits) <= 8 or not digits.strip("0"):
        raise InvalidIdentifier(FaultCode.INVALID_NRC, "El NRC debe tener de 2 a 8 dígitos.")
    return Nrc(digits)
