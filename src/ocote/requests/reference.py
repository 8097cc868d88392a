"""The caller's own identifiers in a request (contract 4.4, D6)."""

from ocote.requests.description import RequestField
from ocote.requests.kinds import ReferenceValue

MAX_REFERENCE = 100

IDEMPOTENCY_KEY = "Idempotency-Key"
"""The header that stands in for a missing ``external_ref``."""

EXTERNAL_REF = RequestField(
    "external_ref",
    ReferenceValue(MAX_REFERENCE),
    "Your own identifier of the document and its idempotency key: unique in the company, case-sensitive, trimmed, in "
    "Unicode's form NFC, no control characters, none that show nothing. The same reference is the same document. "
    "Without it a lost answer cannot be retried safely.",
    "POS7-000915",
    header=IDEMPOTENCY_KEY,
)
