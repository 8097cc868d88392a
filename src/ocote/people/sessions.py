"""The sessions of people who have logged in: begun, found by the secret of the cookie, confirmed, ended."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from msgspec import Struct

from ocote.clock import Clock
from ocote.people.person import Membership, PanelPerson, Session
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment, moment_text
from ocote.store.panel_sessions import (
    NewSession,
    SessionRow,
    end_session,
    end_sessions,
    insert_session,
    live_session,
    live_sessions,
    note_confirmed,
    note_seen,
)
from ocote.store.people import MembershipRow, PersonRow, memberships_of, person_by_id

IDLE: Final = timedelta(hours=12)
"""A session that was not used for so long has ended: a working day at a cash register."""

LONGEST: Final = timedelta(days=7)
"""A session ends after so long however much it is used."""

FRESH: Final = timedelta(minutes=10)
"""After so long a person proves again who they are before a change of keys, people, certificates or production."""

_NOTE_EVERY: Final = timedelta(minutes=5)
_LONGEST_AGENT: Final = 200


class Client(Struct, frozen=True):
    """The browser of a person, as lists of sessions and the audit log name it."""

    address: str
    agent: str = ""


class OpenSession(Struct, frozen=True):
    """A session of a person as the person's list of sessions shows it; ``id`` is as in ``Session``."""

    id: str
    address: str
    agent: str
    created_at: datetime
    seen_at: datetime
    is_this: bool


class Sessions:
    """Keeps the sessions of every person of a store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def begin(self, person_id: int, client: Client) -> str:
        """Begins a session of a person who has just proved who they are; returns the secret for the cookie."""
        secret = secrets.token_urlsafe(32)
        now = self._clock()
        await self._store.write(
            insert_session,
            NewSession(
                sha256=_hashed(secret),
                person_id=person_id,
                now=moment_text(now),
                expires_at=moment_text(now + LONGEST),
                address=client.address,
                agent=client.agent[:_LONGEST_AGENT],
            ),
        )
        return secret

    async def find(self, secret: str) -> Session | None:
        """The session of a secret; None for a session that has ended, and for a person who was switched off."""
        return await self.find_by_id(_hashed(secret))

    async def find_by_id(self, session_id: str) -> Session | None:
        """The session with an id, as ``find`` has it, for a signed cookie that stands for the one of the session."""
        now = self._clock()
        found = await self._store.read(_found, session_id, moment_text(now), moment_text(now - IDLE))
        if found is None:
            return None
        row, person, memberships = found
        if abs(now - moment(row.seen_at)) >= _NOTE_EVERY:
            await self._store.write(note_seen, row.sha256, moment_text(now))
        return Session(
            id=row.sha256,
            person=person_of(person, memberships),
            created_at=moment(row.created_at),
            confirmed_at=moment(row.confirmed_at),
        )

    async def confirm(self, session: Session) -> None:
        """Notes that the person of the session has proved again who they are."""
        await self._store.write(note_confirmed, session.id, moment_text(self._clock()))

    def is_fresh(self, session: Session) -> bool:
        """Whether the person proved a short time ago who they are."""
        return self._clock() - session.confirmed_at <= FRESH

    async def end(self, session: Session) -> None:
        """Ends a session at once."""
        await self.end_one(session, session.id)

    async def end_one(self, session: Session, ended: str) -> bool:
        """Ends a session, given by its id, of the person of a session; False when they have no such session."""
        return await self._store.write(end_session, ended, session.person.id, moment_text(self._clock()))

    async def end_others(self, session: Session) -> None:
        """Ends every other session of the person."""
        await self._store.write(end_sessions, session.person.id, moment_text(self._clock()), session.id)

    async def open_sessions(self, session: Session) -> tuple[OpenSession, ...]:
        """Every session of the person that goes on, the newest first."""
        now = self._clock()
        rows = await self._store.read(live_sessions, session.person.id, moment_text(now), moment_text(now - IDLE))
        return tuple(_open_session(row, session.id) for row in rows)


def person_of(row: PersonRow, memberships: list[MembershipRow]) -> PanelPerson:
    """The person of a stored row, with their roles."""
    return PanelPerson(
        id=row.id,
        email=row.email,
        name=row.name,
        is_operator=row.is_operator,
        language=row.language,
        has_password=row.password is not None,
        has_authenticator=row.totp is not None,
        has_passkey=row.has_passkey,
        memberships=tuple(map(_membership, memberships)),
    )


def _membership(row: MembershipRow) -> Membership:
    return Membership(
        company_id=row.company_id,
        company_name=row.company_name,
        nit=row.nit,
        environment=row.environment,
        company_active=row.company_active,
        role=row.role,
        points=tuple(row.points.split()),
    )


def _open_session(row: SessionRow, current: str) -> OpenSession:
    return OpenSession(
        id=row.sha256,
        address=row.address,
        agent=row.agent,
        created_at=moment(row.created_at),
        seen_at=moment(row.seen_at),
        is_this=row.sha256 == current,
    )


def _found(
    hashed: str, now: str, idle_since: str
) -> Transaction[tuple[SessionRow, PersonRow, list[MembershipRow]] | None]:
    row = yield from live_session(hashed, now, idle_since)
    person = (yield from person_by_id(row.person_id)) if row is not None else None
    if row is None or person is None or not person.active:
        return None
    return row, person, list((yield from memberships_of(person.id)))


def _hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
