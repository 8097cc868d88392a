"""``POST /suex``: a purchase from an excluded subject (contract 11, D17)."""

from collections.abc import Mapping
from typing import Any

from ocote.api.requests.description import RequestObject
from ocote.api.requests.examples import PURCHASE_EXAMPLES
from ocote.api.requests.lines import PURCHASE_LINES, purchase_line
from ocote.api.requests.person import SUBJECT, customer_data
from ocote.api.requests.reading import read_by
from ocote.api.requests.reference import EXTERNAL_REF, IDEMPOTENCY_KEY
from ocote.issuing.request import PurchaseRequest

PURCHASE_BODY = RequestObject(
    "PurchaseRequest",
    "A purchase from an excluded subject (14) to issue.",
    (SUBJECT, PURCHASE_LINES, EXTERNAL_REF),
    examples=PURCHASE_EXAMPLES,
)


def read_purchase(body: Mapping[str, Any], idempotency_key: str | None = None) -> PurchaseRequest:
    """The purchase that is asked for; prices are final, without VAT. Raises InvalidRequest with all faults."""
    found = read_by(PURCHASE_BODY, body, {IDEMPOTENCY_KEY: idempotency_key}).accepted()
    return PurchaseRequest(
        customer_data(found[SUBJECT]),
        tuple(purchase_line(line) for line in found[PURCHASE_LINES]),
        found.get(EXTERNAL_REF),
    )
