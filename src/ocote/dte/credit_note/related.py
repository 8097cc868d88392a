"""``documentoRelacionado``: the document that a note adjusts (rules.md 7)."""

from typing import Any

from ocote.dte.credit_note.value import AdjustedCcf
from ocote.dte.types import CCF

_ELECTRONIC = 2
"""``tipoGeneracion`` of an electronic document (CAT-007)."""


def adjusted_ccf(ccf: AdjustedCcf) -> dict[str, Any]:
    """The CCF by its generation code and its own date of issue."""
    return {
        "tipoDocumento": CCF.code,
        "tipoGeneracion": _ELECTRONIC,
        "numeroDocumento": ccf.generation_code,
        "fechaEmision": ccf.issued_on.isoformat(),
    }
