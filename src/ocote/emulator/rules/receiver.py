"""The rules on the receiver's section, by type of document (rules.md 9)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ocote.emulator.messages import EXTENSION, RECEIVER, Finding, at
from ocote.emulator.rules import codes
from ocote.emulator.rules.people import (
    activity_finding,
    address_finding,
    email_finding,
    identity_finding,
    nit_finding,
    registration_finding,
)
from ocote.emulator.rules.reading import Reading

IDENTIFICATION_FROM = Decimal("25000.00")
EXTENSION_FROM = Decimal("11428.57")


def consumer(reading: Reading) -> Finding | None:
    """The buyer of an invoice is identified from USD 25,000.00 on, and all stated data have the right form."""
    person = reading.document["receptor"]
    if person is None:
        return at("receptor", "005", RECEIVER) if _large(reading) else None
    kind, number = person["tipoDocumento"], person["numDocumento"]
    nit = number if kind == codes.NIT else None
    return (
        identity_finding(kind, number, "receptor", RECEIVER, reading.edition)
        or (_unidentified(person) if _large(reading) else None)
        or registration_finding(person["nrc"], nit, "receptor.nrc", RECEIVER, reading)
        or _contact(person, reading)
    )


def another_taxpayer(reading: Reading) -> Finding | None:
    """The buyer of a CCF is a taxpayer other than the issuer, who would otherwise deduct the VAT of its own sale."""
    if reading.document["receptor"]["nit"] == reading.company.nit:
        return at("receptor.nit", "007", RECEIVER)
    return taxpayer(reading)


def taxpayer(reading: Reading) -> Finding | None:
    """The buyer of a CCF, or of a v3 note, has NIT and NRC; the v4 schemas admit a null NRC, the service does not."""
    person = reading.document["receptor"]
    if person["nrc"] is None:
        return at("receptor.nrc", "005", RECEIVER)
    return (
        nit_finding(person["nit"], "receptor.nit", RECEIVER)
        or registration_finding(person["nrc"], person["nit"], "receptor.nrc", RECEIVER, reading)
        or _contact(person, reading)
    )


def adjusted_taxpayer(reading: Reading) -> Finding | None:
    """The receiver of a note has a NIT in v3, an identity document in v4."""
    person = reading.document["receptor"]
    if reading.edition == "v1":
        return taxpayer(reading)
    if person["nrc"] is None:
        return at("receptor.nrc", "005", RECEIVER)
    nit = person["numDocumento"] if person["tipoDocumento"] == codes.NIT else None
    return (
        identity_finding(person["tipoDocumento"], person["numDocumento"], "receptor", RECEIVER, reading.edition)
        or registration_finding(person["nrc"], nit, "receptor.nrc", RECEIVER, reading)
        or _contact(person, reading)
    )


def extension(reading: Reading) -> Finding | None:
    """A v1.x document names who delivers and who receives from USD 11,428.57 on (CT 114 a.2)."""
    if reading.edition != "v1" or reading.document["resumen"]["montoTotalOperacion"] < EXTENSION_FROM:
        return None
    stated = reading.document["extension"]
    if stated is None:
        return at("extension", "005", EXTENSION)
    for key in ("nombEntrega", "docuEntrega", "nombRecibe", "docuRecibe"):
        if stated[key] is None:
            return at(f"extension.{key}", "005", EXTENSION)
    return None


def _large(reading: Reading) -> bool:
    large: bool = reading.document["resumen"]["montoTotalOperacion"] >= IDENTIFICATION_FROM
    return large


def _unidentified(person: Mapping[str, Any]) -> Finding | None:
    for key in ("tipoDocumento", "numDocumento", "nombre"):
        if person[key] is None:
            return at(f"receptor.{key}", "005", RECEIVER)
    return None


def _contact(person: Mapping[str, Any], reading: Reading) -> Finding | None:
    return (
        activity_finding(person["codActividad"], "receptor.codActividad", RECEIVER)
        or address_finding(person["direccion"], "receptor.direccion", RECEIVER, reading.edition, abroad=True)
        or email_finding(person["correo"], "receptor.correo", RECEIVER)
    )
