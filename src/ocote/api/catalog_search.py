"""Searching MH's catalogs without regard to case and accents (contract 14). Pure; everything is kept in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Generic, TypeVar

import msgspec
from msgspec import Meta

from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog, fold
from ocote.dte.sale import ABROAD

MAX_RESULTS = 50
MIN_DISTRICT_SEARCH = 2

MAX_SEARCH = 200
"""The longest text to look for, in characters: no label of MH's is longer, and the cost of folding grows with it."""

_T = TypeVar("_T")


class CatalogEntry(msgspec.Struct, frozen=True):
    """One code of a catalog."""

    code: Annotated[str, Meta(description="The code to send.", examples=["62010"])]
    description: Annotated[str, Meta(description="MH's label, in Spanish.", examples=["Programación informática"])]


class MunicipalityBody(msgspec.Struct, frozen=True):
    """One of the 44 municipalities (CAT-013)."""

    code: Annotated[str, Meta(description="Department and municipality, four digits.", examples=["1124"])]
    short_code: Annotated[str, Meta(description="MH's code inside the department.", examples=["24"])]
    name: Annotated[str, Meta(examples=["USULUTAN NORTE"], description="MH's name, in capitals.")]


class DepartmentBody(msgspec.Struct, frozen=True):
    """A department (CAT-012) with its municipalities."""

    code: Annotated[str, Meta(description="MH's code.", examples=["11"])]
    name: Annotated[str, Meta(description="Name, in capitals.", examples=["USULUTÁN"])]
    municipalities: Annotated[tuple[MunicipalityBody, ...], Meta(description="Those that were found, by code.")]


class DepartmentName(msgspec.Struct, frozen=True):
    """A department (CAT-012)."""

    code: Annotated[str, Meta(description="MH's code.", examples=["11"])]
    name: Annotated[str, Meta(description="Name, in capitals.", examples=["USULUTÁN"])]


class DistrictBody(msgspec.Struct, frozen=True):
    """One of the 262 districts (CAT-008)."""

    id: Annotated[
        str,
        Meta(
            description="UUID to send as `district`; it never changes.",
            examples=["3b7e0f52-6c1d-4d0a-9a77-18c25e90d4f1"],
        ),
    ]
    name: Annotated[str, Meta(description="Full name, in capitals.", examples=["SANTIAGO DE MARÍA"])]
    municipality: MunicipalityBody
    department: DepartmentName
    code: Annotated[str, Meta(description="Department and district, four digits.", examples=["1121"])]
    short_code: Annotated[str, Meta(description="MH's code inside the department.", examples=["21"])]


@dataclass(frozen=True, slots=True)
class _Findable(Generic[_T]):
    """An entry of a catalog, with the folded texts in which a search looks."""

    value: _T
    texts: tuple[str, ...]

    def matches(self, folded: str) -> bool:
        return any(folded in text for text in self.texts)


def names() -> Sequence[str]:
    """The names under which the plain catalogs are served, such as ``payment-methods``."""
    return tuple(_by_name())


def search_catalog(name: str, search: str) -> list[CatalogEntry] | None:
    """A whole plain catalog, or its entries with ``search`` in code or label; None for an unknown catalog."""
    catalog = _by_name().get(name)
    return _found(_entries(catalog), search) if catalog is not None else None


def search_activities(search: str) -> list[CatalogEntry]:
    """The first 50 economic activities with ``search`` in code or label, by code (CAT-019, D27)."""
    return _found(_entries(Catalog.ACTIVITIES), search)[:MAX_RESULTS]


def search_departments(search: str) -> list[DepartmentBody]:
    """Departments with their municipalities (D27).

    A department whose name matches has all of its municipalities, another only those that match.
    """
    folded = fold(search)
    found: list[DepartmentBody] = []
    for department in _departments():
        if department.matches(folded):
            found.append(department.value)
            continue
        hits = tuple(each for each in department.value.municipalities if folded in fold(each.name))
        if hits:
            found.append(msgspec.structs.replace(department.value, municipalities=hits))
    return found


def search_districts(search: str) -> list[DistrictBody]:
    """The first 50 districts with ``search`` in their name, MH's abbreviated label included (D27)."""
    return _found(_districts(), search)[:MAX_RESULTS]


def _found(findables: Sequence[_Findable[_T]], search: str) -> list[_T]:
    folded = fold(search)
    return [each.value for each in findables if not folded or each.matches(folded)]


@cache
def _by_name() -> Mapping[str, Catalog]:
    return {catalog.value.split("-", 2)[2]: catalog for catalog in Catalog if catalog is not Catalog.ACTIVITIES}


@cache
def _entries(catalog: Catalog) -> Sequence[_Findable[CatalogEntry]]:
    return tuple(
        _Findable(CatalogEntry(code, label), (fold(code), fold(label)))
        for code, label in sorted(catalogs.labels(catalog).items())
    )


@cache
def _departments() -> Sequence[_Findable[DepartmentBody]]:
    return tuple(
        _Findable(
            DepartmentBody(
                department.code,
                department.name.upper(),
                tuple(_municipality(each) for each in catalogs.municipalities().values() if each.department == code),
            ),
            (fold(department.name),),
        )
        for code, department in sorted(catalogs.departments().items())
        if code != ABROAD
    )


@cache
def _districts() -> Sequence[_Findable[DistrictBody]]:
    return tuple(
        _Findable(_district(district), (fold(district.full_name), fold(district.name)))
        for (department, _), district in sorted(catalogs.districts().items())
        if department != ABROAD
    )


def _district(district: catalogs.District) -> DistrictBody:
    department = catalogs.departments()[district.department]
    return DistrictBody(
        id=str(district.id),
        name=district.full_name.upper(),
        municipality=_municipality(catalogs.municipalities()[district.department, district.municipality]),
        department=DepartmentName(department.code, department.name.upper()),
        code=district.department + district.code,
        short_code=district.code,
    )


def _municipality(municipality: catalogs.Municipality) -> MunicipalityBody:
    return MunicipalityBody(municipality.department + municipality.code, municipality.code, municipality.name.upper())
