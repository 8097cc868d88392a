"""Numbers and codes of ``cuerpoDocumento`` that several document types share, in both editions (wider-sales.md 2)."""

from typing import Any

from ocote.dte.money import json_number
from ocote.dte.sale import BodyLine, Sale
from ocote.dte.sections.taxes import VAT


def kinds_of(line: BodyLine) -> dict[str, Any]:
    """``ventaNoSuj``, ``ventaExenta`` and ``ventaGravada``: the amount of the line under its kind of sale."""
    amounts = line.amounts
    return {
        "ventaNoSuj": json_number(amounts.not_subject),
        "ventaExenta": json_number(amounts.exempt),
        "ventaGravada": json_number(amounts.taxed),
    }


def taxes_with_vat(line: BodyLine) -> list[str] | None:
    """``tributos`` of a line with a net price: VAT first on every taxed line, nothing on the others."""
    return [VAT, *line.taxes] if line.amounts.taxed else None


def related_number(sale: Sale, line: BodyLine) -> str | None:
    """``numeroDocumento``: the number of the related document that the line comes from."""
    return None if line.related is None else sale.mentions.related[line.related].number
