"""The tokens of the companies: one login at a time for each, its token shared, its failure remembered for a while."""

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
    """What is known of one company's access, for exactly these credentials. ``failures`` counts logins that failed."""

    credentials: Credentials
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    authorization: str | None = field(default=None, repr=False)
    use_until: float = 0.0
    failure: Undetermined | None = None
    failures: int = 0
    refusals: int = 0
    quiet_until: float = 0.0

    def known(self, now: float) -> str | Undetermined | None:
        """The token if it is still good, or MH's refusal while it is too early to try again."""
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
    """Seconds without another login after so many refusals in a row: from one minute, doubling, to fifteen.

    Without it a wrong password, tried with every sale, would lock the account at MH.
    """
    return float(min(_FIRST_PAUSE_S * 2.0 ** min(refusals - 1, 10), _LONGEST_PAUSE_S))


class Tokens:
    """The tokens of one MH host. ``now`` tells epoch seconds."""

    def __init__(self, login: Login, now: Callable[[], float]) -> None:
        self._login = login
        self._now = now
        self._accesses: dict[tuple[str, str], _Access] = {}

    async def get(self, credentials: Credentials, deadline: Deadline) -> str | Undetermined:
        """The ``Authorization`` header of a company, logging in if there is none that is good.

        Callers that come at the same time share one login, its failure too. Credentials with a changed password
        start afresh.
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
            # Otherwise this caller's own time ended before the login did, which tells the others nothing about MH.
            return result
        finally:
            access.lock.release()

    def refused(self, credentials: Credentials, authorization: str) -> None:
        """MH did not accept this token: forget it, unless another caller has already replaced it."""
        access = self._accesses.get((credentials.nit, credentials.user))
        if access is not None and access.authorization == authorization:
            access.authorization = None

    def _access(self, credentials: Credentials) -> _Access:
        name = (credentials.nit, credentials.user)
        access = self._accesses.get(name)
        if access is None or access.credentials != credentials:
            access = self._accesses[name] = _Access(credentials)
        return access
