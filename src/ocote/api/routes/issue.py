"""Issuing documents: ``POST /invoice``, ``/credit-memo`` and ``/suex`` (contract 7, 10, 11)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Any, TypeVar

from msgspec.structs import replace

from ocote.api.envelope import issued_body, preview_body
from ocote.api.request import DRY_RUN, ApiRequest
from ocote.documents.view import AnswerWarning, Preview, Refused
from ocote.dte.faults import InvalidSale
from ocote.issuing.order import Order
from ocote.issuing.request import NoteRequest
from ocote.requests.invoice import read_invoice
from ocote.requests.note import read_note
from ocote.requests.purchase import read_purchase
from ocote.requests.reference import EXTERNAL_REF, MAX_REFERENCE
from ocote.requests.sent_names import sent_field, sent_note_field
from ocote.web.response import Response, ok

_R = TypeVar("_R")


async def post_invoice(request: ApiRequest) -> Response:
    """Issues a sale (type 01, 03 or 11)."""
    asked, body, is_dry_run = await _read(request, read_invoice)
    with _faults_as_sent(body):
        return await _issue(request, request.services.orders.sale(request.holder, asked), is_dry_run=is_dry_run)


async def post_note(request: ApiRequest) -> Response:
    """Issues a credit note on a CCF."""
    asked, body, is_dry_run = await _read(request, read_note)
    is_partial = asked.lines is not None
    with _faults_as_sent(body, sent_note_field) if is_partial else _faults_on_sent_field(asked, body):
        return await _issue(request, request.services.orders.note(request.holder, asked), is_dry_run=is_dry_run)


async def post_purchase(request: ApiRequest) -> Response:
    """Issues a document of type 14 for a purchase from an excluded subject."""
    asked, body, is_dry_run = await _read(request, read_purchase)
    with _faults_as_sent(body):
        return await _issue(request, request.services.orders.purchase(request.holder, asked), is_dry_run=is_dry_run)


@contextmanager
def _faults_as_sent(
    body: Mapping[str, Any], as_sent: Callable[[str, Mapping[str, Any]], str] = sent_field
) -> Iterator[None]:
    """Reports faults of lines under a field that was sent, where the line said it by a short form or by an item."""
    try:
        yield
    except InvalidSale as error:
        raise InvalidSale(replace(each, field=as_sent(each.field, body)) for each in error.faults) from None
    except Refused as refusal:
        field = refusal.values.get("field")
        if isinstance(field, str):
            refusal.values["field"] = as_sent(field, body)
        raise


@contextmanager
def _faults_on_sent_field(asked: NoteRequest, body: Mapping[str, Any]) -> Iterator[None]:
    """Reports faults of lines under a field that was sent, when the note copies its lines from the CCF."""
    try:
        yield
    except InvalidSale as error:
        field = "full_adjustment" if asked.full_adjustment else "document_id"
        named = (field if each.field.startswith("lines") else each.field for each in error.faults)
        faults = (replace(each, field=sent_note_field(at, body)) for each, at in zip(error.faults, named, strict=True))
        raise InvalidSale(faults) from None


async def _read(
    request: ApiRequest, read: Callable[[dict[str, Any], str | None, list[AnswerWarning]], _R]
) -> tuple[_R, Mapping[str, Any], bool]:
    """The document that the request asks for, its body, and whether it is a dry run (``?dry_run=1``)."""
    is_dry_run = request.flag(DRY_RUN)
    body = await request.json_object()
    _note_reference(request, body)
    began = perf_counter()
    with request.strictness():
        asked = read(body, request.header(b"idempotency-key"), request.warnings)
    request.times.add("parse", perf_counter() - began)
    return asked, body, is_dry_run


def _note_reference(request: ApiRequest, body: Mapping[str, Any]) -> None:
    """Notes the reference in the log of the request, which stays there when the request is refused."""
    reference = body.get(EXTERNAL_REF.name)
    if isinstance(reference, str) and reference.strip():
        request.log.document = reference.strip()[:MAX_REFERENCE]


async def _issue(request: ApiRequest, order: Order, *, is_dry_run: bool) -> Response:
    """Issues a document, or shows the document to sign in a dry run. A credit note is shown with its CCF.

    The warnings of the answer are those of the request, then those of the document.
    """
    services, holder, order = request.services, request.holder, replace(order, is_strict=request.is_strict)
    if is_dry_run:
        shown = await services.issuer.preview(holder, order)
        if isinstance(shown, Preview):
            request.log.warnings = (*request.warnings, *shown.warnings)
            return ok(preview_body(replace(shown, warnings=request.log.warnings)))
    else:
        shown = await services.issuer.issue(holder, order, request.times)
    request.log.note_outcome(shown.document)
    document = await services.archive.with_adjusted(holder, shown.document)
    request.log.warnings = (*request.warnings, *document.warnings)
    warned = replace(document, warnings=request.log.warnings)
    return ok(issued_body(replace(shown, document=warned), request.site_url, services.links.path))
