"""Fills an SQLite file beside its place, and puts the complete file there."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from ocote.fault_points import step
from ocote.store.engine.loading import InconsistentError, OccupiedError, Vacancy
from ocote.store.engine.migrate import migrate_sqlite
from ocote.store.engine.presence import FilePresence
from ocote.store.engine.snapshot import DatabaseKind, Page
from ocote.store.engine.sqlite_units import run_unit
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import StoreUnavailableError
from ocote.unfinished import BeingWrittenError, put_in_place, unfinished

P = ParamSpec("P")
T = TypeVar("T")

_BESIDE: Final = ("-journal", "-wal", "-shm")
"""Files that SQLite keeps beside a database; with another file of that name they would spoil it."""

_PATIENCE_S: Final = 5.0


class _SqliteLoading:
    kind: Final[DatabaseKind] = "sqlite"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    async def run(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        return run_unit(self._opened(), work(*args, **kwargs))

    async def migrate_to(self, version: str) -> None:
        self.close()
        try:
            migrate_sqlite(self._path, version)
        except SQLAlchemyError as error:
            raise StoreUnavailableError(str(error)) from error

    async def fill(self, table: str, columns: tuple[str, ...], pages: Iterable[Page]) -> None:
        names = ", ".join(f'"{column}"' for column in columns)
        values = ", ".join("?" for _ in columns)
        connection = self._opened()
        for page in pages:
            with _as_failures_of_the_store():
                connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({values})', page)
            await asyncio.sleep(0)  # lets an interruption by the operator take effect

    def close(self) -> None:
        """Commits and closes the connection; the file then is complete, though not yet on the disk."""
        if self._connection is not None:
            with _as_failures_of_the_store(), closing(self._connection) as connection:
                self._connection = None
                connection.execute("COMMIT")

    def abandon(self) -> None:
        """Closes the connection of a file that is thrown away."""
        if self._connection is not None:
            self._connection.close()

    def _opened(self) -> sqlite3.Connection:
        """The connection, in a transaction, without the care of SQLite: a failure throws the whole file away."""
        if self._connection is not None:
            return self._connection
        with _as_failures_of_the_store():
            connection = sqlite3.connect(self._path, isolation_level=None)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN IMMEDIATE")
        self._connection = connection
        return connection


@asynccontextmanager
async def open_sqlite_loading(path: Path, vacant: Vacancy) -> AsyncIterator[_SqliteLoading]:
    """A new file beside ``path``, which takes its place at the end."""
    try:
        place = _with_folder(path)
        with unfinished(part := place.with_name(f"{place.name}.restoring")) as file:
            _remove_beside(part)
            loading = _SqliteLoading(part)
            try:
                yield loading
                loading.close()
                os.fsync(file.fileno())
                with step("restore.place"), _taken_over(place, vacant):
                    if place.exists():
                        shutil.copymode(place, part)
                    put_in_place(part, place)
            finally:
                loading.abandon()
                _remove_beside(part)
    except BeingWrittenError as error:
        raise OccupiedError("being_restored") from error
    except OSError as error:
        raise StoreUnavailableError(str(error)) from error


def refuse_occupied_file(place: Path, vacant: Vacancy) -> None:
    """Raises OccupiedError when a database stands at the place, or what belongs to a database that is gone."""
    with _as_failures_of_the_store():
        if FilePresence(place.with_name(f"{place.name}-processes")).others_live():
            raise OccupiedError("in_use")
        if not place.exists():
            if any(_holds_changes(place.with_name(f"{place.name}{end}")) for end in ("-journal", "-wal")):
                raise OccupiedError("left_behind")
            return
        if not place.is_file():  # a device or a pipe, whose name the database would take away
            raise StoreUnavailableError(f"{place} is not a regular file")
    with _as_failures_of_the_store(), closing(sqlite3.connect(place, timeout=_PATIENCE_S)) as connection:
        connection.row_factory = sqlite3.Row
        run_unit(connection, vacant("sqlite"))


def _with_folder(path: Path) -> Path:
    """The place itself, also behind a link: the database stays on the disk that was chosen for it."""
    place = path.resolve()
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def _holds_changes(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


@contextmanager
def _taken_over(place: Path, vacant: Vacancy) -> Iterator[None]:
    """Holds an empty database at the place so that no process can use it while it is replaced. Raises OccupiedError."""
    refuse_occupied_file(place, vacant)
    if not place.exists():
        _remove_beside(place)
        yield
        return
    with _as_failures_of_the_store(), closing(sqlite3.connect(place, isolation_level=None, timeout=0)) as connection:
        connection.row_factory = sqlite3.Row
        try:
            # Possible only while no other connection is open; the files beside the database disappear with it.
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise OccupiedError("in_use") from error
        run_unit(connection, vacant("sqlite"))
        yield


def _remove_beside(path: Path) -> None:
    for end in _BESIDE:
        path.with_name(f"{path.name}{end}").unlink(missing_ok=True)


@contextmanager
def _as_failures_of_the_store() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise InconsistentError(str(error)) from error
    except (sqlite3.Error, OSError) as error:
        raise StoreUnavailableError(str(error)) from error
