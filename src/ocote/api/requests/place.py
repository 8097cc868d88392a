"""The place of a person, as district, or as department and municipality (contract 14.2, D26)."""

from uuid import UUID

from ocote.api.requests.description import FieldGroup, RequestField
from ocote.api.requests.kinds import CodeValue, IdentifierValue
from ocote.api.requests.reading import Reading
from ocote.dte import catalogs
from ocote.dte.catalogs import District
from ocote.issuing.request import Place

_DISTRICT = RequestField(
    "district",
    IdentifierValue(),
    "The best way to say where: settles department and municipality. The UUID of `GET /catalogs/districts/search`, or "
    "CAT-008 as four digits with the department in front, or as two digits under `department`.",
    "1116",
)
_DEPARTMENT = RequestField(
    "department",
    CodeValue[str]({each.code: each.name for each in catalogs.departments().values()}, "department_unknown"),
    "CAT-012; goes with `municipality`.",
)
_MUNICIPALITY = RequestField(
    "municipality",
    IdentifierValue("^([0-9]{2}|[0-9]{4})$"),
    "CAT-013, 44 municipalities: the `short_code` under `department`, or the four-digit `code`.",
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
    code = reading.read(_DISTRICT)
    if code is None:
        return None
    district = _district_by_id(code) if len(code) > 4 else _district_by_code(reading, code)
    if district is None:
        reading.refuse(_DISTRICT, "district_unknown")
        return None
    return Place(district.department, district.municipality, district.code)


def _district_by_id(code: str) -> District | None:
    try:
        return catalogs.districts_by_id().get(UUID(code))
    except ValueError:
        return None


def _district_by_code(reading: Reading, code: str) -> District | None:
    """CAT-008: four digits with the department in front, or two under the ``department`` that was reading."""
    if len(code) == 4:
        return catalogs.districts().get((code[:2], code[2:]))
    return catalogs.districts().get((reading.read(_DEPARTMENT) or "", code))


def _place_of_municipality(reading: Reading) -> Place | None:
    """CAT-013: the two digits of the department's list, or four with the department in front (contract 14.2)."""
    code = reading.read(_MUNICIPALITY)
    department = reading.read(_DEPARTMENT)
    if code is None or (department is None and reading.has(_DEPARTMENT)):
        return None
    if department is None and len(code) != 4:
        reading.refuse(_DEPARTMENT, "department_missing")
        return None
    short = code[2:] if len(code) == 4 and department in (None, code[:2]) else code
    department = department or code[:2]
    if (department, short) in catalogs.municipalities():
        return Place(department, short)
    explanation = catalogs.explain_old_municipality(department, short)
    if explanation is not None:
        reading.explain(_MUNICIPALITY, "municipality_old", explanation)
    else:
        reading.refuse(_MUNICIPALITY, "municipality_unknown", department=department)
    return None
