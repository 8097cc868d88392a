"""The gateway's services called in the test's own process, without HTTP: to count commits, or to die between two."""

import json
from hashlib import sha256
from typing import Any

from ocote.api.requests.invoice import read_invoice
from ocote.app import Parts
from ocote.companies.key_holder import KeyHolder
from ocote.issuing.request import InvoiceRequest
from ocote.web.json_text import read_object
from tests.running_gateway import RunningGateway


async def key_holder(parts: Parts, gateway: RunningGateway) -> KeyHolder:
    """The holder of the gateway's API key, as the gate finds the holder for a request."""
    holder = await parts.gateway.key_holder(sha256(gateway.key.encode()).hexdigest())
    assert holder is not None
    return holder


def asked(body: dict[str, Any]) -> InvoiceRequest:
    """A body as the HTTP layer reads it."""
    return read_invoice(read_object(json.dumps(body).encode()))
