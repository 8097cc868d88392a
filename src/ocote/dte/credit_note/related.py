"""``documentoRelacionado``: the document that a note adjusts (rules.md 7)."""

from typing import Any

from ocote.dte.credit_note.value import AdjustedCcf
from ocote.dte.mentions import RelatedDocument
from ocote.dte.sections.mentions import related_document
from ocote.dte.types import CCF


def adjusted_ccf(ccf: AdjustedCcf) -> dict[str, Any]:
    """The CCF by its generation code and its own date of issue."""
    return related_document(RelatedDocument(CCF.code, ccf.generation_code, ccf.issued_on))
