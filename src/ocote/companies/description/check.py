"""Checks plain values against the description of a company. Texts are for the operator, hence in Spanish."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from ocote.companies.description.fields import COMPANY
from ocote.companies.description.structure import Contradiction, Group, Part, RepeatedGroup
from ocote.companies.description.value import CompanyDescription


class Unreadable(Struct, frozen=True):
    """Stands in place of a value that a front end could not read; ``text`` says why."""

    text: str


class FieldFault(Struct, frozen=True):
    """What is wrong with one part: where it stands (``branch[1].pos[2].code``, counted from 1) and a sentence."""

    path: str
    text: str
    part: Part
    is_missing: bool = False


def check_company(values: Mapping[str, Any]) -> CompanyDescription | tuple[FieldFault, ...]:
    """The company that the values describe, or everything that is wrong with the values.

    ``values`` has the shape of ``COMPANY``: a dictionary for each group, a list of dictionaries for what is repeated.
    None stands for a value that is left out, as does an empty text where the value is not required.
    """
    faults: list[FieldFault] = []
    company: CompanyDescription = _group(COMPANY, values, "", faults)
    return tuple(faults) or company


def _group(group: Group, values: Mapping[str, Any], place: str, faults: list[FieldFault]) -> Any:
    return _built(group, _parts(group, values, place, faults), place, faults)


def _parts(group: Group, values: Mapping[str, Any], place: str, faults: list[FieldFault]) -> dict[str, Any]:
    return {part.key: _part(part, values.get(part.key), place + part.key, faults) for part in group.parts}


def _built(group: Group, values: Mapping[str, Any], place: str, faults: list[FieldFault]) -> Any:
    try:
        return group.build(values)
    except Contradiction as contradiction:
        part = next(part for part in group.parts if part.key == contradiction.key)
        path = place + part.key
        if all(fault.path != path for fault in faults):
            faults.append(FieldFault(path, str(contradiction), part))
        return None


def _part(part: Part, value: Any, path: str, faults: list[FieldFault]) -> Any:
    """The checked value of a part; None where it has a fault."""
    if isinstance(value, Unreadable):
        faults.append(FieldFault(path, value.text, part))
        return None
    if _is_left_out(part, value):
        if part.is_required:
            faults.append(FieldFault(path, _missing(part), part, is_missing=True))
        return part.default
    try:
        match part.what:
            case Group() as group:
                return _group(group, value, f"{path}.", faults)
            case RepeatedGroup() as repeated:
                return _repeated(part, repeated, value, path, faults)
            case rule:
                return rule.read(value)
    except ValueError as error:
        faults.append(FieldFault(path, str(error), part))
        return None


def _repeated(
    part: Part, repeated: RepeatedGroup, values: list[Mapping[str, Any]], path: str, faults: list[FieldFault]
) -> tuple[Any, ...]:
    found: list[Any] = []
    codes: set[str] = set()
    for number, item in enumerate(values, start=1):
        place = f"{path}[{number}]."
        read = _parts(repeated.group, item, place, faults)
        code = read["code"]
        if code in codes:
            faults.append(FieldFault(f"{place}code", repeated.otherwise.format(code), part))
        elif code is not None:
            codes.add(code)
        found.append(_built(repeated.group, read, place, faults))
    return tuple(found)


def _is_left_out(part: Part, value: Any) -> bool:
    if isinstance(part.what, RepeatedGroup):
        return not value
    return value is None or (value == "" and not part.is_required)


def _missing(part: Part) -> str:
    if isinstance(part.what, Group):
        return "falta esta sección; es obligatoria."
    if isinstance(part.what, RepeatedGroup):
        return "falta; hace falta por lo menos una sección."
    return "falta; es obligatorio."
