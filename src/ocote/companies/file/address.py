"""Finds an address in MH's lists of places, whether an operator wrote codes or names (CAT-012, CAT-013, CAT-008)."""

import unicodedata
from collections.abc import Callable, Iterable
from difflib import get_close_matches

from ocote.dte import catalogs
from ocote.dte.catalogs import District
from ocote.dte.sale import ABROAD, Address


class PlaceError(ValueError):
    """The place cannot be told; ``key`` names the part that is wrong and the text, in Spanish, the way out."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key


def find_address(department: str, municipality: str, district: str, complement: str) -> Address:
    """The address by its official codes. Each part may be a code or a name, in any case and without accents.

    A district named by its name alone is enough where only one has that name; ``department`` and ``municipality`` may
    then be empty. Raises PlaceError.
    """
    found = _in_department(_by_district(district), department)
    found = _in_municipality(found, municipality)
    if len(found) > 1:
        places = "; ".join(f"{one.full_name}, {_department_name(one)}" for one in found)
        raise PlaceError("district", f"«{district}» puede ser: {places}. Agregue department.")
    one = found[0]
    return Address(one.department, one.municipality, one.code, complement)


def _by_district(text: str) -> list[District]:
    all_districts = [one for one in catalogs.districts().values() if one.department != ABROAD]
    found = _matching(all_districts, text, lambda one: (one.code, one.name, one.full_name))
    if not found:
        names = {_folded(one.full_name): one.full_name for one in all_districts}
        close = [names[name] for name in get_close_matches(_folded(text), names, n=3)]
        hint = f" ¿Quiso decir {' o '.join(close)}?" if close else " Es el municipio de antes de 2024 (CAT-008)."
        raise PlaceError("district", f"no existe el distrito «{text}».{hint}")
    return found


def _in_department(districts: list[District], text: str) -> list[District]:
    if not text:
        return districts
    found = _matching(districts, text, lambda one: (one.department, _department_name(one)))
    if not found:
        codes = ", ".join(sorted({f"{one.department} {_department_name(one)}" for one in districts}))
        raise PlaceError("department", f"«{text}» no es el departamento de ese distrito, que está en: {codes}.")
    return found


def _in_municipality(districts: list[District], text: str) -> list[District]:
    if not text:
        return districts
    found = _matching(districts, text, lambda one: (one.municipality, _municipality_name(one)))
    if found:
        return found
    old = catalogs.explain_old_municipality(districts[0].department, text)
    if old is not None:
        raise PlaceError("municipality", old)
    right = ", ".join(sorted({f"{one.municipality} {_municipality_name(one)}" for one in districts}))
    raise PlaceError("municipality", f"«{text}» no es el municipio de ese distrito, que pertenece a: {right}.")


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
