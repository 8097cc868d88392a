"""The documents and the lines of a 05 as far as both editions write them alike (arithmetic.md 5, rules.md 7)."""

from typing import Any

from ocote.dte.body import GOODS
from ocote.dte.credit_note.value import Note
from ocote.dte.money import json_number
from ocote.dte.sale import BodyLine
from ocote.dte.sections.lines import kinds_of, taxes_with_vat
from ocote.dte.sections.mentions import related_document


def adjusted_ccfs(note: Note) -> list[dict[str, Any]]:
    """``documentoRelacionado``: every CCF by its number and its own date of issue."""
    return [related_document(each.ccf.document) for each in note.adjustments]


def adjusting_line(position: int, line: BodyLine, note: Note) -> dict[str, Any]:
    """A line of ``cuerpoDocumento`` that adjusts one of the CCFs; v2.0 adds amounts behind it."""
    amounts = line.amounts
    return {
        "numItem": position,
        "tipoItem": line.item_type or GOODS,
        "numeroDocumento": note.adjustments[line.related or 0].ccf.document.number,
        "cantidad": json_number(line.quantity),
        "codigo": line.code,
        "codTributo": line.special_tax,
        "uniMedida": line.unit,
        "descripcion": line.description,
        "precioUni": json_number(amounts.unit_price),
        "montoDescu": json_number(amounts.discount),
        **kinds_of(line),
        "tributos": taxes_with_vat(line),
    }
