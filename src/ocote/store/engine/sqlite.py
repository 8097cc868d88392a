"""The SQLite store: work runs on the event loop, and all waiting work shares one durable commit made in a thread.

SQLite has one writer at a time, and a durable commit costs a disk flush. Callers that arrive during a commit share the
next commit, so that a burst of documents needs few flushes; each caller is answered only after the commit that holds
its work. The statements themselves take microseconds and run on the event loop: to pass each statement to a thread
would cost more than the statement. Only work that may read every document of a company, a search, runs in a thread. See
``docs/decisions/0002-one-writer-shared-commits.md`` and ``docs/decisions/0013-searches-take-turns.md``.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from ocote.fault_points import reach, unit_of
from ocote.journal.lines import JournalEntry, JournalError, Signed
from ocote.store.engine.journaling import Journal, collected
from ocote.store.engine.presence import FilePresence
from ocote.store.engine.searches import SearchTurns
from ocote.store.engine.sqlite_searches import SqliteSearches
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import JournalUnavailableError, StoreUnavailableError, UniqueError

P = ParamSpec("P")
T = TypeVar("T")

_BUSY_MS = 10_000
_MOST_AT_ONCE = 64


@dataclass(slots=True, eq=False)
class _Job:
    unit: Callable[..., object]
    work: Callable[[], Transaction[Any]]
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None
    entries: list[JournalEntry] = field(default_factory=list)


def connect(path: Path) -> sqlite3.Connection:
    """A connection with the settings that every use of the file needs: WAL, full durability, foreign keys.

    Raises StoreUnavailableError when the file cannot be opened.
    """
    try:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
    except sqlite3.Error as error:
        raise StoreUnavailableError(f"cannot open {path}: {error}") from error
    return connection


def _drive(connection: sqlite3.Connection, work: Transaction[T], entries: list[JournalEntry] | None = None) -> T:
    """Runs one unit of work to its end on a connection and returns its result; its lines are added to ``entries``."""
    try:
        asked = next(work)
        while True:
            query = collected(asked, entries)
            if query is None:
                asked = work.send([])
                continue
            cursor = connection.execute(query.statement.sqlite, query.params)
            rows = cursor.fetchall()
            if rows:
                rows = query.statement.decoded(rows, partial(_columns, cursor))
            asked = work.send(rows)
    except StopIteration as done:
        result: T = done.value
        return result
    except sqlite3.Error as error:
        raise _translated(error) from error


def _columns(cursor: sqlite3.Cursor) -> list[str]:
    return [column[0] for column in cursor.description]


def _translated(error: sqlite3.Error) -> Exception:
    if isinstance(error, sqlite3.IntegrityError) and "UNIQUE" in str(error):
        return UniqueError(str(error))
    if isinstance(error, sqlite3.OperationalError):
        return StoreUnavailableError(str(error))
    return error


class SqliteStore:
    """A store over one SQLite file, opened with ``ocote.store.engine.opening.open_store``."""

    def __init__(self, path: Path, longest_search_s: float, journal: Journal | None = None) -> None:
        self.commits = 0
        self._journal = journal
        self._reader = connect(path)
        self._writer = connect(path)
        self._writer.execute("PRAGMA busy_timeout = 0")
        self._presence = FilePresence(path.with_name(f"{path.name}-processes"))
        self._waiting: list[_Job] = []
        self._flush: asyncio.Task[None] | None = None
        self._disk = ThreadPoolExecutor(1, "sqlite-commit")
        self._turns = SearchTurns()
        self._searches = SqliteSearches(partial(connect, path), longest_search_s)

    @property
    def registrations(self) -> None:
        """Always None: SQLite announces no changes, and reading a company from a local file costs only microseconds."""
        return None

    async def appear(self) -> str:
        """Locks a file beside the database as long as this process is alive; returns the process's name."""
        try:
            self._presence.appear()
        except OSError as error:
            raise StoreUnavailableError(f"cannot write beside the database: {error}") from error
        return self._presence.name

    async def lives(self, process: str) -> bool:
        """Whether the process with this name has the lock on its file."""
        try:
            return self._presence.lives(process)
        except OSError as error:
            raise StoreUnavailableError(f"cannot look beside the database: {error}") from error

    async def others_live(self) -> bool:
        """Whether any other process has the lock on its file."""
        try:
            return self._presence.others_live()
        except OSError as error:
            raise StoreUnavailableError(f"cannot look beside the database: {error}") from error

    async def read(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work that only reads, on the event loop: a look-up by key in a local file takes microseconds."""
        return _drive(self._reader, work(*args, **kwargs))

    async def search(
        self, work: Callable[Concatenate[int, P], Transaction[T]], company_id: int, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs work that only reads, in its turn and in a thread: to read every document takes up to seconds."""
        async with self._turns.turn(company_id, work):
            return await self._searches.run(lambda connection: _drive(connection, work(company_id, *args, **kwargs)))

    async def write(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work in the next shared transaction and returns after the commit that makes the work durable."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Job(unit_of(work, args), lambda: work(*args, **kwargs), future))
        if self._flush is None:
            self._flush = asyncio.create_task(self._write_waiting())
        return await future

    async def close(self) -> None:
        """Finishes the waiting work and closes all connections."""
        if self._flush is not None:
            await self._flush
        self._disk.shutdown()
        self._searches.close()
        self._reader.close()
        self._writer.close()
        self._presence.disappear()

    async def _write_waiting(self) -> None:
        """Runs transaction after transaction until no work is waiting."""
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_MOST_AT_ONCE], self._waiting[_MOST_AT_ONCE:]
                await self._run(batch)
                _answer(batch)
        finally:
            self._flush = None

    async def _run(self, batch: list[_Job]) -> None:
        """Runs a batch in one transaction; one job that fails is undone alone and the others are kept."""
        writer = self._writer
        try:
            await self._begin()
            changes = writer.total_changes
            try:
                for job in batch:
                    self._run_job(job)
            except Exception:  # noqa: BLE001 - raised again to the caller of the job that failed
                await self._run_apart(batch)
            if writer.total_changes == changes:
                writer.execute("ROLLBACK")
            else:
                for job in batch:
                    reach("before-commit", job.unit)
                entries = [entry for job in batch if job.error is None for entry in job.entries]
                await asyncio.get_running_loop().run_in_executor(self._disk, self._commit, entries)
                self.commits += 1
                for job in batch:
                    reach("after-commit", job.unit)
        except JournalError as error:
            writer.execute("ROLLBACK")
            await self._run_without_journal(batch, JournalUnavailableError(str(error)))
        except Exception as error:  # noqa: BLE001 - raised to every caller, all of whom would wait for ever
            if writer.in_transaction:
                writer.execute("ROLLBACK")
            failure = StoreUnavailableError(str(error)) if isinstance(error, sqlite3.Error) else error
            for job in batch:
                job.error = job.error or failure

    def _commit(self, entries: list[JournalEntry]) -> None:
        """Commits, after the journal has the lines of the batch. Raises JournalError."""
        if self._journal is None or not entries:
            self._writer.execute("COMMIT")
            return
        appended = self._journal.append(entries)
        try:
            self._writer.execute("COMMIT")
        except sqlite3.Error:
            self._journal.conclude(appended, kept=False)
            raise
        self._journal.conclude(appended, kept=True)

    async def _run_without_journal(self, batch: list[_Job], failure: JournalUnavailableError) -> None:
        """Refuses the jobs of a batch that signed something, and runs the others again."""
        for job in batch:
            if any(isinstance(entry, Signed) for entry in job.entries):
                job.error = failure
        others = [job for job in batch if job.error is None]
        if others:
            await self._run(others)

    async def _begin(self) -> None:
        try:
            self._writer.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:  # another process is writing: wait for it outside the event loop
            await asyncio.get_running_loop().run_in_executor(self._disk, self._begin_patiently)

    def _begin_patiently(self) -> None:
        self._writer.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        try:
            self._writer.execute("BEGIN IMMEDIATE")
        finally:
            self._writer.execute("PRAGMA busy_timeout = 0")

    async def _run_apart(self, batch: list[_Job]) -> None:
        """Runs every job of a batch again after one job failed, each job in a savepoint that can be undone alone."""
        if self._writer.in_transaction:  # SQLite itself ends the transaction when the disk is full or the file lost
            self._writer.execute("ROLLBACK")
        await self._begin()
        for job in batch:
            self._run_one(job)

    def _run_one(self, job: _Job) -> None:
        writer = self._writer
        writer.execute("SAVEPOINT job")
        try:
            self._run_job(job)
        except Exception as error:  # noqa: BLE001 - raised to the caller of this job
            job.error = error
            writer.execute("ROLLBACK TO job")
        writer.execute("RELEASE job")

    def _run_job(self, job: _Job) -> None:
        job.entries.clear()
        job.result = _drive(self._writer, job.work(), job.entries if self._journal is not None else None)


def _answer(batch: list[_Job]) -> None:
    for job in batch:
        if job.future.done():  # the caller was cancelled during the commit
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
