"""Evento de invalidación by schema ``anulacion-schema-v2`` (rules.md 5).

Where the schema takes null or nothing, the event states what the events say that MH is known to have stamped: the
company's name for an establishment without a trade name, the catalog's text of the reason, and the issuer for what an
unidentified consumer lacks.

The schema enumerates type 14, but its pattern for ``numeroControl`` admits no type above 12: a check against the
file alone refuses the invalidation of a purchase. The event nevertheless states the number exactly as the document.
"""

import re
from typing import Any

from ocote.dte.catalogs import Catalog, labels
from ocote.dte.invalidation.naming import can_name_receiver
from ocote.dte.invalidation.rules import LENGTHS, require_sound
from ocote.dte.invalidation.value import RESCINDED, InvalidatedDocument, InvalidationEvent
from ocote.dte.local_time import date_and_hour
from ocote.dte.money import json_number
from ocote.dte.sale import Issuer
from ocote.dte.sections.parties import NIT_DOCUMENT, at_least
from ocote.dte.types import INVALIDATION, version_of

_LONGEST_PLACE_NAME = 150


def check(event: InvalidationEvent) -> None:
    """Raises InvalidSale when reason, replacement, text and persons do not agree.

    The schema requires a replacement for every reason but 2, for all types of document. Raises ValueError for a
    receiver whom this edition cannot name: the caller chooses the edition by ``invalidation_edition``.
    """
    if not can_name_receiver(event.document, "v1"):
        raise ValueError("the event of v1.x cannot name this receiver")
    require_sound(event, needs_replacement=event.reason != RESCINDED, lengths=LENGTHS["v1"])


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
            "motivoAnulacion": event.explanation or labels(Catalog.EVENT_REASONS)[str(event.reason)],
            "nombreResponsable": event.responsible.name,
            "tipDocResponsable": event.responsible.document_type,
            "numDocResponsable": event.responsible.document_number,
            "nombreSolicita": event.requested_by.name,
            "tipDocSolicita": event.requested_by.document_type,
            "numDocSolicita": event.requested_by.document_number,
        },
    }


def _issuer(company: Issuer) -> dict[str, Any]:
    return {
        "nit": company.nit,
        "nombre": company.name,
        "tipoEstablecimiento": company.establishment_kind,
        "nomEstablecimiento": at_least(3, company.trade_name) or company.name[:_LONGEST_PLACE_NAME].rstrip(),
        "codEstableMH": company.branch_code,
        "codEstable": company.branch_code,
        "codPuntoVentaMH": company.pos_code,
        "codPuntoVenta": company.pos_code,
        "telefono": _plain_phone(company.phone, longest=26),
        "correo": company.email,
    }


def _document(document: InvalidatedDocument, company: Issuer, replacement: str | None) -> dict[str, Any]:
    """``documento``, where the issuer stands in for what an unidentified consumer lacks (rules.md 5.3)."""
    return {
        "tipoDte": document.doc_type,
        "codigoGeneracion": document.generation_code,
        "selloRecibido": document.stamp,
        "numeroControl": document.control_number,
        "fecEmi": document.issued_on.isoformat(),
        "montoIva": None if document.vat is None else json_number(document.vat),
        "codigoGeneracionR": replacement,
        **_receiver(document, company),
    }


def _receiver(document: InvalidatedDocument, company: Issuer) -> dict[str, Any]:
    named = document.receiver_document_type is not None and document.receiver_document_number is not None
    phone, email = _plain_phone(document.receiver_phone, longest=50), document.receiver_email
    if not named:
        phone, email = phone or _plain_phone(company.phone, longest=50), email or company.email
    return {
        "tipoDocumento": document.receiver_document_type if named else NIT_DOCUMENT,
        "numDocumento": document.receiver_document_number if named else company.nit,
        "nombre": company.name if document.receiver_name is None else document.receiver_name,
        "telefono": phone,
        **({} if email is None else {"correo": email}),
    }


def _plain_phone(phone: str | None, longest: int) -> str | None:
    """``phone`` reduced to digits, ``+`` and ``;``, as only this schema requires; None for a forbidden length."""
    plain = re.sub(r"[^0-9+;]", "", phone or "")
    return plain if 8 <= len(plain) <= longest else None
