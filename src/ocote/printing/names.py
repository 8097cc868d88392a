"""The words for MH's codes on paper. A code without a known word is printed unchanged."""

from collections.abc import Mapping
from typing import Final

from ocote.dte.catalogs import Catalog, departments, districts, labels, municipalities, taxes_of_section
from ocote.dte.types import DOCUMENT_TYPES

OTHER_TITLES: Final[Mapping[str, str]] = {
    "04": "Nota de remisión",
    "06": "Nota de débito",
    "07": "Comprobante de retención",
    "08": "Comprobante de liquidación",
    "09": "Documento contable de liquidación",
    "15": "Comprobante de donación",
}
"""Types of CAT-002 that this gateway does not issue but a document may name, in the singular."""

_INFORMATIVE_SECTION: Final = 3
"""The section of CAT-015 with the taxes that are no part of the total of a document."""
_ABROAD: Final = "00"
"""The department of an address outside El Salvador (CAT-012)."""


def title(doc_type: str) -> str:
    """The name of a document type (CAT-002)."""
    row = DOCUMENT_TYPES.get(doc_type)
    return row.title if row is not None else OTHER_TITLES.get(doc_type, doc_type)


def word(catalog: Catalog, code: object) -> str:
    """The catalog's text for ``code``, without MH's instructions to the person who fills it in."""
    text = labels(catalog).get(str(code))
    if text is None:
        return str(code)
    plain = text.partition(" (")[0].rstrip(".")
    return plain[:1].upper() + plain[1:]


def is_informative_tax(code: str) -> bool:
    """Whether a tax of CAT-015 only informs MH: it is not added to the total and not printed."""
    return code in taxes_of_section(_INFORMATIVE_SECTION)


def place(department: str, municipality: str, district: str | None) -> str:
    """District, municipality and department of an address, without repetitions; "" for an address abroad.

    Addresses of Normativa v1.x have no district: their ``municipality`` dates from before the reform of 2024 and is
    today's district with this code (CAT-008).
    """
    if department == _ABROAD:
        return ""
    names = (
        _district_name(department, municipality if district is None else district),
        None if district is None else _municipality_name(department, municipality),
        _department_name(department),
    )
    return ", ".join(dict.fromkeys(name for name in names if name))


def _department_name(code: str) -> str:
    found = departments().get(code)
    return code if found is None else found.name


def _district_name(department: str, code: str) -> str:
    found = districts().get((department, code))
    return code if found is None else found.full_name


def _municipality_name(department: str, code: str) -> str:
    """The name of a municipality. CAT-013 writes it without accents, as the department's name and one more word."""
    found = municipalities().get((department, code))
    return code if found is None else f"{_department_name(department)} {found.name.rpartition(' ')[2].capitalize()}"
