"""Numbers of people and companies as El Salvador writes them. The signed JSON has most of them without hyphens."""

import re
from typing import Final

from ocote.dte import nit
from ocote.dte.digits import without_hyphens
from ocote.dte.faults import InvalidIdentifier

_NIT: Final = re.compile(r"([0-9]{4})([0-9]{6})([0-9]{3})([0-9])")
_DUI: Final = re.compile(r"([0-9]{8})([0-9])")
_NRC: Final = re.compile(r"([0-9]{1,7})([0-9])")
_TAX_NUMBERS: Final = frozenset({"13", "36"})
"""CAT-022: DUI and NIT."""


def tax_number(number: str) -> str:
    """A NIT as it is printed, or the DUI that stands for the NIT of a person; anything else as it is.

    >>> tax_number("06149999990017"), tax_number("000000017")
    ('0614-999999-001-7', '00000001-7')
    """
    digits = without_hyphens(number) or ""
    found = _NIT.fullmatch(digits) or _DUI.fullmatch(digits)
    return "-".join(found.groups()) if found else number


def registration(nrc: str) -> str:
    """An NRC with its last digit after a hyphen.

    >>> registration("1234567")
    '123456-7'
    """
    found = _NRC.fullmatch(without_hyphens(nrc) or "")
    return "-".join(found.groups()) if found else nrc


def identity_number(number: str, kind: str | None = None) -> str:
    """The number of an identity document of ``kind`` (CAT-022). Without a kind the check digit shows a NIT or DUI."""
    is_tax_number = _is_valid(number) if kind is None else kind in _TAX_NUMBERS
    return tax_number(number) if is_tax_number else number


def _is_valid(number: str) -> bool:
    try:
        nit.parse_nit(number)
    except InvalidIdentifier:
        return False
    return True
