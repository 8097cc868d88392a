"""``documentoRelacionado``: the document that a note adjusts (rules.md 7)."""

from typing import Any

from ocote.dte.note import AdjustedVoucher

ELECTRONIC = 2
"""CAT-007."""


def adjusted_voucher(voucher: AdjustedVoucher) -> dict[str, Any]:
    """The CCF by its generation code and its own date of issue."""
    return {
        "tipoDocumento": "03",
        "tipoGeneracion": ELECTRONIC,
        "numeroDocumento": voucher.generation_code,
        "fechaEmision": voucher.issued_on.isoformat(),
    }
