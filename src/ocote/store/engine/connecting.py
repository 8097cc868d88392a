"""Connects to PostgreSQL, in the same manner for every command: asyncpg alone reads the URL, with its TLS parameters.

``?sslmode=verify-full&sslrootcert=…`` counts for the pools, the listening session and the migrations alike.
"""

from functools import partial
from typing import Any, Final

import asyncpg

from ocote.store.engine.store import StoreUnavailableError

DRIVER_FAILURES: Final = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # raised for a query on a connection that PostgreSQL is closing
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.DiskFullError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.QueryCanceledError,
)
"""What asyncpg raises when PostgreSQL cannot run the work now."""

_PATIENCE_S: Final = 10.0
_LONGEST_COMMAND_S: Final = 30.0


async def connect_to_postgres(url: str) -> Any:
    """One connection. Raises StoreUnavailableError."""
    try:
        return await asyncpg.connect(url, timeout=_PATIENCE_S)
    except (*DRIVER_FAILURES, asyncpg.PostgresError) as error:
        raise _unreachable(error) from error


async def open_pool(url: str, *, least: int, most: int, session: str) -> Any:
    """A pool of ``least`` to ``most`` connections, each prepared by the statements in ``session``.

    Raises StoreUnavailableError.
    """
    try:
        return await asyncpg.create_pool(
            url,
            min_size=least,
            max_size=most,
            timeout=_PATIENCE_S,
            command_timeout=_LONGEST_COMMAND_S,
            init=partial(_prepare, session),
            reset=_no_reset,
        )
    except (*DRIVER_FAILURES, asyncpg.PostgresError) as error:
        raise _unreachable(error) from error


def _unreachable(error: Exception) -> StoreUnavailableError:
    return StoreUnavailableError(f"cannot reach PostgreSQL: {error}")


async def _prepare(session: str, connection: Any) -> None:
    await connection.execute(session)


async def _no_reset(_connection: Any) -> None:
    """Does nothing between two uses of a connection, which never leave cursors, locks, listeners or settings behind."""
