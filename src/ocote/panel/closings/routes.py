"""Answers ``/c/{company}/closings``: readings (X) and closings (Z) of points of sale."""

from typing import Final

from ocote.closings.closings import Closing
from ocote.companies.company import Company
from ocote.documents.view import Refused
from ocote.panel.closings.forms import counted_form
from ocote.panel.closings.pages import closing_lines, counted_money, cut_page, paper_head
from ocote.panel.frame.moments import moment_words
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.web.response import Response

_MOST: Final = 30
_LIST: Final = "/c/{company_id:int}/closings"
_POINT: Final = f"{_LIST}/{{point}}"


async def get_closings(request: PanelRequest) -> Response:
    """Shows the points of sale that may be closed, and the closings of before."""
    points = await _points(request)
    found = await request.services.closings.page(request.company_id, points, _MOST + 1, await _after(request))
    older = found[_MOST - 1] if len(found) > _MOST else None
    return request.page(
        "closings/list.html",
        points=points,
        lines=closing_lines(found[:_MOST]),
        older=request.link(f"/closings?point={older.point}&after={older.number}") if older else None,
    )


async def get_reading(request: PanelRequest) -> Response:
    """Shows the X cut of a point of sale."""
    reading = await request.services.closings.read(request.company_id, await _point(request))
    return request.page(
        "closings/reading.html",
        reading=reading,
        cut=cut_page(reading.sums),
        since=moment_words(reading.since),
        at=moment_words(reading.at),
        by=request.person.name,
        head=paper_head((await _company(request)).profile),
    )


async def get_close(request: PanelRequest) -> Response:
    """Shows the form for what was counted, and no sum: the cashier counts without knowing what is expected."""
    return request.page("closings/close.html", point=await _point(request), form=counted_form()())


async def post_close(request: PanelRequest) -> Response:
    """Shows what was counted; once the person has seen this, makes the Z cut of a point of sale."""
    point = await _point(request)
    form = counted_form()(request.form)
    if not form.validate():
        return request.page("closings/close.html", 400, point=point, form=form)
    todo, number = request.form.get("do"), _whole_number(str(request.form.get("number", "")))
    if todo == "change":
        return request.page("closings/close.html", point=point, form=form)
    closings = request.services.closings
    if todo != "close" or number is None:
        number = await closings.next_number(request.company_id, point)
        counted = counted_money(form.counted())
        return request.page("closings/confirm.html", point=point, number=number, form=form, counted=counted)
    closing = await closings.close(request.company_id, point, number, form.counted(), request.author)
    return request.redirect(
        request.link(f"/closings/{point}/{closing.number}"), request.say("La caja está cerrada; el corte ya no cambia.")
    )


async def get_closing(request: PanelRequest) -> Response:
    """Shows a Z cut, to be printed."""
    closing = await request.services.closings.find(request.company_id, await _point(request), request.part("number"))
    return request.page(
        "closings/closing.html",
        closing=closing,
        cut=cut_page(closing.sums, dict(closing.counted)),
        began_at=moment_words(closing.began_at),
        closed_at=moment_words(closing.closed_at),
        head=paper_head((await _company(request)).profile),
    )


async def _company(request: PanelRequest) -> Company:
    return await request.services.companies.get(request.company_id)


async def _points(request: PanelRequest) -> list[str]:
    """The points of sale of the company that the person reaches."""
    company = await _company(request)
    known = sorted(branch + pos for branch, pos in company.establishment_kinds)
    return [point for point in known if request.membership.reaches(point)]


async def _point(request: PanelRequest) -> str:
    """The point of sale of the path. Raises Refused for one that is not there, or that the person does not reach."""
    point = str(request.part("point"))
    if point not in await _points(request):
        raise Refused("page_not_found")
    return point


async def _after(request: PanelRequest) -> Closing | None:
    """The closing behind which the page of the list begins."""
    point, number = request.query.get("point", ""), _whole_number(request.query.get("after", ""))
    if number is None or point not in await _points(request):
        return None
    return await request.services.closings.find(request.company_id, point, number)


def _whole_number(text: str) -> int | None:
    """The number of a cut in a text, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


ROUTES: Final = (
    PanelRoute(_LIST, "read", get=get_closings),
    PanelRoute(f"{_POINT}/reading", "issue", get=get_reading),
    PanelRoute(f"{_POINT}/close", "issue", get=get_close, post=post_close),
    PanelRoute(f"{_POINT}/{{number:int}}", "read", get=get_closing),
)
