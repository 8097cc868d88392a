"""Opens and closes the segments of this process's journal; each segment is written down in the database first."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import structlog

from ocote.clock import Clock, pause
from ocote.continuity.ahead import journal_is_ahead
from ocote.journal.folder import highest_number
from ocote.journal.journal import FolderJournal, Segment
from ocote.metrics import JOURNAL_READY
from ocote.store import journal_segments as rows
from ocote.store.engine.store import Store, StoreUnavailableError, UniqueError
from ocote.store.engine.values import moment_text
from ocote.store.installation import installation_id

_log = structlog.get_logger(__name__)

_LOOK_EVERY_S: Final = 1.0
_LONGEST_TRANSACTION: Final = timedelta(minutes=1)
"""Longer than any work that has lines in a segment may take until it is kept."""
_MOST_TRIES: Final = 1_000
"""The most numbers that are tried: other processes that start at this moment take some of them."""


class JournalSegments:
    """Gives a journal the segment that it writes to, and the next one when that one is full or broken."""

    def __init__(self, journal: FolderJournal, store: Store, clock: Clock) -> None:
        self._journal = journal
        self._store = store
        self._clock = clock
        self._is_silent = False
        self._was_compared = False
        self._ended: list[tuple[datetime, Segment]] = []

    async def open_if_needed(self) -> None:
        """Opens a segment when the journal needs one. While that fails, nothing can be signed in this process.

        Before the first one, the segments in the folder are compared with the database.
        """
        await self._close_in_database(self._clock() - _LONGEST_TRANSACTION)
        # A share whose machine is away may keep a call waiting for minutes; the event loop may not.
        if not await asyncio.to_thread(lambda: self._journal.needs_segment):
            self._tell(self._journal.failure)
            return
        try:
            segment = await self._opened()
        except (OSError, StoreUnavailableError) as error:
            self._tell(str(error))
            return
        before = self._journal.use(segment)
        if before is not None and await asyncio.to_thread(before.is_removed):
            _log.error("journal_segment_removed", file=before.path.name)
        await self._end(before)
        _log.info("journal_segment_opened", file=segment.path.name)
        self._tell(None)

    async def close(self) -> None:
        """Closes the segment at the end of the process, when no work is under way any more."""
        await self._end(self._journal.use(None))
        await self._close_in_database(self._clock())

    async def keep(self, stop: asyncio.Event) -> None:
        """Opens segments as they are needed, until ``stop``."""
        while not stop.is_set():
            await self.open_if_needed()
            await pause(_LOOK_EVERY_S, stop)

    def _tell(self, failure: str | None) -> None:
        """Shows whether the journal takes lines, and logs a failure once."""
        if failure is not None and not self._is_silent:
            _log.error("journal_unavailable", folder=str(self._journal.folder), reason=failure)
        self._is_silent = failure is not None
        JOURNAL_READY.set(failure is None)

    async def _opened(self) -> Segment:
        if not self._was_compared:
            await journal_is_ahead(self._store, self._clock, self._journal.folder)
            self._was_compared = True
        installation = await self._store.read(installation_id)
        known = await self._store.read(rows.highest_segment)
        number = max(known, await asyncio.to_thread(highest_number, self._journal.folder, installation))
        for _ in range(_MOST_TRIES):
            number += 1
            now = moment_text(self._clock())
            try:
                segment = await asyncio.to_thread(Segment.create, self._journal.folder, installation, number, now)
            except FileExistsError:
                continue
            try:
                await self._store.write(rows.open_segment, number, segment.id, now)
            except UniqueError:
                segment.discard()  # the number belongs to a segment of another machine, in another folder
                continue
            except StoreUnavailableError:
                segment.discard()
                raise
            return segment
        raise FileExistsError(f"no number is free for a segment in {self._journal.folder}")

    async def _end(self, segment: Segment | None) -> None:
        if segment is not None:
            await asyncio.to_thread(segment.close, moment_text(self._clock()))
            self._ended.append((self._clock(), segment))

    async def _close_in_database(self, ended_before: datetime) -> None:
        """Writes down which segments have ended, once the work of their last lines is kept or undone.

        A backup that knows a segment as closed has everything of it.
        """
        while self._ended and self._ended[0][0] <= ended_before:
            ended_at, segment = self._ended[0]
            try:
                await self._store.write(rows.close_segment, segment.id, moment_text(ended_at))
            except StoreUnavailableError as error:
                _log.warning("journal_segment_not_closed", file=segment.path.name, reason=str(error))
                return
            self._ended.pop(0)
