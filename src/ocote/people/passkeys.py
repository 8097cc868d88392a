"""The passkeys of people: made, listed, removed, and recognised when somebody shows one.

A browser signs a challenge. The challenge waits in a signed cookie, for one purpose and five minutes, and where the
person is known for this person; it is answered once. Which person a passkey belongs to is told by the store alone.
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Literal

import structlog
from msgspec import Struct

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.documents.view import Refused
from ocote.people.ceremonies import (
    CeremonyError,
    Proved,
    is_handle_of,
    new_credential,
    options_to_add,
    options_to_prove,
    read_assertion,
    verified,
)
from ocote.people.person import PanelPerson, Session
from ocote.people.second_factor import new_recovery_codes, recovery_hash
from ocote.people.site import Site
from ocote.store.audit_log import AuditEntry, audited
from ocote.store.challenges import use_challenge
from ocote.store.credentials import count_recovery_codes, replace_recovery_codes
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store, UniqueError
from ocote.store.engine.values import moment, moment_text
from ocote.store.identities import count_ways_in
from ocote.store.panel_sessions import end_sessions
from ocote.store.passkeys import (
    NewPasskey,
    PasskeyRow,
    find_passkey,
    insert_passkey,
    passkeys_of,
    remove_passkey,
    rename_passkey,
    use_passkey,
)
from ocote.store.people import PersonRow, person_by_id

PasskeyPurpose = Literal["add", "enter", "second", "confirm"]
"""Making a passkey, logging in with it alone, the second step after the password, and proving again who one is."""

CHALLENGE_VALID: Final = timedelta(minutes=5)
MOST_PASSKEYS: Final = 20
"""Of a person."""

LONGEST_LABEL: Final = 60
_CHALLENGE_BYTES: Final = 32

_log = structlog.get_logger(__name__)


class PasskeyOffer(Struct, frozen=True):
    """The request to a browser to make or use a passkey: ``options`` is JSON, ``kept`` the text for a signed cookie."""

    options: str
    kept: str


class PasskeyAnswer(Struct, frozen=True):
    """The answer to an offer: ``kept`` of the cookie, None without one, and the credential (JSON) of the browser."""

    kept: str | None
    credential: str
    site: Site

    def __repr__(self) -> str:
        return "<PasskeyAnswer>"


class PasskeyChallenge(Struct, frozen=True):
    """A challenge (base64url) that can still be answered; ``expires_at`` is an aware moment."""

    text: str
    expires_at: datetime

    def use(self, now: str) -> Transaction[bool]:
        """Uses the challenge up; False when it was answered before, or has ended."""
        hashed = sha256(self.text.encode()).hexdigest()
        return (yield from use_challenge(hashed, moment_text(self.expires_at), now))


class Recognised(Struct, frozen=True):
    """A person whose passkey has signed a challenge, which is not used up yet."""

    person: PersonRow
    passkey: PasskeyRow
    proved: Proved
    challenge: PasskeyChallenge


class KnownPasskey(Struct, frozen=True):
    """A passkey in the list of a person's passkeys; the moments are aware. The only way in is not removable."""

    id: int
    label: str
    created_at: datetime
    used_at: datetime | None
    is_removable: bool


