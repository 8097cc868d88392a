"""The words behind MH's codes, as a customer reads them. A code without a known word is shown as it is."""

from collections.abc import Mapping
from typing import Final

from ocote.dte.catalogs import Catalog, departments, districts, labels, municipalities
from ocote.dte.types import DOCUMENT_TYPES

OTHER_TITLES: Final[Mapping[str, str]] = {
    "04": "Nota de remisión",
    "06": "Nota de débito",
    "07": "Comprobante de retención",
    "08": "Comprobante de liquidación",
    "09": "Documento contable de liquidación",
    "15": "Comprobante de donación",
}
"""Types of CAT-002 that this gateway does not issue but that a document may name, in the singular."""


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


def place(department: str, municipality: str, district: str | None) -> str:
    """District, municipality and department of an address, without repetitions.

    Addresses of Normativa v1.x have no district: their ``municipality`` is the one from before the reform of 2024,
    which is the district of today under that code (CAT-008).
    """
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
    """CAT-013 writes its names in capitals and without accents; each is its department's name and one word more."""
    found = municipalities().get((department, code))
    return code if found is None else f"{_department_name(department)} {found.name.rpartition(' ')[2].capitalize()}"
