"""The segments of the journal that processes of this database have opened."""

from collections.abc import Sequence

from ocote.store.engine.statement import StoredRow, Transaction, columns, every, first, one, sql


class JournalSegmentRow(StoredRow, frozen=True):
    """One segment; ``closed_at`` is None while its process writes to the segment, or when the process was killed."""

    number: int
    id: str
    opened_at: str
    closed_at: str | None


class _Highest(StoredRow, frozen=True):
    number: int


_OPEN = sql("INSERT INTO journal_segment (number, id, opened_at) VALUES (:number, :id, :now)")
_CLOSE = sql("UPDATE journal_segment SET closed_at = :now WHERE id = :id AND closed_at IS NULL")
_KNOW = sql("""
    INSERT INTO journal_segment (number, id, opened_at, closed_at) VALUES (:number, :id, :opened_at, :closed_at)
    ON CONFLICT DO NOTHING""")
_HIGHEST = sql("SELECT coalesce(max(number), 0) AS number FROM journal_segment", _Highest)
_ALL = sql(f"SELECT {columns(JournalSegmentRow)} FROM journal_segment ORDER BY number", JournalSegmentRow)

_LATEST = sql(
    f"SELECT {columns(JournalSegmentRow)} FROM journal_segment ORDER BY number DESC LIMIT 1", JournalSegmentRow
)


def open_segment(number: int, segment_id: str, now: str) -> Transaction[None]:
    """Writes down a segment before the segment takes its first line.

    Raises UniqueError when the number belongs to a segment in another folder.
    """
    yield _OPEN(number=number, id=segment_id, now=now)


def close_segment(segment_id: str, now: str) -> Transaction[None]:
    """Writes down that a segment takes no more lines."""
    yield _CLOSE(id=segment_id, now=now)


def know_segments(found: Sequence[JournalSegmentRow]) -> Transaction[None]:
    """Writes down that the database has all lines of some segments, and that they take no more.

    A number that belongs to another segment stays with that segment.
    """
    for row in found:
        yield _KNOW(number=row.number, id=row.id, opened_at=row.opened_at, closed_at=row.closed_at)
        yield _CLOSE(id=row.id, now=row.closed_at)


def highest_segment() -> Transaction[int]:
    """The highest number of a segment, 0 without any."""
    return (yield from one(_HIGHEST())).number


def latest_segment() -> Transaction[JournalSegmentRow | None]:
    """The segment that was opened last; None without any."""
    return (yield from first(_LATEST()))


def journal_segments() -> Transaction[list[JournalSegmentRow]]:
    """Every segment that this database knows, the oldest first."""
    return (yield from every(_ALL()))
