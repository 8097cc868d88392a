"""Answers ``/c/{company}/audit`` and ``/operator/audit``: the entries of the audit log, the newest first."""

from typing import Final
from urllib.parse import urlencode

from ocote.panel.audit.forms import AuditFilterForm
from ocote.panel.audit.pages import entries_shown
from ocote.panel.audit.words import ACTS
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.store.audit_reading import AuditFilter
from ocote.web.response import Response

_MOST: Final = 50
_MOST_DIGITS: Final = 18


async def get_company_log(request: PanelRequest) -> Response:
    """Shows the changes of the company."""
    return await _log(request, request.link("/audit"), request.company_id)


async def get_whole_log(request: PanelRequest) -> Response:
    """Shows the changes of the gateway and of every company."""
    return await _log(request, f"{PANEL_PATH}/operator/audit", None)


async def _log(request: PanelRequest, href: str, company_id: int | None) -> Response:
    form = AuditFilterForm(request.query)
    form.act.choices = [("", request.say("Todo")), *((act, request.say(words)) for act, words in ACTS.items())]
    is_valid = form.validate()
    before = request.query.get("before", "")
    begins = int(before) if before.isascii() and before.isdigit() and len(before) <= _MOST_DIGITS else None
    wanted = AuditFilter(
        _MOST,
        company_id=company_id,
        before=begins,
        act=form.act_asked() if is_valid else None,
        author=form.person_asked() if is_valid else None,
        since=form.since_asked() if is_valid else None,
        until=form.until_asked() if is_valid else None,
    )
    page = await request.services.trail.page(wanted)
    asked = form.asked() if is_valid else {}
    older = {**asked, "before": str(page.rows[-1].number)} if page.has_more else None
    return request.page(
        "audit/list.html",
        form=form,
        href=href,
        entries=entries_shown(page.rows, request.say),
        is_whole=page.is_whole,
        is_operators=company_id is None,
        active=len(asked.keys() - {"person"}),
        is_filtered=bool(asked),
        newer_href=f"{href}?{urlencode(asked)}" if begins is not None else None,
        older_href=f"{href}?{urlencode(older)}" if older else None,
    )


ROUTES: Final = (
    PanelRoute("/c/{company_id:int}/audit", "see_settings", get=get_company_log),
    PanelRoute("/operator/audit", "operator", get=get_whole_log),
)
