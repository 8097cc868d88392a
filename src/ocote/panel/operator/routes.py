"""Answers ``/operator/…``: all companies of the gateway, the operation of one of them, and the gateway's health."""

from typing import Final, cast, get_args
from urllib.parse import urlencode

from ocote import __version__
from ocote.companies.directory import registration_of
from ocote.companies.number_words import described_change
from ocote.companies.numbering import NumberOrder
from ocote.companies.registry import CompanyError
from ocote.contingency.finding import ContingencyError
from ocote.contingency.of_company import ContingencyDetails
from ocote.documents.view import Refused
from ocote.dte.sale import Contingency
from ocote.dte.sections.transmission import OTHER_KIND
from ocote.panel.contingencies import pages as contingency_pages
from ocote.panel.contingencies.forms import CauseForm
from ocote.panel.counters.forms import SetNumberForm
from ocote.panel.counters.pages import MOST_COUNTERS, asked_series, counter_page, type_choices
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.phrases import phrase
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PageHandler, PanelRoute
from ocote.panel.keys.pages import key_lines
from ocote.panel.operator import conditions, pages
from ocote.panel.operator.forms import TypedNitForm
from ocote.store.company_directory import CompanySummary
from ocote.store.sendings import Channel
from ocote.web.response import Response

_LIST: Final = "/operator/companies"
_LONGEST_SOUGHT: Final = 100
_LARGEST_ID: Final = 2**62


async def get_companies(request: PanelRequest) -> Response:
    """Shows a page of all companies, or of those that a search finds."""
    sought = request.query.get("search", "").strip()[:_LONGEST_SOUGHT]
    after = _read_after(request.query.get("after"))
    page = await request.services.gateway.companies.page(after, sought)
    here = f"{PANEL_PATH}{_LIST}"
    filters = {"search": sought} if sought else {}
    older = {**filters, "after": str(page.next_after)} if page.next_after is not None else None
    return request.page(
        "operator/companies.html",
        href=here,
        sought=sought,
        lines=pages.company_lines(page, request.services.clock()),
        first_href=f"{here}?{urlencode(filters)}" if after is not None else None,
        next_href=f"{here}?{urlencode(older)}" if older is not None else None,
    )


async def get_operated_company(request: PanelRequest) -> Response:
    """Shows the operation of one company."""
    company = await _company(request)
    services, now = request.services, request.services.clock()
    contingencies = await services.operation.contingencies.page(company.id, None)
    channels: tuple[Channel, ...] = get_args(Channel)
    after = asked_series(request.query.get("after", ""))
    shown = counter_page(await services.numbers.page(company.id, after, MOST_COUNTERS + 1))
    return request.page(
        "operator/company.html",
        href=_href(company),
        line=pages.company_line(company, now),
        summary=company,
        keys=key_lines(await services.keys.of_company(company.id), now, {}),
        counters=shown.lines,
        next_counters=f"{_href(company)}?{shown.after}#counters" if shown.after else None,
        points=await services.team.points(company.id),
        contingencies=pages.unfinished_contingencies(contingencies.unfinished, now),
        cards=[await _given_up(request, company, channel) for channel in channels],
    )


async def get_switch(request: PanelRequest) -> Response:
    """Asks whether to disable the company, or to enable it again, and tells what follows."""
    company = await _company(request)
    return _switch_page(request, company, TypedNitForm())


async def post_switch(request: PanelRequest) -> Response:
    """Disables the company, or enables it again, as the page that was seen says."""
    company = await _company(request)
    active = request.form.get("active") == "1"
    form = TypedNitForm(request.form)
    typed = (form.nit.data or "").replace("-", "").strip()
    if not active and not form.validate():
        return _switch_page(request, company, form, 400)
    if not active and typed != company.nit:
        form.nit.errors = ["No es el NIT de esta empresa: revise que sea la que quiere desactivar."]
        return _switch_page(request, company, form, 400)
    done = await request.services.gateway.companies.switch(company, request.author, active=active)
    if not done:
        return request.redirect(_href(company), "La empresa ya estaba así; no se cambió nada.", "info")
    return request.redirect(_href(company), "La empresa quedó activa." if active else "La empresa quedó desactivada.")


