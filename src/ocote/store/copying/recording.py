"""When the installation was backed up, and what the backups held."""

from typing import Final

from msgspec import Struct

from ocote.store.engine.statement import StoredRow, Transaction, changed, columns, every, first, sql

MOST_BACKUPS: Final = 1_000
"""The newest backups of which the database keeps what they held: those of some weeks, also with one every hour."""


class BackupMade(Struct, frozen=True):
    """A backup that was written: the moment at which it holds the database, and the end of the writing.

    Moments are stored text in UTC. ``name`` is that of the file without its folder, ``bytes`` its size.
    """

    at: str
    finished_at: str
    name: str
    bytes: int
    documents: int
    seconds: int


class BackupRow(StoredRow, frozen=True):
    """A backup in the list of those that were made, with the names of ``BackupMade``."""

    finished_at: str
    name: str
    bytes: int
    documents: int
    seconds: int


class _BackedUp(StoredRow, frozen=True):
    backed_up_at: str | None


class _Id(StoredRow, frozen=True):
    id: str


_RECORD = sql(
    """
    UPDATE installation SET backed_up_at = :at WHERE backed_up_at IS NULL OR backed_up_at < :at RETURNING id""",
    _Id,
)
_LIST = sql("""
    INSERT INTO backup_made (finished_at, name, bytes, documents, seconds)
    VALUES (:finished_at, :name, :bytes, :documents, :seconds)""")
_FORGET = sql("DELETE FROM backup_made WHERE id <= (SELECT max(id) FROM backup_made) - :most")
_BACKED_UP = sql("SELECT backed_up_at FROM installation", _BackedUp)
_LATEST = sql(f"SELECT {columns(BackupRow)} FROM backup_made ORDER BY id DESC LIMIT :most", BackupRow)


def record_backup(made: BackupMade) -> Transaction[None]:
    """Writes down a backup, and its moment unless a later one has been written."""
    yield from changed(_RECORD(at=made.at))
    yield _LIST(
        finished_at=made.finished_at,
        name=made.name,
        bytes=made.bytes,
        documents=made.documents,
        seconds=made.seconds,
    )
    yield _FORGET(most=MOST_BACKUPS)


def backed_up_at() -> Transaction[str | None]:
    """The moment of the last backup; None without any."""
    row = yield from first(_BACKED_UP())
    return row.backed_up_at if row else None


def latest_backups(most: int) -> Transaction[list[BackupRow]]:
    """The backups that were made last, the latest first."""
    return (yield from every(_LATEST(most=most)))
