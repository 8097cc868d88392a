"""Searches in an SQLite file: in threads and on connections of their own, ended at a limit or with their caller."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Final, TypeVar

from ocote.store.engine.searches import SEARCHES_AT_ONCE
from ocote.store.engine.store import SearchTooLongError, StoreUnavailableError

T = TypeVar("T")

_STEPS: Final = 100_000
"""Steps of SQLite's machine, about two milliseconds, after which it asks whether to go on."""

Search = Callable[[sqlite3.Connection], T]


class _Limit:
    """The moment when a search has to end; ``end`` makes it now. SQLite asks from the search's thread."""

    def __init__(self, longest_s: float) -> None:
        self.longest_s = longest_s
        self._until = monotonic() + longest_s

    def end(self) -> None:
        self._until = 0.0

    def is_over(self) -> bool:
        return monotonic() >= self._until


class SqliteSearches:
    """Runs searches, each in a thread and on a connection that no other work uses.

    ``connect`` opens a connection. Each search is ended after ``longest_s`` seconds.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection], longest_s: float) -> None:
        self._connect = connect
        self._longest_s = longest_s
        self._idle: list[sqlite3.Connection] = []
        self._threads = ThreadPoolExecutor(SEARCHES_AT_ONCE, "sqlite-search")
        self._running: set[_Limit] = set()

    async def run(self, search: Search[T]) -> T:
        """Runs a search, and returns only when it is over, even after a cancellation, which ends it.

        Raises SearchTooLongError and StoreUnavailableError.
        """
        limit = _Limit(self._longest_s)
        self._running.add(limit)
        running = asyncio.get_running_loop().run_in_executor(self._threads, self._search, search, limit)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            limit.end()
            await asyncio.gather(running, return_exceptions=True)
            raise
        finally:
            self._running.discard(limit)

    def close(self) -> None:
        """Ends the searches that run, and closes the connections."""
        for limit in self._running:
            limit.end()
        self._threads.shutdown()
        for connection in self._idle:
            connection.close()

    def _search(self, search: Search[T], limit: _Limit) -> T:
        connection = self._idle.pop() if self._idle else self._reader()
        connection.set_progress_handler(limit.is_over, _STEPS)
        try:
            return search(connection)
        except StoreUnavailableError as error:
            if limit.is_over():
                raise SearchTooLongError(f"the search timed out after {limit.longest_s:g} s") from error
            raise
        finally:
            connection.set_progress_handler(None, 0)
            self._idle.append(connection)

    def _reader(self) -> sqlite3.Connection:
        connection = self._connect()
        connection.execute("PRAGMA query_only = ON")
        return connection
