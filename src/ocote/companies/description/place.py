"""Finds an address in MH's lists of places by codes or by names (CAT-012, CAT-013, CAT-008)."""

from collections.abc import Sequence

from ocote.companies.description.structure import Contradiction
from ocote.dte import catalogs
from ocote.dte.catalogs import District
from ocote.dte.sale import Address


def find_address(department: str, municipality: str, district: str, complement: str) -> Address:
    """Finds the official codes of an address. Each part may be a code or a name, in any case and without accents.

    The name of a district is enough if only one district has this name; ``department`` and ``municipality`` may then be
    empty. Raises Contradiction.
    """
    found = _in_department(_by_district(district), department)
    found = _in_municipality(found, municipality)
    if len(found) > 1:
        places = "; ".join(f"{one.full_name}, {_department_name(one)}" for one in found)
        raise Contradiction("district", f"«{district}» puede ser: {places}. Agregue department.")
    one = found[0]
    return Address(one.department, one.municipality, one.code, complement)


def _by_district(text: str) -> Sequence[District]:
    found = catalogs.find_districts(text)
    if not found:
        close = catalogs.similar_districts(text)
        hint = f" ¿Quiso decir {' o '.join(close)}?" if close else " Es el municipio de antes de 2024 (CAT-008)."
        raise Contradiction("district", f"no existe el distrito «{text}».{hint}")
    return found


def _in_department(districts: Sequence[District], text: str) -> Sequence[District]:
    if not text:
        return districts
    meant = {one.code for one in catalogs.find_departments(text)}
    found = [one for one in districts if one.department in meant]
    if not found:
        codes = ", ".join(sorted({f"{one.department} {_department_name(one)}" for one in districts}))
        raise Contradiction("department", f"«{text}» no es el departamento de ese distrito, que está en: {codes}.")
    return found


def _in_municipality(districts: Sequence[District], text: str) -> Sequence[District]:
    if not text:
        return districts
    meant = {(one.department, one.code) for one in catalogs.find_municipalities(text)}
    found = [one for one in districts if (one.department, one.municipality) in meant]
    if found:
        return found
    old = catalogs.explain_old_municipality(districts[0].department, text)
    if old is not None:
        raise Contradiction("municipality", old)
    right = ", ".join(sorted({f"{one.municipality} {_municipality_name(one)}" for one in districts}))
    raise Contradiction("municipality", f"«{text}» no es el municipio de ese distrito, que pertenece a: {right}.")


def _department_name(one: District) -> str:
    return catalogs.departments()[one.department].name


def _municipality_name(one: District) -> str:
    return catalogs.municipalities()[one.department, one.municipality].name
