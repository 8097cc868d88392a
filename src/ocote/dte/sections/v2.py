"""Sections that several documents of Normativa v2.0 share, in the order of MH's schemas."""

from typing import Any

from ocote.dte.sale import Address, Issuer
from ocote.dte.sections.parties import RegisteredReceiver, activity_name


def address_v2(place: Address) -> dict[str, Any]:
    """``direccion`` with the district beside the municipality of 2024 (CAT-008, CAT-013; rules.md 14)."""
    return {
        "departamento": place.department,
        "municipio": place.municipality,
        "distrito": place.district,
        "complemento": place.complement,
    }


def issuer_v2(company: Issuer) -> dict[str, Any]:
    """``emisor`` without establishment codes, as in the notes."""
    return {
        "nit": company.nit,
        "nrc": company.nrc,
        "nombre": company.name,
        "codActividad": company.activity_code,
        "descActividad": activity_name(company.activity_code, "activity_code"),
        "nombreComercial": company.trade_name or None,
        "direccion": address_v2(company.address),
        "telefono": company.phone,
        "correo": company.email,
    }


def establishment_v2(company: Issuer) -> dict[str, Any]:
    """The two codes of the place of issue that v2.0 kept."""
    return {"codEstable": company.branch_code, "codPuntoVenta": company.pos_code}


def registered_data(receiver: RegisteredReceiver) -> dict[str, Any]:
    """The data of a registered taxpayer in a CCF or a note on a CCF, after the number that identifies the taxpayer."""
    return {
        "nrc": receiver.nrc,
        "nombre": receiver.name,
        "codActividad": receiver.activity_code,
        "descActividad": receiver.activity_name,
        "nombreComercial": receiver.trade_name,
        "direccion": address_v2(receiver.address),
        "telefono": receiver.phone,
        "correo": receiver.email,
    }
