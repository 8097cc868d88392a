"""Documents that the gateway has issued, as later tests need them."""

from typing import Any

from tests.builders.bodies import ccf, invoice, note, purchase
from tests.running_gateway import RunningGateway

EXPORT = {"doc_type": "11", "item_type": 2, "country": "US", "customer": {"name": "Importadora", "address": "Miami"}}
CONSUMER = {"name": "Ana Beltrán", "dui": "00016297-5", "email": "ana@example.com", "phone": "7000-0000"}


def issue_one_of(gateway: RunningGateway, doc_type: str, reference: str) -> dict[str, Any]:
    """A stamped document of the type under the reference."""
    if doc_type == "05":
        gateway.post("/invoice", ccf(f"{reference}-ccf"))
        answer = gateway.post("/credit-memo", note(f"{reference}-ccf", reference, "11.30"))
    elif doc_type == "14":
        answer = gateway.post("/suex", purchase(reference))
    elif doc_type == "03":
        answer = gateway.post("/invoice", ccf(reference))
    else:
        more: dict[str, Any] = EXPORT if doc_type == "11" else {"customer": CONSUMER}
        answer = gateway.post("/invoice", invoice(reference, **more))
    assert answer["dte_success"] is True, answer
    return dict(answer)


def an_old_ccf(gateway: RunningGateway, reference: str = "b2b-1") -> dict[str, Any]:
    """A CCF of 2 June 2026, two days later."""
    gateway.is_now(2026, 6, 2)
    answer = gateway.post("/invoice", ccf(reference))
    gateway.is_now(2026, 6, 4)
    return dict(answer)


def invalidation_route(doc_type: str) -> str:
    """Where a document of this type is invalidated."""
    return "/invalidate/suex" if doc_type == "14" else "/invalidate"
