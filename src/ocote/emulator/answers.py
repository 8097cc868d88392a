"""MH's answers, field by field (protocol.md 3.1, 4.2, 4.4, 4.5)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ocote.emulator.ledger import Stored
from ocote.emulator.messages import Finding

RECEIVED = "RECIBIDO"
WITH_OBSERVATIONS = "RECIBIDO CON OBSERVACIONES"
RECEIVED_IN_LOT = "RECIBIDO Y PROCESADO"


def local_time(moment: datetime) -> str:
    """``moment``, which is in El Salvador's time, as ``dd/MM/yyyy HH:mm:ss``."""
    day = f"{moment.day:02d}/{moment.month:02d}/{moment.year:04d}"
    return f"{day} {moment.hour:02d}:{moment.minute:02d}:{moment.second:02d}"


def processed(document: Stored) -> dict[str, Any]:
    """The answer to a stamped document."""
    return _answer(
        environment=document.environment,
        state="PROCESADO",
        generation_code=document.facts.generation_code,
        stamp=document.stamp,
        at=document.processed_at,
        class_code="10",
        code=document.code,
        text=document.text,
        observations=document.observations,
    )


def rejected(environment: str, generation_code: str | None, at: datetime, finding: Finding) -> dict[str, Any]:
    """The answer to a refused document; ``generation_code`` is None when the signature could not be verified."""
    return _answer(
        environment=environment,
        state="RECHAZADO",
        generation_code=generation_code,
        stamp=None,
        at=at,
        class_code=finding.class_code,
        code=finding.code,
        text=finding.text,
        observations=finding.observations,
    )


def invalidated(environment: str, event_code: str, stamp: str, at: datetime) -> dict[str, Any]:
    """The answer to an invalidation that took effect.

    ``codigoGeneracion`` is the event's here; the manual leaves open whether it is the event's or the document's.
    """
    return {
        "version": 2,
        "ambiente": environment,
        "versionApp": 1,
        "estado": "PROCESADO",
        "codigoGeneracion": event_code,
        "selloRecibido": stamp,
        "fhProcesamiento": local_time(at),
        "codigoMsg": "001",
        "descripcionMsg": "Invalidación Recibida y Procesada",
        "observaciones": None,
    }


def invalidation_rejected(environment: str, event_code: str | None, at: datetime, finding: Finding) -> dict[str, Any]:
    """The answer to a refused invalidation, which has no message class."""
    return {
        "version": 2,
        "ambiente": environment,
        "versionApp": 1,
        "estado": "RECHAZADO",
        "codigoGeneracion": event_code,
        "selloRecibido": None,
        "fhProcesamiento": local_time(at),
        "codigoMsg": finding.code,
        "descripcionMsg": finding.text,
        "observaciones": list(finding.observations),
    }


def contingency_received(stamp: str, at: datetime) -> dict[str, Any]:
    """The answer to an accepted contingency event."""
    return {
        "estado": "RECIBIDO",
        "fechaHora": local_time(at),
        "mensaje": "Documento recibido",
        "selloRecibido": stamp,
        "observaciones": [],
    }


def contingency_rejected(at: datetime, found: Sequence[str]) -> dict[str, Any]:
    """The answer to a refused contingency event."""
    return {
        "estado": "RECHAZADO",
        "fechaHora": local_time(at),
        "mensaje": "Validaciones no superadas",
        "selloRecibido": None,
        "observaciones": list(found),
    }


def lot_received(environment: str, send_id: str, lot_code: str, at: datetime) -> dict[str, Any]:
    """The immediate answer to a lot, which says nothing about its documents."""
    return _lot(environment, send_id, at, "RECIBIDO", lot_code, Finding("001", "10", "LOTE RECIBIDO"))


def lot_rejected(environment: str, send_id: str | None, at: datetime, finding: Finding) -> dict[str, Any]:
    """The answer to a lot refused as a whole; the shape of MH's answer is not known."""
    return _lot(environment, send_id, at, "RECHAZADO", None, finding)


def _lot(
    environment: str, send_id: str | None, at: datetime, state: str, lot_code: str | None, finding: Finding
) -> dict[str, Any]:
    return {
        "version": 1,
        "ambiente": environment,
        "versionApp": 1,
        "estado": state,
        "idEnvio": send_id,
        "fhProcesamiento": local_time(at),
        "clasificaMsg": finding.class_code,
        "codigoLote": lot_code,
        "codigoMsg": finding.code,
        "descripcionMsg": finding.text,
    }


def _answer(
    *,
    environment: str,
    state: str,
    generation_code: str | None,
    stamp: str | None,
    at: datetime,
    class_code: str,
    code: str,
    text: str,
    observations: Sequence[str],
) -> dict[str, Any]:
    return {
        "version": 2,
        "ambiente": environment,
        "versionApp": 2,
        "estado": state,
        "codigoGeneracion": generation_code,
        "selloRecibido": stamp,
        "fhProcesamiento": local_time(at),
        "clasificaMsg": class_code,
        "codigoMsg": code,
        "descripcionMsg": text,
        "observaciones": list(observations),
    }
