"""A text that a person searches documents for: its form says what it may be, of all that a document shows."""

import re
from decimal import Decimal
from typing import Final

from ocote.requests.person import MAX_NAME
from ocote.requests.reference import MAX_REFERENCE
from ocote.store.engine.values import cents
from ocote.store.listing import Sought

_CONTROL_NUMBER: Final = re.compile(r"DTE-[0-9]{2}-[MSBP][0-9]{3}P[0-9]{3}-[0-9]{15}")
_CODE: Final = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_STAMP: Final = re.compile(r"[0-9A-Z]{40}")
_POINT: Final = re.compile(r"[MSBP][0-9]{3}P[0-9]{3}")
_AMOUNT: Final = re.compile(
    r"(?:(?P<sign>\$|USD)\s*)?(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,11})(?:\.(?P<cents>[0-9]{2}))?"
)
_DIGITS: Final = re.compile(r"[0-9][0-9-]*")
_CORRELATIVE: Final = 15
_IDENTITIES: Final = range(2, 15)
"""The digits of a NRC, a DUI or a NIT."""


def searched_point(text: str) -> str | None:
    """The point of sale (``M001P001``) that a text names, if it names one."""
    found = text.strip().upper().replace("-", "").replace(" ", "")
    return found if _POINT.fullmatch(found) else None


def read_search(text: str) -> Sought | None:
    """The marks and names that a searched text may be; None for a text without a letter or figure.

    A text in the form of a control number, a code, a stamp or an amount is nothing else but perhaps a reference.
    Figures alone may be the end of a control number or the number of a customer. Any other text is part of a name.
    """
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if not any(letter.isalnum() for letter in plain):
        return None
    reference = plain if len(plain) <= MAX_REFERENCE else None
    mark = _mark(plain.upper(), reference)
    if mark is not None:
        return mark
    if _DIGITS.fullmatch(plain):
        return _figures(plain, reference)
    return Sought(reference, customer_name=plain if len(plain) <= MAX_NAME else None)


def _mark(text: str, reference: str | None) -> Sought | None:
    if _CONTROL_NUMBER.fullmatch(text):
        return Sought(reference, number=text)
    if _CODE.fullmatch(text):
        return Sought(reference, code=text)
    if _STAMP.fullmatch(text):
        return Sought(reference, stamp=text)
    amount = _amount(text)
    return None if amount is None else Sought(reference, cents=amount)


def _amount(text: str) -> int | None:
    """The cents of an amount; figures alone are none, unless the sign of the dollar or a comma says so."""
    found = _AMOUNT.fullmatch(text)
    if found is None or not (found["sign"] or found["cents"] or "," in found["whole"]):
        return None
    return cents(Decimal(f"{found['whole'].replace(',', '')}.{found['cents'] or '00'}"))


def _figures(text: str, reference: str | None) -> Sought:
    digits = text.replace("-", "")
    is_correlative = "-" not in text and len(digits) <= _CORRELATIVE and int(digits) > 0
    return Sought(
        reference,
        correlative=digits.zfill(_CORRELATIVE) if is_correlative else None,
        customer_number=digits if len(digits) in _IDENTITIES else None,
    )
