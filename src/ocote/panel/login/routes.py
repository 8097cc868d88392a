"""Answers ``/panel``, ``/panel/login`` in its two steps, ``/panel/logout`` and ``/panel/confirm``."""

from typing import Final

from wtforms import Form

from ocote.documents.view import Refused
from ocote.errors import message, status
from ocote.panel.frame import cookies
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.navigation import home_of
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.resuming import Resumed, hidden_fields, kept_in, resume_page, safe_path
from ocote.panel.frame.routing import PanelRoute
from ocote.panel.login.forms import CodeForm, LoginForm, confirm_form
from ocote.people.entering import HalfWay
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
    return request.page("login/login.html", form=LoginForm(), waiting=(), next=wanted, is_interrupted=False)


async def post_login(request: PanelRequest) -> Response:
    """Begins a session under a new secret, or asks for the code of the second step."""
    form = LoginForm(request.form)
    resumed = kept_in(request.form)
    wanted = _wanted(request)
    code = 400
    if form.validate():
        email, password = str(form.email.data), str(form.password.data)
        try:
            entered = await request.services.entrance.log_in(email, password, request.client)
        except Refused as error:
            code = _told(request, error)
        else:
            if not isinstance(entered, HalfWay):
                return await _go_on(request, entered, wanted, resumed)
            request.set_cookie(cookies.HALF_WAY, entered.ticket)
            return _code_page(request, CodeForm(), wanted, resumed)
    waiting = hidden_fields(resumed)
    return request.page(
        "login/login.html", code, form=form, waiting=waiting, next=wanted, is_interrupted=resumed is not None
    )


async def get_code(request: PanelRequest) -> Response:
    """Shows the page for the code again; nobody is there who has not shown the password."""
    wanted = safe_path(request.query.get("next", PANEL_PATH))
    if request.cookie(cookies.HALF_WAY) is None:
        return request.redirect(f"{PANEL_PATH}/login")
    return _code_page(request, CodeForm(), wanted, None)


async def post_code(request: PanelRequest) -> Response:
    """Begins a session after the second step."""
    form = CodeForm(request.form)
    resumed = kept_in(request.form)
    wanted = _wanted(request)
    ticket = request.cookie(cookies.HALF_WAY)
    code = 400
    if form.validate():
        try:
            if ticket is None:
                raise Refused("login_expired")
            secret = await request.services.entrance.second_step(ticket, str(form.code.data), request.client)
        except Refused as error:
            code = _told(request, error)
            if error.code == "login_expired":
                request.remove_cookie(cookies.HALF_WAY)
                waiting = hidden_fields(resumed)
                return request.page(
                    "login/login.html", code, form=LoginForm(), waiting=waiting, next=wanted, is_interrupted=False
                )
        else:
            request.remove_cookie(cookies.HALF_WAY)
            return await _go_on(request, secret, wanted, resumed)
    return _code_page(request, form, wanted, resumed, code)


async def get_confirm(request: PanelRequest) -> Response:
    """Shows the page to prove again who one is."""
    wanted = safe_path(request.query.get("next", PANEL_PATH))
    form = confirm_form(has_second_factor=request.person.has_second_factor)()
    return request.page("login/confirm.html", form=form, waiting=(), next=wanted)


async def post_confirm(request: PanelRequest) -> Response:
    """Notes that the person has proved who they are, and goes on with what they wanted to do."""
    form = confirm_form(has_second_factor=request.person.has_second_factor)(request.form)
    resumed = kept_in(request.form)
    wanted = _wanted(request)
    code = 400
    if form.validate():
        typed = form.data
        try:
            await request.services.entrance.confirm(
                request.session, str(typed["password"]), str(typed.get("code", "")), request.client
            )
        except Refused as error:
            code = _told(request, error)
        else:
            return request.redirect(wanted) if resumed is None else resume_page(request, resumed)
    return request.page("login/confirm.html", code, form=form, waiting=hidden_fields(resumed), next=wanted)


async def post_logout(request: PanelRequest) -> Response:
    """Ends the session."""
    await request.services.sessions.end(request.session)
    request.remove_cookie(cookies.SESSION)
    request.headers.append((b"clear-site-data", b'"cache"'))
    return request.redirect(f"{PANEL_PATH}/login")


def _wanted(request: PanelRequest) -> str:
    return safe_path(str(request.form.get("next", PANEL_PATH)))


def _told(request: PanelRequest, error: Refused) -> int:
    """Shows why somebody is not let in; returns the status of the page: 400 for what may be typed again."""
    request.notify("bad", message(error.code, **error.values))
    return status(error.code) if status(error.code) == 429 else 400


def _code_page(request: PanelRequest, form: Form, wanted: str, resumed: Resumed | None, code: int = 200) -> Response:
    return request.page("login/code.html", code, form=form, waiting=hidden_fields(resumed), next=wanted)


async def _go_on(request: PanelRequest, secret: str, wanted: str, resumed: Resumed | None) -> Response:
    """Goes on in the session that has just begun; one that the browser had before ends."""
    if request.visit.session is not None:
        await request.services.sessions.end(request.visit.session)
    session = await request.services.sessions.find(secret)
    if session is None:
        raise Refused("login_failed")
    request.enter(session, secret)
    return request.redirect(wanted) if resumed is None else resume_page(request, resumed)


ROUTES: Final = (
    PanelRoute("/", "person", get=get_home),
    PanelRoute("/login", "anyone", get=get_login, post=post_login),
    PanelRoute("/login/code", "anyone", get=get_code, post=post_code),
    PanelRoute("/logout", "person", post=post_logout),
    PanelRoute("/confirm", "person", get=get_confirm, post=post_confirm),
    PanelRoute("/c/{company_id:int}", "read", get=get_company),
)
