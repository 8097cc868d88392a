"""Invitations to the panel: one link, for one person, for three days."""

import secrets
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.documents.view import Refused
from ocote.people.passwords import hash_new_password
from ocote.people.person import Language, PanelPerson, shown_name
from ocote.people.rights import ROLES, Role
from ocote.people.sessions import Client, Sessions
from ocote.people.team import refuse_without_owner, role_facts
from ocote.store.audit_log import AuditEntry, append_entry, audited
from ocote.store.companies import hold_company
from ocote.store.credentials import drop_totp
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store, UniqueError
from ocote.store.engine.values import moment, moment_text
from ocote.store.identities import NewIdentity, link_identity
from ocote.store.invitations import (
    InvitationRow,
    InvitedRole,
    NewInvitation,
    insert_invitation,
    open_invitation,
    open_invitations,
    remove_entries_of,
    remove_invitation,
    use_invitation,
)
from ocote.store.panel_sessions import end_sessions
from ocote.store.passkeys import remove_passkeys_of
from ocote.store.people import (
    MemberRow,
    NewMembership,
    PersonRow,
    find_member,
    forget_password,
    give_role,
    insert_person,
    make_operator,
    person_by_email,
    person_by_id,
    set_password,
    set_profile,
)

INVITATION_VALID: Final = timedelta(hours=72)
_LONGEST_NAME: Final = 100
"""Letters of a person's name."""


class Invited(Struct, frozen=True):
    """Who is invited to what: to a role in a company, or to operate the gateway.

    Without ``email`` the invitation is for whoever has the link. ``points`` are those of a cashier.
    """

    email: str = ""
    company_id: int | None = None
    role: Role | None = None
    points: tuple[str, ...] = ()
    is_operator: bool = False


class OpenInvitation(Struct, frozen=True):
    """An invitation that can still be used. ``id`` names it without being its link."""

    id: str
    email: str
    company_id: int | None
    company_name: str
    role: InvitedRole | None
    points: tuple[str, ...]
    is_operator: bool
    invited_by: str
    expires_at: datetime


class Introduction(Struct, frozen=True):
    """The person who accepts an invitation and is new here, with the chosen password."""

    name: str
    email: str
    password: str
    language: Language

    def __repr__(self) -> str:
        return "<Introduction>"


class Newcomer(Struct, frozen=True):
    """The person who accepts an invitation and is new here, known by an identity provider instead of a password."""

    name: str
    email: str
    language: Language
    issuer: str
    subject: str


