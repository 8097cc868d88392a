"""Which taxes of CAT-015 a document may bear, by its type and edition (wider-sales.md 2.2). Pure."""

from typing import Final, Literal

from ocote.dte.catalogs import taxes_of_section
from ocote.dte.line_taxes import COTRANS, FOVIAL
from ocote.dte.schedule import Edition
from ocote.dte.sections.taxes import EXPORT_VAT, VAT
from ocote.dte.types import DocumentType

TaxSection = Literal[1, 2, 3]
"""A section of CAT-015: added to the total, a line of its own, or informative."""

OWN_TAXES: Final = frozenset({VAT, EXPORT_VAT})
"""The taxes that every taxed line bears by itself: VAT, and VAT at 0 % of exports."""

UNLABELLED: Final = "25"
"""A tax of section 2 that the schemas of v1.x admit although CAT-015 has no label for it."""

_RESERVED: Final = "D4"
"""Other taxes in special cases, which MH keeps for its own use."""

_OF_V1: Final = frozenset({"D5", UNLABELLED})
_FUEL: Final = frozenset({FOVIAL, COTRANS})

_BOTH: Final[frozenset[Edition]] = frozenset({"v1", "v2"})
_V1: Final[frozenset[Edition]] = frozenset({"v1"})
_V2: Final[frozenset[Edition]] = frozenset({"v2"})
_NONE: Final[frozenset[Edition]] = frozenset()


def section_of(code: str) -> TaxSection | None:
    """The section of a tax that a line names beside its price, 1 or 3; None for all other codes."""
    if code in taxes_of_section(3):
        return 3
    return 1 if code in taxes_of_section(1) and code not in OWN_TAXES and code != _RESERVED else None


def special_taxes() -> frozenset[str]:
    """The codes of section 2, which are lines of their own."""
    return (taxes_of_section(2) | {UNLABELLED}) - {_RESERVED}


def editions_with(code: str, section: TaxSection, row: DocumentType) -> frozenset[Edition]:
    """The editions in which documents of a type may bear a tax; none when the type never does.

    Purchases have no taxes. An export bears those of fuel, of section 2 and of section 3, in v2.0 alone; a note bears
    those of section 3 in v2.0 alone, because the schema of v1.x does not list them.
    """
    if row.is_purchase:
        return _NONE
    if row.is_export:
        return _V2 if section == 3 or (code not in _OF_V1 and (section == 2 or code in _FUEL)) else _NONE
    if code in _OF_V1:
        return _V1
    return _V2 if section == 3 and row.family == "note" else _BOTH


def needs_authorization(section: TaxSection, row: DocumentType) -> bool:
    """Whether MH has to authorize the company to state taxes of a section in a document: on exports all that add up."""
    return row.is_export and section != 3
