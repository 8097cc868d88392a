"""Forgets the sessions, invitations and challenges that ended long ago."""

from datetime import datetime, timedelta
from typing import Final

from ocote.clock import Clock
from ocote.store.challenges import forget_challenges
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.invitations import forget_invitations
from ocote.store.panel_sessions import forget_sessions

KEPT_ENDED: Final = timedelta(days=90)
"""So long after its end, a session still tells an owner when a person was last seen."""

KEPT_USED: Final = timedelta(hours=1)
"""So long after its end, a challenge that was answered is kept: the clocks of two processes may differ."""

_EVERY: Final = timedelta(hours=6)


class Forgetting:
    """Deletes what is only of use for a while, by the background work."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._done_at: datetime | None = None

    async def run_once(self) -> int:
        """Forgets every few hours. A round of the background work; always returns 0."""
        now = self._clock()
        if self._done_at is None or abs(now - self._done_at) >= _EVERY:
            await self._store.write(_forget, moment_text(now - KEPT_ENDED), moment_text(now - KEPT_USED))
            self._done_at = now
        return 0


def _forget(before: str, answered_before: str) -> Transaction[None]:
    yield from forget_sessions(before)
    yield from forget_invitations(before)
    yield from forget_challenges(answered_before)
