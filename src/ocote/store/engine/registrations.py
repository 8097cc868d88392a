"""Announcements by PostgreSQL that a company or a key has changed, which let processes keep copies of both."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import structlog

from ocote.store.engine.connecting import connect_to_postgres
from ocote.store.engine.statement import CHANNEL
from ocote.store.engine.store import StoreUnavailableError

_AGAIN_S = 5.0
_CANCEL_AGAIN_S = 1.0

_log = structlog.get_logger(__name__)


class Registrations:
    """Listens for announcements on a separate connection, and connects again when the connection is lost.

    ``count`` changes with every announcement. Without a connection ``count`` is None: an announcement could be missed,
    therefore no copies may be kept. ``on_connected`` runs first on each new connection; then ``connected`` is set.
    """

    def __init__(self, url: str, on_connected: Callable[[Any], Awaitable[None]]) -> None:
        self.count: int | None = None
        self._announced = 0
        self._url = url
        self._on_connected = on_connected
        self.connected = asyncio.Event()
        self._lost = asyncio.Event()
        self._listening = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Stops listening. A cancellation that a connection under way has swallowed is repeated."""
        while not self._listening.done():
            self._listening.cancel()
            await asyncio.wait({self._listening}, timeout=_CANCEL_AGAIN_S)
        await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self) -> None:
        while True:
            try:
                connection = await connect_to_postgres(self._url)
            except StoreUnavailableError as error:
                _log.warning("registrations_unheard", reason=str(error))
                await asyncio.sleep(_AGAIN_S)
                continue
            try:
                self._lost.clear()
                connection.add_termination_listener(self._on_lost)
                await self._on_connected(connection)
                self.connected.set()
                await connection.add_listener(CHANNEL, self._on_change)
                self._on_change()
                await self._lost.wait()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.warning("registrations_unheard", reason=str(error))
            finally:
                self.count = None
                connection.terminate()

    def _on_change(self, *_: object) -> None:
        self._announced += 1
        self.count = self._announced

    def _on_lost(self, _: object) -> None:
        self.count = None
        self._lost.set()
