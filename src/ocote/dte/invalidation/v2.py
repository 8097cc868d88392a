"""Evento de invalidación by schema ``invalidacion-schema-v3`` (rules.md 5)."""

from datetime import date
from typing import Any

from ocote.dte.invalidation.rules import LENGTHS, require_sound
from ocote.dte.invalidation.value import RESCINDED, InvalidatedDocument, InvalidationEvent
from ocote.dte.local_time import date_and_hour, local
from ocote.dte.months import months_after
from ocote.dte.types import DOCUMENT_TYPES, INVALIDATION, version_of

_LATEST_AFTER_MONTHS = 3
"""Months by which the event may be dated after the document, even where the window is longer (rules.md 5.3)."""


def check(event: InvalidationEvent) -> None:
    """Raises InvalidSale when reason, replacement, text and persons do not agree.

    A type that is not replaceable is corrected after the invalidation: its event names no replacement (rules.md 5.1).
    """
    is_replaceable = DOCUMENT_TYPES[event.document.doc_type].replaceable
    needs_replacement = event.reason != RESCINDED and is_replaceable
    require_sound(event, needs_replacement, LENGTHS["v2"])


def build(event: InvalidationEvent) -> dict[str, Any]:
    """The event in MH's keys and order; ``event`` has passed ``check``."""
    _, hour = date_and_hour(event.made_at)
    company = event.issuer
    return {
        "identificacion": {
            "version": version_of(INVALIDATION, "v2"),
            "ambiente": event.environment,
            "codigoGeneracion": event.generation_code,
            "fecEmi": _dated(event).isoformat(),
            "horEmi": hour,
            "fusion": None,
        },
        "emisor": {
            "nit": company.nit,
            "nombre": company.name,
            "codEstableMH": company.branch_code,
            "codEstable": company.branch_code,
            "codPuntoVentaMH": company.pos_code,
            "codPuntoVenta": company.pos_code,
            "telefono": company.phone,
            "correo": company.email,
        },
        "documento": _document(event.document, event.replacement),
        "motivo": {
            "tipoAnulacion": event.reason,
            "motivoAnulacion": event.explanation,
            "nombreResponsable": event.responsible.name,
            "tipDocResponsable": event.responsible.document_type,
            "numDocResponsable": event.responsible.document_number,
            "nombreSolicita": event.requested_by.name,
            "tipDocSolicita": event.requested_by.document_type,
            "numDocSolicita": event.requested_by.document_number,
        },
    }


def _dated(event: InvalidationEvent) -> date:
    """The date of the event: for most types the date of the document, otherwise MH answers code 027 (rules.md 5.3).

    An event with its own date that is made after the last date that MH accepts bears that last date.
    """
    issued_on = event.document.issued_on
    if not DOCUMENT_TYPES[event.document.doc_type].dated_by_event:
        return issued_on
    return min(local(event.made_at).date(), months_after(issued_on, _LATEST_AFTER_MONTHS))


def _document(document: InvalidatedDocument, replacement: str | None) -> dict[str, Any]:
    return {
        "tipoDte": document.doc_type,
        "codigoGeneracion": document.generation_code,
        "selloRecibido": document.stamp,
        "numeroControl": document.control_number,
        "fecEmi": document.issued_on.isoformat(),
        "codigoGeneracionR": replacement,
        "tipoDocumento": document.receiver_document_type,
        "numDocumento": document.receiver_document_number,
        "nombre": document.receiver_name,
        "telefono": document.receiver_phone,
        "correo": document.receiver_email,
    }
