"""Logging in: a person proves who they are, in one step or two, and gets a session."""

import hmac
from datetime import timedelta
from hashlib import sha256
from typing import Final

from msgspec import Struct

from ocote import audit
from ocote.clock import Clock
from ocote.documents.view import Refused
from ocote.people.passkeys import PasskeyAnswer, PasskeyOffer, Passkeys
from ocote.people.person import Session
from ocote.people.proving import Proofs
from ocote.people.sessions import Client, Sessions
from ocote.people.site import Site
from ocote.store.engine.store import Store
from ocote.store.passkeys import passkeys_of
from ocote.store.people import PersonRow, person_by_id

SECOND_STEP_WITHIN: Final = timedelta(minutes=5)
"""After so long the password is asked for again before the second step."""

_CODE: Final = "c"
_PASSKEY: Final = "p"
_PARTS: Final = 4
"""Of a ticket: who, since when, a text that changes with the credentials, and the ways of the second step."""


class HalfWay(Struct, frozen=True):
    """A person who has shown the password, and has to take the second step; ``ticket`` is for a signed cookie."""

    ticket: str


class SecondSteps(Struct, frozen=True):
    """The ways in which a person can take the second step, beside a recovery code."""

    has_authenticator: bool
    has_passkey: bool


def steps_of(ticket: str) -> SecondSteps:
    """The ways that a ticket names; it counts no more when they change."""
    ways = ticket.rpartition(".")[2]
    return SecondSteps(_CODE in ways, _PASSKEY in ways)


class Entrance:
    """Lets people in at the panel."""

    def __init__(self, store: Store, sessions: Sessions, proofs: Proofs, passkeys: Passkeys, clock: Clock) -> None:
        self._store = store
        self._sessions = sessions
        self._proofs = proofs
        self._passkeys = passkeys
        self._clock = clock

    async def log_in(self, email: str, password: str, client: Client) -> str | HalfWay:
        """The secret of a new session, or the first half of the way to it for a person with a second factor.

        Raises Refused (``login_failed``, ``login_locked``, ``login_too_many``) without telling whether the person
        exists.
        """
        row = await self._proofs.person_at_the_door(email.strip().lower(), password, client.address)
        if row.has_second_factor:
            ways = _CODE * (row.totp is not None) + _PASSKEY * row.has_passkey
            now = int(self._clock().timestamp())
            return HalfWay(f"{row.id}.{now}.{await self._fingerprint(row)}.{ways}")
        return await self._begin(row, client)

    async def second_step(self, ticket: str, code: str, client: Client) -> str:
        """The secret of a new session of a person who comes with the ticket of the first half and a code.

        Raises Refused (``login_expired``, ``code_failed``, ``login_locked``, ``login_too_many``).
        """
        row = await self._holder(ticket)
        await self._proofs.code(row, code, client.address)
        await self._proofs.succeeded(row.id)
        return await self._begin(row, client)

    async def offer_second_step(self, ticket: str, site: Site) -> PasskeyOffer:
        """The offer with which a browser takes the second step with a passkey.

        Raises Refused (``login_expired``, ``passkeys_not_here``, ``passkey_failed``).
        """
        return await self._passkeys.offer_proof("second", (await self._holder(ticket)).id, site)

    async def second_step_with_passkey(self, ticket: str, answer: PasskeyAnswer, client: Client) -> str:
        """The secret of a new session of a person who comes with the ticket of the first half and a passkey.

        Raises Refused (``login_expired``, ``passkey_expired``, ``passkey_failed``, ``login_locked``,
        ``login_too_many``).
        """
        row = await self._holder(ticket)
        await self._proofs.admit(client.address)
        await self._proofs.attempt(row.id, client.address)
        found = await self._passkeys.recognise("second", answer, row)
        await self._passkeys.use("second", found, client.address)
        await self._proofs.succeeded(row.id)
        return await self._begin(row, client)

    async def enter_with_passkey(self, answer: PasskeyAnswer, client: Client) -> str:
        """The secret of a new session of the person whose passkey has signed; it counts as both factors.

        An attempt is counted for a person when the signature is right: nobody else can lock them by it. Raises Refused
        (``passkey_expired``, ``passkey_failed``, ``login_locked``, ``login_too_many``).
        """
        await self._proofs.admit(client.address)
        found = await self._passkeys.recognise("enter", answer, None)
        await self._proofs.attempt(found.person.id, client.address)
        await self._passkeys.use("enter", found, client.address)
        await self._proofs.succeeded(found.person.id)
        return await self._begin(found.person, client)

    async def confirm_with_passkey(self, session: Session, answer: PasskeyAnswer, client: Client) -> None:
        """Notes that the person of a session has proved again who they are, with a passkey alone.

        Raises Refused (``passkey_expired``, ``passkey_failed``, ``login_locked``, ``login_too_many``).
        """
        row = await self._store.read(person_by_id, session.person.id)
        if row is None:
            raise Refused("passkey_failed")
        await self._proofs.attempt_in_session(row.id, client.address)
        found = await self._passkeys.recognise("confirm", answer, row)
        await self._passkeys.use("confirm", found, client.address)
        self._proofs.succeeded_in_session(row.id)
        await self._sessions.confirm(session)

    async def confirm(self, session: Session, password: str, code: str, client: Client) -> None:
        """Notes that the person of a session has proved again who they are, with the second factor if there is one.

        Raises Refused (``confirm_failed``, ``code_failed``, ``login_locked``, ``login_too_many``).
        """
        row = await self._store.read(person_by_id, session.person.id)
        if row is None:
            raise Refused("confirm_failed")
        await self._proofs.password(row, password, client.address)
        if row.has_second_factor:
            await self._proofs.use_code(row, code)
        self._proofs.succeeded_in_session(row.id)
        await self._sessions.confirm(session)

    async def _begin(self, row: PersonRow, client: Client) -> str:
        secret = await self._sessions.begin(row.id, client)
        audit.record("person_logged_in", person=row.id, address=client.address)
        return secret

    async def _holder(self, ticket: str) -> PersonRow:
        """The person of a ticket. Raises Refused (``login_expired``) for an old one, and after a new credential."""
        parts = ticket.split(".")
        if len(parts) != _PARTS:
            raise Refused("login_expired")
        person_id, began, fingerprint, _ = parts
        row = await self._store.read(person_by_id, int(person_id))
        age = abs(self._clock().timestamp() - int(began))
        if row is None or not row.active or age > SECOND_STEP_WITHIN.total_seconds():
            raise Refused("login_expired")
        if not hmac.compare_digest(await self._fingerprint(row), fingerprint):
            raise Refused("login_expired")
        return row

    async def _fingerprint(self, row: PersonRow) -> str:
        """A text that changes with the password, the authenticator and the passkeys of a person."""
        passkeys = await self._store.read(passkeys_of, row.id) if row.has_passkey else ()
        known = " ".join(each.credential for each in passkeys)
        return sha256(f"{row.password} {row.totp!r} {known}".encode()).hexdigest()[:24]
