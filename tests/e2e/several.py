"""Credit notes on several documents at once."""

from typing import Any, Final

from ocote.dte.local_time import date_and_hour
from tests.running_gateway import RunningGateway

PAPER: Final = "15-2041"
"""The number of a CCF on paper."""


def note_on_several(gateway: RunningGateway, reference: str, *own: str) -> dict[str, Any]:
    """The answer to a note on several documents."""
    answer: dict[str, Any] = gateway.post("/credit-memo", several(gateway, reference, *own))
    return answer


def several(gateway: RunningGateway, reference: str, *own: str) -> dict[str, Any]:
    """A note that takes 1.13 from each of the own CCFs, and from one on paper after the first of them."""
    paper = {
        "number": PAPER,
        "issued_on": date_and_hour(gateway.clock())[0],
        "amount_taxable": 100,
        "amount_withheld": 1,
    }
    first, *others = ({"document_id": name} for name in own)
    related = [first, paper, *others]
    lines = [
        {"description": "Devolución", "quantity": 1, "unit_price": "1.13", "related": position}
        for position in range(len(related))
    ]
    return {"external_ref": reference, "related_documents": related, "lines": lines}
