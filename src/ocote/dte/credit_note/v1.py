"""Nota de crédito 05 by schema ``fe-nc-v3`` (arithmetic.md 5), adjusting CCFs."""

from typing import Any

from ocote.dte.credit_note.lines import adjusted_ccfs, adjusting_line
from ocote.dte.credit_note.value import Note
from ocote.dte.money import json_number
from ocote.dte.sale import Identity, Totals
from ocote.dte.sections import v1 as sections
from ocote.dte.sections.identification import identification
from ocote.dte.sections.mentions import appendix_rows, third_party_v1
from ocote.dte.sections.parties import registered
from ocote.dte.sections.summary import discounts_by_kind, sales_by_kind, taxes_of_net_prices
from ocote.dte.words import in_words

_PERSONS = ("nombEntrega", "docuEntrega", "nombRecibe", "docuRecibe")


def check(note: Note, _totals: Totals) -> None:
    """Raises InvalidSale when the receiver lives abroad, or lacks a datum that the note must print."""
    receiver = registered(note.receiver, email_needed=True)
    sections.require_in_the_country(receiver.address, "customer.department")


def build(identity: Identity, note: Note, totals: Totals) -> dict[str, Any]:
    """The document in MH's keys and order; ``note`` has passed ``check``."""
    receiver = registered(note.receiver, email_needed=True)
    return {
        "identificacion": identification(identity, "v1"),
        "documentoRelacionado": adjusted_ccfs(note),
        "emisor": sections.issuer_v1(note.issuer),
        "receptor": sections.registered_receiver(receiver),
        "ventaTercero": third_party_v1(note.mentions),
        "cuerpoDocumento": [adjusting_line(position, line, note) for position, line in enumerate(totals.body, start=1)],
        "resumen": _summary(note, totals),
        "extension": _extension(note, totals),
        "apendice": appendix_rows(note.mentions),
    }


def _extension(note: Note, totals: Totals) -> dict[str, Any] | None:
    """``extension``: the persons that the law demands for large amounts, and the remarks."""
    by_law, remarks = sections.handover(totals.gross, note.issuer, note.receiver), note.mentions.remarks
    if remarks is None:
        return by_law
    return (by_law or dict.fromkeys(_PERSONS)) | {"observaciones": remarks}


def _summary(note: Note, totals: Totals) -> dict[str, Any]:
    """``resumen``, whose only total is net of withholding, unlike in the CCF and the note of v2.0 (arithmetic.md 5)."""
    return {
        **sales_by_kind(totals),
        **discounts_by_kind(totals),
        "totalDescu": json_number(totals.all_discounts),
        "tributos": taxes_of_net_prices(totals),
        "subTotal": json_number(totals.sums.total),
        "ivaPerci1": json_number(totals.collected),
        "ivaRete1": json_number(totals.withheld),
        "reteRenta": json_number(totals.income_tax),
        "montoTotalOperacion": json_number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "condicionOperacion": note.condition,
    }
