"""Nota de crédito 05 by schema ``fe-nc-v4`` (arithmetic.md 5), adjusting one CCF."""

from decimal import Decimal
from typing import Any

from ocote.dte.editions.parties import NIT_DOCUMENT, registered
from ocote.dte.editions.related import adjusted_voucher
from ocote.dte.editions.taxes import VAT, tax
from ocote.dte.editions.v2 import sections
from ocote.dte.money import number
from ocote.dte.note import Note
from ocote.dte.note_arithmetic import withheld_by_line
from ocote.dte.sale import Identity, Line, LineAmounts, Totals
from ocote.dte.words import in_words

VERSION = 4


def build(identity: Identity, note: Note, totals: Totals) -> dict[str, Any]:
    """The document in MH's keys and order; raises InvalidSale when the receiver lacks a datum it must print."""
    receiver = registered(note.receiver, email_needed=False)
    return {
        "identificacion": sections.identification(identity, VERSION) | {"fusion": None},
        "documentoRelacionado": [adjusted_voucher(note.voucher)],
        "emisor": sections.issuer(note.issuer),
        "receptor": {"tipoDocumento": NIT_DOCUMENT, "numDocumento": receiver.nit} | sections.registered_data(receiver),
        "ventaTercero": None,
        "cuerpoDocumento": [
            _line(position, line, amounts, withheld, note.voucher.generation_code)
            for position, (line, amounts, withheld) in enumerate(
                zip(note.lines, totals.lines, withheld_by_line(totals), strict=True), start=1
            )
        ],
        "resumen": _summary(note, totals),
        "apendice": None,
    }


def _line(position: int, line: Line, amounts: LineAmounts, withheld: Decimal, voucher_code: str) -> dict[str, Any]:
    """``totalIva`` stays 0: MH fills it only when a withholding voucher is adjusted, and refuses it otherwise."""
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
        "noGravado": 0,
        "ivaPerci": 0,
        "totalIva": 0,
        "ivaRete": number(withheld),
    }


def _summary(note: Note, totals: Totals) -> dict[str, Any]:
    taxable = number(totals.taxable)
    return {
        "totalNoSuj": 0,
        "totalExenta": 0,
        "totalGravada": taxable,
        "subTotalVentas": taxable,
        "totalDescu": number(totals.discount),
        "tributos": [tax(VAT, totals.vat)],
        "montoTotalOperacion": number(totals.gross),
        "ivaPerci": 0,
        "totalIva": 0,
        "ivaRete": number(totals.withheld),
        "totalNoGravado": 0,
        "totalPagar": number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "condicionOperacion": note.condition,
        "observaciones": None,
        "codigoRetencionMH": None,
    }
