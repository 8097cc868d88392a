"""The pages to log in and to prove again who one is, and the way on from them."""

from wtforms import Form

from ocote.documents.view import Refused
from ocote.errors import message, status
from ocote.panel.frame import cookies
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.resuming import Resumed, hidden_fields, resume_page, safe_path
from ocote.panel.login.forms import LoginForm, code_form, confirm_form
from ocote.people.entering import steps_of
from ocote.web.response import Response


def login_page(request: PanelRequest, form: Form, wanted: str, resumed: Resumed | None, code: int = 200) -> Response:
    """The page to log in; a form that was sent waits there."""
    waiting = hidden_fields(resumed)
    return request.page(
        "login/login.html", code, form=form, waiting=waiting, next=wanted, is_interrupted=resumed is not None
    )


def code_page(
    request: PanelRequest, ticket: str, form: Form | None, wanted: str, resumed: Resumed | None, code: int = 200
) -> Response:
    """The page for the second step, in the ways that the person of a ticket has."""
    steps = steps_of(ticket)
    shown = form or code_form(has_authenticator=steps.has_authenticator)()
    waiting = hidden_fields(resumed)
    return request.page("login/code.html", code, form=shown, waiting=waiting, next=wanted, steps=steps)


def confirm_page(
    request: PanelRequest, form: Form | None, wanted: str, resumed: Resumed | None, code: int = 200
) -> Response:
    """The page to prove again who one is; a form that was sent waits there."""
    shown = form or confirm_form(request.person)()
    return request.page("login/confirm.html", code, form=shown, waiting=hidden_fields(resumed), next=wanted)


def enter_again(request: PanelRequest, error: Refused, wanted: str, resumed: Resumed | None) -> Response:
    """The page to log in for somebody whose password was shown too long ago."""
    request.remove_cookie(cookies.HALF_WAY)
    return login_page(request, LoginForm(), wanted, resumed, tell(request, error))


async def begin_session(request: PanelRequest, secret: str, wanted: str, resumed: Resumed | None) -> Response:
    """Goes on in the session that has just begun; one that the browser had before ends. Raises Refused."""
    if request.visit.session is not None:
        await request.services.sessions.end(request.visit.session)
    session = await request.services.sessions.find(secret)
    if session is None:
        raise Refused("login_failed")
    request.enter(session, secret)
    return confirmed(request, wanted, resumed)


def confirmed(request: PanelRequest, wanted: str, resumed: Resumed | None) -> Response:
    """Leads to the page or the form that the person wanted before they had to prove who they are."""
    return request.redirect(wanted) if resumed is None else resume_page(request, resumed)


def wanted_path(request: PanelRequest) -> str:
    """The page of the panel that a form of the login leads to."""
    return safe_path(str(request.form.get("next", PANEL_PATH)))


def tell(request: PanelRequest, error: Refused) -> int:
    """Shows why somebody is not let in; returns the status of the page: 400 for what may be tried again."""
    request.notify("bad", message(error.code, **error.values))
    return status(error.code) if status(error.code) == 429 else 400
