"""Answers ``/c/{company}/closings``: readings (X) and closings (Z) of points of sale."""

from typing import Final

from ocote.closings.closings import Closing
from ocote.documents.view import Refused
from ocote.panel.closings.forms import counted_form
from ocote.panel.closings.pages import closing_lines, cut_page
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
    )


async def get_close(request: PanelRequest) -> Response:
    """Shows the form for what was counted, and no sum: the cashier counts without knowing what is expected."""
    return request.page("closings/close.html", point=await _point(request), form=counted_form()())


async def post_close(request: PanelRequest) -> Response:
    """Makes the Z cut of a point of sale."""
    point = await _point(request)
    form = counted_form()(request.form)
    if not form.validate():
        return request.page("closings/close.html", 400, point=point, form=form)
    closing = await request.services.closings.close(request.company_id, point, form.counted(), request.author)
    return request.redirect(
        request.link(f"/closings/{point}/{closing.number}"), request.say("La caja está cerrada; imprima el corte.")
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
    )


async def _points(request: PanelRequest) -> list[str]:
    """The points of sale of the company that the person reaches."""
    company = await request.services.companies.get(request.company_id)
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
    point, number = request.query.get("point", ""), request.query.get("after", "")
    if not number.isascii() or not number.isdigit() or len(number) > 9 or point not in await _points(request):
        return None
    return await request.services.closings.find(request.company_id, point, int(number))


ROUTES: Final = (
    PanelRoute(_LIST, "read", get=get_closings),
    PanelRoute(f"{_POINT}/reading", "issue", get=get_reading),
    PanelRoute(f"{_POINT}/close", "issue", get=get_close, post=post_close),
    PanelRoute(f"{_POINT}/{{number:int}}", "read", get=get_closing),
)
