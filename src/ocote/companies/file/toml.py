"""Reads TOML and finds the faults that only a TOML file can have: quotes, sections, unknown keys, names of files.

The walk follows the description of a company and leaves every rule to the description.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from ocote.companies.description.check import FieldFault, Unreadable
from ocote.companies.description.rules import (
    Correlative,
    Day,
    Dollars,
    File,
    Flag,
    MailAddresses,
    Picture,
    Port,
    WholeNumber,
)
from ocote.companies.description.structure import Group, Part, RepeatedGroup, Rule
from ocote.companies.description.value import NamedFile
from ocote.dte.control_number import LARGEST_CORRELATIVE

_Unquoted = Correlative | Dollars | Flag | Port | WholeNumber
"""The rules for values that TOML writes without quotes."""

_POSITION: Final = re.compile(r"\[\d+\]")
"""Of a section that may stand several times; a header in TOML has none."""

_LARGEST_FILE: Final = 1024 * 1024
"""Bytes of a file that a company file names; the rule for the file has its own, smaller limit."""


def plain_values(values: Mapping[str, Any], group: Group, folder: Path, place: str = "") -> dict[str, Any]:
    """The values of a TOML table for ``check_company``; :class:`Unreadable` for a value of a wrong TOML type.

    ``folder`` is the start of relative file names. ``place`` is the path of the table with its last dot.
    """
    parts = {part.key: part for part in group.parts}
    return {key: _value(parts[key], value, folder, place + key) for key, value in values.items() if key in parts}


def _value(part: Part, value: Any, folder: Path, path: str) -> Any:
    match part.what:
        case Group() as group if isinstance(value, dict):
            return plain_values(value, group, folder, f"{path}.")
        case Group():
            header = _POSITION.sub("", path)
            return Unreadable(f"debe ser una sección: escriba [{header}] y debajo sus claves.")
        case RepeatedGroup() if value and not _are_tables(value):
            return Unreadable(f"debe ser una lista de secciones: escriba [[{path}]] con doble corchete.")
        case RepeatedGroup(group=group):
            items = enumerate(value or (), start=1)
            return [plain_values(item, group, folder, f"{path}[{number}].") for number, item in items]
        case rule:
            return _single(rule, part.key, value, folder)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _single(rule: Rule, key: str, value: Any, folder: Path) -> Any:
    if isinstance(rule, _Unquoted):
        return Unreadable(_unquoted(rule, key)) if isinstance(value, str) else value
    if isinstance(rule, Day) and isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(rule, MailAddresses) and isinstance(value, list):
        are_texts = all(isinstance(item, str) for item in value)
        return value if are_texts else Unreadable(f'debe ser una lista de textos: {key} = ["…", "…"].')
    if not isinstance(value, str):
        return Unreadable(f'debe ser texto entre comillas: {key} = "…".')
    if not isinstance(rule, File | Picture) or not value:
        return value
    return _file(rule, value, folder / value)


def _file(rule: File | Picture, name: str, path: Path) -> Any:
    if not path.is_file():
        return Unreadable(f"no existe el archivo {path}.")
    if path.stat().st_size > _LARGEST_FILE:
        return Unreadable(f"{path} pesa más de 1 MiB: no es el archivo que se pide aquí.")
    return NamedFile(name, path.read_bytes()) if isinstance(rule, Picture) else path


def unknown_keys(values: Mapping[str, Any], group: Group, place: str = "") -> list[str]:
    """A line for every key that has no meaning at its place, with the likely intention."""
    parts = {part.key: part for part in group.parts}
    found: list[str] = []
    for key, value in values.items():
        if key not in parts:
            found.append(f"{place}{key}: no existe esta clave{_likely(key, parts)}")
            continue
        match parts[key].what, value:
            case Group() as inner, dict():
                found += unknown_keys(value, inner, f"{place}{key}.")
            case RepeatedGroup(group=inner), list():
                for i, item in enumerate(value, start=1):
                    found += unknown_keys(item, inner, f"{place}{key}[{i}].") if isinstance(item, dict) else []
    return found


def _likely(key: str, parts: Mapping[str, Part]) -> str:
    """The end of the sentence about an unknown key: the likely key, or every type where a type is the key."""
    types = [one for one in parts if one.isdecimal()]
    if key.isdecimal() and types:
        return f"; los tipos de documento son {', '.join(types)}."
    close = get_close_matches(key, parts, n=1)
    return f"; ¿quiso decir {close[0]}?" if close else "."


def fault_line(fault: FieldFault) -> str:
    """Writes a fault as one line that begins with the key or the header to look for in the file."""
    match fault.part.what:
        case Group() if fault.is_missing:
            return f"[{fault.path}]: {fault.text}"
        case RepeatedGroup() if fault.is_missing:
            return f"[[{fault.path}]]: {fault.text}"
        case Correlative() | Dollars() | Flag() | Port() | WholeNumber() as rule:
            return f"{fault.path}: {_unquoted(rule, fault.part.key)}"
        case Day():
            return f"{fault.path}: {fault.text.replace('así: ', f'así: {fault.part.key} = ')}"
    return f"{fault.path}: {fault.text}"


def _unquoted(rule: _Unquoted, key: str) -> str:
    """The sentence for a value that breaks the rule, whether by its type or by its content."""
    match rule:
        case Correlative():
            return f'debe ser el próximo número, de 1 a {LARGEST_CORRELATIVE}, sin comillas: "{key}" = 1094.'
        case Flag():
            return "debe ser true o false, sin comillas."
        case Dollars():
            return "debe ser un monto en dólares sin comillas, con dos decimales a lo sumo, por ejemplo 18.20."
        case Port():
            return f"debe ser un puerto sin comillas: {key} = 587 con starttls, 465 con tls, 25 con none."
        case WholeNumber():
            return f"debe ser {rule.expected}, sin comillas."