class Invitations:
    """Makes invitations, and lets people accept them."""

    def __init__(self, store: Store, sessions: Sessions, clock: Clock) -> None:
        self._store = store
        self._sessions = sessions
        self._clock = clock

    async def invite(self, invited: Invited, author: Author) -> str:
        """Makes an invitation; returns the secret for its link, which is not kept."""
        secret, new = _made(invited.email, invited.role, self._clock())
        stored = _with(new, invited, author)
        await self._store.write(audited, lambda _: _entry(stored, author), insert_invitation, stored)
        audit.record("person_invited", company_id=invited.company_id, role=invited.role or "operator")
        return secret

    async def note_mailed(self, invited: Invited, author: Author, *, is_taken: bool) -> None:
        """Writes down that an invitation was mailed, and whether the mail server took it."""
        now, after = moment_text(self._clock()), {"taken": is_taken}
        entry = AuditEntry(now, author, "invitation_mailed", invited.email, invited.company_id, after=after)
        await self._store.write(append_entry, entry)
        audit.record("invitation_mailed", company_id=invited.company_id, is_taken=is_taken)

    async def find(self, secret: str) -> OpenInvitation:
        """The invitation of a link. Raises Refused (``invitation_invalid``)."""
        row = await self._store.read(open_invitation, _hashed(secret), moment_text(self._clock()))
        if row is None or row.role == "entry":
            raise Refused("invitation_invalid")
        return _open(row)

    async def has_account(self, email: str) -> bool:
        """Whether a person has this e-mail address."""
        return await self._store.read(person_by_email, email) is not None

    async def reset(self, email: str, author: Author) -> str | None:
        """Takes password, authenticator and passkeys of a person away, ends their sessions and takes older links back.

        Returns the secret of the link with which they choose another password, None when nobody has the address. Only
        a command on the machine does this: whoever has the link becomes the person.
        """
        known = email.strip().lower()
        secret, new = _made(known, "reset", self._clock())

        def work() -> Transaction[PersonRow | None]:
            row = yield from person_by_email(known)
            if row is not None:
                yield from forget_password(row.id, new.now)
                yield from remove_passkeys_of(row.id)
                yield from drop_totp(row.id, new.now)
                yield from end_sessions(row.id, new.now)
                yield from remove_entries_of(known)
                yield from insert_invitation(new)
            return row

        def entry(row: PersonRow | None) -> AuditEntry | None:
            return AuditEntry(new.now, author, "password_reset", known) if row is not None else None

        row = await self._store.write(audited, entry, work)
        if row is None:
            return None
        audit.record("password_changed", person=row.id)
        return secret

    async def open_into(self, company_id: int) -> tuple[OpenInvitation, ...]:
        """The invitations into a company that can still be used, the newest first."""
        rows = await self._store.read(open_invitations, company_id, moment_text(self._clock()))
        return tuple(map(_open, rows))

    async def revoke(self, company_id: int, invitation: str, author: Author) -> None:
        """Takes an invitation into a company back. Raises Refused (``invitation_invalid``)."""
        now = moment_text(self._clock())

        def work() -> Transaction[InvitationRow]:
            row = yield from open_invitation(invitation, now)
            if row is None or not (yield from remove_invitation(invitation, company_id)):
                raise Refused("invitation_invalid")
            return row

        def entry(row: InvitationRow) -> AuditEntry:
            before = {"role": row.role, "points": row.points}
            return AuditEntry(now, author, "invitation_revoked", row.email or row.sha256[:12], company_id, before)

        await self._store.write(audited, entry, work)
        audit.record("invitation_revoked", company_id=company_id)

    async def accept_as_new(self, secret: str, introduction: Introduction, client: Client) -> str:
        """Makes the person of an invitation, with the role; returns the secret of their session.

        Raises Refused (``invitation_invalid``, ``person_known``) and WeakPasswordError.
        """
        invitation = await self.find(secret)
        email = invitation.email or introduction.email.strip().lower()
        if invitation.role != "reset" and await self.has_account(email):
            raise Refused("person_known")
        hashed = await hash_new_password(introduction.password, (introduction.name, email))
        now = moment_text(self._clock())

        def work() -> Transaction[PersonRow]:
            known = yield from person_by_email(email)
            if known is not None and invitation.role != "reset":
                raise Refused("person_known")
            if known is None:
                name, language = introduction.name, introduction.language
                person_id = yield from insert_person(email, name, language, now, is_operator=False)
            else:
                person_id = known.id
                yield from set_profile(person_id, introduction.name, introduction.language, now)
            yield from set_password(person_id, hashed, now)
            yield from _accepted(secret, person_id, now)
            if invitation.role == "reset":
                yield from remove_entries_of(email)
                yield from end_sessions(person_id, now)
            return (yield from _found(person_id))

        try:
            row = await self._store.write(audited, partial(_acceptance, invitation, client, now), work)
        except UniqueError as error:
            raise Refused("person_known") from error
        audit.record("invitation_accepted", person=row.id, company_id=invitation.company_id)
        return await self._sessions.begin(row.id, client)

    async def accept_as_newcomer(self, secret: str, newcomer: Newcomer, client: Client) -> str:
        """Makes the person of an invitation, with the role and the identity; returns the secret of their session.

        The caller has compared the e-mail address with that of the invitation. Raises Refused (``invitation_invalid``,
        ``person_known``).
        """
        invitation = await self.find(secret)
        email = newcomer.email
        name = shown_name(newcomer.name)[:_LONGEST_NAME] or email.partition("@")[0]
        now = moment_text(self._clock())

        def work() -> Transaction[PersonRow]:
            if (yield from person_by_email(email)) is not None:
                raise Refused("person_known")
            person_id = yield from insert_person(email, name, newcomer.language, now, is_operator=False)
            if not (yield from link_identity(NewIdentity(newcomer.issuer, newcomer.subject, person_id, now))):
                raise Refused("person_known")
            yield from _accepted(secret, person_id, now)
            return (yield from _found(person_id))

        def entries(row: PersonRow) -> tuple[AuditEntry, ...]:
            accepted = _acceptance(invitation, client, now, row)
            linked = replace(accepted, act="identity_linked", company_id=None, after={"issuer": newcomer.issuer})
            return accepted, linked

        try:
            row = await self._store.write(audited, entries, work)
        except UniqueError as error:
            raise Refused("person_known") from error
        audit.record("invitation_accepted", person=row.id, company_id=invitation.company_id)
        audit.record("identity_linked", person=row.id)
        return await self._sessions.begin(row.id, client)

    async def accept_as(self, secret: str, person: PanelPerson, client: Client) -> OpenInvitation:
        """Gives the role of an invitation to a person who has logged in; returns the invitation.

        Raises Refused (``invitation_invalid``, ``invitation_for_another``, ``last_owner``).
        """
        invitation = await self.find(secret)
        if invitation.email not in ("", person.email):
            raise Refused("invitation_for_another")
        now = moment_text(self._clock())

        def work() -> Transaction[tuple[PersonRow, MemberRow | None]]:
            before = yield from _accepted(secret, person.id, now)
            return (yield from _found(person.id)), before

        def entry(done: tuple[PersonRow, MemberRow | None]) -> AuditEntry:
            row, before = done
            accepted = _acceptance(invitation, client, now, row)
            return accepted if before is None else replace(accepted, before=role_facts(before.role, before.points))

        await self._store.write(audited, entry, work)
        audit.record("invitation_accepted", person=person.id, company_id=invitation.company_id)
        return invitation

    async def enter(self, secret: str, client: Client) -> str:
        """The secret of a session of the person whom a link of ``entry_link`` lets in, once.

        Raises Refused (``invitation_invalid``).
        """
        now = moment_text(self._clock())

        def work() -> Transaction[int]:
            hashed = _hashed(secret)
            row = yield from open_invitation(hashed, now)
            person = (yield from person_by_email(row.email)) if row is not None and row.role == "entry" else None
            if person is None or not person.active or not (yield from use_invitation(hashed, now)):
                raise Refused("invitation_invalid")
            return person.id

        return await self._sessions.begin(await self._store.write(work), client)


