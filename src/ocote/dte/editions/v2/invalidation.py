"""Evento de invalidación by schema ``invalidacion-schema-v3`` (rules.md 5)."""

from datetime import date
from typing import Any

from ocote.dte.editions.invalidation_rules import Lengths, require_sound
from ocote.dte.invalidation import RESCINDED, InvalidatedDocument, InvalidationEvent
from ocote.dte.local_time import date_and_hour, local
from ocote.dte.months import months_after

VERSION = 3

NEVER_REPLACED = frozenset({"05", "08"})
"""Their corrected document is issued after the invalidation, so the event names none (rules.md 5.1)."""

DATED_BY_THE_EVENT = frozenset({"01", "11", "14"})
"""The event of all other types carries the date of the document it invalidates, on pain of code 027 (rules.md 5.3)."""

LENGTHS = Lengths(explanation=range(1, 201), person_name=range(1, 101), person_document=range(1, 21))

LATEST_AFTER_MONTHS = 3
"""How far the date of those events may lie behind the document's, even where the window is longer (rules.md 5.3)."""


def check(event: InvalidationEvent) -> None:
    """Raises InvalidSale when reason, replacement, text and persons do not agree."""
    needs_replacement = event.reason != RESCINDED and event.document.doc_type not in NEVER_REPLACED
    require_sound(event, needs_replacement, LENGTHS)


def build(event: InvalidationEvent) -> dict[str, Any]:
    """The event in MH's keys and order; ``event`` has passed ``check``."""
    _, hour = date_and_hour(event.made_at)
    company = event.issuer
    return {
        "identificacion": {
            "version": VERSION,
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
    """The day the event bears; an event made later than MH lets it be dated bears the last day that MH takes."""
    issued_on = event.document.issued_on
    if event.document.doc_type not in DATED_BY_THE_EVENT:
        return issued_on
    return min(local(event.made_at).date(), months_after(issued_on, LATEST_AFTER_MONTHS))


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
