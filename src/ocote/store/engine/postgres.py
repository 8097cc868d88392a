"""PostgreSQL over asyncpg: a pool of connections, one database transaction for each unit of work."""

import asyncio
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import asyncpg

from ocote.fault_points import reach
from ocote.store.engine.presence import SessionPresence, session_lives
from ocote.store.engine.registrations import Registrations
from ocote.store.engine.statement import Query, Transaction
from ocote.store.engine.store import StoreUnavailableError, UniqueError

P = ParamSpec("P")
T = TypeVar("T")

_APPEAR_S = 15.0
_UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # raised for a query on a connection that PostgreSQL is closing
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.DiskFullError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.QueryCanceledError,
)


class PostgresStore:
    """A store over a PostgreSQL database, opened with ``ocote.store.engine.opening.open_store``."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", url: str) -> None:
        self.commits = 0
        self._pool = pool
        self._presence = SessionPresence()
        self._registrations = Registrations(url, self._presence.hold)

    @property
    def registrations(self) -> int | None:
        """The number of changes of companies and keys announced by PostgreSQL; None without a listening connection."""
        return self._registrations.count

    @classmethod
    async def open(cls, url: str, size: int) -> "PostgresStore":
        """A store with a pool of up to ``size`` connections. Raises StoreUnavailableError."""
        try:
            pool = await asyncpg.create_pool(
                url, min_size=1, max_size=size, command_timeout=30, timeout=10, reset=_no_reset
            )
        except (*_UNAVAILABLE, asyncpg.PostgresError) as error:
            raise StoreUnavailableError(f"cannot reach PostgreSQL: {error}") from error
        return cls(pool, url)

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

    async def read(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work that only reads; each query sees the data committed at its start."""
        running = work(*args, **kwargs)
        try:
            asked = next(running)
        except StopIteration as done:
            return cast("T", done.value)
        try:
            async with self._pool.acquire() as connection:
                return await _drive(connection, running, asked)
        except _UNAVAILABLE as error:
            raise StoreUnavailableError(str(error)) from error

    async def search(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work that only reads, on a connection of the pool, as ``read`` does."""
        return await self.read(work, *args, **kwargs)

    async def write(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work in one transaction of the database."""
        running = work(*args, **kwargs)
        try:
            asked = next(running)
        except StopIteration as done:
            return cast("T", done.value)
        try:
            async with self._pool.acquire() as connection:
                if asked.is_alone:
                    reach("before-commit", work)
                    result = await _drive(connection, running, asked)
                else:
                    async with connection.transaction():
                        result = await _drive(connection, running, asked)
                        reach("before-commit", work)
                self.commits += 1
                reach("after-commit", work)
                return result
        except asyncpg.UniqueViolationError as error:
            raise UniqueError(str(error)) from error
        except _UNAVAILABLE as error:
            raise StoreUnavailableError(str(error)) from error

    async def close(self) -> None:
        """Closes all connections after their work has ended."""
        await self._registrations.close()
        await self._pool.close()


async def _drive(connection: Any, work: Transaction[T], asked: Query[Any]) -> T:
    """Runs one unit of work, from its first query ``asked``, to its end."""
    try:
        while True:
            rows = await connection.fetch(asked.statement.postgres, *asked.positional())
            if rows:
                rows = asked.statement.decoded(rows, rows[0].keys)
            asked = work.send(rows)
    except StopIteration as done:
        return cast("T", done.value)


async def _no_reset(_connection: Any) -> None:
    """Does nothing between two uses of a connection, which never leave cursors, locks, listeners or settings behind."""
