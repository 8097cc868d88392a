"""Evento de invalidación by schema ``anulacion-schema-v2`` (rules.md 5).

That schema enumerates type 14, but its pattern for ``numeroControl`` admits no type above 12: a check against the
file alone refuses the invalidation of a purchase. The event nevertheless states the number exactly as the document.
"""

import re
from typing import Any

from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.invalidation.naming import NAME_LENGTHS, name_can_be_cancelled
from ocote.dte.invalidation.rules import Lengths, require_sound
from ocote.dte.invalidation.value import RESCINDED, InvalidatedDocument, InvalidationEvent
from ocote.dte.local_time import date_and_hour
from ocote.dte.money import json_number
from ocote.dte.sale import Issuer
from ocote.dte.sections.parties import NIT_DOCUMENT, at_least
from ocote.dte.types import DOCUMENT_TYPES, INVALIDATION, version_of

_LENGTHS = Lengths(explanation=range(5, 251), person_name=range(5, 101), person_document=range(3, 21))


def check(event: InvalidationEvent) -> None:
    """Raises InvalidSale when reason, replacement, text and persons do not agree, or the receiver cannot be named.

    The schema requires a replacement for every reason but 2, for all types of document.
    """
    _require_nameable(event.document)
    require_sound(event, needs_replacement=event.reason != RESCINDED, lengths=_LENGTHS)


def build(event: InvalidationEvent) -> dict[str, Any]:
    """The event in MH's keys and order; ``event`` has passed ``check``."""
    date, hour = date_and_hour(event.made_at)
    return {
        "identificacion": {
            "version": version_of(INVALIDATION, "v1"),
            "ambiente": event.environment,
            "codigoGeneracion": event.generation_code,
            "fecAnula": date,
            "horAnula": hour,
        },
        "emisor": _issuer(event.issuer),
        "documento": _document(event.document, event.issuer, event.replacement),
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


def _require_nameable(document: InvalidatedDocument) -> None:
    """Raises InvalidSale for a receiver's name that the event cannot repeat exactly, as it must (rules.md 5.3)."""
    name = document.receiver_name
    if name is None or name_can_be_cancelled(name, "v1"):
        return
    lengths = NAME_LENGTHS["v1"]
    message = (
        f"El nombre del receptor en el documento tiene {len(name)} caracteres, y el evento de invalidación de la "
        f"normativa v1.x debe repetirlo y solo admite de {lengths.start} a {lengths.stop - 1}. "
    )
    if DOCUMENT_TYPES[document.doc_type].adjustable:
        message += "Puede ajustar el crédito fiscal con una nota de crédito. "
    message += "Desde la normativa v2.0 el evento admite este nombre."
    raise InvalidSale([Fault(FaultCode.INVALIDATED_RECEIVER_NAME_LENGTH, "customer.name", message)])


def _issuer(company: Issuer) -> dict[str, Any]:
    return {
        "nit": company.nit,
        "nombre": company.name,
        "tipoEstablecimiento": company.establishment_kind,
        "nomEstablecimiento": at_least(3, company.trade_name),
        "codEstableMH": company.branch_code,
        "codEstable": company.branch_code,
        "codPuntoVentaMH": company.pos_code,
        "codPuntoVenta": company.pos_code,
        "telefono": _plain_phone(company.phone, longest=26),
        "correo": company.email,
    }


def _document(document: InvalidatedDocument, company: Issuer, replacement: str | None) -> dict[str, Any]:
    """``documento``, which names the issuer in place of an unnamed consumer: null is not allowed (rules.md 5.3)."""
    named = document.receiver_document_type is not None and document.receiver_document_number is not None
    receiver = {
        "tipoDocumento": document.receiver_document_type if named else NIT_DOCUMENT,
        "numDocumento": document.receiver_document_number if named else company.nit,
        "nombre": company.name if document.receiver_name is None else document.receiver_name,
        "telefono": _plain_phone(document.receiver_phone, longest=50),
    }
    return {
        "tipoDte": document.doc_type,
        "codigoGeneracion": document.generation_code,
        "selloRecibido": document.stamp,
        "numeroControl": document.control_number,
        "fecEmi": document.issued_on.isoformat(),
        "montoIva": None if document.vat is None else json_number(document.vat),
        "codigoGeneracionR": replacement,
        **receiver,
        **({} if document.receiver_email is None else {"correo": document.receiver_email}),
    }


def _plain_phone(phone: str | None, longest: int) -> str | None:
    """``phone`` reduced to digits, ``+`` and ``;``, as only this schema requires; None for a forbidden length."""
    plain = re.sub(r"[^0-9+;]", "", phone or "")
    return plain if 8 <= len(plain) <= longest else None
