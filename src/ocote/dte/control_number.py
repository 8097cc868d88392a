"""``numeroControl``: the document number the issuer assigns (rules.md 1).

``DTE-01-M001P001-000000000000458``: document type, establishment (M head office, S branch, B warehouse, P yard, and
three digits), point of sale (P and three digits), and a correlative of 15 digits that restarts each calendar year.
"""

import re
from typing import Final

from msgspec import Struct

_FORM = re.compile(r"DTE-([0-9]{2})-([MSBP][0-9]{3})(P[0-9]{3})-([0-9]{15})")

LARGEST_CORRELATIVE: Final = 999_999_999_999_999
"""The last number of a series: 15 digits."""


class ControlNumberParts(Struct, frozen=True):
    """The four parts of a control number."""

    doc_type: str
    branch: str
    pos: str
    correlative: int


def build_control_number(doc_type: str, branch: str, pos: str, correlative: int) -> str:
    """The control number of these parts; raises ValueError when the parts do not form a valid number.

    >>> build_control_number("01", "M001", "P001", 458)
    'DTE-01-M001P001-000000000000458'
    """
    text = f"DTE-{doc_type}-{branch}{pos}-{correlative:015d}"
    parse_control_number(text)
    return text


def parse_control_number(text: str) -> ControlNumberParts:
    """The parts of a control number; raises ValueError when ``text`` is not a control number.

    >>> parse_control_number("DTE-03-S002P001-000000000000071")
    ControlNumberParts(doc_type='03', branch='S002', pos='P001', correlative=71)
    """
    match = _FORM.fullmatch(text)
    if match is None or not int(match[4]):
        raise ValueError(f"not a control number: {text!r}")
    return ControlNumberParts(match[1], match[2], match[3], int(match[4]))


def is_branch_code(text: str) -> bool:
    """Whether ``text`` can be the establishment code of a control number: ``M001``, ``S014``.

    >>> is_branch_code("M001"), is_branch_code("0001")
    (True, False)
    """
    return re.fullmatch(r"[MSBP][0-9]{3}", text) is not None


def is_pos_code(text: str) -> bool:
    """Whether ``text`` can be the point-of-sale code of a control number: ``P001``.

    >>> is_pos_code("P001"), is_pos_code("M001")
    (True, False)
    """
    return re.fullmatch(r"P[0-9]{3}", text) is not None
