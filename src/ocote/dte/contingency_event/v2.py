"""Evento de contingencia by schema ``contingencia-schema-v4`` (rules.md 4)."""

from typing import Any

from ocote.dte.contingency_event.outage import outage, require_explained
from ocote.dte.contingency_event.value import ContingencyEvent
from ocote.dte.local_time import date_and_hour
from ocote.dte.types import CONTINGENCY, version_of


def check(event: ContingencyEvent) -> None:
    """Raises InvalidSale when kind 5 lacks its text of up to 500 characters."""
    require_explained(event)


def build(event: ContingencyEvent) -> dict[str, Any]:
    """The event in MH's keys and order; ``event`` has passed ``check``."""
    sent_on, sent_at = date_and_hour(event.sent_at)
    company = event.issuer
    return {
        "identificacion": {
            "version": version_of(CONTINGENCY, "v2"),
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
