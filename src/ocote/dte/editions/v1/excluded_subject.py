"""Factura de sujeto excluido 14 by schema ``fe-fse-v1`` (arithmetic.md 7)."""

from typing import Any

from ocote.dte.editions.parties import activity_name
from ocote.dte.editions.payment import payments
from ocote.dte.editions.v1 import sections
from ocote.dte.money import number
from ocote.dte.purchase import Purchase, PurchaseLine, Seller
from ocote.dte.sale import Identity, Issuer, LineAmounts, Totals
from ocote.dte.words import in_words

VERSION = 1


def build(identity: Identity, purchase: Purchase, totals: Totals) -> dict[str, Any]:
    """The document in MH's keys and order; raises InvalidSale for an unknown activity or an address abroad."""
    sections.require_in_the_country(purchase.seller.address, "subject.department")
    return {
        "identificacion": sections.identification(identity, VERSION, longest=500),
        "emisor": _issuer(purchase.issuer),
        "sujetoExcluido": _seller(purchase.seller),
        "cuerpoDocumento": [
            _line(position, line, amounts)
            for position, (line, amounts) in enumerate(zip(purchase.lines, totals.lines, strict=True), start=1)
        ],
        "resumen": _summary(purchase, totals),
        "apendice": None,
    }


def _issuer(company: Issuer) -> dict[str, Any]:
    return {
        "nit": company.nit,
        "nrc": company.nrc,
        "nombre": company.name,
        "codActividad": company.activity_code,
        "descActividad": activity_name(company.activity_code, "activity_code"),
        "direccion": sections.address(company.address),
        "telefono": company.phone,
        **sections.establishment(company),
        "correo": company.email,
    }


def _seller(seller: Seller) -> dict[str, Any]:
    """The DUI goes without its hyphen here, unlike in the invoice (rules.md 9)."""
    return {
        "tipoDocumento": seller.document_type,
        "numDocumento": seller.document_number,
        "nombre": seller.name,
        "codActividad": seller.activity_code,
        "descActividad": seller.activity_code and activity_name(seller.activity_code, "subject.activity_code"),
        "direccion": sections.address(seller.address),
        "telefono": seller.phone,
        "correo": seller.email,
    }


def _line(position: int, line: PurchaseLine, amounts: LineAmounts) -> dict[str, Any]:
    return {
        "numItem": position,
        "tipoItem": 2 if line.is_service else 1,
        "cantidad": number(line.quantity),
        "codigo": None,
        "uniMedida": 59,
        "descripcion": line.description,
        "precioUni": number(amounts.unit_price),
        "montoDescu": number(amounts.discount),
        "compra": number(amounts.taxed),
    }


def _summary(purchase: Purchase, totals: Totals) -> dict[str, Any]:
    gross = number(totals.gross)
    return {
        "totalCompra": gross,
        "descu": 0,
        "totalDescu": number(totals.discount),
        "subTotal": gross,
        "ivaRete1": 0,
        "reteRenta": number(totals.withheld),
        "totalPagar": number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "condicionOperacion": purchase.payment.condition,
        "pagos": payments(purchase.payment, totals.payable),
        "observaciones": None,
    }
