"""``POST /suex``: a purchase from an excluded subject (contract 11, D17)."""

from collections.abc import Mapping
from typing import Any

from ocote.api.requests.fields import RequestFields
from ocote.api.requests.lines import read_purchase_lines
from ocote.api.requests.person import read_seller
from ocote.api.requests.reference import read_reference
from ocote.issuing.request import CustomerData, PurchaseRequest


def read_purchase(body: Mapping[str, Any], idempotency_key: str | None = None) -> PurchaseRequest:
    """The purchase that is asked for; prices are final, without VAT. Raises InvalidRequest with all faults."""
    fields = RequestFields(body)
    fields.require("subject")
    subject = fields.inner("subject")
    seller = read_seller(subject) if subject is not None else CustomerData(name="")
    lines = read_purchase_lines(fields)
    external_ref = read_reference(fields, idempotency_key)
    fields.raise_faults()
    return PurchaseRequest(seller, lines, external_ref)
