"""Answers ``/panel/invitation/{token}``, ``/panel/enter/{token}`` and ``/panel/welcome``."""

from typing import Final

from ocote.documents.view import Refused
from ocote.errors import message
from ocote.mail.address import mail_address
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.pace import keep_pace
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.panel.invitation.forms import IntroductionForm, introduction_form
from ocote.panel.invitation.pages import invited_to
from ocote.people.invitations import Introduction, OpenInvitation
from ocote.people.passwords import WeakPasswordError
from ocote.web.response import Response

_PER_MINUTE: Final = 10
_PER_HOUR: Final = 60
"""Passwords that the people with one link may try: whether one is good takes a while to say."""


async def get_invitation(request: PanelRequest) -> Response:
    """Shows an invitation: to a person who has logged in, to one who has an account, or to somebody new."""
    invitation = await request.services.invitations.find(request.part("token"))
    return await _invitation(request, invitation, introduction_form(asks_email=not invitation.email)())


async def post_invitation(request: PanelRequest) -> Response:
    """Makes the account of somebody new, and begins the first session."""
    if request.visit.session is not None:
        return await post_accept(request)
    invitations = request.services.invitations
    invitation = await invitations.find(request.part("token"))
    form = introduction_form(asks_email=not invitation.email)(request.form)
    if _is_complete(form):
        await keep_pace(request.services.limiter, f"invitation/{invitation.id}", _PER_MINUTE, _PER_HOUR)
        typed = form.data
        introduction = Introduction(
            typed["name"], typed.get("email") or invitation.email, typed["new_password"], request.visit.language
        )
        try:
            secret = await invitations.accept_as_new(request.part("token"), introduction, request.client)
        except WeakPasswordError as error:
            form.new_password.errors = [str(error)]
        except Refused as error:
            if error.code != "person_known":
                raise
            request.notify("bad", message(error.code))
        else:
            session = await request.services.sessions.find(secret)
            if session is not None:
                request.enter(session, secret)
            return request.redirect(f"{PANEL_PATH}/welcome")
    return await _invitation(request, invitation, form, 400)


async def post_accept(request: PanelRequest) -> Response:
    """Gives the role to the person who has logged in."""
    invitation = await request.services.invitations.accept_as(request.part("token"), request.person, request.client)
    company = "" if invitation.company_id is None else f"/c/{invitation.company_id}"
    return request.redirect(PANEL_PATH + company, request.say("Invitación aceptada."))


async def get_welcome(request: PanelRequest) -> Response:
    """Offers the second step to a person who has just made their account."""
    return request.page("invitation/welcome.html")


async def get_enter(request: PanelRequest) -> Response:
    """Lets the person of a single-use link in; a look without opening (HEAD) does not use the link."""
    if request.scope["method"] == "HEAD":
        return request.redirect(PANEL_PATH)
    secret = await request.services.invitations.enter(request.part("token"), request.client)
    session = await request.services.sessions.find(secret)
    if session is not None:
        request.enter(session, secret)
    return request.redirect(PANEL_PATH)


async def _invitation(
    request: PanelRequest, invitation: OpenInvitation, form: IntroductionForm, code: int = 200
) -> Response:
    person = request.visit.session.person if request.visit.session is not None else None
    is_reset = invitation.role == "reset"
    is_known = (
        bool(invitation.email) and not is_reset and await request.services.invitations.has_account(invitation.email)
    )
    return request.page(
        "invitation/invitation.html",
        code,
        invitation=invitation,
        invited_to=invited_to(invitation, request.say),
        form=form,
        is_known=is_known,
        is_reset=is_reset,
        is_for_another=person is not None and invitation.email not in ("", person.email),
        here=f"{PANEL_PATH}/invitation/{request.part('token')}",
    )


def _is_complete(form: IntroductionForm) -> bool:
    is_valid = bool(form.validate())
    field = form._fields.get("email")
    if field is not None and not field.errors:
        try:
            mail_address(str(field.data).strip())
        except ValueError:
            field.errors = ["Este correo no tiene la forma de un correo."]
            return False
    return is_valid


ROUTES: Final = (
    PanelRoute("/invitation/{token}", "anyone", get=get_invitation, post=post_invitation),
    PanelRoute("/invitation/{token}/accept", "person", post=post_accept),
    PanelRoute("/enter/{token}", "anyone", get=get_enter),
    PanelRoute("/welcome", "person", get=get_welcome),
)
