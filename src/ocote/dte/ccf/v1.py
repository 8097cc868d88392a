"""Comprobante de crédito fiscal 03 by schema ``fe-ccf-v3`` (arithmetic.md 4): net lines, VAT in the summary."""

from typing import Any

from ocote.dte.money import json_number
from ocote.dte.sale import Identity, Line, LineAmounts, Sale, Totals
from ocote.dte.sections import v1 as sections
from ocote.dte.sections.identification import identification
from ocote.dte.sections.parties import registered
from ocote.dte.sections.payment import payments
from ocote.dte.sections.taxes import VAT, tax
from ocote.dte.words import in_words


def check(sale: Sale, _totals: Totals) -> None:
    """Raises InvalidSale when the receiver lives abroad, or lacks a datum that the CCF must print."""
    receiver = registered(sale.receiver, email_needed=True)
    sections.require_in_the_country(receiver.address, "customer.department")


def build(identity: Identity, sale: Sale, totals: Totals) -> dict[str, Any]:
    """The document in MH's keys and order; ``sale`` has passed ``check``."""
    extension = sections.handover(totals.gross, sale.issuer, sale.receiver)
    return {
        "identificacion": identification(identity, "v1"),
        "documentoRelacionado": None,
        "emisor": sections.issuer_v1(sale.issuer) | sections.establishment_v1(sale.issuer),
        "receptor": sections.registered_receiver(registered(sale.receiver, email_needed=True)),
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


def _line(position: int, line: Line, amounts: LineAmounts) -> dict[str, Any]:
    return {
        "numItem": position,
        "tipoItem": 1,
        "numeroDocumento": None,
        "codigo": None,
        "codTributo": None,
        "descripcion": line.description,
        "cantidad": json_number(line.quantity),
        "uniMedida": 59,
        "precioUni": json_number(amounts.unit_price),
        "montoDescu": json_number(amounts.discount),
        "ventaNoSuj": 0,
        "ventaExenta": 0,
        "ventaGravada": json_number(amounts.taxed),
        "tributos": [VAT],
        "psv": 0,
        "noGravado": 0,
    }


def _summary(sale: Sale, totals: Totals) -> dict[str, Any]:
    taxable = json_number(totals.taxable)
    return {
        "totalNoSuj": 0,
        "totalExenta": 0,
        "totalGravada": taxable,
        "subTotalVentas": taxable,
        "descuNoSuj": 0,
        "descuExenta": 0,
        "descuGravada": 0,
        "porcentajeDescuento": 0,
        "totalDescu": json_number(totals.discount),
        "tributos": [tax(VAT, totals.vat)],
        "subTotal": taxable,
        "ivaPerci1": 0,
        "ivaRete1": json_number(totals.withheld),
        "reteRenta": 0,
        "montoTotalOperacion": json_number(totals.gross),
        "totalNoGravado": 0,
        "totalPagar": json_number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "saldoFavor": 0,
        "condicionOperacion": sale.payment.condition,
        "pagos": payments(sale.payment, totals.payable),
        "numPagoElectronico": None,
    }
