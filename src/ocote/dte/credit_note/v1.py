"""Nota de crédito 05 by schema ``fe-nc-v3`` (arithmetic.md 5), adjusting one CCF."""

from typing import Any

from ocote.dte.credit_note.related import adjusted_ccf
from ocote.dte.credit_note.value import Note
from ocote.dte.money import json_number
from ocote.dte.sale import Identity, Line, LineAmounts, Totals
from ocote.dte.sections import v1 as sections
from ocote.dte.sections.identification import identification
from ocote.dte.sections.parties import registered
from ocote.dte.sections.taxes import VAT, tax
from ocote.dte.words import in_words


def check(note: Note, _totals: Totals) -> None:
    """Raises InvalidSale when the receiver lives abroad, or lacks a datum that the note must print."""
    receiver = registered(note.receiver, email_needed=True)
    sections.require_in_the_country(receiver.address, "customer.department")


def build(identity: Identity, note: Note, totals: Totals) -> dict[str, Any]:
    """The document in MH's keys and order; ``note`` has passed ``check``."""
    receiver = registered(note.receiver, email_needed=True)
    return {
        "identificacion": identification(identity, "v1"),
        "documentoRelacionado": [adjusted_ccf(note.ccf)],
        "emisor": sections.issuer_v1(note.issuer),
        "receptor": sections.registered_receiver(receiver),
        "ventaTercero": None,
        "cuerpoDocumento": [
            _line(position, line, amounts, note.ccf.generation_code)
            for position, (line, amounts) in enumerate(zip(note.lines, totals.lines, strict=True), start=1)
        ],
        "resumen": _summary(note, totals),
        "extension": sections.handover(totals.gross, note.issuer, note.receiver),
        "apendice": None,
    }


def _line(position: int, line: Line, amounts: LineAmounts, ccf_code: str) -> dict[str, Any]:
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
    }


def _summary(note: Note, totals: Totals) -> dict[str, Any]:
    """``resumen``, whose only total is net of withholding, unlike in the CCF and the note of v2.0 (arithmetic.md 5)."""
    taxable = json_number(totals.taxable)
    return {
        "totalNoSuj": 0,
        "totalExenta": 0,
        "totalGravada": taxable,
        "subTotalVentas": taxable,
        "descuNoSuj": 0,
        "descuExenta": 0,
        "descuGravada": 0,
        "totalDescu": json_number(totals.all_discounts),
        "tributos": [tax(VAT, totals.vat)],
        "subTotal": taxable,
        "ivaPerci1": 0,
        "ivaRete1": json_number(totals.withheld),
        "reteRenta": 0,
        "montoTotalOperacion": json_number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "condicionOperacion": note.condition,
    }
