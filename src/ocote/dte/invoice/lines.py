"""``cuerpoDocumento`` of a 01, which both editions write alike (arithmetic.md 3): amounts include VAT."""

from typing import Any

from ocote.dte.body import GOODS
from ocote.dte.money import json_number
from ocote.dte.sale import BodyLine, Sale, Totals
from ocote.dte.sections.lines import kinds_of, related_number


def invoice_lines(sale: Sale, totals: Totals) -> list[dict[str, Any]]:
    """The lines with their numbers from 1."""
    return [_line(position, line, sale) for position, line in enumerate(totals.body, start=1)]


def _line(position: int, line: BodyLine, sale: Sale) -> dict[str, Any]:
    amounts = line.amounts
    return {
        "numItem": position,
        "tipoItem": line.item_type or GOODS,
        "numeroDocumento": related_number(sale, line),
        "cantidad": json_number(line.quantity),
        "codigo": line.code,
        "codTributo": line.special_tax,
        "uniMedida": line.unit,
        "descripcion": line.description,
        "precioUni": json_number(amounts.unit_price),
        "montoDescu": json_number(amounts.discount),
        **kinds_of(line),
        "tributos": list(line.taxes) or None,
        "psv": json_number(line.suggested_price),
        "noGravado": json_number(amounts.charge),
        "ivaItem": json_number(amounts.vat),
    }
