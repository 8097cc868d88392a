"""Logging in: a person proves who they are, in one step or two, and gets a session."""

import hmac
from datetime import timedelta
from hashlib import sha256
from typing import Final

from msgspec import Struct

from ocote import audit
from ocote.clock import Clock
from ocote.documents.view import Refused
from ocote.people.person import Session
from ocote.people.proving import Proofs
from ocote.people.sessions import Client, Sessions
from ocote.store.engine.store import Store
from ocote.store.people import PersonRow, person_by_id

SECOND_STEP_WITHIN: Final = timedelta(minutes=5)
"""After so long the password is asked for again before the code of the second step."""


class HalfWay(Struct, frozen=True):
    """A person who has shown the password, and has to show a code; ``ticket`` is the text for a signed cookie."""

    ticket: str


class Entrance:
    """Lets people in at the panel."""

    def __init__(self, store: Store, sessions: Sessions, proofs: Proofs, clock: Clock) -> None:
        self._store = store
        self._sessions = sessions
        self._proofs = proofs
        self._clock = clock

    async def log_in(self, email: str, password: str, client: Client) -> str | HalfWay:
        """The secret of a new session, or the first half of the way to it for a person with a second factor.

        Raises Refused (``login_failed``, ``login_locked``, ``login_too_many``) without telling whether the person
        exists.
        """
        row = await self._proofs.person_at_the_door(email.strip().lower(), password, client.address)
        if row.totp is not None:
            return HalfWay(f"{row.id}.{int(self._clock().timestamp())}.{_fingerprint(row)}")
        return await self._begin(row, client)

    async def second_step(self, ticket: str, code: str, client: Client) -> str:
        """The secret of a new session of a person who comes with the ticket of the first half and a code.

        Raises Refused (``login_expired``, ``code_failed``, ``login_locked``, ``login_too_many``).
        """
        row = await self._holder(ticket)
        await self._proofs.code(row, code, client.address)
        await self._proofs.succeeded(row.id)
        return await self._begin(row, client)

    async def confirm(self, session: Session, password: str, code: str, client: Client) -> None:
        """Notes that the person of a session has proved again who they are, with the second factor if there is one.

        Raises Refused (``confirm_failed``, ``code_failed``, ``login_locked``, ``login_too_many``).
        """
        row = await self._store.read(person_by_id, session.person.id)
        if row is None:
            raise Refused("confirm_failed")
        await self._proofs.password(row, password, client.address)
        if row.totp is not None:
            await self._proofs.use_code(row, code)
        self._proofs.succeeded_in_session(row.id)
        await self._sessions.confirm(session)

    async def _begin(self, row: PersonRow, client: Client) -> str:
        secret = await self._sessions.begin(row.id, client)
        audit.record("person_logged_in", person=row.id, address=client.address)
        return secret

    async def _holder(self, ticket: str) -> PersonRow:
        """The person of a ticket. Raises Refused (``login_expired``) for an old one, and after a new password."""
        person_id, began, fingerprint = ticket.split(".")
        row = await self._store.read(person_by_id, int(person_id))
        age = abs(self._clock().timestamp() - int(began))
        is_known = row is not None and row.active and hmac.compare_digest(_fingerprint(row), fingerprint)
        if row is None or not is_known or age > SECOND_STEP_WITHIN.total_seconds():
            raise Refused("login_expired")
        return row


def _fingerprint(row: PersonRow) -> str:
    """A text that changes with the password and the authenticator of a person."""
    return sha256(f"{row.password} {row.totp!r}".encode()).hexdigest()[:24]
