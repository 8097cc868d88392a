"""``pagos``: the payments of a document, one block for both editions (rules.md 12, wider-sales.md 2.5)."""

from collections.abc import Sequence
from typing import Any

from ocote.dte.money import json_number
from ocote.dte.sale import WrittenPayment


def payments(parts: Sequence[WrittenPayment]) -> list[dict[str, Any]]:
    """One entry for each payment, with term and count on credit only, where MH demands both."""
    return [
        {
            "codigo": part.method,
            "montoPago": json_number(part.amount),
            "referencia": part.reference,
            "plazo": f"0{part.term_unit}" if part.term_unit is not None else None,
            "periodo": part.term_count,
        }
        for part in parts
    ]
