"""A person's own account: name and language, password, second factor."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from msgspec import Struct

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.documents.view import Refused
from ocote.people.passwords import hash_new_password
from ocote.people.person import Language, PanelPerson, Session
from ocote.people.proving import Proofs
from ocote.people.second_factor import (
    matching_step,
    new_recovery_codes,
    new_totp_secret,
    open_totp,
    recovery_hash,
    seal_totp,
    totp_uri,
)
from ocote.store.audit_log import AuditEntry, audited
from ocote.store.credentials import count_recovery_codes, drop_totp, keep_totp, replace_recovery_codes
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.panel_sessions import end_sessions
from ocote.store.people import PersonRow, person_by_id, set_password, set_profile
from ocote.vault import Vault, VaultError


class TotpOffer(Struct, frozen=True):
    """A new authenticator before its first code has come: ``sealed`` is what the form brings back, ``uri`` for a QR."""

    secret: str
    sealed: str
    uri: str


class Accounts:
    """Changes what a person may change of themselves."""

    def __init__(self, store: Store, proofs: Proofs, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._proofs = proofs
        self._vault = vault
        self._clock = clock

    async def introduce(self, person: PanelPerson, name: str, language: Language, author: Author) -> None:
        """Changes name and language."""
        before = {"name": person.name, "language": person.language}
        after = {"name": name, "language": language}
        if before != after:
            entry = self._entry(person, author, "person_changed", before, after)
            now = moment_text(self._clock())
            await self._store.write(audited, lambda _: entry, set_profile, person.id, name, language, now)

    async def change_password(self, session: Session, current: str, new: str, author: Author) -> None:
        """Changes the password, and ends every other session.

        Raises WeakPasswordError and Refused (``confirm_failed``, ``login_locked``, ``login_too_many``).
        """
        person = session.person
        row = await self._row(person)
        await self._proofs.password(row, current, author.address)
        # A weak new password is no guess: the attempt counts no more. It ends no count either, for whoever knows the
        # password could then guess codes without end.
        self._proofs.take_back(person.id)
        hashed = await hash_new_password(new, (person.name, person.email))
        now = moment_text(self._clock())

        def work() -> Transaction[None]:
            yield from set_password(person.id, hashed, now)
            yield from end_sessions(person.id, now, session.id)

        entry = self._entry(person, author, "password_changed")
        await self._store.write(audited, lambda _: entry, work)
        if not person.has_second_factor:
            self._proofs.succeeded_in_session(person.id)
        audit.record("password_changed", person=person.id)

    def offer_totp(self, person: PanelPerson) -> TotpOffer:
        """A new authenticator, which counts when its first code has come."""
        secret = new_totp_secret()
        return self._offer(person, secret)

    def offered_again(self, person: PanelPerson, sealed: str) -> TotpOffer:
        """The authenticator of an earlier offer. Raises Refused (``code_failed``) for what was not offered."""
        return self._offer(person, self._opened(person, sealed), sealed)

    async def switch_on(self, session: Session, sealed: str, code: str, author: Author) -> tuple[str, ...]:
        """Begins to ask for codes, ends every other session, and returns recovery codes for a person without any.

        Raises Refused (``code_failed``, ``second_factor_on``).
        """
        person = session.person
        secret = self._opened(person, sealed)
        step = matching_step(secret, code, self._clock())
        if step is None:
            raise Refused("code_failed")
        codes = new_recovery_codes()
        kept = seal_totp(self._vault, person.id, secret)
        now = moment_text(self._clock())

        def work() -> Transaction[tuple[str, ...]]:
            if not (yield from keep_totp(person.id, kept, step, now)):
                raise Refused("second_factor_on")
            yield from end_sessions(person.id, now, session.id)
            if (yield from count_recovery_codes(person.id)):
                return ()  # those that came with a passkey
            yield from replace_recovery_codes(person.id, [recovery_hash(each) for each in codes])
            return codes

        entry = self._entry(person, author, "second_factor_on")
        handed_out: tuple[str, ...] = await self._store.write(audited, lambda _: entry, work)
        audit.record("second_factor_changed", person=person.id, is_on=True)
        return handed_out

    async def switch_off(self, session: Session, author: Author) -> None:
        """Asks for codes of the authenticator no more, and ends every other session."""
        person = session.person
        now = moment_text(self._clock())

        def work() -> Transaction[bool]:
            was_on = yield from drop_totp(person.id, now)
            yield from end_sessions(person.id, now, session.id)
            return was_on

        entry = self._entry(person, author, "second_factor_off")
        if await self._store.write(audited, partial(_when, entry), work):
            audit.record("second_factor_changed", person=person.id, is_on=False)

    async def renew_codes(self, session: Session, author: Author) -> tuple[str, ...]:
        """New recovery codes in place of the old ones."""
        codes = new_recovery_codes()
        entry = self._entry(session.person, author, "recovery_codes_renewed")
        hashes = [recovery_hash(each) for each in codes]
        await self._store.write(audited, lambda _: entry, replace_recovery_codes, session.person.id, hashes)
        return codes

    async def codes_left(self, person: PanelPerson) -> int:
        """The number of recovery codes that were not used."""
        return await self._store.read(count_recovery_codes, person.id)

    def _offer(self, person: PanelPerson, secret: str, sealed: str | None = None) -> TotpOffer:
        shown = sealed or seal_totp(self._vault, person.id, secret).hex()
        return TotpOffer(secret, shown, totp_uri(secret, person.email))

    def _opened(self, person: PanelPerson, sealed: str) -> str:
        try:
            return open_totp(self._vault, person.id, bytes.fromhex(sealed))
        except (VaultError, ValueError) as error:
            raise Refused("code_failed") from error

    async def _row(self, person: PanelPerson) -> PersonRow:
        row = await self._store.read(person_by_id, person.id)
        if row is None:
            raise Refused("confirm_failed")
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


def _when(entry: AuditEntry, is_changed: bool) -> AuditEntry | None:
    return entry if is_changed else None
