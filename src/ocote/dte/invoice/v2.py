"""Factura 01 by schema ``fe-f-v2`` (arithmetic.md 3): prices and line amounts include VAT."""

from decimal import Decimal
from typing import Any

from ocote.dte.invoice.identification_rule import require_identified
from ocote.dte.invoice.lines import invoice_lines
from ocote.dte.money import json_number
from ocote.dte.sale import Identity, Receiver, Sale, Totals
from ocote.dte.sections import mentions
from ocote.dte.sections import v2 as sections
from ocote.dte.sections.identification import identification
from ocote.dte.sections.parties import NIT_DOCUMENT, activity_name, at_least, identity_document
from ocote.dte.sections.payment import payments
from ocote.dte.sections.summary import added_taxes, discount_percentage, discounts_by_kind, sales_by_kind
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
        "documentoRelacionado": mentions.related_documents(sale.mentions),
        "emisor": sections.issuer_v2(sale.issuer) | sections.establishment_v2(sale.issuer),
        "receptor": _receiver(sale.receiver),
        "otrosDocumentos": mentions.documents_and_doctors(sale.mentions),
        "ventaTercero": mentions.third_party_v2(sale.mentions),
        "cuerpoDocumento": invoice_lines(sale, totals),
        "resumen": _summary(sale, totals),
        "apendice": mentions.appendix_with_delivery(sale.mentions),
    }


def _receiver(receiver: Receiver) -> dict[str, Any]:
    kind, number = identity_document(receiver)
    return {
        "tipoDocumento": kind,
        "numDocumento": number,
        "nrc": receiver.nrc if kind == NIT_DOCUMENT else None,
        "nombre": receiver.name,
        "codActividad": receiver.activity_code,
        "descActividad": receiver.activity_code and activity_name(receiver.activity_code, "customer.activity_code"),
        "direccion": sections.address_v2(receiver.address) if receiver.address else None,
        "telefono": receiver.phone,
        "correo": at_least(6, receiver.email),
    }


def _summary(sale: Sale, totals: Totals) -> dict[str, Any]:
    return {
        **sales_by_kind(totals),
        **discounts_by_kind(totals),
        "porcentajeDescuento": discount_percentage(sale),
        "totalDescu": json_number(totals.all_discounts),
        "tributos": added_taxes(totals) or None,
        "subTotal": json_number(totals.sums.total - totals.off.total),
        "ivaRete": json_number(totals.withheld),
        "montoTotalOperacion": json_number(totals.gross),
        "totalNoGravado": json_number(totals.charges),
        "totalPagar": json_number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "totalIva": json_number(totals.vat),
        "saldoFavor": 0,
        "condicionOperacion": totals.condition,
        "pagos": payments(totals.payments),
        "numPagoElectronico": sale.terms.payment_number,
        "observaciones": sale.mentions.remarks,
    }
