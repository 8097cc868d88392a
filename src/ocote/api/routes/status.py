"""Queries: they only read, never send anything to MH and never count as a retry (contract 12)."""

from msgspec import UNSET, UnsetType

from ocote.api.call import Call
from ocote.api.envelope import status_body
from ocote.documents.view import Refused, SignedDocument
from ocote.dte.types import CREDIT_NOTE, PURCHASES, SALES_AND_NOTES, Family
from ocote.web.answer import Answer, ok

_NOTES = frozenset({CREDIT_NOTE.family})


async def get_status(call: Call) -> Answer:
    """How a 01, 03, 11 or 05 stands; with ``include_dte`` also the signed JSON and MH's raw answer."""
    return await _status_of(call, SALES_AND_NOTES)


async def get_note_status(call: Call) -> Answer:
    """How a credit note stands, with the CCF it adjusts."""
    return await _status_of(call, _NOTES)


async def get_purchase_status(call: Call) -> Answer:
    """How a purchase from an excluded subject stands."""
    return await _status_of(call, PURCHASES)


async def _status_of(call: Call, families: frozenset[Family]) -> Answer:
    """How a document of these families stands. Raises Refused when there is none."""
    with_dte = call.flag("include_dte")
    document = await call.gateway.find(call.holder, call.id_or_ref(), families)
    if document is None:
        raise Refused("document_not_found")
    signed: SignedDocument | UnsetType | None = UNSET
    if with_dte:
        signed = await call.gateway.signed(call.holder, document.id)
    return ok(status_body(document, call.base_url, signed))
