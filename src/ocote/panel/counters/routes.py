"""Answers ``/c/{company}/counters``: the next number of each series, which an operator may set."""

from typing import Final

from ocote.companies.number_words import described_change
from ocote.companies.numbering import NumberOrder
from ocote.companies.registry import CompanyError, Registered
from ocote.documents.view import Refused
from ocote.panel.counters.forms import SetNumberForm
from ocote.panel.counters.pages import MOST_COUNTERS, asked_series, counter_page, refused_lines, type_choices
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.web.response import Response

_LIST: Final = "/c/{company_id:int}/counters"


async def get_counters(request: PanelRequest) -> Response:
    """Shows the next number and the last document of each series, some series at a time."""
    numbers, after = request.services.numbers, asked_series(request.query.get("after", ""))
    shown = counter_page(await numbers.page(request.company_id, after, MOST_COUNTERS + 1))
    return request.page(
        "counters/list.html",
        lines=shown.lines,
        refused=refused_lines(await numbers.refused(request.company_id)),
        next_href=request.link(f"/counters?{shown.after}") if shown.after else None,
    )


async def get_set_number(request: PanelRequest) -> Response:
    """Shows the form to set a number; the series of the query is chosen already."""
    _require_operator(request)
    return request.page("counters/set.html", form=await _form(request, SetNumberForm(request.query)))


async def post_set_number(request: PanelRequest) -> Response:
    """Sets the number of the next document of a series, and says which numbers no document will have."""
    _require_operator(request)
    form = await _form(request, SetNumberForm(request.form))
    if form.validate():
        member = request.membership
        company = Registered(member.company_id, member.nit, member.environment, member.company_name)
        order = NumberOrder(
            str(form.point.data), str(form.doc_type.data), int(form.next.data or 0), int(form.year.data)
        )
        try:
            done = await request.services.numbers.set(company, order, request.author)
        except CompanyError as error:
            form.next.errors = [str(error)]
        else:
            said = list(described_change(done))
            return request.redirect(request.link("/counters"), " ".join(said), "waiting" if len(said) > 1 else "good")
    return request.page("counters/set.html", 400, form=form)


async def _form(request: PanelRequest, form: SetNumberForm) -> SetNumberForm:
    """The form with its choices."""
    company = await request.services.companies.get(request.company_id)
    points = sorted(branch + pos for branch, pos in company.establishment_kinds)
    form.point.choices = [(point, point) for point in points]
    form.doc_type.choices = type_choices()
    form.year.choices = [(str(year), str(year)) for year in request.services.numbers.years()]
    return form


def _require_operator(request: PanelRequest) -> None:
    """Raises Refused: a wrong number stops a till, so that it is set by those who run the gateway."""
    if not request.person.is_operator:
        raise Refused("right_missing")


ROUTES: Final = (
    PanelRoute(_LIST, "see_settings", get=get_counters),
    PanelRoute(f"{_LIST}/set", "see_settings", get=get_set_number, post=post_set_number, is_guarded=True),
)
