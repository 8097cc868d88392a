"""Answers ``/panel/login/identity`` and the way back, and the errands that go the same way.

No answer here redirects to another site or from it. A form that leads to the provider would need the provider's host,
and every host to which it leads on, in the ``form-action`` of the policy of its page: a page of our own leads there
instead. And a browser that follows a redirection from another site sends no strict cookie, whoever redirects last: the
way back ends in a page of our own, which the browser leaves by itself, so that the next request comes from our site and
brings the session along.
"""

from typing import Final

from msgspec.structs import replace

from ocote.documents.view import Refused
from ocote.errors import message, status
from ocote.panel.frame import cookies
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.resuming import hidden_fields, kept_in, resume_page, safe_path
from ocote.panel.frame.routing import PanelRoute
from ocote.panel.identity.journey import Errand, Journey, packed, unpacked
from ocote.panel.login.forms import LoginForm, confirm_form
from ocote.people.claims import ProvenIdentity
from ocote.people.identity import Identities, Question, WayBack
from ocote.people.person import Session
from ocote.web.response import COME_AGAIN, Response

BACK: Final = f"{PANEL_PATH}/login/identity/back"
"""The one address to which the provider sends people back: the operator registers it there."""

_LOGIN: Final = f"{PANEL_PATH}/login"
_ACCOUNT: Final = f"{PANEL_PATH}/account"
_NOBODY: Final = ("identity_unknown", "identity_email_unverified")
_NO_QUESTION: Final = Question("", "", "", 0, must_be_fresh=False)


async def post_identity_login(request: PanelRequest) -> Response:
    """Sends somebody to the provider who wants to log in."""
    return await _set_out(request, _journey(request, "login"))


async def post_identity_confirm(request: PanelRequest) -> Response:
    """Sends a person to the provider to log in there again."""
    return await _set_out(request, _journey(request, "confirm"))


async def post_identity_invitation(request: PanelRequest) -> Response:
    """Sends somebody to the provider who accepts an invitation with it instead of a password."""
    token = request.part("token")
    invitation = await request.services.invitations.find(token)
    if invitation.role == "reset":
        raise Refused("invitation_invalid")
    return await _set_out(request, replace(_journey(request, "invitation"), wanted=PANEL_PATH, invitation=token))


async def get_way_back(request: PanelRequest) -> Response:
    """Ends a journey to the provider. A look without opening (HEAD) ends none."""
    identities = _identities(request)
    if request.scope["method"] == "HEAD":
        return request.redirect(_LOGIN)
    journey = unpacked(request.cookie(cookies.JOURNEY))
    if journey is None:
        return await _failed(request, Refused("identity_expired"), None)
    query = request.query
    back = WayBack(
        state=query.get("state", ""),
        code=query.get("code", ""),
        error=query.get("error", ""),
        issuer=query.get("iss", ""),
        return_to=request.origin + BACK,
    )
    if back.state == journey.question.state:
        request.remove_cookie(cookies.JOURNEY)
    try:
        proven = await identities.proven(journey.question, back, request.client)
        return await _arrived(request, journey, proven)
    except Refused as error:
        return await _failed(request, error, journey)


async def post_identity_removal(request: PanelRequest) -> Response:
    """Removes an identity from the account of the person."""
    await _identities(request).remove(request.person, str(request.form.get("identity", "")), request.author)
    return request.redirect(_ACCOUNT, request.say("El enlace con el proveedor se quitó."))


def _identities(request: PanelRequest) -> Identities:
    """The logins by the provider. Raises Refused where there is none: the pages do not exist then."""
    if request.services.identities is None:
        raise Refused("page_not_found")
    return request.services.identities


def _journey(request: PanelRequest, errand: Errand) -> Journey:
    """The journey of a form, before anything is asked of the provider."""
    session = request.visit.session
    return Journey(
        question=_NO_QUESTION,
        errand=errand,
        wanted=safe_path(str(request.form.get("next", PANEL_PATH))),
        session=session.id if session is not None else "",
        waiting=kept_in(request.form),
    )


