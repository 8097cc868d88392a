"""``resumen.tributos``: a tax by its code (CAT-015) with its consolidated value (arithmetic.md 1)."""

from decimal import Decimal
from typing import Any

from ocote.dte.catalogs import Catalog, labels
from ocote.dte.money import json_number

VAT = "20"
EXPORT_VAT = "C3"


def tax(code: str, value: Decimal) -> dict[str, Any]:
    """One entry of ``tributos``: code, MH's label, value in USD."""
    return {"codigo": code, "descripcion": labels(Catalog.TAXES)[code], "valor": json_number(value)}
