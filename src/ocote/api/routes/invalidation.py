"""Cancelling documents, and how a cancellation stands (contract 13)."""

from ocote.api.bodies.invalidation import invalidation_body
from ocote.api.call import Call
from ocote.api.requests.invalidation import read_invalidation_body
from ocote.documents.view import Refused
from ocote.dte.types import PURCHASES, SALES_AND_NOTES, Family
from ocote.web.answer import Answer, ok


async def post_invalidation(call: Call) -> Answer:
    """Cancels a 01, 03, 11 or 05."""
    return await _invalidate(call, SALES_AND_NOTES)


async def post_purchase_invalidation(call: Call) -> Answer:
    """Cancels a 14."""
    return await _invalidate(call, PURCHASES)


async def get_invalidation(call: Call) -> Answer:
    """How the cancellation of a 01, 03, 11 or 05 stands."""
    return await _status(call, SALES_AND_NOTES)


async def get_purchase_invalidation(call: Call) -> Answer:
    """How the cancellation of a 14 stands."""
    return await _status(call, PURCHASES)


async def _invalidate(call: Call, families: frozenset[Family]) -> Answer:
    id_or_ref = call.id_or_ref()
    call.refuse_dry_run()
    request = read_invalidation_body(await call.json_object_if_any())
    return ok(invalidation_body(await call.gateway.invalidate(call.holder, id_or_ref, families, request, call.times)))


async def _status(call: Call, families: frozenset[Family]) -> Answer:
    found = await call.gateway.invalidation(call.holder, call.id_or_ref(), families)
    if found is None:
        raise Refused("document_not_found")
    return ok(invalidation_body(found))
