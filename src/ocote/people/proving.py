"""Proves who a person is: each attempt is counted before it is judged, so that no two are judged for the price of one.

A success ends the count. The password alone does not end it for a person with a second factor. Attempts within a
session are counted apart from those at the door: strangers who guess there stop nobody who is at work.
"""

from datetime import timedelta
from typing import Final

import structlog

from ocote.clock import Clock
from ocote.documents.view import Refused
from ocote.people.lockout import AttemptCounts, lock_after, locked
from ocote.people.passwords import is_password
from ocote.people.second_factor import matching_step, open_totp, recovery_hash
from ocote.store.credentials import hold_person, note_attempts, use_recovery_code, use_totp_step
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment, moment_text
from ocote.store.people import PersonRow, person_by_email
from ocote.vault import Vault, VaultError
from ocote.web.addresses import address_in, household
from ocote.web.limiter import RateLimiter

ATTEMPTS_PER_MINUTE: Final = 120
ATTEMPTS_PER_HOUR: Final = 1200
"""Attempts of all people behind one address together; each person has pauses of their own."""

_log = structlog.get_logger(__name__)


class Proofs:
    """Judges passwords and codes of people."""

    def __init__(self, store: Store, vault: Vault, clock: Clock, limiter: RateLimiter) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._limiter = limiter
        self._strangers = AttemptCounts()
        self._in_session = AttemptCounts()

    async def person_at_the_door(self, email: str, password: str, address: str) -> PersonRow:
        """The active person with an e-mail address and a password.

        Raises Refused (``login_failed``, ``login_locked``, ``login_too_many``), each alike for an address that nobody
        has.
        """
        await self.admit(address)
        row = await self._store.read(person_by_email, email)
        if row is None or not row.active:
            self._strangers.attempt(email, self._clock())
        else:
            await self.attempt(row.id, address)
        is_right = await is_password(row.password if row is not None and row.active else None, password)
        if row is None or not is_right:
            raise Refused("login_failed")
        if not row.has_second_factor:
            await self.succeeded(row.id)
        return row

    async def password(self, row: PersonRow, password: str, address: str) -> None:
        """Judges the password of a person in a session, whose attempts are counted until ``succeeded_in_session``.

        Raises Refused (``confirm_failed`` and those for too many attempts).
        """
        await self.attempt_in_session(row.id, address)
        if not await is_password(row.password, password):
            raise Refused("confirm_failed")

    async def attempt_in_session(self, person_id: int, address: str) -> None:
        """Counts an attempt of a person in a session. Raises Refused (``login_locked``, ``login_too_many``)."""
        await self.admit(address)
        self._in_session.attempt(str(person_id), self._clock())

    def take_back(self, person_id: int) -> None:
        """Counts an attempt in a session no more in which the password was right, and something else was wrong."""
        self._in_session.take_back(str(person_id))

    def succeeded_in_session(self, person_id: int) -> None:
        """Ends the count of a person's failures in sessions."""
        self._in_session.end(str(person_id))

    async def code(self, row: PersonRow, code: str, address: str) -> None:
        """Judges a code at the door: of the person's authenticator, or a recovery code; each is used once.

        Raises Refused (``code_failed`` and those for too many attempts).
        """
        await self.admit(address)
        await self.attempt(row.id, address)
        await self.use_code(row, code)

    async def use_code(self, row: PersonRow, code: str) -> None:
        """Uses a code within an attempt that was counted. Raises Refused (``code_failed``)."""
        now = self._clock()
        step = self._step(row, code)
        if step is not None:
            is_right = await self._store.write(use_totp_step, row.id, step)
        else:
            is_right = await self._store.write(use_recovery_code, row.id, recovery_hash(code), moment_text(now))
            if is_right:
                _log.warning("recovery_code_used", person=row.id)
        if not is_right:
            raise Refused("code_failed")

    def _step(self, row: PersonRow, code: str) -> int | None:
        """The step of time of a code of the authenticator, whose secret opens with the present key alone."""
        if row.totp is None:
            return None
        try:
            return matching_step(open_totp(self._vault, row.id, row.totp), code, self._clock())
        except VaultError:
            _log.error("second_factor_not_opened", person=row.id)
            return None

    async def succeeded(self, person_id: int) -> None:
        """Ends the count of a person's failures at the door."""
        await self._store.write(note_attempts, person_id, 0, None)

    async def admit(self, address: str) -> None:
        """Counts an attempt of whoever is behind an address. Raises Refused (``login_too_many``)."""
        found = address_in(address)
        counted = household(found) if found is not None else address
        allowance = await self._limiter.admit(f"login/{counted}", ATTEMPTS_PER_MINUTE, ATTEMPTS_PER_HOUR)
        if allowance.refused_by is not None:
            minutes = -(-timedelta(seconds=allowance.retry_after_s) // timedelta(minutes=1))
            raise Refused("login_too_many", wait=f"{minutes} min")

    async def attempt(self, person_id: int, address: str) -> None:
        """Counts an attempt of a person at the door. Raises Refused (``login_locked``) during a pause."""
        now = self._clock()
        failures, until = await self._store.write(self._counted, person_id, moment_text(now))
        if failures is None and until is not None:
            raise locked(moment(until), now)
        if until is not None:
            _log.warning("person_locked", person=person_id, address=address, attempts=failures)

    def _counted(self, person_id: int, now: str) -> Transaction[tuple[int | None, str | None]]:
        """The attempts in a row with this one, and until when the next is not judged; None during a pause."""
        row = yield from hold_person(person_id)
        if row is None:
            return 0, None
        if row.locked_until is not None and row.locked_until > now:
            return None, row.locked_until
        pause = lock_after(row.failures + 1)
        until = moment_text(moment(now) + pause) if pause is not None else None
        yield from note_attempts(person_id, row.failures + 1, until)
        return row.failures + 1, until