async def get_number(request: PanelRequest) -> Response:
    """Shows the form to set a number; the series of the query is chosen already."""
    company = await _company(request)
    return _number_page(request, company, await _number_form(request, company, SetNumberForm(request.query)))


async def post_number(request: PanelRequest) -> Response:
    """Sets the number of the next document of a series of the company."""
    company = await _company(request)
    form = await _number_form(request, company, SetNumberForm(request.form))
    if form.validate():
        order = NumberOrder(
            str(form.point.data), str(form.doc_type.data), int(form.next.data or 0), int(form.year.data)
        )
        try:
            done = await request.services.numbers.set(registration_of(company), order, request.author)
        except CompanyError as error:
            form.next.errors = [str(error)]
        else:
            said = list(described_change(done))
            return request.redirect(_href(company), " ".join(said), "waiting" if len(said) > 1 else "good")
    return _number_page(request, company, form, 400)


async def post_again(request: PanelRequest) -> Response:
    """Tries messages again that were given up: all of a channel, or one."""
    company = await _company(request)
    channel = str(request.form.get("channel", ""))
    if channel not in get_args(Channel):
        raise Refused("page_not_found")
    sending_id = str(request.form.get("sending", ""))
    tried = await request.services.gateway.given_up.try_again(
        company.id, cast("Channel", channel), sending_id, request.author
    )
    if not tried:
        return request.redirect(
            _href(company), "No quedaba nada que intentar: o ya se intenta, o su webhook está apagado.", "waiting"
        )
    text = (
        phrase("Se intentará 1 mensaje en unos segundos.")
        if tried == 1
        else phrase("Se intentarán %(n)s mensajes en unos segundos.", n=tried)
    )
    return request.redirect(_href(company), text)


async def get_operated_contingency(request: PanelRequest) -> Response:
    """Shows one contingency of the company, without its documents."""
    company = await _company(request)
    details = await _details(request, company)
    return _contingency_page(request, company, details, _cause_form(details))


async def post_operated_cause(request: PanelRequest) -> Response:
    """Corrects the cause, before an event names it to MH."""
    company = await _company(request)
    details = await _details(request, company)
    form = CauseForm(request.form)
    if form.validate():
        kind, reason = int(form.kind.data), (form.reason.data or "").strip() or None
        try:
            await request.services.operation.contingencies.correct_cause(
                company.id, details.row.id, Contingency(kind, reason if kind == OTHER_KIND else None), request.author
            )
        except ContingencyError as error:
            request.notify("bad", str(error).replace(" (--reason)", ""))
        else:
            return request.redirect(_contingency_href(company, details), "La causa quedó corregida.")
    return _contingency_page(request, company, details, form, 400)


async def post_operated_step(request: PanelRequest) -> Response:
    """Does the next work on a contingency now, or files another event after a refused one."""
    company = await _company(request)
    details = await _details(request, company)
    href = _contingency_href(company, details)
    try:
        row = await request.services.operation.contingencies.take_in_hand(
            company.id, details.row.id, request.author, report_again=request.form.get("event") == "1"
        )
    except ContingencyError as error:
        return request.redirect(href, str(error), "waiting")
    state = contingency_pages.contingency_words(row)
    text = phrase("%(state)s; %(n)s en espera. El sistema sigue por sí solo.", state=phrase(state.text), n=row.waiting)
    return request.redirect(href, text, state.tone or "info")


async def get_health(request: PanelRequest) -> Response:
    """Shows what lives, what waits and what MH answers, with what to do about it."""
    seen = await request.services.gateway.health.look()
    return request.page(
        "operator/health.html",
        findings=conditions.finding_lines(seen),
        processes=conditions.process_lines(seen),
        work=conditions.work_lines(seen),
        channels=conditions.channel_lines(seen),
        environments=conditions.environment_cards(seen),
        has_answers=seen.answers is not None,
        series=conditions.ANSWER_SERIES,
        backups=conditions.backup_lines(seen),
        database=seen.database,
        size=conditions.size_words(seen.database.bytes),
        journal=conditions.journal_words(seen),
        program=__version__,
        versions=sorted({each.row.version for each in seen.processes if each.life == "alive"}),
    )


