"""The gateway's services called in the test's own process, without HTTP: to count commits, or to die between two."""

import json
from hashlib import sha256
from typing import Any

from ocote.companies.key_holder import KeyHolder
from ocote.documents.view import Issued
from ocote.issuing.request import InvoiceRequest
from ocote.issuing.timing import StepTimes
from ocote.parts import Parts
from ocote.requests.invoice import read_invoice
from ocote.web.json_text import read_object
from tests.running_gateway import RunningGateway


async def key_holder(parts: Parts, gateway: RunningGateway) -> KeyHolder:
    """The holder of the gateway's API key, as the gate finds the holder for a request."""
    holder = await parts.services.keys.holder_of(sha256(gateway.key.encode()).hexdigest())
    assert holder is not None
    return holder


def asked(body: dict[str, Any]) -> InvoiceRequest:
    """A body as the HTTP layer reads it."""
    return read_invoice(read_object(json.dumps(body).encode()))


async def issue_sale(parts: Parts, holder: KeyHolder, request: InvoiceRequest) -> Issued:
    """Issues a sale through the services of a gateway."""
    return await parts.services.issuer.issue(holder, parts.services.orders.sale(holder, request), StepTimes())
