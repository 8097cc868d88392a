"""The caller's own identifiers in a request (contract 4.4, D6)."""

from ocote.api.requests.fields import RequestFields

MAX_REFERENCE = 100


def read_reference(fields: RequestFields, idempotency_key: str | None) -> str | None:
    """``external_ref``, or the ``Idempotency-Key`` header in its place: 1 to 100 characters once trimmed."""
    if fields.has("external_ref") or idempotency_key is None:
        return fields.text("external_ref", MAX_REFERENCE)
    header = RequestFields({"Idempotency-Key": idempotency_key}, faults=fields.faults)
    return header.text("Idempotency-Key", MAX_REFERENCE)
