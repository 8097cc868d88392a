"""Sections that several documents of Normativa v2.0 share, in the order of MH's schemas."""

from typing import Any

from ocote.dte.editions.parties import RegisteredReceiver, activity_name
from ocote.dte.editions.transmission import transmission
from ocote.dte.local_time import date_and_hour
from ocote.dte.sale import Address, Identity, Issuer

LONGEST_REASON = 500


def identification(identity: Identity, version: int) -> dict[str, Any]:
    """``identificacion`` of every document; the notes add ``fusion``."""
    sent = transmission(identity.contingency, 1, LONGEST_REASON)
    date, hour = date_and_hour(identity.issued_at)
    return {
        "version": version,
        "ambiente": identity.environment,
        "tipoDte": identity.doc_type,
        "numeroControl": identity.control_number,
        "codigoGeneracion": identity.generation_code,
        "tipoModelo": sent.model,
        "tipoOperacion": sent.operation,
        "tipoContingencia": sent.kind,
        "motivoContin": sent.reason,
        "fecEmi": date,
        "horEmi": hour,
        "tipoMoneda": "USD",
    }


def address(place: Address) -> dict[str, Any]:
    """``direccion`` with the district beside the municipality of 2024 (CAT-008, CAT-013; rules.md 14)."""
    return {
        "departamento": place.department,
        "municipio": place.municipality,
        "distrito": place.district,
        "complemento": place.complement,
    }


def issuer(company: Issuer) -> dict[str, Any]:
    """``emisor`` without establishment codes, as the notes have it."""
    return {
        "nit": company.nit,
        "nrc": company.nrc,
        "nombre": company.name,
        "codActividad": company.activity_code,
        "descActividad": activity_name(company.activity_code, "activity_code"),
        "nombreComercial": company.trade_name or None,
        "direccion": address(company.address),
        "telefono": company.phone,
        "correo": company.email,
    }


def establishment(company: Issuer) -> dict[str, Any]:
    """The two codes of the place of issue that v2.0 kept."""
    return {"codEstable": company.branch_code, "codPuntoVenta": company.pos_code}


def registered_data(receiver: RegisteredReceiver) -> dict[str, Any]:
    """What a CCF and a note on one say of a registered taxpayer after the number that identifies it."""
    return {
        "nrc": receiver.nrc,
        "nombre": receiver.name,
        "codActividad": receiver.activity_code,
        "descActividad": receiver.activity_name,
        "nombreComercial": None,
        "direccion": address(receiver.address),
        "telefono": receiver.phone,
        "correo": receiver.email,
    }
