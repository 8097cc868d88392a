"""The place of a person, as district, or as department and municipality (contract 14.2, D26).

Each may be a code or a name, as in the company's file: names count without case and accents.
"""

from collections.abc import Sequence

from ocote.dte import catalogs
from ocote.dte.catalogs import District, Municipality
from ocote.issuing.request import Place
from ocote.requests.description import FieldGroup, RequestField
from ocote.requests.kinds import Faulty, IdentifierValue
from ocote.requests.reading import Reading

_SHORT_CODE = 2
_LONG_CODE = 4
"""Digits of a code under its department, and of one with the department in front."""


def _department_code(term: str) -> str:
    found = catalogs.find_departments(term)
    if not found:
        padded = catalogs.find_departments(term.zfill(2))
        raise Faulty("department_unknown", hint=f'; envíe "{padded[0].code}"' if padded else "")
    return found[0].code


_DISTRICT = RequestField(
    "district",
    IdentifierValue(),
    "The best way to say where: settles department and municipality. The UUID of `GET /catalogs/districts/search`, "
    "CAT-008 as four digits with the department in front, or as two digits under `department`, or the name, where "
    "no other district has it (or none of the `department`).",
    "1116",
)
_DEPARTMENT = RequestField(
    "department",
    IdentifierValue(parse=_department_code),
    "CAT-012, as code (`01` to `14`, `00` for foreigners) or name; goes with `municipality`.",
    "Usulután",
)
_MUNICIPALITY = RequestField(
    "municipality",
    IdentifierValue(),
    "CAT-013, 44 municipalities: the `short_code` under `department`, the four-digit `code`, or the name.",
    "24",
)


def _read_place(reading: Reading) -> Place | None:
    """The place that ``district`` names, which settles the rest, or else department and municipality."""
    if reading.has(_DISTRICT):
        return _place_of_district(reading)
    if reading.has(_MUNICIPALITY):
        return _place_of_municipality(reading)
    if reading.has(_DEPARTMENT) and reading.read(_DEPARTMENT) is not None:
        reading.refuse(_MUNICIPALITY, "municipality_missing")
    return None


PLACE = FieldGroup((_DISTRICT, _DEPARTMENT, _MUNICIPALITY), _read_place)


def _place_of_district(reading: Reading) -> Place | None:
    term = reading.read(_DISTRICT)
    if term is None:
        return None
    found: Sequence[District] = catalogs.find_districts(term)
    if not found:
        similar = catalogs.similar_districts(term.partition(",")[0])
        reading.refuse(_DISTRICT, "district_unknown", f"; ¿quiso decir {' o '.join(similar)}?" if similar else "")
    elif len(term) == _SHORT_CODE:
        found = _under_department(reading, found)
    elif not any(map(str.isdigit, term)):
        found = _of_this_name(reading, found)
    if len(found) != 1:
        return None
    _ignore_contradictions(reading, found[0])
    return Place(found[0].department, found[0].municipality, found[0].code)


def _under_department(reading: Reading, found: Sequence[District]) -> Sequence[District]:
    """The district with this code of two digits in the department that was sent."""
    department = reading.read(_DEPARTMENT)
    inside = [one for one in found if one.department == department]
    if not inside:
        hint = "" if reading.has(_DEPARTMENT) else "; con dos dígitos envíe department además"
        reading.refuse(_DISTRICT, "district_unknown", hint)
    return inside


def _of_this_name(reading: Reading, found: Sequence[District]) -> Sequence[District]:
    """The districts of a name in the department that was sent; none, when which is meant cannot be known."""
    if reading.has(_DEPARTMENT):
        department = reading.read(_DEPARTMENT)
        inside = [one for one in found if one.department == department]
        if department is not None and not inside:
            reading.refuse(_DISTRICT, "district_elsewhere", places=_listed(found))
        return inside
    meant = {(one.department, one.code) for one in catalogs.find_municipalities(reading.text(_MUNICIPALITY))}
    inside = [one for one in found if (one.department, one.municipality) in meant]
    if len(found) > 1 and len(inside) != 1:
        reading.refuse(_DISTRICT, "district_ambiguous", places=_listed(found))
    return inside if len(found) > 1 else found


def _ignore_contradictions(reading: Reading, district: District) -> None:
    """Notes that a department or a municipality was ignored that does not fit the district."""
    department = reading.text(_DEPARTMENT)
    if department and district.department not in {one.code for one in catalogs.find_departments(department)}:
        reading.ignore(_DEPARTMENT, f"district ya dice el departamento, {district.department}")
    municipality = reading.text(_MUNICIPALITY)
    meant = {(one.department, one.code) for one in catalogs.find_municipalities(municipality)}
    if municipality and (district.department, district.municipality) not in meant:
        reading.ignore(_MUNICIPALITY, f"district ya dice el municipio, {district.municipality}")


def _listed(found: Sequence[District]) -> str:
    """The districts as a person and a program can tell them apart."""
    each = (
        f"{one.department}{one.code} ({one.full_name}, {catalogs.departments()[one.department].name})" for one in found
    )
    return ", ".join(each)


def _place_of_municipality(reading: Reading) -> Place | None:
    """CAT-013: the two digits of the department's list, four with the department in front, or the name (14.2)."""
    term = reading.read(_MUNICIPALITY)
    department = reading.read(_DEPARTMENT)
    if term is None or (department is None and reading.has(_DEPARTMENT)):
        return None
    if not term.isdigit():
        return _place_of_name(reading, term, department)
    if department is None and len(term) != _LONG_CODE:
        reading.refuse(_DEPARTMENT, "department_missing")
        return None
    short = term[2:] if len(term) == _LONG_CODE and department in (None, term[:2]) else term
    department = department or term[:2]
    if (department, short) in catalogs.municipalities():
        return Place(department, short)
    _refuse_municipality(reading, department, short)
    return None


def _place_of_name(reading: Reading, name: str, department: str | None) -> Place | None:
    """The municipality of a name, which is unique."""
    found: Sequence[Municipality] = catalogs.find_municipalities(name)
    inside = [one for one in found if department in (None, one.department)]
    if inside:
        return Place(inside[0].department, inside[0].code)
    old = [one for one in catalogs.find_districts(name) if department in (None, one.department)]
    if len(old) > 1:
        reading.refuse(_DEPARTMENT, "department_missing")
    elif old:
        _refuse_municipality(reading, old[0].department, old[0].code)
    elif department is None:
        reading.refuse(_MUNICIPALITY, "municipality_name_unknown")
    else:
        reading.refuse(_MUNICIPALITY, "municipality_unknown", department=department)
    return None


def _refuse_municipality(reading: Reading, department: str, code: str) -> None:
    explanation = catalogs.explain_old_municipality(department, code)
    if explanation is not None:
        reading.explain(_MUNICIPALITY, "municipality_old", explanation)
    else:
        reading.refuse(_MUNICIPALITY, "municipality_unknown", department=department)
