"""Cancelling documents, and the state of a cancellation (contract 13)."""

from msgspec.structs import replace

from ocote.api.bodies.invalidation import invalidation_body
from ocote.api.envelope import warning_bodies, with_warnings
from ocote.api.request import ApiRequest
from ocote.documents.view import Refused
from ocote.dte.types import PURCHASES, SALES_AND_NOTES, Family
from ocote.requests.invalidation import read_invalidation_request
from ocote.web.response import Response, ok


async def post_invalidation(request: ApiRequest) -> Response:
    """Cancels a document of type 01, 03, 11 or 05."""
    return await _invalidate(request, SALES_AND_NOTES)


async def post_purchase_invalidation(request: ApiRequest) -> Response:
    """Cancels a document of type 14."""
    return await _invalidate(request, PURCHASES)


async def get_invalidation(request: ApiRequest) -> Response:
    """Returns the state of the cancellation of a document of type 01, 03, 11 or 05."""
    return await _status(request, SALES_AND_NOTES)


async def get_purchase_invalidation(request: ApiRequest) -> Response:
    """Returns the state of the cancellation of a document of type 14."""
    return await _status(request, PURCHASES)


async def _invalidate(request: ApiRequest, families: frozenset[Family]) -> Response:
    id_or_ref = request.id_or_ref()
    request.refuse_dry_run()
    body = await request.json_object_if_any()
    with request.strictness():
        asked = replace(read_invalidation_request(body, request.warnings), is_strict=request.is_strict)
    invalidator = request.services.invalidator
    status = await invalidator.invalidate(request.holder, id_or_ref, families, asked, request.times)
    request.log.document = status.document.id
    if status.attempts:
        request.log.note_verdict(status.attempts[-1].state, status.attempts[-1].mh_code)
    return ok(replace(invalidation_body(status), warnings=warning_bodies((*request.warnings, *status.warnings))))


async def _status(request: ApiRequest, families: frozenset[Family]) -> Response:
    found = await request.services.invalidator.status(request.holder, request.id_or_ref(), families)
    if found is None:
        raise Refused("document_not_found")
    return ok(with_warnings(invalidation_body(found), request.warnings))
