"""Comprobante de crédito fiscal 03 by schema ``fe-ccf-v3`` (arithmetic.md 4): net lines, VAT in the summary."""

from typing import Any

from ocote.dte.ccf.lines import ccf_lines
from ocote.dte.money import json_number
from ocote.dte.sale import Identity, Sale, Totals
from ocote.dte.sections import mentions
from ocote.dte.sections import v1 as sections
from ocote.dte.sections.identification import identification
from ocote.dte.sections.parties import registered
from ocote.dte.sections.payment import payments
from ocote.dte.sections.summary import (
    discount_percentage,
    discounts_by_kind,
    sales_by_kind,
    taxes_of_net_prices,
)
from ocote.dte.words import in_words


def check(sale: Sale, totals: Totals) -> None:
    """Raises InvalidSale when the receiver lives abroad, or when a datum is missing that the CCF must print."""
    receiver = registered(sale.receiver, email_needed=True)
    sections.require_in_the_country(receiver.address, "customer.department")
    mentions.require_persons(sale, totals.gross)


def build(identity: Identity, sale: Sale, totals: Totals) -> dict[str, Any]:
    """The document in MH's keys and order; ``sale`` has passed ``check``."""
    return {
        "identificacion": identification(identity, "v1"),
        "documentoRelacionado": mentions.related_documents(sale.mentions),
        "emisor": sections.issuer_v1(sale.issuer) | sections.establishment_v1(sale.issuer),
        "receptor": sections.registered_receiver(registered(sale.receiver, email_needed=True)),
        "otrosDocumentos": mentions.documents_and_doctors(sale.mentions),
        "ventaTercero": mentions.third_party_v1(sale.mentions),
        "cuerpoDocumento": ccf_lines(sale, totals),
        "resumen": _summary(sale, totals),
        "extension": mentions.extension(sale, totals.gross),
        "apendice": mentions.appendix_rows(sale.mentions),
    }


def _summary(sale: Sale, totals: Totals) -> dict[str, Any]:
    return {
        **sales_by_kind(totals),
        **discounts_by_kind(totals),
        "porcentajeDescuento": discount_percentage(sale),
        "totalDescu": json_number(totals.all_discounts),
        "tributos": taxes_of_net_prices(totals),
        "subTotal": json_number(totals.sums.total - totals.off.total),
        "ivaPerci1": json_number(totals.collected),
        "ivaRete1": json_number(totals.withheld),
        "reteRenta": json_number(totals.income_tax),
        "montoTotalOperacion": json_number(totals.gross),
        "totalNoGravado": json_number(totals.charges),
        "totalPagar": json_number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "saldoFavor": 0,
        "condicionOperacion": totals.condition,
        "pagos": payments(totals.payments),
        "numPagoElectronico": sale.terms.payment_number,
    }
