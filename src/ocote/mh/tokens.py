"""The tokens of the companies: one login at a time per company, a shared token, and a pause after a failed login."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from ocote.mh.envelopes import Credentials
from ocote.mh.login import LoggedIn
from ocote.mh.outcomes import Undetermined, UndeterminedKind
from ocote.mh.wire import Deadline

Login = Callable[[Credentials, Deadline], Awaitable[LoggedIn | Undetermined]]

_FIRST_PAUSE_S: Final = 60.0
_LONGEST_PAUSE_S: Final = 900.0


@dataclass(slots=True)
class _Access:
    """The state of one company's access with exactly these credentials; ``failures`` counts failed logins."""

    credentials: Credentials
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    authorization: str | None = field(default=None, repr=False)
    use_until: float = 0.0
    failure: Undetermined | None = None
    failures: int = 0
    refusals: int = 0
    quiet_until: float = 0.0

    def known(self, now: float) -> str | Undetermined | None:
        """The token if it is still valid, or MH's last failure while it is too early for another login; else None."""
        if self.authorization is not None and now < self.use_until:
            return self.authorization
        if self.failure is not None and now < self.quiet_until:
            return replace(self.failure, is_remembered=True)
        return None

    def succeeded(self, login: LoggedIn, now: float) -> str:
        self.authorization, self.use_until = login.authorization, now + login.life_s
        self.failure, self.refusals, self.quiet_until = None, 0, 0.0
        return login.authorization

    def failed(self, failure: Undetermined, now: float) -> None:
        self.failure = failure
        self.failures += 1
        if failure.kind is UndeterminedKind.LOGIN_REFUSED:
            self.refusals += 1
            self.quiet_until = now + pause_after_refusals_s(self.refusals)


def pause_after_refusals_s(refusals: int) -> float:
    """The pause in seconds before another login after refusals in a row: one minute, doubling up to fifteen.

    Without a pause, a login with a wrong password for every sale would lock the account at MH.
    """
    return float(min(_FIRST_PAUSE_S * 2.0 ** min(refusals - 1, 10), _LONGEST_PAUSE_S))


class Tokens:
    """The tokens of one MH host; ``now`` returns epoch seconds."""

    def __init__(self, login: Login, now: Callable[[], float]) -> None:
        self._login = login
        self._now = now
        self._accesses: dict[tuple[str, str], _Access] = {}

    async def get(self, credentials: Credentials, deadline: Deadline) -> str | Undetermined:
        """The ``Authorization`` header of a company, after a login if there is no valid token.

        Simultaneous callers share one login, and its failure too. A changed password resets token and failures.
        """
        access = self._access(credentials)
        known = access.known(self._now())
        if known is not None:
            return known
        failures_before = access.failures
        try:
            async with asyncio.timeout(deadline.remaining_s()):
                await access.lock.acquire()
        except TimeoutError:
            return Undetermined(UndeterminedKind.LOGIN_FAILED, "login: the one under way did not end in time")
        try:
            known = access.known(self._now())
            if known is not None:
                return known
            if access.failure is not None and access.failures > failures_before:
                return access.failure
            result = await self._login(credentials, deadline)
            if isinstance(result, LoggedIn):
                return access.succeeded(result, self._now())
            if result.kind is UndeterminedKind.LOGIN_REFUSED or deadline.remaining_s() > 0:
                access.failed(result, self._now())
            # Otherwise the time of this caller ended before the login, which is no failure of MH for other callers.
            return result
        finally:
            access.lock.release()

    def refused(self, credentials: Credentials, authorization: str) -> None:
        """Forget a token that MH refused, unless another caller has already replaced it."""
        access = self._accesses.get((credentials.nit, credentials.user))
        if access is not None and access.authorization == authorization:
            access.authorization = None

    def _access(self, credentials: Credentials) -> _Access:
        name = (credentials.nit, credentials.user)
        access = self._accesses.get(name)
        if access is None or access.credentials != credentials:
            access = self._accesses[name] = _Access(credentials)
        return access
