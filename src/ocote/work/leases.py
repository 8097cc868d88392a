"""Whose work is whose: what a process takes on is its own for a while, and nobody waits for one that has died."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from ocote.clock import Clock
from ocote.documents.states import LEASE
from ocote.store import leases as rows
from ocote.store.engine.store import Store, StoreUnavailableError
from ocote.store.engine.values import moment_text
from ocote.store.leases import Lease

_log = structlog.get_logger(__name__)


class Leases:
    """The leases of this process, whose name in the store is ``holder``."""

    def __init__(self, store: Store, holder: str, clock: Clock) -> None:
        self._store = store
        self._holder = holder
        self._clock = clock
        self._given_up: set[str] = set()

    def new(self) -> Lease:
        """A lease that begins now."""
        return Lease(self._holder, moment_text(self._clock() + LEASE))

    @contextmanager
    def working_on(self, row_id: str) -> Iterator[None]:
        """Says what is being worked on. When the database fails in the middle of it, the work is given up."""
        try:
            yield
        except StoreUnavailableError:
            self._given_up.add(row_id)
            raise

    async def free_abandoned(self) -> int:
        """Makes due at once what dead processes held and what this one gave up; returns how much it was."""
        now = moment_text(self._clock())
        held_by = await self._store.read(rows.holders, now)
        dead = [name for name in held_by if name != self._holder and not await self._store.lives(name)]
        given_up = frozenset(self._given_up)
        if not dead and not given_up:
            return 0
        freed = await self._store.write(rows.free, dead, self._holder, given_up, now)
        self._given_up -= given_up
        _log.info("abandoned_work_taken_over", processes=len(dead), count=freed)
        return freed
