"""Finds an address in MH's lists of places by codes or by names (CAT-012, CAT-013, CAT-008)."""

import unicodedata
from collections.abc import Callable, Iterable
from difflib import get_close_matches

from ocote.companies.description.structure import Contradiction
from ocote.dte import catalogs
from ocote.dte.catalogs import District
from ocote.dte.sale import ABROAD, Address


def find_address(department: str, municipality: str, district: str, complement: str) -> Address:
    """Finds the official codes of an address. Each part may be a code or a name, in any case and without accents.

    The name of a district alone is enough where only one district has this name; ``department`` and ``municipality``
    may then be empty. Raises Contradiction.
    """
    found = _in_department(_by_district(district), department)
    found = _in_municipality(found, municipality)
    if len(found) > 1:
        places = "; ".join(f"{one.full_name}, {_department_name(one)}" for one in found)
        raise Contradiction("district", f"«{district}» puede ser: {places}. Agregue department.")
    one = found[0]
    return Address(one.department, one.municipality, one.code, complement)


def _by_district(text: str) -> list[District]:
    all_districts = [one for one in catalogs.districts().values() if one.department != ABROAD]
    found = _matching(all_districts, text, lambda one: (one.code, one.name, one.full_name))
    if not found:
        names = {_folded(one.full_name): one.full_name for one in all_districts}
        close = [names[name] for name in get_close_matches(_folded(text), names, n=3)]
        hint = f" ¿Quiso decir {' o '.join(close)}?" if close else " Es el municipio de antes de 2024 (CAT-008)."
        raise Contradiction("district", f"no existe el distrito «{text}».{hint}")
    return found


def _in_department(districts: list[District], text: str) -> list[District]:
    if not text:
        return districts
    found = _matching(districts, text, lambda one: (one.department, _department_name(one)))
    if not found:
        codes = ", ".join(sorted({f"{one.department} {_department_name(one)}" for one in districts}))
        raise Contradiction("department", f"«{text}» no es el departamento de ese distrito, que está en: {codes}.")
    return found


def _in_municipality(districts: list[District], text: str) -> list[District]:
    if not text:
        return districts
    found = _matching(districts, text, lambda one: (one.municipality, _municipality_name(one)))
    if found:
        return found
    old = catalogs.explain_old_municipality(districts[0].department, text)
    if old is not None:
        raise Contradiction("municipality", old)
    right = ", ".join(sorted({f"{one.municipality} {_municipality_name(one)}" for one in districts}))
    raise Contradiction("municipality", f"«{text}» no es el municipio de ese distrito, que pertenece a: {right}.")


def _matching(districts: Iterable[District], text: str, names: Callable[[District], tuple[str, ...]]) -> list[District]:
    wanted = _folded(text)
    return [one for one in districts if wanted in {_folded(name) for name in names(one)}]


def _department_name(one: District) -> str:
    return catalogs.departments()[one.department].name


def _municipality_name(one: District) -> str:
    return catalogs.municipalities()[one.department, one.municipality].name


def _folded(text: str) -> str:
    """Case, accents and runs of blanks gone, so that ``santa ana`` finds ``SANTA ANA``."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(bare.split())
