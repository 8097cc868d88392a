"""Nota de crédito 05 by schema ``fe-nc-v4`` (arithmetic.md 5), adjusting one CCF."""

from decimal import Decimal
from typing import Any

from ocote.dte.credit_note.arithmetic import withheld_by_line
from ocote.dte.credit_note.related import adjusted_ccf
from ocote.dte.credit_note.value import Note
from ocote.dte.money import json_number
from ocote.dte.sale import Identity, Line, LineAmounts, Totals
from ocote.dte.sections import v2 as sections
from ocote.dte.sections.identification import identification
from ocote.dte.sections.parties import NIT_DOCUMENT, registered
from ocote.dte.sections.taxes import VAT, tax
from ocote.dte.words import in_words


def check(note: Note, _totals: Totals) -> None:
    """Raises InvalidSale when the receiver lacks a datum that the note must print."""
    registered(note.receiver, email_needed=False)


def build(identity: Identity, note: Note, totals: Totals) -> dict[str, Any]:
    """The document in MH's keys and order; ``note`` has passed ``check``."""
    receiver = registered(note.receiver, email_needed=False)
    return {
        "identificacion": identification(identity, "v2") | {"fusion": None},
        "documentoRelacionado": [adjusted_ccf(note.ccf)],
        "emisor": sections.issuer_v2(note.issuer),
        "receptor": {"tipoDocumento": NIT_DOCUMENT, "numDocumento": receiver.nit} | sections.registered_data(receiver),
        "ventaTercero": None,
        "cuerpoDocumento": [
            _line(position, line, amounts, withheld, note.ccf.generation_code)
            for position, (line, amounts, withheld) in enumerate(
                zip(note.lines, totals.lines, withheld_by_line(totals), strict=True), start=1
            )
        ],
        "resumen": _summary(note, totals),
        "apendice": None,
    }


def _line(position: int, line: Line, amounts: LineAmounts, withheld: Decimal, ccf_code: str) -> dict[str, Any]:
    """A line whose ``totalIva`` stays 0: MH refuses any other value unless a withholding voucher is adjusted."""
    return {
        "numItem": position,
        "tipoItem": 1,
        "numeroDocumento": ccf_code,
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
        "tributos": [VAT],
        "noGravado": 0,
        "ivaPerci": 0,
        "totalIva": 0,
        "ivaRete": json_number(withheld),
    }


def _summary(note: Note, totals: Totals) -> dict[str, Any]:
    taxable = json_number(totals.taxable)
    return {
        "totalNoSuj": 0,
        "totalExenta": 0,
        "totalGravada": taxable,
        "subTotalVentas": taxable,
        "totalDescu": json_number(totals.all_discounts),
        "tributos": [tax(VAT, totals.vat)],
        "montoTotalOperacion": json_number(totals.gross),
        "ivaPerci": 0,
        "totalIva": 0,
        "ivaRete": json_number(totals.withheld),
        "totalNoGravado": 0,
        "totalPagar": json_number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "condicionOperacion": note.condition,
        "observaciones": None,
        "codigoRetencionMH": None,
    }
