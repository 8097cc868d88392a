"""When each API key was last used: gathered in memory, and written now and then."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from ocote.clock import Clock, pause
from ocote.store.companies import record_key_uses
from ocote.store.engine.store import Store, StoreUnavailableError
from ocote.store.engine.values import moment_text

APART: Final = timedelta(minutes=5)
"""The least time between two writes of one key, which is also how old the recorded use may be."""

_LOOK_EVERY_S: Final = 1.0
_AT_ONCE: Final = 50
"""Keys in one transaction: few enough to delay a sale only briefly."""


class KeyUses:
    """Remembers the last use of each key for a later write, so that no request waits for this.

    Both memories hold at most one entry for each key that exists. What a crash takes along is told by the next use.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._unwritten: dict[int, datetime] = {}
        self._written: dict[int, datetime] = {}

    def note(self, key_id: int) -> None:
        """Notes that the key was used now."""
        self._unwritten[key_id] = self._clock()

    async def keep_writing(self, stop: asyncio.Event) -> None:
        """Writes what is due until ``stop``, and then everything that is left."""
        while not stop.is_set():
            with suppress(StoreUnavailableError):  # the uses stay in memory
                await self.write_due()
            await pause(_LOOK_EVERY_S, stop)
        with suppress(StoreUnavailableError):
            await self._write(dict(self._unwritten))

    async def write_due(self) -> None:
        """Writes the uses of the keys whose last write is some minutes ago."""
        await self._write({key: at for key, at in self._unwritten.items() if self._is_due(key, at)})

    def _is_due(self, key_id: int, at: datetime) -> bool:
        written = self._written.get(key_id)
        # A clock that was set back must not leave a key unwritten until its former time comes.
        return written is None or abs(at - written) >= APART

    async def _write(self, uses: dict[int, datetime]) -> None:
        remaining = iter(uses.items())
        while part := dict(islice(remaining, _AT_ONCE)):
            await self._store.write(record_key_uses, {key: moment_text(at) for key, at in part.items()})
            self._written.update(part)
            for key_id, at in part.items():
                if self._unwritten.get(key_id) == at:
                    del self._unwritten[key_id]
