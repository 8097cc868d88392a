"""Comprobante de crédito fiscal 03 by schema ``fe-ccf-v4`` (arithmetic.md 4): net lines, VAT in the summary."""

from typing import Any

from ocote.dte.ccf.lines import ccf_lines
from ocote.dte.money import json_number
from ocote.dte.sale import Identity, Sale, Totals
from ocote.dte.sections import mentions
from ocote.dte.sections import v2 as sections
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


def check(sale: Sale, _totals: Totals) -> None:
    """Raises InvalidSale when the receiver lacks a datum that the CCF must print."""
    registered(sale.receiver, email_needed=False)


def build(identity: Identity, sale: Sale, totals: Totals) -> dict[str, Any]:
    """The document in MH's keys and order; ``sale`` has passed ``check``.

    ``montoTotalOperacion`` is the amount before withholding. One example in MH's manual shows the amount after
    withholding, but the manual's field table and the documents stamped in production show the amount before
    (arithmetic.md 4).
    """
    receiver = registered(sale.receiver, email_needed=False)
    return {
        "identificacion": identification(identity, "v2"),
        "documentoRelacionado": mentions.related_documents(sale.mentions),
        "emisor": sections.issuer_v2(sale.issuer) | sections.establishment_v2(sale.issuer),
        "receptor": {"nit": receiver.nit} | sections.registered_data(receiver),
        "otrosDocumentos": mentions.documents_and_doctors(sale.mentions),
        "ventaTercero": mentions.third_party_v2(sale.mentions),
        "cuerpoDocumento": ccf_lines(sale, totals),
        "resumen": _summary(sale, totals),
        "apendice": mentions.appendix_with_delivery(sale.mentions),
    }


def _summary(sale: Sale, totals: Totals) -> dict[str, Any]:
    return {
        **sales_by_kind(totals),
        **discounts_by_kind(totals),
        "porcentajeDescuento": discount_percentage(sale),
        "totalDescu": json_number(totals.all_discounts),
        "tributos": taxes_of_net_prices(totals),
        "subTotal": json_number(totals.sums.total - totals.off.total),
        "ivaPerci": json_number(totals.collected),
        "ivaRete": json_number(totals.withheld),
        "montoTotalOperacion": json_number(totals.gross),
        "totalNoGravado": json_number(totals.charges),
        "totalPagar": json_number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "saldoFavor": 0,
        "condicionOperacion": totals.condition,
        "pagos": payments(totals.payments),
        "numPagoElectronico": sale.terms.payment_number,
        "observaciones": sale.mentions.remarks,
    }
