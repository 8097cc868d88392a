"""Sections that several documents of Normativa v1.x share, in the order of MH's schemas."""

from decimal import Decimal
from typing import Any

from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.sale import ABROAD, Address, Issuer, Receiver
from ocote.dte.sections.parties import RegisteredReceiver, activity_name, at_least, identity_document

HANDOVER_FROM = Decimal("11428.57")
"""The total in USD from which a document names deliverer and recipient (Código Tributario 114 a.2; rules.md 9)."""


def address_v1(place: Address) -> dict[str, Any]:
    """``direccion``: the municipality is the district code.

    MH never updated the v1 schemas to the 44 municipalities of 2024; they accept only the 262 codes from before the
    reform, which are exactly today's district codes (schemas.md 1).
    """
    return {"departamento": place.department, "municipio": place.district, "complemento": place.complement}


def is_abroad(place: Address) -> bool:
    """Whether ``place`` has department 00, which no v1 schema takes (pattern of ``departamento``); v2.0 does."""
    return place.department == ABROAD


def require_in_the_country(place: Address, field: str) -> None:
    """Raises InvalidSale on ``field`` for an address abroad, in the documents that require an address."""
    if is_abroad(place):
        message = (
            "La normativa v1.x no admite el departamento 00 (extranjero) en este documento; envíe una dirección en "
            "El Salvador. Desde la normativa v2.0 se admite."
        )
        raise InvalidSale([Fault(FaultCode.ADDRESS_ABROAD, field, message)])


def issuer_v1(company: Issuer, shortest_trade_name: int = 1) -> dict[str, Any]:
    """``emisor`` without establishment codes, as in the notes."""
    return {
        "nit": company.nit,
        "nrc": company.nrc,
        "nombre": company.name,
        "codActividad": company.activity_code,
        "descActividad": activity_name(company.activity_code, "activity_code"),
        "nombreComercial": at_least(shortest_trade_name, company.trade_name),
        "tipoEstablecimiento": company.establishment_kind,
        "direccion": address_v1(company.address),
        "telefono": company.phone,
        "correo": company.email,
    }


def establishment_v1(company: Issuer) -> dict[str, Any]:
    """The four codes of the place of issue; the company's own codes are the codes that MH assigned."""
    return {
        "codEstableMH": company.branch_code,
        "codEstable": company.branch_code,
        "codPuntoVentaMH": company.pos_code,
        "codPuntoVenta": company.pos_code,
    }


def registered_receiver(receiver: RegisteredReceiver) -> dict[str, Any]:
    """``receptor`` of a CCF or of a note on a CCF."""
    return {
        "nit": receiver.nit,
        "nrc": receiver.nrc,
        "nombre": receiver.name,
        "codActividad": receiver.activity_code,
        "descActividad": receiver.activity_name,
        "nombreComercial": receiver.trade_name,
        "direccion": address_v1(receiver.address),
        "telefono": receiver.phone,
        "correo": receiver.email,
    }


def handover(total: Decimal, company: Issuer, receiver: Receiver, shortest: int = 1) -> dict[str, Any] | None:
    """``extension``: who delivers and who receives, from 11,428.57 up; names too short for the schema are null."""
    if total < HANDOVER_FROM:
        return None
    return {
        "nombEntrega": at_least(shortest, company.responsible.name[:100]),
        "docuEntrega": at_least(shortest, company.responsible.document_number[:25]),
        "nombRecibe": at_least(shortest, receiver.name[:100]),
        "docuRecibe": at_least(shortest, identity_document(receiver)[1]),
        "observaciones": None,
    }
