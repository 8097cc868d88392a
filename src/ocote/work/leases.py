"""Leases: work that a process takes belongs to this process for a limited time; work of a dead process is freed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import structlog

from ocote.clock import Clock
from ocote.store import leases as rows
from ocote.store.engine.store import Store, StoreUnavailableError
from ocote.store.engine.values import moment_text
from ocote.store.leases import Lease

_log = structlog.get_logger(__name__)

LEASE_LASTS: Final = timedelta(seconds=40)
"""The duration of a lease: longer than any call may take (25 s), so that no other process takes the work of a living
process, and short enough that the work of a dead process is soon taken over."""


class Leases:
    """The leases of this process, whose name in the store is ``holder``."""

    def __init__(self, store: Store, holder: str, clock: Clock) -> None:
        self._store = store
        self._holder = holder
        self._clock = clock
        self._given_up: set[str] = set()

    def new(self) -> Lease:
        """A lease that begins now."""
        return Lease(self._holder, moment_text(self._clock() + LEASE_LASTS))

    @contextmanager
    def working_on(self, row_id: str) -> Iterator[None]:
        """Marks a row as being worked on; when the database fails in the meantime, marks the work as given up."""
        try:
            yield
        except StoreUnavailableError:
            self._given_up.add(row_id)
            raise

    async def free_abandoned(self) -> int:
        """Makes the work of dead processes, and work that this process gave up, due at once; returns how many rows."""
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
