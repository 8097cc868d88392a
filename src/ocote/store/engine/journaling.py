"""The journal as the engines use it: lines that are durable before the commit of the work that wrote them."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from ocote.journal.lines import Appended, JournalEntry, JournalError, Signed
from ocote.store.engine.statement import Journaled, Query


class Journal(Protocol):
    """A place outside the database for what was signed. Every call may wait for a disk and belongs into a thread."""

    def append(self, entries: Sequence[JournalEntry]) -> Appended:
        """Writes lines; a line that holds something signed is durable at the return. Raises JournalError."""
        ...

    def conclude(self, appended: Appended, *, kept: bool) -> None:
        """Notes whether the database has kept the work of some lines; a failure to note it is not raised."""
        ...


def collected(asked: Query[Any] | Journaled, entries: list[JournalEntry] | None) -> Query[Any] | None:
    """The query to run; None for a line, which is added to ``entries`` when there is a journal."""
    if isinstance(asked, Query):
        return asked
    if entries is not None:
        entries.append(asked.line())
    return None


@dataclass(slots=True)
class _Waiting:
    entries: Sequence[JournalEntry]
    future: asyncio.Future[Appended]


class JournalQueue:
    """Shares one flush of the journal among the transactions of a process that wait for the journal.

    For PostgreSQL, whose transactions run beside each other; SQLite's share a transaction and with it the flush.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: list[_Waiting] = []
        self._kept: list[Appended] = []
        self._flush: asyncio.Task[None] | None = None
        self._disk = ThreadPoolExecutor(1, "journal")

    async def add(self, entries: Sequence[JournalEntry]) -> Appended:
        """Appends the lines of one transaction, as ``Journal.append``. Raises JournalError."""
        waiting = _Waiting(entries, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._begin()
        return await waiting.future

    def conclude(self, appended: Appended) -> None:
        """Notes, soon, that PostgreSQL has kept the work of some lines."""
        self._kept.append(appended)
        self._begin()

    async def close(self) -> None:
        """Waits until everything is written."""
        if self._flush is not None:
            await self._flush
        self._disk.shutdown()

    def _begin(self) -> None:
        if self._flush is None:
            self._flush = asyncio.create_task(self._write_waiting())

    async def _write_waiting(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting or self._kept:
                batch, self._waiting = self._waiting, []
                kept, self._kept = self._kept, []
                entries = [entry for waiting in batch for entry in waiting.entries]
                try:
                    appended = await loop.run_in_executor(self._disk, self._write, kept, entries)
                except JournalError as error:
                    self._waiting[:0] = _refuse(batch, error)
                except Exception as error:  # noqa: BLE001 - raised to everybody who waits, and holds rows meanwhile
                    _fail(batch, error)
                else:
                    _answer(batch, appended)
        finally:
            self._flush = None

    def _write(self, kept: list[Appended], entries: list[JournalEntry]) -> Appended | None:
        for segment in {appended.segment for appended in kept}:
            lines = tuple(line for appended in kept if appended.segment == segment for line in appended.lines)
            self._journal.conclude(Appended(segment, lines), kept=True)
        return self._journal.append(entries) if entries else None


def _refuse(batch: list[_Waiting], error: JournalError) -> list[_Waiting]:
    """Fails the transactions of a batch that signed something; returns the others, whose lines are no condition."""
    others: list[_Waiting] = []
    for waiting in batch:
        if not any(isinstance(entry, Signed) for entry in waiting.entries):
            others.append(waiting)
        elif not waiting.future.done():
            waiting.future.set_exception(JournalError(str(error)))
    return others


def _fail(batch: list[_Waiting], error: Exception) -> None:
    for waiting in batch:
        if not waiting.future.done():
            waiting.future.set_exception(error)


def _answer(batch: list[_Waiting], appended: Appended | None) -> None:
    first = 0
    for waiting in batch:
        after = first + len(waiting.entries)
        if not waiting.future.done() and appended is not None:
            waiting.future.set_result(Appended(appended.segment, appended.lines[first:after]))
        first = after