class Passkeys:
    """Keeps the passkeys of every person of a store.

    ``issuer`` is that of the identity provider, whose identities are other ways in; empty without a provider.
    """

    def __init__(self, store: Store, clock: Clock, issuer: str = "") -> None:
        self._store = store
        self._clock = clock
        self._issuer = issuer

    async def known(self, person: PanelPerson) -> tuple[KnownPasskey, ...]:
        """The passkeys of a person, the oldest first."""

        def work() -> Transaction[tuple[KnownPasskey, ...]]:
            rows = yield from passkeys_of(person.id)
            is_removable = (yield from count_ways_in(person.id, self._issuer)) > 1
            return tuple(_known(row, is_removable=is_removable) for row in rows)

        return await self._store.read(work)

    async def one_of(self, person: PanelPerson, passkey_id: int) -> KnownPasskey:
        """A passkey of a person. Raises Refused (``page_not_found``)."""
        found = next((each for each in await self.known(person) if each.id == passkey_id), None)
        if found is None:
            raise Refused("page_not_found")
        return found

    async def offer_new(self, person: PanelPerson, site: Site) -> PasskeyOffer:
        """The offer with which a browser makes a passkey. Raises Refused (``passkeys_not_here``)."""
        row, passkeys = await self._person(person.id), await self._store.read(passkeys_of, person.id)
        kept, challenge = self._new_challenge("add", person.id, site)
        return PasskeyOffer(options_to_add(site, row, challenge, passkeys), kept)

    async def offer_entrance(self, site: Site) -> PasskeyOffer:
        """The offer with which a browser logs somebody in, whose passkey says who it is.

        Raises Refused (``passkeys_not_here``).
        """
        kept, challenge = self._new_challenge("enter", 0, site)
        return PasskeyOffer(options_to_prove(site, challenge, (), needs_verification=True), kept)

    async def offer_proof(self, purpose: PasskeyPurpose, person_id: int, site: Site) -> PasskeyOffer:
        """The offer with which a browser uses a passkey of a known person.

        Raises Refused (``passkeys_not_here``, and ``passkey_failed`` for a person without any).
        """
        passkeys = await self._store.read(passkeys_of, person_id)
        kept, challenge = self._new_challenge(purpose, person_id, site)
        if not passkeys:
            raise Refused("passkey_failed")
        needs_verification = _needs_verification(purpose)
        return PasskeyOffer(options_to_prove(site, challenge, passkeys, needs_verification=needs_verification), kept)

    async def add(self, session: Session, answer: PasskeyAnswer, label: str, author: Author) -> tuple[str, ...]:
        """Keeps a new passkey, and ends every other session. Returns recovery codes for a person without any.

        A person without a password gets none: a code is the second step after the password.
        Raises Refused (``passkey_expired``, ``passkey_not_added``, ``passkey_known``, ``passkeys_too_many``).
        """
        person = session.person
        challenge = self._open_challenge("add", person.id, answer.kept)
        try:
            made = new_credential(answer.credential, challenge.text, answer.site)
        except CeremonyError as error:
            _log.info("passkey_not_added", person=person.id, why=str(error)[:200])
            raise Refused("passkey_not_added") from error
        codes, now = new_recovery_codes(), moment_text(self._clock())
        new = NewPasskey(person.id, made.credential, made.public_key, made.uses, made.transports, label, now)

        def work() -> Transaction[tuple[str, ...]]:
            if not (yield from challenge.use(now)):
                raise Refused("passkey_expired")
            if not (yield from insert_passkey(new, MOST_PASSKEYS)):
                raise Refused("passkeys_too_many", most=MOST_PASSKEYS)
            yield from end_sessions(person.id, now, session.id)
            if not person.has_password or (yield from count_recovery_codes(person.id)):
                return ()
            yield from replace_recovery_codes(person.id, [recovery_hash(each) for each in codes])
            return codes

        entry = self._entry(person, author, "passkey_added", after={"label": label})
        try:
            handed_out: tuple[str, ...] = await self._store.write(audited, lambda _: entry, work)
        except UniqueError as error:
            raise Refused("passkey_known") from error
        audit.record("second_factor_changed", person=person.id, passkey="added")
        return handed_out

    async def rename(self, person: PanelPerson, passkey_id: int, label: str, author: Author) -> None:
        """Gives a passkey another label. Raises Refused (``page_not_found``)."""
        known = await self.one_of(person, passkey_id)
        if known.label == label:
            return
        entry = self._entry(person, author, "passkey_renamed", {"label": known.label}, {"label": label})

        def entry_of(was_there: bool) -> AuditEntry | None:
            return entry if was_there else None

        if not await self._store.write(audited, entry_of, rename_passkey, person.id, passkey_id, label):
            raise Refused("page_not_found")

    async def remove(self, session: Session, passkey_id: int, author: Author) -> None:
        """Forgets a passkey, and ends every other session. Raises Refused (``page_not_found``, ``only_way_in``).

        The recovery codes go with the last second factor.
        """
        person = session.person
        known = await self.one_of(person, passkey_id)
        now = moment_text(self._clock())

        def work() -> Transaction[None]:
            if not (yield from remove_passkey(person.id, passkey_id)):
                raise Refused("page_not_found")
            if not (yield from count_ways_in(person.id, self._issuer)):
                raise Refused("only_way_in")
            yield from end_sessions(person.id, now, session.id)

        entry = self._entry(person, author, "passkey_removed", {"label": known.label})
        await self._store.write(audited, lambda _: entry, work)
        audit.record("second_factor_changed", person=person.id, passkey="removed")

    async def recognise(self, purpose: PasskeyPurpose, answer: PasskeyAnswer, person: PersonRow | None) -> Recognised:
        """The person whose passkey has signed the challenge of the cookie; ``person`` where it has to be this one.

        Raises Refused: ``passkey_expired``, and ``passkey_failed`` for everything else without telling why.
        """
        challenge = self._open_challenge(purpose, person.id if person is not None else 0, answer.kept)
        try:
            assertion = read_assertion(answer.credential)
            passkey = await self._store.read(find_passkey, assertion.credential)
            owner = await self._store.read(person_by_id, passkey.person_id) if passkey is not None else None
            if passkey is None or owner is None or not owner.active:
                raise CeremonyError("nobody has this passkey")
            if person is not None and owner.id != person.id:
                raise CeremonyError("another person has this passkey")
            if not is_handle_of(owner, assertion.owner) and (assertion.owner or person is None):
                raise CeremonyError("the authenticator keeps this passkey for somebody else")
            proved = verified(assertion, passkey, challenge.text, answer.site)
        except CeremonyError as error:
            raise Refused("passkey_failed") from error
        return Recognised(owner, passkey, proved, challenge)

    async def use(self, purpose: PasskeyPurpose, found: Recognised, address: str) -> None:
        """Uses up the challenge, and takes the authenticator's counter.

        Raises Refused: ``passkey_expired`` for a challenge that was answered before; ``passkey_failed`` for a counter
        that has gone back, as that of a copy does, and where the authenticator has not verified its user as it must.
        """
        if _needs_verification(purpose) and not found.proved.is_user_verified:
            raise Refused("passkey_failed")
        now = moment_text(self._clock())

        def work() -> Transaction[bool]:
            if not (yield from found.challenge.use(now)):
                raise Refused("passkey_expired")
            return (yield from use_passkey(found.passkey.id, found.proved.uses, now))

        if not await self._store.write(work):
            _log.warning(
                "passkey_counter_went_back",
                person=found.person.id,
                address=address,
                counter=found.proved.uses,
                counted=found.passkey.uses,
            )
            raise Refused("passkey_failed")

    def _new_challenge(self, purpose: PasskeyPurpose, person_id: int, site: Site) -> tuple[str, str]:
        """The text for the cookie, and the challenge itself. Raises Refused where browsers have no passkeys."""
        if site.fault is not None:
            raise Refused("passkeys_not_here")
        challenge = secrets.token_urlsafe(_CHALLENGE_BYTES)
        ends = int((self._clock() + CHALLENGE_VALID).timestamp())
        return f"{purpose}.{person_id}.{ends}.{challenge}", challenge

    def _open_challenge(self, purpose: PasskeyPurpose, person_id: int, kept: str | None) -> PasskeyChallenge:
        """The challenge of a signed cookie. Raises Refused (``passkey_expired``)."""
        asked, _, rest = (kept or "").partition(".")
        if asked != purpose:
            raise Refused("passkey_expired")
        known, ends, text = rest.split(".")
        expires_at = datetime.fromtimestamp(int(ends), UTC)
        left = expires_at - self._clock()
        if int(known) != person_id or not timedelta(0) < left <= CHALLENGE_VALID:
            raise Refused("passkey_expired")
        return PasskeyChallenge(text, expires_at)

    async def _person(self, person_id: int) -> PersonRow:
        row = await self._store.read(person_by_id, person_id)
        if row is None:
            raise Refused("passkey_failed")
        return row

    def _entry(
        self,
        person: PanelPerson,
        author: Author,
        act: str,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> AuditEntry:
        at = moment_text(self._clock())
        return AuditEntry(at, author, act, person.email, before=before or {}, after=after or {})


def _needs_verification(purpose: PasskeyPurpose) -> bool:
    """Whether a passkey stands for the password too: its authenticator then verifies who holds it."""
    return purpose != "second"


def _known(row: PasskeyRow, *, is_removable: bool) -> KnownPasskey:
    used_at = moment(row.used_at) if row.used_at is not None else None
    return KnownPasskey(row.id, row.label, moment(row.created_at), used_at, is_removable)
