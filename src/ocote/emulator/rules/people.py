"""The rules on every party to a document: identity numbers, addresses, activities, e-mail."""

import re
from collections.abc import Mapping
from typing import Any

from ocote.emulator.messages import Finding, at
from ocote.emulator.rules import codes, places
from ocote.emulator.rules.activities import ACTIVITIES
from ocote.emulator.rules.reading import Edition, Reading

_NIT = re.compile(r"[0-9]{14}|[0-9]{9}")
_DUI = re.compile(r"[0-9]{9}")
_NRC = re.compile(r"[0-9]{1,8}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def address_finding(
    address: Mapping[str, Any] | None, path: str, class_code: str, edition: Edition, *, abroad: bool = False
) -> Finding | None:
    """Department, municipality and district belong together.

    v1.x has no district. Its municipality may be one of the 44 or a former municipality, as the schemas of that
    edition still require; both are in use (schemas.md 1).
    """
    if address is None:
        return None
    department, municipality = address["departamento"], address["municipio"]
    if department not in places.DEPARTMENTS or (department == places.FOREIGN and not abroad):
        return at(f"{path}.departamento", "007", class_code)
    known = (department, municipality) in places.MUNICIPALITIES
    if edition == "v1":
        known = known or (department, municipality) in places.FORMER_MUNICIPALITIES
    if not known:
        return at(f"{path}.municipio", "007", class_code)
    if edition == "v2" and (department, municipality, address["distrito"]) not in places.DISTRICTS:
        return at(f"{path}.distrito", "007", class_code)
    return None


def identity_finding(
    kind: str | None, number: str | None, path: str, class_code: str, edition: Edition
) -> Finding | None:
    """Kind (CAT-022) and number of an identity document are valid, or both are absent.

    A DUI has 9 digits; whether a v1.x document has its hyphen depends on the type, and the schemas check it.
    """
    if kind is None and number is None:
        return None
    if kind is None:
        return at(f"{path}.tipoDocumento", "005", class_code)
    if kind not in codes.IDENTITY_DOCUMENTS:
        return at(f"{path}.tipoDocumento", "003", class_code)
    if number is None:
        return at(f"{path}.numDocumento", "005", class_code)
    return None if _well_formed(kind, number, edition) else at(f"{path}.numDocumento", "006", class_code)


def _well_formed(kind: str, number: str, edition: Edition) -> bool:
    if kind == codes.NIT:
        return _NIT.fullmatch(number) is not None
    return kind != codes.DUI or edition == "v1" or _DUI.fullmatch(number) is not None


def nit_finding(nit: str, path: str, class_code: str) -> Finding | None:
    """A NIT has 14 digits, or the 9 digits of a DUI that serves as NIT."""
    return None if _NIT.fullmatch(nit) else at(path, "006", class_code)


def registration_finding(
    nrc: str | None, nit: str | None, path: str, class_code: str, reading: Reading
) -> Finding | None:
    """An NRC has the right form, and the right value (008) for a taxpayer that is registered in the emulator."""
    if nrc is None:
        return None
    if not _NRC.fullmatch(nrc):
        return at(path, "006", class_code)
    known = reading.registry.nrc_of(nit) if nit is not None else None
    return at(path, "008", class_code) if known is not None and known != nrc else None


def activity_finding(code: str | None, path: str, class_code: str) -> Finding | None:
    """The code is an economic activity of CAT-019."""
    return None if code is None or code in ACTIVITIES else at(path, "003", class_code)


def email_finding(email: str | None, path: str, class_code: str) -> Finding | None:
    """The e-mail address has the right form; the schemas of v2.0 check only its length."""
    return None if email is None or _EMAIL.fullmatch(email) else at(path, "006", class_code)
