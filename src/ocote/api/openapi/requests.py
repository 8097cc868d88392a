"""The schemas of the bodies of all requests."""

from ocote.api.openapi.schemas import Json, object_schemas
from ocote.requests.invalidation import INVALIDATION_BODY
from ocote.requests.invoice import INVOICE_BODY
from ocote.requests.item import ITEM_BODY
from ocote.requests.mail import MAIL_BODY
from ocote.requests.note import NOTE_BODY
from ocote.requests.purchase import PURCHASE_BODY

_BODIES = (INVOICE_BODY, NOTE_BODY, PURCHASE_BODY, INVALIDATION_BODY, MAIL_BODY, ITEM_BODY)


def request_schemas() -> dict[str, Json]:
    """The schemas by name, each followed by those of its inner objects."""
    return {name: schema for body in _BODIES for name, schema in object_schemas(body)}
