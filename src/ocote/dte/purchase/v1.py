"""Factura de sujeto excluido 14 by schema ``fe-fse-v1`` (arithmetic.md 7)."""

from typing import Any

from ocote.dte.money import json_number
from ocote.dte.purchase.activity import seller_activity
from ocote.dte.purchase.sections import bought_lines, remarks, require_room_for_remarks
from ocote.dte.purchase.value import Purchase, Seller
from ocote.dte.sale import Identity, Issuer, Totals
from ocote.dte.sections import v1 as sections
from ocote.dte.sections.identification import identification
from ocote.dte.sections.mentions import appendix_rows
from ocote.dte.sections.parties import activity_name
from ocote.dte.sections.payment import payments
from ocote.dte.words import in_words


def check(purchase: Purchase, _totals: Totals) -> None:
    """Raises InvalidSale when the seller lives abroad or the seller's activity does not exist."""
    seller = purchase.seller
    sections.require_in_the_country(seller.address, "subject.country" if seller.country else "subject.department")
    seller_activity(seller)
    require_room_for_remarks(purchase)


def build(identity: Identity, purchase: Purchase, totals: Totals) -> dict[str, Any]:
    """The document in MH's keys and order; ``purchase`` has passed ``check``."""
    return {
        "identificacion": identification(identity, "v1"),
        "emisor": _issuer(purchase.issuer),
        "sujetoExcluido": _seller(purchase.seller),
        "cuerpoDocumento": bought_lines(totals),
        "resumen": _summary(purchase, totals),
        "apendice": appendix_rows(purchase.mentions),
    }


def _issuer(company: Issuer) -> dict[str, Any]:
    return {
        "nit": company.nit,
        "nrc": company.nrc,
        "nombre": company.name,
        "codActividad": company.activity_code,
        "descActividad": activity_name(company.activity_code, "activity_code"),
        "direccion": sections.address_v1(company.address),
        "telefono": company.phone,
        **sections.establishment_v1(company),
        "correo": company.email,
    }


def _seller(seller: Seller) -> dict[str, Any]:
    """``sujetoExcluido``, with the DUI without its hyphen, unlike in the invoice (rules.md 9)."""
    return {
        "tipoDocumento": seller.document_type,
        "numDocumento": seller.document_number,
        "nombre": seller.name,
        "codActividad": seller.activity_code,
        "descActividad": seller_activity(seller),
        "direccion": sections.address_v1(seller.address),
        "telefono": seller.phone,
        "correo": seller.email,
    }


def _summary(purchase: Purchase, totals: Totals) -> dict[str, Any]:
    return {
        "totalCompra": json_number(totals.sums.total),
        "descu": json_number(totals.discount),
        "totalDescu": json_number(totals.all_discounts),
        "subTotal": json_number(totals.gross),
        "ivaRete1": 0,
        "reteRenta": json_number(totals.withheld),
        "totalPagar": json_number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "condicionOperacion": totals.condition,
        "pagos": payments(totals.payments),
        "observaciones": remarks(purchase),
    }
