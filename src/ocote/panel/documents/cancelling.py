"""Answers ``/c/{company}/documents/{id}/cancel``: what cancelling means, the form, the question, and the result."""

from typing import Final

from msgspec import Struct

from ocote.documents.records import view
from ocote.documents.view import Refused
from ocote.dte.faults import InvalidSale
from ocote.errors import status
from ocote.issuing.timing import StepTimes
from ocote.panel.documents.cancellation import outlook_words, result_words
from ocote.panel.documents.document import ONE, address_of_document, found_row, refused_words
from ocote.panel.documents.forms import CancelForm
from ocote.panel.frame.moments import moment_words
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.printing.names import title
from ocote.requests.invalidation import read_invalidation_request
from ocote.store.document_row import DocumentRow
from ocote.store.engine.values import moment
from ocote.web.invalid import InvalidRequest
from ocote.web.response import Response

_CONFIRMED: Final = "confirmed"


class _Problem(Struct, frozen=True):
    code: int
    text: str


async def get_cancel(request: PanelRequest) -> Response:
    """Shows whether and how the document can be cancelled, with the form."""
    return await _form(request, await found_row(request), CancelForm())


async def post_cancel(request: PanelRequest) -> Response:
    """Reads the form, asks whether the person is sure, and cancels once they are."""
    row = await found_row(request)
    form = CancelForm(request.form)
    is_sound = form.validate()
    try:
        asked = read_invalidation_request(form.body())
        if not is_sound:
            return await _form(request, row, form, _Problem(400, ""))
        caller = request.caller(row.branch_code + row.pos_code)
        if request.form.get(_CONFIRMED) != "1":
            await request.services.invalidator.check(caller, row.id, asked)
            return await _question(request, row, form)
        done = await request.services.invalidator.invalidate(
            caller, row.id, frozenset({row.family}), asked, StepTimes()
        )
    except (InvalidRequest, InvalidSale) as error:
        form.explain(error.faults)
        return await _form(request, row, form, _Problem(400, ""))
    except Refused as error:
        return await _form(request, row, form, _Problem(status(error.code), refused_words(error)))
    tone, text = result_words(done)
    return request.redirect(address_of_document(request, row.id), text, tone)


async def _form(request: PanelRequest, row: DocumentRow, form: CancelForm, problem: _Problem | None = None) -> Response:
    outlook = await request.services.outlook.of(row)
    form.bound(outlook.explanation)
    if problem is not None and problem.text:
        request.notify("bad", problem.text)
    return request.page(
        "documents/cancel.html",
        problem.code if problem is not None else 200,
        row=row,
        type=title(row.doc_type),
        form=form,
        outlook=outlook_words(outlook),
        is_possible=outlook.way in ("event", "note"),
        by_note=outlook.way == "note",
        needs_replacement=outlook.needs_replacement,
        here=address_of_document(request, row.id),
    )


async def _question(request: PanelRequest, row: DocumentRow, form: CancelForm) -> Response:
    outlook = await request.services.outlook.of(row)
    if outlook.way not in ("event", "note"):
        return await _form(request, row, form, _Problem(409, ""))
    fields = [(field.name, str(field.data)) for field in form if field.data]
    return request.page(
        "documents/cancel_confirm.html",
        row=row,
        type=title(row.doc_type),
        fields=[*fields, (_CONFIRMED, "1")],
        document=view(row),
        at=moment_words(moment(row.posted_at)),
        reason=form.reason_words(),
        form=form,
        outlook=outlook_words(outlook),
        here=address_of_document(request, row.id),
    )


ROUTES: Final = (PanelRoute(f"{ONE}/cancel", "cancel", get=get_cancel, post=post_cancel),)
