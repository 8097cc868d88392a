"""The views of a company's people."""

from collections.abc import Callable

from msgspec import Struct

from ocote.panel.frame.moments import moment_words
from ocote.panel.frame.point_words import point_words
from ocote.people.invitations import OpenInvitation
from ocote.people.team import Member

ROLE_NAMES = {"owner": "Propietario", "accountant": "Contador", "cashier": "Cajero", "reader": "Consulta"}


class MemberView(Struct, frozen=True):
    """A person in the list of a company's people."""

    person_id: int
    name: str
    email: str
    role: str
    points: str
    second_factor: str
    seen: str
    is_me: bool


class InvitationView(Struct, frozen=True):
    """An open invitation in the list."""

    id: str
    who: str
    role: str
    points: str
    invited_by: str
    until: str


def member_view(member: Member, me: int, say: Callable[[str], str]) -> MemberView:
    """A person in words."""
    return MemberView(
        person_id=member.person_id,
        name=member.name,
        email=member.email,
        role=say(ROLE_NAMES[member.role]),
        points=_points(member.role, member.points, say),
        second_factor=say(_second_factor(member)),
        seen=moment_words(member.last_seen_at) if member.last_seen_at is not None else say("Todavía no"),
        is_me=member.person_id == me,
    )


def _second_factor(member: Member) -> str:
    if member.has_second_factor:
        return "Encendido"
    return "Lo pide su proveedor" if member.only_by_provider else "Apagado"


def invitation_view(invitation: OpenInvitation, say: Callable[[str], str]) -> InvitationView:
    """An open invitation in words."""
    role = invitation.role or ""
    return InvitationView(
        id=invitation.id,
        who=invitation.email or say("Quien tenga el enlace"),
        role=say(ROLE_NAMES.get(role, "")),
        points=_points(role, invitation.points, say),
        invited_by=invitation.invited_by or say("La operación del servicio"),
        until=moment_words(invitation.expires_at),
    )


def _points(role: str, points: tuple[str, ...], say: Callable[[str], str]) -> str:
    return ", ".join(point_words(point, say) for point in points) if role == "cashier" and points else say("Todos")
