"""Compares the journal with the database at the start of a process: a journal that knows more was left behind.

Each segment is written down in the database, and closed there once the database has all of it. Only segments that the
database does not know, or knows as open, are read, and of them the end alone.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import structlog
from msgspec import Struct

from ocote.clock import Clock
from ocote.journal.folder import is_named_after, segment_paths
from ocote.journal.left_behind import SegmentEnd, read_end
from ocote.journal.lines import NewerJournalError, Signed, moment_of
from ocote.journal.segment_lines import first_line, is_being_written
from ocote.store import installation as rows
from ocote.store import journal_segments as segments
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.journal_segments import JournalSegmentRow
from ocote.store.known_lines import is_known

_log = structlog.get_logger(__name__)


class _Left(Struct, frozen=True):
    """A segment to which no process writes any more, as the database would know it, and its end."""

    row: JournalSegmentRow
    end: SegmentEnd


async def journal_is_ahead(store: Store, clock: Clock, folder: Path) -> bool:
    """Whether a segment in the folder holds what the database had kept and does not have any more.

    Numbers are then refused until the journal is replayed or the numbers are confirmed; what was written before they
    were last confirmed counts for nothing. Segments of dead processes that the database has as a whole are closed
    there, but none from before a confirmation, nor while one is awaited: those are left to a replay. Raises OSError and
    StoreUnavailableError.
    """
    installation = await store.read(rows.installation)
    in_database = await store.read(segments.journal_segments)
    closed = {row.id for row in in_database if row.closed_at is not None}
    last_opened = max((row.opened_at for row in in_database), default="")
    confirmed_at, now = installation.confirmed_at or "", moment_text(clock())
    complete: list[JournalSegmentRow] = []
    ahead: list[str] = []
    for left in await asyncio.to_thread(_left_behind, folder, installation.id, closed, now):
        kept, unknown = left.end.kept, left.end.unknown
        if kept is not None and not await store.read(is_known, kept):
            if moment_of(kept) >= confirmed_at:
                ahead.append(f"{left.row.number}: {kept.id}")
        elif left.row.opened_at >= confirmed_at and await _all_decided(store, unknown, last_opened):
            complete.append(left.row)
    if ahead:
        if await store.write(rows.doubt_numbers, "journal_ahead", now):
            _log.error("journal_is_ahead", installation=installation.id, segments=ahead)
    elif complete and installation.unconfirmed_since is None:
        await store.write(segments.know_segments, complete)
    return bool(ahead)


async def _all_decided(store: Store, unknown: Sequence[Signed], last_opened: str) -> bool:
    """Whether it is known of each line what became of its work.

    A database that knows a later segment has had the time to keep the work, or did not keep it.
    """
    return all([moment_of(line) < last_opened or await store.read(is_known, line) for line in unknown])


def _left_behind(folder: Path, installation: str, closed: set[str], now: str) -> list[_Left]:
    found: list[_Left] = []
    for path in segment_paths(folder):
        if not is_named_after(path, installation):
            continue
        try:
            head = first_line(path)
        except NewerJournalError as error:
            _log.error("journal_segment_is_newer", file=path.name, program=error.program)
            continue
        if head is None or head.installation != installation or head.id in closed or is_being_written(path):
            continue
        row = JournalSegmentRow(head.number, head.id, head.opened_at, now)
        found.append(_Left(row, read_end(path, head.id)))
    return found
