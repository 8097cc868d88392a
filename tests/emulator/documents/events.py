"""Invalidation and contingency events in both editions."""

from typing import Any
from uuid import uuid4

from tests.emulator.documents.parts import TODAY, Document, Emission

Answer = dict[str, Any]


def invalidation_v3(
    document: Document,
    stamp: str,
    *,
    reason: int = 2,
    replacement: str | None = None,
    words: str | None = None,
    day: str | None = None,
) -> Document:
    """The event that invalidates a stamped document under Normativa v2.0, dated as the document."""
    head = document["identificacion"]
    return {
        "identificacion": {
            "version": 3,
            "ambiente": head["ambiente"],
            "codigoGeneracion": fresh_code(),
            "fecEmi": day or head["fecEmi"],
            "horEmi": "11:00:00",
            "fusion": None,
        },
        "emisor": {
            "nit": document["emisor"]["nit"],
            "nombre": "Emisor de Prueba, S.A. de C.V.",
            "codEstableMH": "M001",
            "codEstable": None,
            "codPuntoVentaMH": "P001",
            "codPuntoVenta": None,
            "telefono": "22220000",
            "correo": "dte@example.com",
        },
        "documento": _target(document, stamp, replacement) | _receiver(document),
        "motivo": _reason(reason, words),
    }


def invalidation_v2(
    document: Document,
    stamp: str,
    *,
    reason: int = 2,
    replacement: str | None = None,
    words: str | None = None,
    day: str | None = None,
) -> Document:
    """The event under Normativa v1.x, which names the emitter where nobody bought."""
    head = document["identificacion"]
    receiver = _receiver(document)
    if receiver["tipoDocumento"] is None:
        receiver = {"tipoDocumento": "36", "numDocumento": document["emisor"]["nit"], "nombre": "Emisor de Prueba"}
    return {
        "identificacion": {
            "version": 2,
            "ambiente": head["ambiente"],
            "codigoGeneracion": fresh_code(),
            "fecAnula": day or TODAY,
            "horAnula": "11:00:00",
        },
        "emisor": {
            "nit": document["emisor"]["nit"],
            "nombre": "Emisor de Prueba, S.A. de C.V.",
            "tipoEstablecimiento": "02",
            "nomEstablecimiento": None,
            "codEstableMH": "M001",
            "codEstable": None,
            "codPuntoVentaMH": "P001",
            "codPuntoVenta": None,
            "telefono": "22220000",
            "correo": "dte@example.com",
        },
        "documento": _target(document, stamp, replacement) | receiver | {"montoIva": None, "correo": "x@example.com"},
        "motivo": _reason(reason, words),
    }


def contingency_v4(emission: Emission, *documents: Document, **motive: Any) -> Document:
    """The event that reports documents issued between 07:10 and 11:45 of today, sent at 11:59:58."""
    emitter = _contingency_emitter(emission) | {"codPuntoVentaMH": "P001"}
    return _contingency(4, emission, emitter, documents, motive)


def contingency_v3(emission: Emission, *documents: Document, **motive: Any) -> Document:
    """The event under Normativa v1.x."""
    emitter = _contingency_emitter(emission) | {"codPuntoVenta": "P001"}
    return _contingency(3, emission, emitter, documents, motive)


def fresh_code() -> str:
    return str(uuid4()).upper()


def _contingency(
    version: int, emission: Emission, emitter: Document, documents: tuple[Document, ...], motive: Document
) -> Document:
    return {
        "identificacion": {
            "version": version,
            "ambiente": emission.environment,
            "codigoGeneracion": fresh_code(),
            "fTransmision": TODAY,
            "hTransmision": "11:59:58",
        },
        "emisor": emitter,
        "detalleDTE": [
            {
                "noItem": position,
                "codigoGeneracion": document["identificacion"]["codigoGeneracion"],
                "tipoDoc": document["identificacion"]["tipoDte"],
            }
            for position, document in enumerate(documents, start=1)
        ],
        "motivo": {
            "fInicio": TODAY,
            "fFin": TODAY,
            "hInicio": "07:10:00",
            "hFin": "11:45:00",
            "tipoContingencia": 3,
            "motivoContingencia": None,
            **motive,
        },
    }


def _contingency_emitter(emission: Emission) -> Document:
    return {
        "nit": emission.nit,
        "nombre": "Emisor de Prueba, S.A. de C.V.",
        "nombreResponsable": "Persona Responsable",
        "tipoDocResponsable": "13",
        "numeroDocResponsable": "000000017",
        "tipoEstablecimiento": "02",
        "codEstableMH": "M001",
        "telefono": "22220000",
        "correo": "dte@example.com",
    }


def _target(document: Document, stamp: str, replacement: str | None) -> Document:
    head = document["identificacion"]
    return {
        "tipoDte": head["tipoDte"],
        "codigoGeneracion": head["codigoGeneracion"],
        "selloRecibido": stamp,
        "numeroControl": head["numeroControl"],
        "fecEmi": head["fecEmi"],
        "codigoGeneracionR": replacement,
        "telefono": None,
        "correo": None,
    }


def _receiver(document: Document) -> Document:
    person = document.get("sujetoExcluido") or document.get("receptor")
    if person is None:
        return {"tipoDocumento": None, "numDocumento": None, "nombre": None}
    if "nit" in person:
        return {"tipoDocumento": "36", "numDocumento": person["nit"], "nombre": person["nombre"]}
    return {key: person[key] for key in ("tipoDocumento", "numDocumento", "nombre")}


def _reason(reason: int, words: str | None) -> Document:
    return {
        "tipoAnulacion": reason,
        "motivoAnulacion": words,
        "nombreResponsable": "Persona Responsable",
        "tipDocResponsable": "13",
        "numDocResponsable": "000000017",
        "nombreSolicita": "Persona Solicitante",
        "tipDocSolicita": "13",
        "numDocSolicita": "000000025",
    }
