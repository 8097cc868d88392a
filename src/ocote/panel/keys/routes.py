"""Answers ``/c/{company}/keys``: the list of keys, a new key, and the end of one."""

from typing import Final

from ocote.companies.key_holder import PREFIX_LENGTH
from ocote.companies.keys import KeyLimits
from ocote.companies.registry import CompanyError, Registered
from ocote.documents.view import Refused
from ocote.panel.frame.curl import server_of
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.panel.keys.forms import NewKeyForm
from ocote.panel.keys.pages import KeyLine, curl_example, key_lines
from ocote.web.response import Response

_LIST: Final = "/c/{company_id:int}/keys"


async def get_keys(request: PanelRequest) -> Response:
    """Shows the keys of the company by their public beginnings."""
    services = request.services
    activity = await services.operation.requests.activity(request.company_id)
    lines = key_lines(await services.keys.of_company(request.company_id), services.clock(), activity)
    return request.page("keys/list.html", lines=lines, is_kept=services.operation.requests.most > 0)


async def get_new_key(request: PanelRequest) -> Response:
    """Shows the form for a new key."""
    form = NewKeyForm()
    form.point.choices = await _points(request)
    return request.page("keys/new.html", form=form)


async def post_new_key(request: PanelRequest) -> Response:
    """Makes a key and shows it, this once: it is kept nowhere, not even for a page to which one could be led."""
    form = NewKeyForm(request.form)
    form.point.choices = await _points(request)
    if form.validate():
        member = request.membership
        company = Registered(member.company_id, member.nit, member.environment, member.company_name)
        limits = KeyLimits(int(form.per_minute.data or 0), int(form.per_hour.data or 0))
        try:
            key = await request.services.keys.create(company, str(form.point.data), request.author, limits)
        except CompanyError as error:
            request.notify("bad", str(error))
        else:
            example = curl_example(server_of(request), key)
            prefix = key[:PREFIX_LENGTH]
            return request.page("keys/made.html", key=key, prefix=prefix, point=form.point.data, example=example)
    return request.page("keys/new.html", 400, form=form)


async def get_disable_key(request: PanelRequest) -> Response:
    """Asks whether to disable a key."""
    return request.page("keys/disable.html", line=await _active(request))


async def post_disable_key(request: PanelRequest) -> Response:
    """Disables a key for ever."""
    line = await _active(request)
    try:
        await request.services.keys.disable(line.prefix, request.author, request.company_id)
    except CompanyError:
        raise Refused("page_not_found") from None
    return request.redirect(request.link("/keys"), request.say("La clave quedó desactivada."))


async def _points(request: PanelRequest) -> list[tuple[str, str]]:
    """The points of sale of the company as the choices of a field."""
    company = await request.services.companies.get(request.company_id)
    return [(point, point) for point in sorted(branch + pos for branch, pos in company.establishment_kinds)]


async def _active(request: PanelRequest) -> KeyLine:
    """The key of the path. Raises Refused for one that the company does not have, or that has ended."""
    lines = key_lines(await request.services.keys.of_company(request.company_id), request.services.clock(), {})
    wanted = str(request.part("prefix"))
    found = next((line for line in lines if line.is_active and line.prefix == wanted), None)
    if found is None:
        raise Refused("page_not_found")
    return found


ROUTES: Final = (
    PanelRoute(_LIST, "see_settings", get=get_keys),
    PanelRoute(f"{_LIST}/new", "edit_keys", get=get_new_key, post=post_new_key, is_guarded=True),
    PanelRoute(f"{_LIST}/{{prefix}}/disable", "edit_keys", get=get_disable_key, post=post_disable_key, is_guarded=True),
)
