"""``POST /credit-memo``: a credit note on a CCF (contract 10, D16)."""

from collections.abc import Mapping
from typing import Any

from ocote.api.requests.fields import RequestFields
from ocote.api.requests.lines import read_lines
from ocote.api.requests.reference import MAX_REFERENCE, read_reference
from ocote.issuing.request import NoteRequest


def read_note(body: Mapping[str, Any], idempotency_key: str | None = None) -> NoteRequest:
    """The note that is asked for; prices include VAT. Raises InvalidRequest with all faults."""
    fields = RequestFields(body)
    fields.require("document_id")
    document_ref = fields.text("document_id", MAX_REFERENCE)
    full_adjustment = fields.flag("full_adjustment") or False
    lines = None
    if fields.has("lines"):
        lines = read_lines(fields)
        if full_adjustment:
            fields.refuse("note_lines_and_full_adjustment", "lines")
    external_ref = read_reference(fields, idempotency_key)
    fields.raise_faults()
    return NoteRequest(document_ref or "", lines, full_adjustment, external_ref)
