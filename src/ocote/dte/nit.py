"""NIT: the taxpayer number, 14 digits with a check digit, or the 9 digits of a natural person's DUI.

The 14 digits are municipality (4), date of birth or foundation (6), correlative (3) and check digit (1). Since the
homologation of 2021 the DUI serves as the NIT of natural persons; MH's schemas take either length (rules.md 9).
"""

from typing import NewType

from ocote.dte import dui
from ocote.dte.digits import without_hyphens
from ocote.dte.faults import FaultCode, InvalidIdentifier

Nit = NewType("Nit", str)

_LENGTH = 14
_HOMOLOGATED_LENGTH = 9
_OLD_WEIGHTS = (14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)
_NEW_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_LAST_OLD_CORRELATIVE = "100"


def parse_nit(text: str) -> Nit:
    """The 14 or 9 digits of a NIT written with or without hyphens.

    Raises InvalidIdentifier for another length, a wrong check digit or all zeros.

    >>> parse_nit("0614-180948-001-4")
    '06141809480014'
    >>> parse_nit("00016297-5")
    '000162975'
    >>> parse_nit("0614-180948-001-3")
    Traceback (most recent call last):
    ...
    ocote.dte.faults.InvalidIdentifier: El dígito verificador del NIT no es correcto.
    >>> parse_nit("06141809480")
    Traceback (most recent call last):
    ...
    ocote.dte.faults.InvalidIdentifier: El NIT debe tener 14 dígitos, o los 9 del DUI homologado.
    """
    digits = without_hyphens(text)
    if digits is None or len(digits) not in (_LENGTH, _HOMOLOGATED_LENGTH):
        raise InvalidIdentifier(FaultCode.INVALID_NIT, "El NIT debe tener 14 dígitos, o los 9 del DUI homologado.")
    expected = nit_check_digit(digits) if len(digits) == _LENGTH else dui.dui_check_digit(digits)
    if not digits.strip("0") or expected != digits[-1]:
        raise InvalidIdentifier(FaultCode.INVALID_NIT, "El dígito verificador del NIT no es correcto.")
    return Nit(digits)


def nit_check_digit(digits: str) -> str:
    """The check digit for the first 13 of ``digits``.

    Correlatives up to 100 keep the first rule, a plain sum modulo 11; later ones use the complement to 11. In both,
    a result of 10 is written 0.

    >>> nit_check_digit("0614180948001"), nit_check_digit("0614050707104")
    ('4', '8')
    """
    old = digits[10:13] <= _LAST_OLD_CORRELATIVE
    weights = _OLD_WEIGHTS if old else _NEW_WEIGHTS
    total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))
    return str((total if old else -total) % 11 % 10)
