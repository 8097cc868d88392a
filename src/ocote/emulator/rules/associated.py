"""The rules on associated documents: of issuer and receiver, of a doctor, of the transport (wider-sales.md 2.8)."""

from collections.abc import Iterable, Mapping
from typing import Any

from ocote.emulator.messages import RELATED, Finding, at
from ocote.emulator.rules import codes
from ocote.emulator.rules.people import nit_finding
from ocote.emulator.rules.reading import Reading

DOCTOR, TRANSPORT = 3, 4
_TEXTS = ("descDocumento", "detalleDocumento")
_JOURNEY = ("modoTransp", "placaTrans", "numConductor", "nombreConductor")
_KINDS = {"01": {1, 2, DOCTOR}, "03": {1, 2, DOCTOR}, "11": {1, 2, TRANSPORT}}

Row = Mapping[str, Any]


def associated_documents(reading: Reading) -> Finding | None:
    """Every row has a kind of CAT-021 that its document may have, the data of this kind and no others."""
    for position, row in enumerate(reading.document["otrosDocumentos"] or (), start=1):
        path = f"otrosDocumentos.{position}"
        kind = row["codDocAsociado"]
        if kind is None:
            return at(f"{path}.codDocAsociado", "005", RELATED)
        if kind not in _KINDS[reading.facts.doc_type]:
            return at(f"{path}.codDocAsociado", "007", RELATED)
        own = _fields_of(kind)
        others = [key for key in (*_TEXTS, "medico", *_JOURNEY) if key not in own]
        found = _filled(row, own, path) or _empty(row, others, path)
        if found is None and kind == DOCTOR:
            found = _doctor(row["medico"], f"{path}.medico")
        if found is None and kind == TRANSPORT and row["modoTransp"] not in codes.TRANSPORT_MODES:
            found = at(f"{path}.modoTransp", "003", RELATED)
        if found is not None:
            return found
    return None


def _fields_of(kind: int) -> tuple[str, ...]:
    return {DOCTOR: ("medico",), TRANSPORT: _JOURNEY}.get(kind, _TEXTS)


def _doctor(doctor: Row, path: str) -> Finding | None:
    """A doctor has a name, a service of CAT-010 and a NIT; one without tax domicile has another document instead."""
    found = _filled(doctor, ("nombre", "tipoServicio"), path)
    if found is not None:
        return found
    if doctor["tipoServicio"] not in codes.MEDICAL_SERVICES:
        return at(f"{path}.tipoServicio", "003", RELATED)
    if doctor["nit"] is None:
        return _filled(doctor, ("docIdentificacion",), path)
    if doctor["docIdentificacion"] is not None:
        return at(f"{path}.docIdentificacion", "024", RELATED)
    return nit_finding(doctor["nit"], f"{path}.nit", RELATED)


def _filled(row: Row, keys: Iterable[str], path: str) -> Finding | None:
    missing = next((key for key in keys if row[key] is None or row[key] == ""), None)
    return None if missing is None else at(f"{path}.{missing}", "005", RELATED)


def _empty(row: Row, keys: Iterable[str], path: str) -> Finding | None:
    given = next((key for key in keys if row.get(key) is not None), None)
    return None if given is None else at(f"{path}.{given}", "024", RELATED)
