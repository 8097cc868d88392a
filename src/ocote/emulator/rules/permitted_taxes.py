"""The taxes of CAT-015 that each type of document may have (wider-sales.md 2.2)."""

from ocote.emulator.rules import codes
from ocote.emulator.rules.reading import Reading

VAT, EXPORT_VAT = "20", "C3"

_FUEL = frozenset(["D1", "C8"])
_ADDED = _FUEL | {"59", "71"}
"""The taxes of section 1 besides VAT; D4 of the catalog is for MH's own use."""

_IN_LINES: dict[str, frozenset[str]] = {
    "01": _ADDED | codes.SECTION_3,
    "03": _ADDED | codes.SECTION_3 | {VAT},
    "05": _ADDED | codes.SECTION_3 | {VAT},
    "11": codes.SECTION_3 | {EXPORT_VAT},
}
_IN_LINES_V1: dict[str, frozenset[str]] = {
    "01": _ADDED | codes.SECTION_3 | {"D5"},
    "03": _ADDED | codes.SECTION_3 | {"D5", VAT},
    "05": _ADDED | {"D5", VAT},
    "11": frozenset((EXPORT_VAT,)),
}
"""v1.x has also D5, other rates; its schemas list no tax of section 3 in notes and exports."""

_OWN_LINE = codes.SECTION_2 - {"D4", "D5"}
_OWN_LINE_V1 = codes.EDITION_1_SECTION_2 - {"D4"}


def line_taxes(reading: Reading) -> frozenset[str]:
    """The codes that ``tributos`` of a line and of the summary may have in this document."""
    doc_type = reading.facts.doc_type
    if reading.edition == "v1":
        return _IN_LINES_V1[doc_type]
    if doc_type == "11" and reading.policy.export_taxes_authorized:
        return _IN_LINES[doc_type] | _FUEL
    return _IN_LINES[doc_type]


def own_line_taxes(reading: Reading) -> frozenset[str]:
    """The codes of section 2 that ``codTributo`` may have; an export needs MH's authorisation for them."""
    if reading.facts.doc_type == "11" and not reading.policy.export_taxes_authorized:
        return frozenset()
    return _OWN_LINE if reading.edition == "v2" else _OWN_LINE_V1
