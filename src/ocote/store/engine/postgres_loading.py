"""Fills a PostgreSQL database in one transaction, which a migration and a second load wait for."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from ocote.fault_points import step
from ocote.store.engine.connecting import DRIVER_FAILURES, connect_to_postgres
from ocote.store.engine.loading import InconsistentError, OccupiedError, Vacancy
from ocote.store.engine.migrate import POSTGRES_LIMITS, TAKE_TURN, upgrade_tables
from ocote.store.engine.postgres_units import NO_LIMITS_OF_TIME, run_unit_on
from ocote.store.engine.presence import any_session_lives
from ocote.store.engine.snapshot import DatabaseKind, Page
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import StoreUnavailableError

P = ParamSpec("P")
T = TypeVar("T")

_WAIT_FOR_LOCKS: Final = f"SET LOCAL lock_timeout = '{POSTGRES_LIMITS['lock_timeout']}'"
_NO_LIMIT_OF_STATEMENTS: Final = "SET LOCAL statement_timeout = 0"


class _PostgresLoading:
    kind: Final[DatabaseKind] = "postgresql"

    def __init__(self, connection: AsyncConnection, driver: Any) -> None:
        self._connection = connection
        self._driver = driver

    async def run(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        with _as_failures_of_the_store():
            return await run_unit_on(self._driver, work(*args, **kwargs))

    async def migrate_to(self, version: str) -> None:
        with _as_failures_of_the_store():
            await self._connection.run_sync(upgrade_tables, version)
            await self._driver.execute(_NO_LIMIT_OF_STATEMENTS)  # a migration may have set a limit of its own

    async def fill(self, table: str, columns: tuple[str, ...], pages: Iterable[Page]) -> None:
        with _as_failures_of_the_store():
            await self._driver.copy_records_to_table(table, columns=columns, records=_rows(pages))


async def _rows(pages: Iterable[Page]) -> AsyncIterator[tuple[Any, ...]]:
    for page in pages:
        for row in page:
            yield row
        await asyncio.sleep(0)  # lets an interruption by the operator take effect


@asynccontextmanager
async def open_postgres_loading(url: str, vacant: Vacancy) -> AsyncIterator[_PostgresLoading]:
    """The database of a URL, in a transaction that is committed at the end."""
    connect = partial(connect_to_postgres, url)
    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    with _as_failures_of_the_store():
        connection = await engine.connect()
        driver: Any = (await connection.get_raw_connection()).driver_connection
    try:
        with _as_failures_of_the_store():
            for statement in (_WAIT_FOR_LOCKS, TAKE_TURN):
                await connection.exec_driver_sql(statement)
            await driver.execute(NO_LIMITS_OF_TIME)
        loading = _PostgresLoading(connection, driver)
        await loading.run(vacant, loading.kind)
        yield loading
        with step("restore.place"):
            if await loading.run(any_session_lives):
                raise OccupiedError("in_use")
            with _as_failures_of_the_store():
                await connection.commit()
    finally:
        driver.terminate()  # without a commit, PostgreSQL undoes everything
        await connection.invalidate()
        await connection.close()


async def refuse_occupied_database(url: str, vacant: Vacancy) -> None:
    """Raises OccupiedError when processes are alive on the database, or when its tables hold anything."""
    connection = await connect_to_postgres(url)
    try:
        if await run_unit_on(connection, any_session_lives()):
            raise OccupiedError("in_use")
        await run_unit_on(connection, vacant("postgresql"))
    finally:
        connection.terminate()


@contextmanager
def _as_failures_of_the_store() -> Iterator[None]:
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise InconsistentError(str(error)) from error
    except (*DRIVER_FAILURES, asyncpg.PostgresError, SQLAlchemyError) as error:
        raise StoreUnavailableError(str(error)) from error
