"""Answers ``/panel/c/{company_id}/people`` and the pages below it."""

from typing import Final, cast

from msgspec.structs import replace

from ocote.documents.view import Refused
from ocote.errors import message, status
from ocote.outbox.company_mailer import MailOutcome
from ocote.outbox.invitation_mail import InvitationLink, mail_invitation
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.panel.people.forms import InvitationForm, RoleForm, form_of
from ocote.panel.people.pages import invitation_view, member_view
from ocote.people.invitations import Invited
from ocote.people.rights import Role
from ocote.people.team import Member
from ocote.web.response import Response

_PEOPLE: Final = "/c/{company_id:int}/people"


async def get_people(request: PanelRequest) -> Response:
    """Lists the people of the company, and the invitations that are open."""
    members = await request.services.team.members(request.company_id)
    may_change = request.membership.may("edit_people")
    invitations = await request.services.invitations.open_into(request.company_id) if may_change else ()
    return request.page(
        "people/list.html",
        members=[member_view(each, request.person.id, request.say) for each in members],
        invitations=[invitation_view(each, request.say) for each in invitations],
        may_change=may_change,
        here=request.link("/people"),
    )


async def get_invite(request: PanelRequest) -> Response:
    """Shows the form to invite somebody."""
    has_server = await request.services.operation.mails.has_server(request.company_id)
    form = InvitationForm(role="cashier", by_mail=has_server)
    form.offer(await request.services.team.points(request.company_id), request.say)
    return request.page("people/invite.html", form=form, has_server=has_server, here=request.link("/people"))


async def post_invite(request: PanelRequest) -> Response:
    """Makes an invitation, mails it when this is asked for, and shows its link, once."""
    form = InvitationForm(request.form)
    form.offer(await request.services.team.points(request.company_id), request.say)
    if not form.validate():
        has_server = await request.services.operation.mails.has_server(request.company_id)
        return request.page("people/invite.html", 400, form=form, has_server=has_server, here=request.link("/people"))
    invited = Invited(
        email=str(form.email.data or ""),
        company_id=request.company_id,
        role=cast("Role", form.role.data),
        points=form.reached,
    )
    secret = await request.services.invitations.invite(invited, request.author)
    link = f"{request.origin}{PANEL_PATH}/invitation/{secret}"
    mailed = await _mailed(request, invited, link) if form.by_mail.data and invited.email else None
    return request.page(
        "people/invited.html", link=link, email=invited.email, mailed=mailed, here=request.link("/people")
    )


async def _mailed(request: PanelRequest, invited: Invited, link: str) -> MailOutcome:
    services = request.services
    sent = InvitationLink(link, request.visit.language)
    outcome = await mail_invitation(services.operation.mailer, services.clock, invited, sent)
    await services.invitations.note_mailed(invited, request.author, is_taken=outcome.is_taken)
    return outcome


async def post_revoke(request: PanelRequest) -> Response:
    """Takes an invitation back."""
    await request.services.invitations.revoke(request.company_id, request.part("invitation"), request.author)
    return request.redirect(request.link("/people"), request.say("La invitación quedó anulada."))


async def get_person(request: PanelRequest) -> Response:
    """Shows the role of a person, to be changed or taken away."""
    member = await request.services.team.member(request.company_id, request.part("person"))
    return await _person(request, member, form_of(member))


async def post_person(request: PanelRequest) -> Response:
    """Changes the role of a person."""
    member = await request.services.team.member(request.company_id, request.part("person"))
    form = RoleForm(request.form)
    form.offer(await request.services.team.points(request.company_id), request.say)
    if not form.validate():
        return await _person(request, member, form, 400)
    role, points = cast("Role", form.role.data), form.reached
    seen = _as_seen(member, str(form.seen.data))
    try:
        await request.services.team.change_role(request.company_id, seen, role, points, request.author)
    except Refused as error:
        return await _refused(request, error)
    return request.redirect(request.link("/people"), request.say("El rol cambió."))


async def post_remove(request: PanelRequest) -> Response:
    """Takes the role of a person away."""
    member = await request.services.team.member(request.company_id, request.part("person"))
    seen = _as_seen(member, str(request.form.get("seen", "")))
    try:
        await request.services.team.take_role(request.company_id, seen, request.author)
    except Refused as error:
        return await _refused(request, error)
    if member.person_id == request.person.id:
        return request.redirect(PANEL_PATH, request.say("Usted ya no tiene un rol en esa empresa."))
    return request.redirect(request.link("/people"), request.say("La persona ya no tiene un rol en la empresa."))


async def _refused(request: PanelRequest, error: Refused) -> Response:
    """The person as they are now, and why the change was not made."""
    member = await request.services.team.member(request.company_id, request.part("person"))
    request.notify("bad", message(error.code))
    return await _person(request, member, form_of(member), status(error.code))


async def _person(request: PanelRequest, member: Member, form: RoleForm, code: int = 200) -> Response:
    form.offer(await request.services.team.points(request.company_id), request.say)
    view = member_view(member, request.person.id, request.say)
    return request.page("people/person.html", code, form=form, member=view, here=request.link("/people"))


def _as_seen(member: Member, seen: str) -> Member:
    """The person with the role and the points that the page had shown; the store compares them with the present."""
    role, *points = seen.split() or [""]
    return replace(member, role=cast("Role", role), points=tuple(points))


ROUTES: Final = (
    PanelRoute(_PEOPLE, "see_settings", get=get_people),
    PanelRoute(f"{_PEOPLE}/invite", "edit_people", get=get_invite, post=post_invite, is_guarded=True),
    PanelRoute(f"{_PEOPLE}/invitations/{{invitation}}/revoke", "edit_people", post=post_revoke, is_guarded=True),
    PanelRoute(f"{_PEOPLE}/{{person:int}}", "edit_people", get=get_person, post=post_person, is_guarded=True),
    PanelRoute(f"{_PEOPLE}/{{person:int}}/remove", "edit_people", post=post_remove, is_guarded=True),
)
