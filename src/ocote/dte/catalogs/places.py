"""Departments, municipalities and districts of El Salvador (CAT-012, CAT-013, CAT-008)."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from unicodedata import combining, normalize
from uuid import UUID, uuid5

from msgspec import Struct

from ocote.dte.catalogs.codes import rows

DISTRICT_NAMESPACE = UUID("6f0a7d52-9c1e-4b38-8f5d-2e41c07b93aa")
"""The namespace of the district identifiers; it never changes, because clients store the identifiers."""


class Department(Struct, frozen=True):
    """One of the 14 departments, or 00 for addresses abroad."""

    code: str
    name: str


class Municipality(Struct, frozen=True):
    """One of the 44 municipalities of the reform of 2024; the code is unique inside its department only."""

    department: str
    code: str
    name: str


class District(Struct, frozen=True):
    """One of the 262 districts, the municipalities before the reform; the code is unique inside its department only.

    ``id`` is the stable public identifier, ``name`` MH's label, ``full_name`` that label without abbreviations.
    """

    id: UUID
    department: str
    municipality: str
    code: str
    name: str
    full_name: str


def fold(text: str) -> str:
    """The text without case, accents, outer and repeated blanks, as searches compare texts.

    >>> fold("  San José  Villanueva ")
    'san jose villanueva'
    """
    decomposed = normalize("NFKD", text.casefold())
    return " ".join("".join(character for character in decomposed if not combining(character)).split())


@cache
def departments() -> Mapping[str, Department]:
    """All departments by code."""
    return MappingProxyType({row["code"]: Department(**row) for row in rows("cat-012-departments")})


@cache
def municipalities() -> Mapping[tuple[str, str], Municipality]:
    """All municipalities by (department code, municipality code)."""
    found = (Municipality(**row) for row in rows("cat-013-municipalities"))
    return MappingProxyType({(one.department, one.code): one for one in found})


@cache
def districts() -> Mapping[tuple[str, str], District]:
    """All districts by (department code, district code)."""
    found = (
        District(id=uuid5(DISTRICT_NAMESPACE, row["department"] + row["code"]), **row)
        for row in rows("cat-008-districts")
    )
    return MappingProxyType({(one.department, one.code): one for one in found})


@cache
def districts_by_id() -> Mapping[UUID, District]:
    """All districts by their public identifier."""
    return MappingProxyType({one.id: one for one in districts().values()})


def districts_of(department: str, municipality: str) -> tuple[District, ...]:
    """The districts that make up one municipality, in the order of their codes."""
    return tuple(
        one for one in districts().values() if one.department == department and one.municipality == municipality
    )


def namesake_district(department: str, municipality: str) -> District | None:
    """The district whose name the municipality bears (San Salvador in San Salvador Centro); None without such district.

    The municipalities of 2024 are called after a department or town and a point of the compass, in capitals and
    without accents (CAT-013).
    """
    name, _, _ = municipalities()[department, municipality].name.rpartition(" ")
    matching = (one for one in districts_of(department, municipality) if fold(one.full_name) == fold(name))
    return next(matching, None)


def explain_old_municipality(department: str, code: str) -> str | None:
    """A Spanish text that says what replaced a municipality code of before the reform of 2024; None for other codes.

    The 262 old codes are exactly today's district codes, and no department uses one number for both.
    """
    district = districts().get((department, code))
    if district is None or (department, code) in municipalities():
        return None
    municipality = municipalities()[department, district.municipality]
    return (
        f"El código {code} era el del antiguo municipio {district.full_name}; desde 2024 es el distrito {code} "
        f"del municipio {municipality.code} ({municipality.name}). En su lugar indique district «{department}{code}»."
    )
