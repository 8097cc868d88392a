"""Issuing documents: ``POST /invoice``, ``/credit-memo`` and ``/suex`` (contract 7, 10, 11)."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, TypeVar

from msgspec.structs import replace

from ocote.api.call import Call
from ocote.api.envelope import issued_body, preview_body
from ocote.api.requests.invoice import read_invoice
from ocote.api.requests.note import read_note
from ocote.api.requests.purchase import read_purchase
from ocote.companies.key_holder import KeyHolder
from ocote.documents.view import Issued, Preview
from ocote.dte.faults import InvalidSale
from ocote.issuing.request import NoteRequest
from ocote.issuing.timing import StepTimes
from ocote.web.answer import Answer, ok

R = TypeVar("R")


async def post_invoice(call: Call) -> Answer:
    """Issues a 01, 03 or 11."""
    return await _issue(call, read_invoice, call.gateway.preview_sale, call.gateway.issue_sale)


async def post_note(call: Call) -> Answer:
    """Issues a credit note on a CCF."""

    async def preview(holder: KeyHolder, request: NoteRequest) -> Preview | Issued:
        with _blaming_what_was_sent(request):
            return await call.gateway.preview_note(holder, request)

    async def issue(holder: KeyHolder, request: NoteRequest, times: StepTimes) -> Issued:
        with _blaming_what_was_sent(request):
            return await call.gateway.issue_note(holder, request, times)

    return await _issue(call, read_note, preview, issue)


async def post_purchase(call: Call) -> Answer:
    """Issues a 14 for a purchase from an excluded subject."""
    return await _issue(call, read_purchase, call.gateway.preview_purchase, call.gateway.issue_purchase)


@contextmanager
def _blaming_what_was_sent(request: NoteRequest) -> Iterator[None]:
    """A note without lines takes those of the CCF: what is wrong with them is wrong with asking for all of it."""
    try:
        yield
    except InvalidSale as error:
        if request.lines is not None:
            raise
        field = "full_adjustment" if request.full_adjustment else "document_id"
        faults = (replace(each, field=field) if each.field.startswith("lines") else each for each in error.faults)
        raise InvalidSale(faults) from None


async def _issue(
    call: Call,
    read: Callable[[dict[str, Any], str | None], R],
    preview: Callable[[KeyHolder, R], Awaitable[Preview | Issued]],
    issue: Callable[[KeyHolder, R, StepTimes], Awaitable[Issued]],
) -> Answer:
    """Reads and issues; with ``?dry_run=1`` only shows what would be signed."""
    is_dry_run = call.flag("dry_run")
    body = await call.json_object()
    began = perf_counter()
    request = read(body, call.header(b"idempotency-key"))
    call.times.add("parse", perf_counter() - began)
    if is_dry_run:
        shown = await preview(call.holder, request)
        return ok(preview_body(shown) if isinstance(shown, Preview) else issued_body(shown, call.base_url))
    return ok(issued_body(await issue(call.holder, request, call.times), call.base_url))