async def _company(request: PanelRequest) -> CompanySummary:
    """The company of the path. Raises Refused for an unknown one."""
    return await request.services.gateway.companies.one(int(request.part("company")))


async def _given_up(request: PanelRequest, company: CompanySummary, channel: Channel) -> pages.GivenUpCard:
    return pages.given_up_card(channel, await request.services.gateway.given_up.latest(company.id, channel))


def _href(company: CompanySummary) -> str:
    return f"{PANEL_PATH}{_LIST}/{company.id}"


def _read_after(text: str | None) -> int | None:
    """The company behind which a page begins. Raises Refused for what no page has written."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:20]) <= _LARGEST_ID):
        raise Refused("page_not_found")
    return int(text[:20])


def _switch_page(request: PanelRequest, company: CompanySummary, form: TypedNitForm, status: int = 200) -> Response:
    line = pages.company_line(company, request.services.clock())
    return request.page(
        "operator/switch.html", status, href=_href(company), line=line, form=form, active=company.active
    )


async def _number_form(request: PanelRequest, company: CompanySummary, form: SetNumberForm) -> SetNumberForm:
    form.point.choices = [(point, point) for point in await request.services.team.points(company.id)]
    form.doc_type.choices = type_choices()
    form.year.choices = [(str(year), str(year)) for year in request.services.numbers.years()]
    return form


def _number_page(request: PanelRequest, company: CompanySummary, form: SetNumberForm, status: int = 200) -> Response:
    return request.page("operator/number.html", status, href=_href(company), name=company.name, form=form)


async def _details(request: PanelRequest, company: CompanySummary) -> ContingencyDetails:
    contingency_id = str(request.part("contingency_id"))
    return await request.services.operation.contingencies.details(company.id, contingency_id, None)


def _cause_form(details: ContingencyDetails) -> CauseForm:
    return CauseForm(kind=str(details.row.kind), reason=details.row.reason or "")


def _contingency_href(company: CompanySummary, details: ContingencyDetails) -> str:
    return f"{_href(company)}/contingencies/{details.row.id}"


def _contingency_page(
    request: PanelRequest, company: CompanySummary, details: ContingencyDetails, form: CauseForm, status: int = 200
) -> Response:
    now, row = request.services.clock(), details.row
    return request.page(
        "operator/contingency.html",
        status,
        href=_href(company),
        here=_contingency_href(company, details),
        name=company.name,
        form=form,
        line=contingency_pages.line_of(row, now),
        explained=contingency_pages.step_words(row, now),
        steps=contingency_pages.CONTINGENCY_STEPS,
        step=contingency_pages.step_of(row),
        events=contingency_pages.event_lines(details.events),
        is_done=row.state == "done",
        may_correct=contingency_pages.cause_is_open(details),
        may_report_again=contingency_pages.may_report_again(details),
    )


def _route(path: str, get: PageHandler | None = None, post: PageHandler | None = None) -> PanelRoute:
    return PanelRoute(f"{_LIST}{path}", "operator", get=get, post=post, is_guarded=post is not None)


ROUTES: Final = (
    _route("", get_companies),
    _route("/{company:int}", get_operated_company),
    _route("/{company:int}/switch", get_switch, post_switch),
    _route("/{company:int}/number", get_number, post_number),
    _route("/{company:int}/again", None, post_again),
    _route("/{company:int}/contingencies/{contingency_id}", get_operated_contingency),
    _route("/{company:int}/contingencies/{contingency_id}/cause", None, post_operated_cause),
    _route("/{company:int}/contingencies/{contingency_id}/next", None, post_operated_step),
    PanelRoute("/operator/health", "operator", get=get_health),
)
