"""Answers ``/panel``, ``/panel/login``, ``/panel/logout`` and ``/panel/confirm``."""

from typing import Final

from ocote.documents.view import Refused
from ocote.errors import message
from ocote.panel.frame import cookies
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.navigation import home_of
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.resuming import hidden_fields, kept_in, resume_page, safe_path
from ocote.panel.frame.routing import PanelRoute
from ocote.panel.login.forms import ConfirmForm, LoginForm
from ocote.web.response import Response


async def get_home(request: PanelRequest) -> Response:
    """Leads to the first page of the person's first company."""
    memberships = request.person.memberships
    if memberships:
        return request.redirect(home_of(request.person, memberships[0]))
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
    """Begins a session, under a new secret, and goes on to where the person wanted to go."""
    form = LoginForm(request.form)
    resumed = kept_in(request.form)
    wanted = safe_path(str(request.form.get("next", PANEL_PATH)))
    if form.validate():
        try:
            secret = await request.services.entrance.log_in(
                str(form.email.data), str(form.password.data), request.client
            )
        except Refused as error:
            request.notify("bad", message(error.code))
        else:
            await _enter(request, secret)
            return request.redirect(wanted) if resumed is None else resume_page(request, resumed)
    waiting = hidden_fields(resumed)
    return request.page(
        "login/login.html", 400, form=form, waiting=waiting, next=wanted, is_interrupted=resumed is not None
    )


async def _enter(request: PanelRequest, secret: str) -> None:
    """Takes the session that has just begun for this request too, so that its page has the session's token."""
    session = await request.services.sessions.find(secret)
    if session is None:
        raise Refused("login_failed")
    request.enter(session, secret)


async def get_confirm(request: PanelRequest) -> Response:
    """Shows the page to prove again who one is."""
    wanted = safe_path(request.query.get("next", PANEL_PATH))
    return request.page("login/confirm.html", form=ConfirmForm(), waiting=(), next=wanted)


async def post_confirm(request: PanelRequest) -> Response:
    """Notes that the person has proved who they are, and goes on with what they wanted to do."""
    form = ConfirmForm(request.form)
    resumed = kept_in(request.form)
    wanted = safe_path(str(request.form.get("next", PANEL_PATH)))
    if form.validate():
        try:
            await request.services.entrance.confirm(request.session, str(form.password.data))
        except Refused as error:
            request.notify("bad", message(error.code))
        else:
            return request.redirect(wanted) if resumed is None else resume_page(request, resumed)
    return request.page("login/confirm.html", 400, form=form, waiting=hidden_fields(resumed), next=wanted)


async def post_logout(request: PanelRequest) -> Response:
    """Ends the session."""
    await request.services.sessions.end(request.session)
    request.remove_cookie(cookies.SESSION)
    request.headers.append((b"clear-site-data", b'"cache"'))
    return request.redirect(f"{PANEL_PATH}/login")


ROUTES: Final = (
    PanelRoute("/", "person", get=get_home),
    PanelRoute("/login", "anyone", get=get_login, post=post_login),
    PanelRoute("/logout", "person", post=post_logout),
    PanelRoute("/confirm", "person", get=get_confirm, post=post_confirm),
    PanelRoute("/c/{company_id:int}", "read", get=get_company),
)
