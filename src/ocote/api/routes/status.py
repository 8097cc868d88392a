"""Queries, which only read, never send anything to MH and never count as a retry (contract 12)."""

from msgspec import UNSET, UnsetType

from ocote.api.envelope import status_body, with_warnings
from ocote.api.request import ApiRequest
from ocote.documents.view import Refused, SignedDocument
from ocote.dte.types import CREDIT_NOTE, PURCHASES, SALES_AND_NOTES, Family
from ocote.web.response import Response, ok

_NOTES = frozenset({CREDIT_NOTE.family})


async def get_status(request: ApiRequest) -> Response:
    """Returns the state of a 01, 03, 11 or 05; with ``include_dte`` also the signed JSON and MH's raw answer."""
    return await _status_of(request, SALES_AND_NOTES)


async def get_note_status(request: ApiRequest) -> Response:
    """Returns the state of a credit note, with the CCF that the note adjusts."""
    return await _status_of(request, _NOTES)


async def get_purchase_status(request: ApiRequest) -> Response:
    """Returns the state of a purchase from an excluded subject."""
    return await _status_of(request, PURCHASES)


async def _status_of(request: ApiRequest, families: frozenset[Family]) -> Response:
    """Returns the state of a document of these families. Raises Refused when the document does not exist."""
    with_dte = request.flag("include_dte")
    document = await request.services.archive.find(request.holder, request.id_or_ref(), families)
    if document is None:
        raise Refused("document_not_found")
    request.log.document = document.id
    signed: SignedDocument | UnsetType | None = UNSET
    if with_dte:
        signed = await request.services.archive.signed(request.holder, document.id)
    body = status_body(document, request.site_url, request.services.links.path, signed)
    return ok(with_warnings(body, request.warnings))
