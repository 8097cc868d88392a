"""The sign of life of this process in the database, for the operator's page of processes."""

import asyncio
import os
import socket
from datetime import timedelta
from functools import partial
from typing import Final

import structlog
from msgspec.structs import replace

from ocote import __version__
from ocote.clock import Clock, pause
from ocote.store.engine.store import Store, StoreUnavailableError
from ocote.store.engine.values import moment_text
from ocote.store.processes import ProcessKind, ProcessRow, note_process
from ocote.work.background import Task

BEATS_EVERY: Final = timedelta(seconds=30)
FORGOTTEN_AFTER: Final = timedelta(days=7)
"""The time without a sign of life after which the other processes forget a process."""

_log = structlog.get_logger(__name__)


class Heartbeat:
    """Writes that this process is alive: at its start, every 30 seconds, and at its end.

    ``process_id`` is the name of the process in the store, under which it holds leases. No work waits for this: while
    the database does not answer, a sign of life is left out.
    """

    def __init__(self, store: Store, process_id: str, clock: Clock) -> None:
        self._store = store
        self._process_id = process_id
        self._clock = clock

    def of(self, kind: ProcessKind) -> Task:
        """The task that goes on until the end of the process."""
        return partial(self._keep_beating, kind)

    async def _keep_beating(self, kind: ProcessKind, stop: asyncio.Event) -> None:
        began = moment_text(self._clock())
        process = ProcessRow(self._process_id, kind, socket.gethostname(), os.getpid(), __version__, began, began, None)
        while not stop.is_set():
            await self._beat(process)
            await pause(BEATS_EVERY.total_seconds(), stop)
        await self._beat(process, is_last=True)

    async def _beat(self, process: ProcessRow, *, is_last: bool = False) -> None:
        now = self._clock()
        seen = moment_text(now)
        present = replace(process, seen_at=seen, ended_at=seen if is_last else None)
        try:
            await self._store.write(note_process, present, moment_text(now - FORGOTTEN_AFTER))
        except StoreUnavailableError as error:
            _log.warning("process_not_noted", reason=str(error))
