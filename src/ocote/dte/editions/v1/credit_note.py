"""Nota de crédito 05 by schema ``fe-nc-v3`` (arithmetic.md 5), adjusting one CCF."""

from typing import Any

from ocote.dte.editions.parties import registered
from ocote.dte.editions.related import adjusted_voucher
from ocote.dte.editions.taxes import VAT, tax
from ocote.dte.editions.v1 import sections
from ocote.dte.money import number
from ocote.dte.note import Note
from ocote.dte.sale import Identity, Line, LineAmounts, Totals
from ocote.dte.words import in_words

VERSION = 3


def build(identity: Identity, note: Note, totals: Totals) -> dict[str, Any]:
    """The document in MH's keys and order.

    Raises InvalidSale when the receiver lacks a datum it must print, or lives abroad.
    """
    receiver = registered(note.receiver, email_needed=True)
    sections.require_in_the_country(receiver.address, "customer.department")
    return {
        "identificacion": sections.identification(identity, VERSION),
        "documentoRelacionado": [adjusted_voucher(note.voucher)],
        "emisor": sections.issuer(note.issuer),
        "receptor": sections.registered_receiver(receiver),
        "ventaTercero": None,
        "cuerpoDocumento": [
            _line(position, line, amounts, note.voucher.generation_code)
            for position, (line, amounts) in enumerate(zip(note.lines, totals.lines, strict=True), start=1)
        ],
        "resumen": _summary(note, totals),
        "extension": sections.handover(totals.gross, note.issuer, note.receiver),
        "apendice": None,
    }


def _line(position: int, line: Line, amounts: LineAmounts, voucher_code: str) -> dict[str, Any]:
    return {
        "numItem": position,
        "tipoItem": 1,
        "numeroDocumento": voucher_code,
        "cantidad": number(line.quantity),
        "codigo": None,
        "codTributo": None,
        "uniMedida": 59,
        "descripcion": line.description,
        "precioUni": number(amounts.unit_price),
        "montoDescu": number(amounts.discount),
        "ventaNoSuj": 0,
        "ventaExenta": 0,
        "ventaGravada": number(amounts.taxed),
        "tributos": [VAT],
    }


def _summary(note: Note, totals: Totals) -> dict[str, Any]:
    """The only total here is net of withholding, unlike in the CCF and in the note of v2.0 (arithmetic.md 5)."""
    taxable = number(totals.taxable)
    return {
        "totalNoSuj": 0,
        "totalExenta": 0,
        "totalGravada": taxable,
        "subTotalVentas": taxable,
        "descuNoSuj": 0,
        "descuExenta": 0,
        "descuGravada": 0,
        "totalDescu": number(totals.discount),
        "tributos": [tax(VAT, totals.vat)],
        "subTotal": taxable,
        "ivaPerci1": 0,
        "ivaRete1": number(totals.withheld),
        "reteRenta": 0,
        "montoTotalOperacion": number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "condicionOperacion": note.condition,
    }