async def entry_link(store: Store, clock: Clock, email: str) -> str:
    """The secret of a link that lets the person with an e-mail address in, once and without a password.

    Only a command on the machine makes one: who writes into the database may do all that the link allows.
    """
    secret, new = _made(email, "entry", clock())
    await store.write(insert_invitation, new)
    return secret


def _made(email: str, role: InvitedRole | None, now: datetime) -> tuple[str, NewInvitation]:
    secret = secrets.token_urlsafe(32)
    return secret, NewInvitation(
        sha256=_hashed(secret),
        email=email.strip().lower(),
        company_id=None,
        role=role,
        points="",
        is_operator=False,
        invited_by=None,
        now=moment_text(now),
        expires_at=moment_text(now + INVITATION_VALID),
    )


def _with(new: NewInvitation, invited: Invited, author: Author) -> NewInvitation:
    return NewInvitation(
        sha256=new.sha256,
        email=new.email,
        company_id=invited.company_id,
        role=new.role,
        points=" ".join(invited.points) if invited.role == "cashier" else "",
        is_operator=invited.is_operator,
        invited_by=author.person_id,
        now=new.now,
        expires_at=new.expires_at,
    )


def _accepted(secret: str, person_id: int, now: str) -> Transaction[MemberRow | None]:
    """Uses an invitation for a person, whoever else has its link; returns the role that it replaces. Raises Refused."""
    hashed = _hashed(secret)
    row = yield from open_invitation(hashed, now)
    if row is None or not (yield from use_invitation(hashed, now)):
        raise Refused("invitation_invalid")
    if row.is_operator:
        yield from make_operator(person_id, now)
    role = next((each for each in ROLES if each == row.role), None)
    if row.company_id is None or role is None:
        return None
    yield from hold_company(row.company_id)
    before = yield from find_member(row.company_id, person_id)
    yield from refuse_without_owner(row.company_id, person_id, role)
    yield from give_role(NewMembership(person_id, row.company_id, role, row.points, now))
    return before


def _found(person_id: int) -> Transaction[PersonRow]:
    row = yield from person_by_id(person_id)
    if row is None:
        raise LookupError(f"person {person_id} is not there")
    return row


def _entry(new: NewInvitation, author: Author) -> AuditEntry:
    after = {"role": new.role, "points": new.points, "operator": new.is_operator, "expires_at": new.expires_at}
    return AuditEntry(new.now, author, "person_invited", new.email or new.sha256[:12], new.company_id, after=after)


def _acceptance(invitation: OpenInvitation, client: Client, now: str, row: PersonRow) -> AuditEntry:
    after = {"role": invitation.role, "points": " ".join(invitation.points), "operator": invitation.is_operator}
    author = Author(row.email, client.address, row.id)
    return AuditEntry(now, author, "invitation_accepted", row.email, invitation.company_id, after=after)


def _open(row: InvitationRow) -> OpenInvitation:
    return OpenInvitation(
        id=row.sha256,
        email=row.email,
        company_id=row.company_id,
        company_name=row.company_name,
        role=row.role,
        points=_points(row.points),
        is_operator=row.is_operator,
        invited_by=row.invited_by,
        expires_at=moment(row.expires_at),
    )


def _points(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
