"""``POST /invalidate/{id_or_ref}``: why a document is cancelled (contract 13, D18)."""

from collections.abc import Mapping
from typing import Any

from ocote.api.requests.fields import RequestFields
from ocote.api.requests.person import read_identity
from ocote.api.requests.reference import MAX_REFERENCE
from ocote.dte.sale import Person
from ocote.issuing.request import InvalidationRequest

MAX_NOTE = 250
MAX_PERSON = 100


def read_invalidation_request(body: Mapping[str, Any]) -> InvalidationRequest:
    """The reason and all that goes with it; an empty object means reason 2. Raises InvalidRequest with all faults.

    Which reason goes with which note and replacement (rules.md 5.1) depends on the document and is checked later.
    """
    fields = RequestFields(body)
    reason = fields.choice("reason", 3, "invalidation_reason_unknown") or 2
    note = fields.text("note", MAX_NOTE, layout=True)
    replacement = fields.text("replacement", MAX_REFERENCE)
    requested_by = _person(fields)
    fields.raise_faults()
    return InvalidationRequest(reason, note, replacement, requested_by)


def _person(fields: RequestFields) -> Person | None:
    person = fields.inner("requested_by")
    if person is None:
        return None
    for required in ("name", "document_type", "document_number"):
        person.require(required)
    name = person.text("name", MAX_PERSON)
    document_type, number = read_identity(person)
    return Person(name or "", document_type or "", number or "")
