"""PostgreSQL over asyncpg: a pool of connections, one database transaction for each unit of work."""

import asyncio
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import asyncpg

from ocote.fault_points import reach, unit_of
from ocote.journal.lines import Appended, JournalEntry, JournalError
from ocote.store.engine.connecting import DRIVER_FAILURES, open_pool
from ocote.store.engine.journaling import Journal, JournalQueue, collected
from ocote.store.engine.presence import SessionPresence, other_session_lives, session_lives
from ocote.store.engine.registrations import Registrations
from ocote.store.engine.searches import SEARCHES_AT_ONCE, SearchTurns
from ocote.store.engine.statement import Journaled, Query, Transaction
from ocote.store.engine.store import (
    JournalUnavailableError,
    SearchTooLongError,
    StoreUnavailableError,
    UniqueError,
)

P = ParamSpec("P")
T = TypeVar("T")

_APPEAR_S = 15.0
# A transaction that waits has lost its process: within it, nothing waits for anything but PostgreSQL (decision 0001).
_USUAL_SESSION = "SET idle_in_transaction_session_timeout = '60s'"

# A search takes one processor and not several, and PostgreSQL ends it when it takes too long.
_SEARCHING_SESSION = """
    SET default_transaction_read_only = on; SET max_parallel_workers_per_gather = 0; SET jit = off;
    SET statement_timeout = """


class PostgresStore:
    """A store over a PostgreSQL database, opened with ``ocote.store.engine.opening.open_store``."""

    def __init__(self, pool: Any, searching: Any, url: str, journal: Journal | None) -> None:
        self.commits = 0
        self._journal = JournalQueue(journal) if journal is not None else None
        self._pool = pool
        self._searching = searching
        self._turns = SearchTurns()
        self._presence = SessionPresence()
        self._registrations = Registrations(url, self._presence.hold)

    @property
    def registrations(self) -> int | None:
        """The number of changes of companies and keys announced by PostgreSQL; None without a listening connection."""
        return self._registrations.count

    @classmethod
    async def open(
        cls, url: str, size: int, longest_search_s: float, journal: Journal | None = None
    ) -> "PostgresStore":
        """A store with up to ``size`` connections, and a few more for searches. Raises StoreUnavailableError."""
        searching_session = f"{_SEARCHING_SESSION}{max(1, round(longest_search_s * 1000))}"
        pool = await open_pool(url, least=1, most=size, session=_USUAL_SESSION)
        searching = await open_pool(url, least=0, most=SEARCHES_AT_ONCE, session=searching_session)
        return cls(pool, searching, url, journal)

    async def appear(self) -> str:
        """Opens the session whose lock shows that this process is alive; returns the name of the process."""
        try:
            async with asyncio.timeout(_APPEAR_S):
                await self._registrations.connected.wait()
        except TimeoutError as error:
            raise StoreUnavailableError("PostgreSQL did not take the session that shows who lives") from error
        return self._presence.name

    async def lives(self, process: str) -> bool:
        """Whether the process with this name has a session with its lock."""
        return await self.read(session_lives, process)

    async def others_live(self) -> bool:
        """Whether any other process has a session with its lock."""
        return await self.read(other_session_lives, self._presence.name)

    async def read(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work that only reads; each query sees the data committed at its start."""
        try:
            return await _read(self._pool, work(*args, **kwargs))
        except DRIVER_FAILURES as error:
            raise StoreUnavailableError(str(error)) from error

    async def search(
        self, work: Callable[Concatenate[int, P], Transaction[T]], company_id: int, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs work that only reads, in its turn and on a connection for searches.

        asyncpg cancels the statement of a cancelled caller, and gives the connection back after PostgreSQL ended it.
        """
        async with self._turns.turn(company_id, work):
            try:
                return await _read(self._searching, work(company_id, *args, **kwargs))
            except asyncpg.QueryCanceledError as error:
                raise SearchTooLongError(str(error)) from error
            except DRIVER_FAILURES as error:
                raise StoreUnavailableError(str(error)) from error

    async def write(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work in one transaction of the database."""
        unit = unit_of(work, args)
        running = work(*args, **kwargs)
        try:
            asked = next(running)
        except StopIteration as done:
            return cast("T", done.value)
        entries: list[JournalEntry] | None = None if self._journal is None else []
        try:
            async with self._pool.acquire() as connection:
                if isinstance(asked, Query) and asked.is_alone:
                    reach("before-commit", unit)
                    result = await _drive(connection, running, asked, entries)
                    await self._in_journal(entries)
                else:
                    async with connection.transaction():
                        result = await _drive(connection, running, asked, entries)
                        reach("before-commit", unit)
                        appended = await self._in_journal(entries)
                    # Without this line, after a failure of the commit, nobody knows whether the work was kept.
                    if appended is not None and self._journal is not None:
                        self._journal.conclude(appended)
                self.commits += 1
                reach("after-commit", unit)
                return result
        except JournalError as error:
            raise JournalUnavailableError(str(error)) from error
        except asyncpg.UniqueViolationError as error:
            raise UniqueError(str(error)) from error
        except DRIVER_FAILURES as error:
            raise StoreUnavailableError(str(error)) from error

    async def _in_journal(self, entries: list[JournalEntry] | None) -> Appended | None:
        """Hands the lines of a transaction to the journal; returns their place. Raises JournalError."""
        return await self._journal.add(entries) if entries and self._journal is not None else None

    async def close(self) -> None:
        """Closes all connections after their work has ended."""
        await self._registrations.close()
        await self._searching.close()
        await self._pool.close()
        if self._journal is not None:
            await self._journal.close()


async def _read(pool: Any, running: Transaction[T]) -> T:
    try:
        asked = next(running)
    except StopIteration as done:
        return cast("T", done.value)
    async with pool.acquire() as connection:
        return await _drive(connection, running, asked)


async def _drive(
    connection: Any, work: Transaction[T], asked: Query[Any] | Journaled, entries: list[JournalEntry] | None = None
) -> T:
    """Runs one unit of work, from what it yielded first, to its end; its lines are added to ``entries``."""
    try:
        while True:
            query = collected(asked, entries)
            if query is None:
                asked = work.send([])
                continue
            rows = await connection.fetch(query.statement.postgres, *query.positional())
            if rows:
                rows = query.statement.decoded(rows, rows[0].keys)
            asked = work.send(rows)
    except StopIteration as done:
        return cast("T", done.value)
