"""Factura 01 by schema ``fe-f-v2`` (arithmetic.md 3): prices and line amounts include VAT."""

from decimal import Decimal
from typing import Any

from ocote.dte.invoice.identification_rule import require_identified
from ocote.dte.money import json_number
from ocote.dte.sale import Identity, Line, LineAmounts, Receiver, Sale, Totals
from ocote.dte.sections import v2 as sections
from ocote.dte.sections.identification import identification
from ocote.dte.sections.parties import NIT_DOCUMENT, activity_name, at_least, identity_document
from ocote.dte.sections.payment import payments
from ocote.dte.words import in_words

_IDENTIFIED_FROM = Decimal("25000.00")
"""The total in USD from which the buyer must be identified.

Below this total the issuer may not even ask (notice of the DGII of 5 September 2024; rules.md 9)."""


def check(sale: Sale, totals: Totals) -> None:
    """Raises InvalidSale when the receiver of an invoice of 25,000.00 or more is not identified."""
    require_identified(sale.receiver, totals.gross, _IDENTIFIED_FROM)


def build(identity: Identity, sale: Sale, totals: Totals) -> dict[str, Any]:
    """The document in MH's keys and order; ``sale`` has passed ``check``."""
    return {
        "identificacion": identification(identity, "v2"),
        "documentoRelacionado": None,
        "emisor": sections.issuer_v2(sale.issuer) | sections.establishment_v2(sale.issuer),
        "receptor": _receiver(sale.receiver),
        "otrosDocumentos": None,
        "ventaTercero": None,
        "cuerpoDocumento": [
            _line(position, line, amounts)
            for position, (line, amounts) in enumerate(zip(sale.lines, totals.lines, strict=True), start=1)
        ],
        "resumen": _summary(sale, totals),
        "apendice": None,
    }


def _receiver(receiver: Receiver) -> dict[str, Any]:
    kind, digits = identity_document(receiver)
    return {
        "tipoDocumento": kind,
        "numDocumento": digits,
        "nrc": receiver.nrc if kind == NIT_DOCUMENT else None,
        "nombre": receiver.name,
        "codActividad": receiver.activity_code,
        "descActividad": receiver.activity_code and activity_name(receiver.activity_code, "customer.activity_code"),
        "direccion": sections.address_v2(receiver.address) if receiver.address else None,
        "telefono": receiver.phone,
        "correo": at_least(6, receiver.email),
    }


def _line(position: int, line: Line, amounts: LineAmounts) -> dict[str, Any]:
    return {
        "numItem": position,
        "tipoItem": 1,
        "numeroDocumento": None,
        "cantidad": json_number(line.quantity),
        "codigo": None,
        "codTributo": None,
        "uniMedida": 59,
        "descripcion": line.description,
        "precioUni": json_number(amounts.unit_price),
        "montoDescu": json_number(amounts.discount),
        "ventaNoSuj": 0,
        "ventaExenta": 0,
        "ventaGravada": json_number(amounts.taxed),
        "tributos": None,
        "psv": 0,
        "noGravado": 0,
        "ivaItem": json_number(amounts.vat),
    }


def _summary(sale: Sale, totals: Totals) -> dict[str, Any]:
    gross = json_number(totals.gross)
    return {
        "totalNoSuj": 0,
        "totalExenta": 0,
        "totalGravada": gross,
        "subTotalVentas": gross,
        "descuNoSuj": 0,
        "descuExenta": 0,
        "descuGravada": 0,
        "porcentajeDescuento": 0,
        "totalDescu": json_number(totals.discount),
        "tributos": None,
        "subTotal": gross,
        "ivaRete": json_number(totals.withheld),
        "montoTotalOperacion": gross,
        "totalNoGravado": 0,
        "totalPagar": json_number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "totalIva": json_number(totals.vat),
        "saldoFavor": 0,
        "condicionOperacion": sale.payment.condition,
        "pagos": payments(sale.payment, totals.payable),
        "numPagoElectronico": None,
        "observaciones": None,
    }
