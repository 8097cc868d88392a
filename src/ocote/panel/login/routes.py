"""Answers ``/panel``, ``/panel/login`` in its two steps, ``/panel/logout`` and ``/panel/confirm``."""

from typing import Final

from ocote.documents.view import Refused
from ocote.panel.frame import cookies
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.navigation import home_of
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.resuming import kept_in, safe_path
from ocote.panel.frame.routing import PanelRoute
from ocote.panel.login.forms import LoginForm, code_form, confirm_form
from ocote.panel.login.pages import (
    begin_session,
    code_page,
    confirm_page,
    confirmed,
    enter_again,
    login_page,
    tell,
    wanted_path,
)
from ocote.people.entering import HalfWay, steps_of
from ocote.web.response import Response

_OPERATOR_HOME: Final = "/operator/companies"


async def get_home(request: PanelRequest) -> Response:
    """Leads to the first page of the person's first company; of an operator without one, to all companies."""
    memberships = request.person.memberships
    if memberships:
        return request.redirect(home_of(request.person, memberships[0]))
    if request.person.is_operator and _OPERATOR_HOME in request.visit.known:
        return request.redirect(PANEL_PATH + _OPERATOR_HOME)
    return request.page("login/nothing.html")


async def get_company(request: PanelRequest) -> Response:
    """Leads to the first page of a company."""
    return request.redirect(home_of(request.person, request.membership))


async def get_login(request: PanelRequest) -> Response:
    """Shows the page to log in; a person who has logged in goes on."""
    wanted = safe_path(request.query.get("next", PANEL_PATH))
    if request.visit.session is not None:
        return request.redirect(wanted)
    return login_page(request, LoginForm(), wanted, None)


async def post_login(request: PanelRequest) -> Response:
    """Begins a session under a new secret, or asks for the second step."""
    form = LoginForm(request.form)
    resumed, wanted = kept_in(request.form), wanted_path(request)
    code = 400
    if form.validate():
        email, password = str(form.email.data), str(form.password.data)
        try:
            entered = await request.services.entrance.log_in(email, password, request.client)
        except Refused as error:
            code = tell(request, error)
        else:
            if not isinstance(entered, HalfWay):
                return await begin_session(request, entered, wanted, resumed)
            request.set_cookie(cookies.HALF_WAY, entered.ticket)
            return code_page(request, entered.ticket, None, wanted, resumed)
    return login_page(request, form, wanted, resumed, code)


async def get_code(request: PanelRequest) -> Response:
    """Shows the page for the second step again; nobody is there who has not shown the password."""
    wanted = safe_path(request.query.get("next", PANEL_PATH))
    ticket = request.cookie(cookies.HALF_WAY)
    if ticket is None:
        return request.redirect(f"{PANEL_PATH}/login")
    return code_page(request, ticket, None, wanted, None)


async def post_code(request: PanelRequest) -> Response:
    """Begins a session after the second step."""
    resumed, wanted = kept_in(request.form), wanted_path(request)
    ticket = request.cookie(cookies.HALF_WAY)
    if ticket is None:
        return enter_again(request, Refused("login_expired"), wanted, resumed)
    form = code_form(has_authenticator=steps_of(ticket).has_authenticator)(request.form)
    code = 400
    if form.validate():
        try:
            secret = await request.services.entrance.second_step(ticket, str(form.data["code"]), request.client)
        except Refused as error:
            if error.code == "login_expired":
                return enter_again(request, error, wanted, resumed)
            code = tell(request, error)
        else:
            request.remove_cookie(cookies.HALF_WAY)
            return await begin_session(request, secret, wanted, resumed)
    return code_page(request, ticket, form, wanted, resumed, code)


async def get_confirm(request: PanelRequest) -> Response:
    """Shows the page to prove again who one is."""
    return confirm_page(request, None, safe_path(request.query.get("next", PANEL_PATH)), None)


async def post_confirm(request: PanelRequest) -> Response:
    """Notes that the person has proved who they are, and goes on with what they wanted to do."""
    form = confirm_form(request.person)(request.form)
    resumed, wanted = kept_in(request.form), wanted_path(request)
    code = 400
    if form.validate():
        typed = form.data
        try:
            await request.services.entrance.confirm(
                request.session, str(typed["password"]), str(typed.get("code", "")), request.client
            )
        except Refused as error:
            code = tell(request, error)
        else:
            return confirmed(request, wanted, resumed)
    return confirm_page(request, form, wanted, resumed, code)


async def post_logout(request: PanelRequest) -> Response:
    """Ends the session."""
    await request.services.sessions.end(request.session)
    request.remove_cookie(cookies.SESSION)
    request.headers.append((b"clear-site-data", b'"cache"'))
    return request.redirect(f"{PANEL_PATH}/login")


ROUTES: Final = (
    PanelRoute("/", "person", get=get_home),
    PanelRoute("/login", "anyone", get=get_login, post=post_login),
    PanelRoute("/login/code", "anyone", get=get_code, post=post_code),
    PanelRoute("/logout", "person", post=post_logout),
    PanelRoute("/confirm", "person", get=get_confirm, post=post_confirm),
    PanelRoute("/c/{company_id:int}", "read", get=get_company),
)
