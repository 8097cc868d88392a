"""A snapshot of a PostgreSQL database: one transaction that sees the moment of its first query, and writes nothing."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, ParamSpec, TypeVar

import asyncpg

from ocote.store.engine.connecting import DRIVER_FAILURES, connect_to_postgres
from ocote.store.engine.postgres_units import NO_LIMITS_OF_TIME, run_unit_on
from ocote.store.engine.snapshot import ROWS_OF_A_PAGE, DatabaseKind, Page
from ocote.store.engine.statement import Query, Transaction
from ocote.store.engine.store import StoreUnavailableError

P = ParamSpec("P")
T = TypeVar("T")


class _PostgresSnapshot:
    kind: Final[DatabaseKind] = "postgresql"

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def read(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        return await run_unit_on(self._connection, work(*args, **kwargs))

    async def pages(self, query: Query[Any]) -> AsyncIterator[Page]:
        try:
            cursor = await self._connection.cursor(query.statement.postgres, *query.positional())
            while rows := await cursor.fetch(ROWS_OF_A_PAGE):
                yield [tuple(row) for row in rows]
        except (*DRIVER_FAILURES, asyncpg.PostgresError) as error:
            raise StoreUnavailableError(str(error)) from error


@asynccontextmanager
async def open_postgres_snapshot(url: str) -> AsyncIterator[_PostgresSnapshot]:
    """A snapshot of the database of a URL. Raises StoreUnavailableError."""
    connection = await connect_to_postgres(url)
    try:
        try:
            await connection.execute(NO_LIMITS_OF_TIME)
            await connection.transaction(isolation="repeatable_read", readonly=True).start()
        except (*DRIVER_FAILURES, asyncpg.PostgresError) as error:
            raise StoreUnavailableError(str(error)) from error
        yield _PostgresSnapshot(connection)
    finally:
        connection.terminate()
