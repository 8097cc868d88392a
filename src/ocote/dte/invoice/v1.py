"""Factura 01 by schema ``fe-fc-v1`` (arithmetic.md 3): prices and line amounts include VAT."""

from decimal import Decimal
from typing import Any

from ocote.dte import dui
from ocote.dte.invoice.identification_rule import require_identified
from ocote.dte.money import json_number
from ocote.dte.sale import Address, Identity, Line, LineAmounts, Receiver, Sale, Totals
from ocote.dte.sections import v1 as sections
from ocote.dte.sections.identification import identification
from ocote.dte.sections.parties import DUI_DOCUMENT, NIT_DOCUMENT, activity_name, at_least, identity_document
from ocote.dte.sections.payment import payments
from ocote.dte.words import in_words

_IDENTIFIED_FROM = Decimal("1095.00")
"""The total in USD from which the schema demands document, number and name of the receiver (rules.md 9)."""


def check(sale: Sale, totals: Totals) -> None:
    """Raises InvalidSale when the receiver of an invoice of 1,095.00 or more is not identified."""
    require_identified(sale.receiver, totals.gross, _IDENTIFIED_FROM)


def build(identity: Identity, sale: Sale, totals: Totals) -> dict[str, Any]:
    """The document in MH's keys and order; ``sale`` has passed ``check``."""
    extension = sections.handover(totals.gross, sale.issuer, sale.receiver, shortest=5)
    return {
        "identificacion": identification(identity, "v1"),
        "documentoRelacionado": None,
        "emisor": sections.issuer_v1(sale.issuer, shortest_trade_name=5) | sections.establishment_v1(sale.issuer),
        "receptor": _receiver(sale.receiver),
        "otrosDocumentos": None,
        "ventaTercero": None,
        "cuerpoDocumento": [
            _line(position, line, amounts)
            for position, (line, amounts) in enumerate(zip(sale.lines, totals.lines, strict=True), start=1)
        ],
        "resumen": _summary(sale, totals),
        "extension": extension and extension | {"placaVehiculo": None},
        "apendice": None,
    }


def _receiver(receiver: Receiver) -> dict[str, Any]:
    kind, digits = identity_document(receiver)
    return {
        "tipoDocumento": kind,
        "numDocumento": dui.hyphenated(digits) if digits and kind == DUI_DOCUMENT else digits,
        "nrc": receiver.nrc if kind == NIT_DOCUMENT else None,
        "nombre": receiver.name,
        "codActividad": receiver.activity_code,
        "descActividad": receiver.activity_code and activity_name(receiver.activity_code, "customer.activity_code"),
        "direccion": _address(receiver.address),
        "telefono": receiver.phone,
        "correo": receiver.email,
    }


def _address(place: Address | None) -> dict[str, Any] | None:
    """The address, or None for an address that this schema does not take, being too short or abroad."""
    if place is None or sections.is_abroad(place) or at_least(5, place.complement) is None:
        return None
    return sections.address_v1(place)


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
        "ivaRete1": json_number(totals.withheld),
        "reteRenta": 0,
        "montoTotalOperacion": gross,
        "totalNoGravado": 0,
        "totalPagar": json_number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "totalIva": json_number(totals.vat),
        "saldoFavor": 0,
        "condicionOperacion": sale.payment.condition,
        "pagos": payments(sale.payment, totals.payable),
        "numPagoElectronico": None,
    }
