"""Answers ``/c/{company_id}/requests``: what the company's programs asked of the API, and what was answered."""

from typing import Final

import msgspec

from ocote.documents.records import view
from ocote.documents.view import Refused
from ocote.drafting.originals import KeptCall
from ocote.panel.documents.pages import words_of
from ocote.panel.documents.timeline import meaning_of
from ocote.panel.frame.choosing import choices_of
from ocote.panel.frame.curl import command_of_call, server_of
from ocote.panel.frame.places import filtered_href
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.panel.requests import pages
from ocote.panel.requests.forms import RequestFilterForm
from ocote.panel.requests.trial import ROUTES as TRIAL
from ocote.requests.trial import TRIAL_BODIES
from ocote.store.api_requests import RequestFilter, RequestRow
from ocote.store.document_row import DocumentRow
from ocote.web.response import Response

_LIST: Final = "/requests"
_MOST: Final = 50
_MOST_DIGITS: Final = 18
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


async def get_request_list(request: PanelRequest) -> Response:
    """Shows the requests that the address chooses, the newest first."""
    history, here = request.services.operation.requests, request.link(_LIST)
    form = RequestFilterForm(request.query)
    keys = await request.services.keys.of_company(request.company_id)
    form.key.choices = choices_of([("", request.say("Todas")), *((each.prefix, f"{each.prefix}…") for each in keys)])
    form.route.choices = choices_of([("", request.say("Todas")), *((path, path) for path in history.routes)])
    is_valid = form.validate()
    before = _number(request.query.get("before", ""))
    wanted = form.wanted(_MOST, before) if is_valid else RequestFilter(_MOST)
    page = await history.page(request.company_id, wanted)
    asked = form.asked() if is_valid else {}
    older = str(page.rows[-1].id) if page.has_more else ""
    return request.page(
        "requests/list.html",
        200 if is_valid else 400,
        form=form,
        lines=pages.request_lines(page.rows),
        here=here,
        most=history.most,
        active=len(asked.keys() - {"q"}),
        is_filtered=bool(asked),
        newer_href=filtered_href(here, **asked) if before is not None else None,
        older_href=filtered_href(here, **asked, before=older) if older else None,
        may_try=request.membership.may("issue"),
    )


async def get_request(request: PanelRequest) -> Response:
    """Shows one request in full: its faults and how to mend them, what MH answered, the call as a command."""
    row = await request.services.operation.requests.one(request.company_id, int(request.part("request")))
    document = await _document(request, row)
    call = await _call(request, row, document)
    shown = view(document) if document is not None else None
    return request.page(
        "requests/one.html",
        line=pages.request_line(row),
        row=row,
        faults=pages.faults_of(row),
        warnings=pages.warnings_of(row),
        document=shown,
        words=words_of(shown) if shown is not None else None,
        explanation=meaning_of(shown.mh_code) if shown is not None else "",
        curl=_curl(request, row, call),
        has_body=call is not None,
        may_try=request.membership.may("issue") and row.route in TRIAL_BODIES,
    )


async def _document(request: PanelRequest, row: RequestRow) -> DocumentRow | None:
    """The document that the request was about, as far as its id is known."""
    document_id = pages.document_id_of(row)
    return await request.services.lives.row(request.company_id, document_id) if document_id else None


async def _call(request: PanelRequest, row: RequestRow, document: DocumentRow | None) -> KeptCall | None:
    """The call that the document keeps, when the request is one that issues."""
    if document is None or row.route not in TRIAL_BODIES:
        return None
    try:
        return await request.services.originals.request(request.membership, document.id)
    except Refused:
        return None


def _curl(request: PanelRequest, row: RequestRow, call: KeptCall | None) -> str:
    """The request as a command; "" where the log does not know its path."""
    path = pages.path_to_repeat(row)
    if path is None:
        return ""
    body = None if call is None else msgspec.json.format(_ENCODER.encode(call.body), indent=2).decode()
    return command_of_call(server_of(request), row.method, path, body)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


ROUTES: Final = (
    PanelRoute("/c/{company_id:int}/requests", "see_settings", get=get_request_list),
    *TRIAL,
    PanelRoute("/c/{company_id:int}/requests/{request:int}", "see_settings", get=get_request),
)
