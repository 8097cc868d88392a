"""Invitations to the panel: single use; of the secret in the link the SHA-256 alone is kept."""

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from ocote.store.engine.statement import StoredRow, Transaction, changed, every, first, sql
from ocote.store.people import RoleName

InvitedRole = RoleName | Literal["entry", "reset"]
"""A role in a company; or for the person of the e-mail address: ``entry`` lets in, ``reset`` takes a new password."""


class NewInvitation(Struct, frozen=True):
    """An invitation to store; moments are stored text in UTC. ``email`` is empty for whoever has the link."""

    sha256: str
    email: str
    company_id: int | None
    role: InvitedRole | None
    points: str
    is_operator: bool
    invited_by: int | None
    now: str
    expires_at: str


class InvitationRow(StoredRow, frozen=True):
    """An invitation with the name of its company and of the person who invites, both empty where there is none."""

    sha256: str
    email: str
    company_id: int | None
    company_name: str
    role: InvitedRole | None
    points: str
    is_operator: bool
    invited_by: str
    created_at: str
    expires_at: str
    used_at: str | None


class _Hash(StoredRow, frozen=True):
    sha256: str


_COLUMNS: Final = """
    invitation.sha256, invitation.email, invitation.company_id, coalesce(company.name, '') AS company_name,
    invitation.role, invitation.points, invitation.is_operator, coalesce(person.name, '') AS invited_by,
    invitation.created_at, invitation.expires_at, invitation.used_at
    FROM invitation LEFT JOIN company ON company.id = invitation.company_id
                    LEFT JOIN person ON person.id = invitation.invited_by"""
_INSERT: Final = sql("""
    INSERT INTO invitation (sha256, email, company_id, role, points, is_operator, invited_by, created_at, expires_at)
    VALUES (:sha256, :email, :company, :role, :points, :is_operator, :invited_by, :now, :expires_at)""")
_OPEN: Final = sql(
    f"""
    SELECT {_COLUMNS}
    WHERE invitation.sha256 = :sha256 AND invitation.used_at IS NULL AND invitation.expires_at > :now""",
    InvitationRow,
)
_OPEN_OF_COMPANY: Final = sql(
    f"""
    SELECT {_COLUMNS}
    WHERE invitation.company_id = :company AND invitation.used_at IS NULL AND invitation.expires_at > :now
    ORDER BY invitation.created_at DESC""",
    InvitationRow,
)
_USE: Final = sql(
    """
    UPDATE invitation SET used_at = :now
    WHERE sha256 = :sha256 AND used_at IS NULL AND expires_at > :now RETURNING sha256""",
    _Hash,
)
_REVOKE: Final = sql(
    "DELETE FROM invitation WHERE sha256 = :sha256 AND company_id = :company AND used_at IS NULL RETURNING sha256",
    _Hash,
)
_REVOKE_OF: Final = sql(
    "DELETE FROM invitation WHERE company_id = :company AND invited_by = :person AND used_at IS NULL"
)
_REVOKE_ENTRIES: Final = sql(
    "DELETE FROM invitation WHERE email = :email AND role IN ('entry', 'reset') AND used_at IS NULL"
)
_REVOKE_ALL: Final = sql("DELETE FROM invitation WHERE used_at IS NULL")
_FORGET: Final = sql("DELETE FROM invitation WHERE expires_at < :before")


def insert_invitation(new: NewInvitation) -> Transaction[None]:
    """Stores an invitation."""
    yield _INSERT(
        sha256=new.sha256,
        email=new.email,
        company=new.company_id,
        role=new.role,
        points=new.points,
        is_operator=int(new.is_operator),
        invited_by=new.invited_by,
        now=new.now,
        expires_at=new.expires_at,
    )


def open_invitation(sha256: str, now: str) -> Transaction[InvitationRow | None]:
    """The invitation with this SHA-256 that can still be used, or None."""
    return (yield from first(_OPEN(sha256=sha256, now=now)))


def open_invitations(company_id: int, now: str) -> Transaction[Sequence[InvitationRow]]:
    """The invitations into a company that can still be used, the newest first."""
    return (yield from every(_OPEN_OF_COMPANY(company=company_id, now=now)))


def use_invitation(sha256: str, now: str) -> Transaction[bool]:
    """Uses an invitation; False when somebody was first, or it has expired."""
    return (yield from changed(_USE(sha256=sha256, now=now)))


def remove_invitation(sha256: str, company_id: int) -> Transaction[bool]:
    """Takes an invitation back; False when the company has no such invitation that is unused."""
    return (yield from changed(_REVOKE(sha256=sha256, company=company_id)))


def remove_invitations_of(company_id: int, person_id: int) -> Transaction[None]:
    """Takes back every unused invitation of a person into a company."""
    yield _REVOKE_OF(company=company_id, person=person_id)


def remove_entries_of(email: str) -> Transaction[None]:
    """Takes back every unused link that lets the person of an e-mail address in, or takes a new password of theirs."""
    yield _REVOKE_ENTRIES(email=email)


def remove_every_invitation() -> Transaction[None]:
    """Takes back every unused invitation."""
    yield _REVOKE_ALL()


def forget_invitations(before: str) -> Transaction[None]:
    """Deletes the invitations that expired before a moment."""
    yield _FORGET(before=before)
