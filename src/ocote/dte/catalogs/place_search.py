"""Finds places by what people write: codes or names, whatever their case, accents and blanks (CAT-008, 012, 013)."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import TypeVar

from ocote.dte.catalogs.places import (
    Department,
    District,
    Municipality,
    departments,
    districts,
    fold,
    municipalities,
)

_ABROAD = "00"
_MOST_SIMILAR = 3

_Place = TypeVar("_Place")


def find_departments(term: str) -> tuple[Department, ...]:
    """The department with this code or name, 00 for addresses abroad by its code alone; none for another term."""
    return _departments().get(fold(term), ())


def find_municipalities(term: str) -> tuple[Municipality, ...]:
    """Every municipality of 2024 that a term may mean.

    A term is a name, a code of four digits with the department in front, or a code of two digits, which several
    departments have.
    """
    return _municipalities().get(fold(term), ())


def find_districts(term: str) -> tuple[District, ...]:
    """Every district that a term may mean.

    A term is the district's UUID, a name (MH's abbreviated label included), a code of four digits with the department
    in front, or a code of two digits, which several departments have.
    """
    return _districts().get(fold(term), ())


def similar_districts(term: str) -> tuple[str, ...]:
    """The full names of districts that are written much like the term, the likeliest first."""
    named = {fold(one.full_name): one.full_name for one in districts().values() if one.department != _ABROAD}
    return tuple(named[name] for name in get_close_matches(fold(term), named, n=_MOST_SIMILAR))


@cache
def _departments() -> Mapping[str, tuple[Department, ...]]:
    return _by_term(
        ((one.code,) if one.code == _ABROAD else (one.code, one.name), one) for one in departments().values()
    )


@cache
def _municipalities() -> Mapping[str, tuple[Municipality, ...]]:
    return _by_term(
        ((one.name, one.code, one.department + one.code), one)
        for one in municipalities().values()
        if one.department != _ABROAD
    )


@cache
def _districts() -> Mapping[str, tuple[District, ...]]:
    return _by_term(
        ((str(one.id), one.full_name, one.name, one.code, one.department + one.code), one)
        for one in districts().values()
        if one.department != _ABROAD
    )


def _by_term(places: Iterable[tuple[tuple[str, ...], _Place]]) -> Mapping[str, tuple[_Place, ...]]:
    found: dict[str, tuple[_Place, ...]] = {}
    for terms, place in places:
        for term in {fold(each) for each in terms}:
            found[term] = (*found.get(term, ()), place)
    return found
