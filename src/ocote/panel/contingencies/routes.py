"""Answers ``/c/{company_id}/contingencies``: outages of MH, and what an operator does about them."""

from typing import Final

from ocote.contingency.finding import ContingencyError
from ocote.contingency.of_company import ContingencyDetails
from ocote.documents.view import Refused
from ocote.dte.sale import Contingency
from ocote.dte.sections.transmission import OTHER_KIND
from ocote.panel.contingencies import pages
from ocote.panel.contingencies.forms import CauseForm
from ocote.panel.frame.phrases import phrase
from ocote.panel.frame.places import place_href, read_place
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.web.response import Response

_LIST: Final = "/contingencies"


async def get_contingencies(request: PanelRequest) -> Response:
    """Shows the open contingencies and a page of the past ones."""
    before = read_place(request.query.get("before"))
    page = await request.services.operation.contingencies.page(request.company_id, before)
    return request.page(
        "contingencies/list.html",
        unfinished=pages.unfinished_lines(page, request.services.clock()),
        done=pages.done_lines(page),
        newer_href=request.link(_LIST) if before is not None else None,
        older_href=place_href(request.link(_LIST), page.older),
    )


async def get_contingency(request: PanelRequest) -> Response:
    """Shows one contingency."""
    details = await _details(request)
    return _page(request, details, _form(details))


async def post_cause(request: PanelRequest) -> Response:
    """Corrects the cause, before an event names it to MH."""
    _require_operator(request)
    details = await _details(request)
    form = CauseForm(request.form)
    if form.validate():
        kind, reason = int(form.kind.data), (form.reason.data or "").strip() or None
        cause = Contingency(kind, reason if kind == OTHER_KIND else None)
        try:
            signed = await request.services.operation.contingencies.correct_cause(
                request.company_id, details.row.id, cause, request.author
            )
        except ContingencyError as error:
            request.notify("bad", str(error))
        else:
            text = (
                phrase("La causa quedó corregida; 1 documento se firmó de nuevo.")
                if signed == 1
                else phrase("La causa quedó corregida; %(n)s documentos se firmaron de nuevo.", n=signed)
            )
            return request.redirect(_href(request), text)
    return _page(request, details, form, 400)


async def post_next_step(request: PanelRequest) -> Response:
    """Does the next work now: asks, files the event, delivers."""
    return await _by_hand(request, report_again=False)


async def post_another_event(request: PanelRequest) -> Response:
    """Files a new event now, after MH refused the last one."""
    return await _by_hand(request, report_again=True)


async def _by_hand(request: PanelRequest, *, report_again: bool) -> Response:
    _require_operator(request)
    try:
        row = await request.services.operation.contingencies.take_in_hand(
            request.company_id, str(request.part("contingency_id")), request.author, report_again=report_again
        )
    except ContingencyError as error:
        return request.redirect(_href(request), str(error), "waiting")
    if row.state == "done":
        return request.redirect(_href(request), "La contingencia terminó: cada documento tiene su respuesta.")
    state = pages.contingency_words(row)
    text = phrase("%(state)s; %(n)s en espera. El sistema sigue por sí solo.", state=phrase(state.text), n=row.waiting)
    return request.redirect(_href(request), text, "bad" if state.tone == "bad" else "waiting")


def _require_operator(request: PanelRequest) -> None:
    """Raises Refused: the causes and steps of a contingency belong to whoever operates the gateway."""
    if not request.person.is_operator:
        raise Refused("right_missing")


async def _details(request: PanelRequest) -> ContingencyDetails:
    after = read_place(request.query.get("after"))
    contingency_id = str(request.part("contingency_id"))
    return await request.services.operation.contingencies.details(request.company_id, contingency_id, after)


def _form(details: ContingencyDetails) -> CauseForm:
    return CauseForm(kind=str(details.row.kind), reason=details.row.reason or "")


def _href(request: PanelRequest) -> str:
    return request.link(f"{_LIST}/{request.part('contingency_id')}")


def _page(request: PanelRequest, details: ContingencyDetails, form: CauseForm, status: int = 200) -> Response:
    now, row, href = request.services.clock(), details.row, _href(request)
    return request.page(
        "contingencies/one.html",
        status,
        form=form,
        line=pages.line_of(row, now),
        explained=pages.step_words(row, now),
        steps=pages.CONTINGENCY_STEPS,
        step=pages.step_of(row),
        wants_report=pages.wants_report(row, now),
        events=pages.event_lines(details.events),
        lots=pages.lot_lines(details),
        documents=pages.document_lines(details, request.link("/documents")),
        shown_settled=len(details.settled),
        first_href=href if request.query.get("after") else None,
        later_href=place_href(href, details.later, "after"),
        is_operator=request.person.is_operator,
        is_done=row.state == "done",
        may_correct=pages.cause_is_open(details),
        may_report_again=pages.may_report_again(details),
    )


ROUTES: Final = (
    PanelRoute("/c/{company_id:int}/contingencies", "see_settings", get=get_contingencies),
    PanelRoute("/c/{company_id:int}/contingencies/{contingency_id}", "see_settings", get=get_contingency),
    PanelRoute(
        "/c/{company_id:int}/contingencies/{contingency_id}/cause", "see_settings", post=post_cause, is_guarded=True
    ),
    PanelRoute(
        "/c/{company_id:int}/contingencies/{contingency_id}/next", "see_settings", post=post_next_step, is_guarded=True
    ),
    PanelRoute(
        "/c/{company_id:int}/contingencies/{contingency_id}/event",
        "see_settings",
        post=post_another_event,
        is_guarded=True,
    ),
)
