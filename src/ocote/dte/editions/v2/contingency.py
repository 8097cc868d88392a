"""Evento de contingencia by schema ``contingencia-schema-v4`` (rules.md 4)."""

from typing import Any

from ocote.dte.contingency_event import ContingencyEvent
from ocote.dte.editions.outage import outage
from ocote.dte.local_time import date_and_hour

VERSION = 4
"""Annex V of the normativa says 3; the schema of the official package, which MH checks by, says 4."""


def build(event: ContingencyEvent) -> dict[str, Any]:
    """The event in MH's keys and order; raises InvalidSale when kind 5 lacks its text of up to 500 characters."""
    sent_on, sent_at = date_and_hour(event.sent_at)
    company = event.issuer
    return {
        "identificacion": {
            "version": VERSION,
            "ambiente": event.environment,
            "codigoGeneracion": event.generation_code,
            "fTransmision": sent_on,
            "hTransmision": sent_at,
        },
        "emisor": {
            "nit": company.nit,
            "nombre": company.name,
            "nombreResponsable": company.responsible.name,
            "tipoDocResponsable": company.responsible.document_type,
            "numeroDocResponsable": company.responsible.document_number,
            "tipoEstablecimiento": company.establishment_kind,
            "codEstableMH": company.branch_code,
            "codPuntoVentaMH": company.pos_code,
            "telefono": company.phone,
            "correo": company.email,
        },
        "detalleDTE": [
            {"noItem": position, "tipoDoc": document.doc_type, "codigoGeneracion": document.generation_code}
            for position, document in enumerate(event.documents, start=1)
        ],
        "motivo": outage(event),
    }