async def _set_out(request: PanelRequest, journey: Journey) -> Response:
    identities = _identities(request)
    try:
        sent = await identities.ask(request.origin + BACK, must_be_fresh=journey.errand == "confirm")
    except Refused as error:
        return await _failed(request, error, journey)
    kept = packed(replace(journey, question=sent.question))
    if kept is None and journey.waiting is not None:
        here = "/confirm" if journey.errand == "confirm" else "/login"
        request.notify(
            "waiting",
            request.say(
                "Lo que escribió es demasiado largo para guardarlo mientras se identifica. Identifíquese primero en "
                "otra pestaña, con el enlace de abajo, y después envíelo aquí."
            ),
        )
        return request.page("identity/elsewhere.html", 409, resumed=journey.waiting, first=PANEL_PATH + here)
    if kept is None:  # a path of thousands of letters: no page of the panel has one
        kept = packed(replace(journey, question=sent.question, wanted=PANEL_PATH)) or ""
    request.set_cookie(cookies.JOURNEY, kept)
    return request.page("identity/onward.html", to=sent.url, provider=identities.name)


async def _arrived(request: PanelRequest, journey: Journey, proven: ProvenIdentity) -> Response:
    """The page after a success, in the session. Raises Refused."""
    identities = _identities(request)
    if journey.errand == "confirm":
        session = await _session(request, journey)
        if session is None:
            raise Refused("identity_expired")
        await identities.confirm(session, proven, request.client)
        request.stand_in(session)
    else:
        if journey.errand == "login":
            secret = await identities.log_in(proven, request.client)
        else:
            secret = await identities.accept(journey.invitation, proven, request.visit.language, request.client)
        await _enter(request, secret, journey)
    if journey.waiting is not None:
        return resume_page(request, journey.waiting)
    return request.page("identity/onward.html", to=journey.wanted, provider="")


async def _enter(request: PanelRequest, secret: str, journey: Journey) -> None:
    """Goes on in the session that has just begun; one that the browser had before ends. Raises Refused."""
    sessions = request.services.sessions
    before, session = await _session(request, journey), await sessions.find(secret)
    if before is not None:
        await sessions.end(before)
    if session is None:
        raise Refused("identity_expired")
    request.enter(session, secret)


async def _session(request: PanelRequest, journey: Journey) -> Session | None:
    """The session from which a person set out: the signed cookie of the journey stands for that of the session."""
    return await request.services.sessions.find_by_id(journey.session) if journey.session else None


async def _failed(request: PanelRequest, error: Refused, journey: Journey | None) -> Response:
    """The page from which a person whom the provider did not help goes on: what they had typed still waits there."""
    code, text = status(error.code), message(error.code, **error.values)
    if code == 503:
        request.headers.append(COME_AGAIN)
    if journey is not None and (journey.errand == "invitation" or error.code in _NOBODY):
        href = f"{PANEL_PATH}/invitation/{journey.invitation}" if journey.invitation else _LOGIN
        return request.page("identity/problem.html", code, text=text, href=href)
    request.notify("bad", text)
    waiting = hidden_fields(journey.waiting) if journey is not None else ()
    wanted = journey.wanted if journey is not None else PANEL_PATH
    session = await _session(request, journey) if journey is not None and journey.errand == "confirm" else None
    around = {"waiting": waiting, "next": wanted}
    if session is None:
        return request.page("login/login.html", code, form=LoginForm(), is_interrupted=False, **around)
    request.stand_in(session)
    form = confirm_form(request.person)()
    return request.page("login/confirm.html", code, form=form, **around)


ROUTES: Final = (
    PanelRoute("/login/identity", "anyone", post=post_identity_login),
    PanelRoute("/login/identity/back", "anyone", get=get_way_back),
    PanelRoute("/confirm/identity", "person", post=post_identity_confirm),
    PanelRoute("/invitation/{token}/identity", "anyone", post=post_identity_invitation),
    PanelRoute("/account/identities/remove", "person", post=post_identity_removal, is_guarded=True),
)
