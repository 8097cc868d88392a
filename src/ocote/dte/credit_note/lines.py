"""A line of a 05 as far as both editions write it alike (arithmetic.md 5)."""

from typing import Any

from ocote.dte.body import GOODS
from ocote.dte.money import json_number
from ocote.dte.sale import BodyLine
from ocote.dte.sections.lines import kinds_of, taxes_with_vat


def adjusting_line(position: int, line: BodyLine, ccf_code: str) -> dict[str, Any]:
    """A line of ``cuerpoDocumento`` that adjusts the CCF with a generation code; v2.0 adds amounts behind it."""
    amounts = line.amounts
    return {
        "numItem": position,
        "tipoItem": line.item_type or GOODS,
        "numeroDocumento": ccf_code,
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
