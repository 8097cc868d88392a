"""A snapshot of an SQLite file: one read transaction, which the WAL lets stand beside every writer."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

from ocote.store.engine.snapshot import ROWS_OF_A_PAGE, DatabaseKind, Page
from ocote.store.engine.sqlite import connect
from ocote.store.engine.sqlite_units import run_unit
from ocote.store.engine.statement import Query, Transaction
from ocote.store.engine.store import StoreUnavailableError

P = ParamSpec("P")
T = TypeVar("T")


class _SqliteSnapshot:
    kind: Final[DatabaseKind] = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def read(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        return run_unit(self._connection, work(*args, **kwargs))

    async def pages(self, query: Query[Any]) -> AsyncIterator[Page]:
        cursor = self._connection.cursor()
        cursor.row_factory = None
        try:
            cursor.execute(query.statement.sqlite, query.params)
            while page := cursor.fetchmany(ROWS_OF_A_PAGE):
                yield page
                await asyncio.sleep(0)  # lets an interruption by the operator take effect
        except sqlite3.Error as error:
            raise StoreUnavailableError(str(error)) from error
        finally:
            cursor.close()


@asynccontextmanager
async def open_sqlite_snapshot(path: Path) -> AsyncIterator[_SqliteSnapshot]:
    """A snapshot of an existing file. Raises StoreUnavailableError."""
    with closing(_connected(path)) as connection:
        try:
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()  # the moment is that of the first read
        except sqlite3.Error as error:
            raise StoreUnavailableError(str(error)) from error
        yield _SqliteSnapshot(connection)


def _connected(path: Path) -> sqlite3.Connection:
    if not path.exists():  # SQLite would make an empty file
        raise StoreUnavailableError("no such file or directory")
    return connect(path)
