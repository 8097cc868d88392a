"""The rules on the emitter's section, the registered taxpayer and the control number."""

import re

from ocote.emulator.messages import EMITTER, Finding, at
from ocote.emulator.rules.people import activity_finding, address_finding, email_finding
from ocote.emulator.rules.reading import Reading

_POINT_OF_SALE = re.compile(r"P[0-9]{3}")


def registered_taxpayer(reading: Reading) -> Finding | None:
    """NIT and NRC are the numbers that MH has for the certificate's owner (signing.md 4.3).

    A purchase from an excluded subject is the only document whose emitter may leave out the NRC.
    """
    emitter, company = reading.document["emisor"], reading.company
    if emitter["nit"] != company.nit:
        return at("emisor.nit", "008", EMITTER)
    if emitter["nrc"] is None:
        return None if reading.facts.doc_type == "14" else at("emisor.nrc", "005", EMITTER)
    if emitter["nrc"] != company.nrc:
        return at("emisor.nrc", "008", EMITTER)
    return None


def emitter_data(reading: Reading) -> Finding | None:
    """Activity, address and e-mail of the emitter are valid."""
    emitter = reading.document["emisor"]
    return (
        activity_finding(emitter["codActividad"], "emisor.codActividad", EMITTER)
        or address_finding(emitter["direccion"], "emisor.direccion", EMITTER, reading.edition)
        or email_finding(emitter["correo"], "emisor.correo", EMITTER)
    )


def establishment(reading: Reading) -> Finding | None:
    """Establishment and point of sale, where the document states them, agree with its control number.

    In v1.x only MH's codes are compared, because the emitter's own codes are free. v2.0 has one pair of fields; the
    point of sale is compared only when it has MH's form, because the schema also admits the emitter's own codes.
    """
    emitter = reading.document["emisor"]
    place, point = reading.facts.control_number[7:11], reading.facts.control_number[11:15]
    if reading.edition == "v1":
        stated = (("codEstableMH", place), ("codPuntoVentaMH", point))
    else:
        stated = (("codEstable", place), ("codPuntoVenta", point))
    for key, expected in stated:
        code = emitter.get(key)
        if code is None or code == expected:
            continue
        if key == "codPuntoVenta" and not _POINT_OF_SALE.fullmatch(code):
            continue
        return at(f"emisor.{key}", "003", EMITTER)
    return None
