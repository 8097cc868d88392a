"""Nota de crédito 05 by schema ``fe-nc-v4`` (arithmetic.md 5), adjusting CCFs."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ocote.dte.credit_note.arithmetic import shares_by_line
from ocote.dte.credit_note.lines import adjusted_ccfs, adjusting_line
from ocote.dte.credit_note.value import Note
from ocote.dte.money import json_number
from ocote.dte.sale import BodyLine, Identity, Totals
from ocote.dte.sections import v2 as sections
from ocote.dte.sections.identification import identification
from ocote.dte.sections.mentions import appendix_rows, third_party_v2
from ocote.dte.sections.parties import NIT_DOCUMENT, registered
from ocote.dte.sections.summary import sales_by_kind, taxes_of_net_prices
from ocote.dte.words import in_words


def check(note: Note, _totals: Totals) -> None:
    """Raises InvalidSale when the receiver lacks a datum that the note must print."""
    registered(note.receiver, email_needed=False)


def build(identity: Identity, note: Note, totals: Totals) -> dict[str, Any]:
    """The document in MH's keys and order; ``note`` has passed ``check``."""
    receiver = registered(note.receiver, email_needed=False)
    return {
        "identificacion": identification(identity, "v2") | {"fusion": None},
        "documentoRelacionado": adjusted_ccfs(note),
        "emisor": sections.issuer_v2(note.issuer),
        "receptor": {"tipoDocumento": NIT_DOCUMENT, "numDocumento": receiver.nit} | sections.registered_data(receiver),
        "ventaTercero": third_party_v2(note.mentions),
        "cuerpoDocumento": [
            _line(position, line, shares, note)
            for position, (line, *shares) in enumerate(
                zip(
                    totals.body,
                    shares_by_line(totals.collected, totals),
                    shares_by_line(totals.withheld, totals),
                    strict=True,
                ),
                start=1,
            )
        ],
        "resumen": _summary(note, totals),
        "apendice": appendix_rows(note.mentions),
    }


def _line(position: int, line: BodyLine, shares: Sequence[Decimal], note: Note) -> dict[str, Any]:
    """A line with its ``shares`` of what is collected and withheld.

    ``totalIva`` stays 0: MH refuses any other value unless a withholding voucher is adjusted.
    """
    collected, withheld = shares
    return adjusting_line(position, line, note) | {
        "noGravado": json_number(line.amounts.charge),
        "ivaPerci": json_number(collected),
        "totalIva": 0,
        "ivaRete": json_number(withheld),
    }


def _summary(note: Note, totals: Totals) -> dict[str, Any]:
    return {
        **sales_by_kind(totals),
        "totalDescu": json_number(totals.all_discounts),
        "tributos": taxes_of_net_prices(totals),
        "montoTotalOperacion": json_number(totals.gross),
        "ivaPerci": json_number(totals.collected),
        "totalIva": 0,
        "ivaRete": json_number(totals.withheld),
        "totalNoGravado": json_number(totals.charges),
        "totalPagar": json_number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "condicionOperacion": note.condition,
        "observaciones": note.mentions.remarks,
        "codigoRetencionMH": None,
    }
