"""Forgets the requests to the API that are too old, or too many, piece by piece."""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from ocote.clock import Clock
from ocote.store.api_requests import company_ids, forget_requests, has_requests_to_forget
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text

KEPT_REQUESTS: Final = timedelta(days=90)
"""No request is kept for longer."""

_EVERY: Final = timedelta(minutes=5)
_AT_ONCE: Final = 20
"""Companies that are looked at in one round."""


class RequestRetention:
    """Keeps the newest requests of each company, by the background work; ``most`` is 0 when none are kept."""

    def __init__(self, store: Store, clock: Clock, most: int) -> None:
        self._store = store
        self._clock = clock
        self._most = most
        self._looked_at: datetime | None = None
        self._companies: deque[int] = deque()

    async def run_once(self) -> int:
        """Forgets one piece of the requests of a company, every few minutes all of every company.

        A round of the background work; returns 1 when something was forgotten, so that more may follow at once.
        """
        now = self._clock()
        if not self._companies and (self._looked_at is None or abs(now - self._looked_at) >= _EVERY):
            self._looked_at = now
            self._companies.extend(await self._store.read(company_ids))
        before = moment_text(now - KEPT_REQUESTS)
        for _ in range(min(_AT_ONCE, len(self._companies))):
            company_id = self._companies[0]
            if await self._store.read(has_requests_to_forget, company_id, self._most, before):
                forgotten = await self._store.write(forget_requests, company_id, self._most, before)
                if forgotten:
                    return 1
            self._companies.popleft()
        return 0
