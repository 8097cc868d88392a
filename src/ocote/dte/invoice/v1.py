"""Factura 01 by schema ``fe-fc-v1`` (arithmetic.md 3): prices and line amounts include VAT."""

from decimal import Decimal
from typing import Any

from ocote.dte import dui
from ocote.dte.invoice.identification_rule import require_identified
from ocote.dte.invoice.lines import invoice_lines
from ocote.dte.money import json_number
from ocote.dte.sale import Address, Identity, Receiver, Sale, Totals
from ocote.dte.sections import mentions
from ocote.dte.sections import v1 as sections
from ocote.dte.sections.identification import identification
from ocote.dte.sections.parties import DUI_DOCUMENT, NIT_DOCUMENT, activity_name, at_least, identity_document
from ocote.dte.sections.payment import payments
from ocote.dte.sections.summary import added_taxes, discount_percentage, discounts_by_kind, sales_by_kind
from ocote.dte.words import in_words

_IDENTIFIED_FROM = Decimal("1095.00")
"""The total in USD from which the schema demands document, number and name of the receiver (rules.md 9)."""

_SHORTEST_PERSON = 5
"""The least characters of a name and a document in ``extension``."""


def check(sale: Sale, totals: Totals) -> None:
    """Raises InvalidSale when the invoice does not name its receiver, deliverer and recipient as its total demands."""
    require_identified(sale.receiver, totals.gross, _IDENTIFIED_FROM)
    mentions.require_persons(sale, totals.gross, _SHORTEST_PERSON)


def build(identity: Identity, sale: Sale, totals: Totals) -> dict[str, Any]:
    """The document in MH's keys and order; ``sale`` has passed ``check``."""
    return {
        "identificacion": identification(identity, "v1"),
        "documentoRelacionado": mentions.related_documents(sale.mentions),
        "emisor": sections.issuer_v1(sale.issuer, shortest_trade_name=5) | sections.establishment_v1(sale.issuer),
        "receptor": _receiver(sale.receiver),
        "otrosDocumentos": mentions.documents_and_doctors(sale.mentions),
        "ventaTercero": mentions.third_party_v1(sale.mentions),
        "cuerpoDocumento": invoice_lines(sale, totals),
        "resumen": _summary(sale, totals),
        "extension": mentions.extension(sale, totals.gross, _SHORTEST_PERSON),
        "apendice": mentions.appendix_rows(sale.mentions),
    }


def _receiver(receiver: Receiver) -> dict[str, Any]:
    kind, number = identity_document(receiver)
    return {
        "tipoDocumento": kind,
        "numDocumento": dui.hyphenated(number) if number and kind == DUI_DOCUMENT else number,
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


def _summary(sale: Sale, totals: Totals) -> dict[str, Any]:
    return {
        **sales_by_kind(totals),
        **discounts_by_kind(totals),
        "porcentajeDescuento": discount_percentage(sale),
        "totalDescu": json_number(totals.all_discounts),
        "tributos": added_taxes(totals) or None,
        "subTotal": json_number(totals.sums.total - totals.off.total),
        "ivaRete1": json_number(totals.withheld),
        "reteRenta": json_number(totals.income_tax),
        "montoTotalOperacion": json_number(totals.gross),
        "totalNoGravado": json_number(totals.charges),
        "totalPagar": json_number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "totalIva": json_number(totals.vat),
        "saldoFavor": 0,
        "condicionOperacion": totals.condition,
        "pagos": payments(totals.payments),
        "numPagoElectronico": sale.terms.payment_number,
    }
