"""``POST /suex``: a purchase from an excluded subject (contract 11, D17)."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from ocote.api.requests.description import RequestObject
from ocote.api.requests.examples import PURCHASE_EXAMPLES
from ocote.api.requests.lines import PURCHASE_LINES, purchase_line
from ocote.api.requests.mentions import MENTION_FIELDS
from ocote.api.requests.person import SUBJECT, customer_data
from ocote.api.requests.reading import read_by
from ocote.api.requests.reference import EXTERNAL_REF, IDEMPOTENCY_KEY
from ocote.api.requests.related import RELATED_DOCUMENTS
from ocote.api.requests.sale_terms import TERM_FIELDS
from ocote.documents.view import AnswerWarning
from ocote.dte.types import PURCHASE
from ocote.issuing.request import PurchaseRequest

_REFERENCE = replace(EXTERNAL_REF, example="COMPRA-0088")

PURCHASE_BODY = RequestObject(
    "PurchaseRequest",
    "A purchase from an excluded subject (14) to issue.",
    (SUBJECT, PURCHASE_LINES, _REFERENCE),
    only_type=PURCHASE.code,
    foreign=(*TERM_FIELDS, *MENTION_FIELDS, RELATED_DOCUMENTS),
    examples=PURCHASE_EXAMPLES,
)


def read_purchase(
    body: Mapping[str, Any], idempotency_key: str | None = None, warnings: list[AnswerWarning] | None = None
) -> PurchaseRequest:
    """The purchase that is asked for; prices are final, without VAT. What is ignored is added to ``warnings``.

    Raises InvalidRequest with all faults.
    """
    found = read_by(PURCHASE_BODY, body, {IDEMPOTENCY_KEY: idempotency_key}, warnings).accepted()
    return PurchaseRequest(
        customer_data(found[SUBJECT]),
        tuple(purchase_line(line) for line in found[PURCHASE_LINES]),
        found.get(_REFERENCE),
    )
