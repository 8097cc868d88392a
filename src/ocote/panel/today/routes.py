"""Answers ``/panel/c/N/today``: a day or a month of a company, and what is open."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Final

from ocote.archive.activity import DaySpan, month_of, span_before
from ocote.archive.sums import Slice
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.panel.today.open_lines import DueLine, OpenLine, Reader, due_lines, missing_lines, open_lines, waiting_lines
from ocote.panel.today.pages import day_page, mh_words, month_page, named_month
from ocote.web.response import Response

_EARLIEST: Final = date(2015, 1, 1)
"""Before this day there are no electronic documents."""

_ONE_DAY: Final = timedelta(days=1)


async def get_today(request: PanelRequest) -> Response:
    """Shows the day, or a month where the query asks for one."""
    today = request.services.activity.today()
    day, month = _day(request.query.get("day")), _day(f"{request.query.get('month', '')}-01")
    if day is None and month is not None:
        return await _month(request, _within(month, today), today)
    return await _day_page(request, _within(day or today, today), today)


def _day(text: str | None) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text or "")
    return None


def _within(day: date, today: date) -> date:
    return min(max(day, _EARLIEST), today)


async def _day_page(request: PanelRequest, day: date, today: date) -> Response:
    services, company_id, points = request.services, request.company_id, request.membership.points
    links = request.link("")
    documents = await services.situation.documents(company_id, points)
    slices = await services.activity.day(company_id, day, points)
    latest = await services.activity.latest(company_id, day, points)
    opened, _ = await _open(request, [])
    return request.page(
        "today/day.html",
        shown=day_page(day, slices, latest, is_today=day == today, links=links, say=request.say),
        mh=mh_words(await services.situation.mh_now(company_id), request.say),
        open=opened or waiting_lines(documents, links, services.activity.now(), request.say),
        before=f"{links}/today?day={(day - _ONE_DAY).isoformat()}" if day > _EARLIEST else None,
        after=f"{links}/today?day={(day + _ONE_DAY).isoformat()}" if day < today else None,
        day=day.isoformat(),
        today=today.isoformat(),
        month=f"{links}/today?month={day:%Y-%m}",
        links=links,
    )


async def _month(request: PanelRequest, day: date, today: date) -> Response:
    services, company_id, points = request.services, request.company_id, request.membership.points
    month, links = month_of(day), request.link("")
    until = min(month.last, today)
    before = span_before(month, until)
    slices = await services.activity.days(company_id, DaySpan(before.first, until), points)
    here = [each for each in slices if month.first <= each.day <= month.last]
    opened, missing = await _open(request, here)
    return request.page(
        "today/month.html",
        shown=month_page(month, until, before, slices, links, request.say),
        mh=mh_words(await services.situation.mh_now(company_id), request.say),
        open=opened,
        missing=missing,
        is_over=month.last < today,
        due=_due(request, month, today),
        before=f"{links}/today?month={month.first - _ONE_DAY:%Y-%m}" if month.first > _EARLIEST else None,
        after=f"{links}/today?month={month.last + _ONE_DAY:%Y-%m}" if month.last < today else None,
        day=f"{links}/today?day={until.isoformat()}",
        links=links,
    )


async def _open(request: PanelRequest, here: list[Slice]) -> tuple[list[OpenLine], list[OpenLine]]:
    """The open points of the company, for those who may see its settings, and what the month lacks."""
    services, links = request.services, request.link("")
    if not request.membership.may("see_settings"):
        return [], missing_lines(here, 0, links, request.say)
    may = request.membership.may
    reader = Reader(request.person.is_operator, may("edit_settings"), may("issue"))
    points = await services.situation.open_points(request.company_id, request.person.id)
    opened = open_lines(points, links, services.activity.now(), request.say, reader)
    return opened, missing_lines(here, points.invalidations, links, request.say)


def _due(request: PanelRequest, month: DaySpan, today: date) -> list[DueLine]:
    """The returns of the month before, of the month shown, and of no other: those that are not due yet."""
    if not request.membership.may("export"):
        return []
    found: list[DueLine] = []
    for first in (month_of(month.first - _ONE_DAY).first, month.first):
        words = named_month(first, request.say)
        found += due_lines(request.services.situation.due(first), words, today, request.say)
    return found


ROUTES: Final = (PanelRoute("/c/{company_id:int}/today", "read", get=get_today),)
