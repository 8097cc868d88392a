"""Makes a backup of a database while gateways go on issuing from it."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO

from msgspec import Struct

from ocote import __version__
from ocote.backups.facts import Facts, RowValues
from ocote.backups.manifest import BACKUP_FORMAT, BackupError, Manifest, TableEntry
from ocote.backups.writing import BackupWriter
from ocote.clock import Clock
from ocote.fault_points import step
from ocote.store.copying.recording import BackupMade, record_backup
from ocote.store.copying.tables import StoredTable, all_rows, stored_tables
from ocote.store.engine.opening import NEWEST, open_store
from ocote.store.engine.snapshot import Snapshot
from ocote.store.engine.snapshots import open_snapshot
from ocote.store.engine.store import StoreUnavailableError
from ocote.store.engine.values import moment_text
from ocote.unfinished import BeingWrittenError, put_in_place, unfinished

Passed = Callable[[int, int], None]
"""Takes the number of rows that were just copied and the number of all rows."""


class MadeBackup(Struct, frozen=True):
    """A complete backup: its manifest, its size in bytes, and whether the database knows of it."""

    manifest: Manifest
    size: int
    is_recorded: bool


async def make_backup(url: str, place: Path, clock: Clock, passed: Passed) -> MadeBackup:
    """Writes everything that the database holds at this moment into a new file.

    The file appears only when it is complete. Raises BackupError or OSError when it cannot be written, and
    OutdatedError, NewerDatabaseError or StoreUnavailableError when the database cannot be read.
    """
    _refuse_existing(place)
    made_at, part = clock(), place.with_name(f"{place.name}.part")
    async with open_snapshot(url) as snapshot:
        try:
            with unfinished(part) as file:
                manifest = await _write(snapshot, file, made_at, passed)
                size = file.tell()
                with step("backup.place"):
                    _refuse_existing(place)
                    put_in_place(part, place)
        except BeingWrittenError as error:
            raise BackupError(f"Otro proceso está escribiendo {place}; espere o elija otro nombre.") from error
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(place)) from error
    ended_at = clock()
    made = BackupMade(
        at=manifest.made_at,
        finished_at=moment_text(ended_at),
        name=place.name,
        bytes=size,
        documents=manifest.documents,
        seconds=max(0, round((ended_at - made_at).total_seconds())),
    )
    return MadeBackup(manifest, size, manifest.tables_version == NEWEST and await _recorded(url, made))


def _refuse_existing(place: Path) -> None:
    if place.exists() or place.is_symlink():
        raise BackupError(f"{place} ya existe y no se sobrescribe; elija otro nombre.")


async def _write(snapshot: Snapshot, file: IO[bytes], made_at: datetime, passed: Passed) -> Manifest:
    stored = await snapshot.read(stored_tables, snapshot.kind)
    total = sum(table.rows for table in stored.tables)
    facts, entries = Facts(), list[TableEntry]()
    with BackupWriter(file, made_at) as writer:
        for table in stored.tables:
            with step("backup.table"):
                entries.append(await _add(writer, snapshot, table, facts, lambda rows: passed(rows, total)))
        manifest = facts.told_by(
            Manifest(
                format=BACKUP_FORMAT,
                program=__version__,
                tables_version=stored.version,
                made_at=moment_text(made_at),
                database=snapshot.kind,
                tables=tuple(entries),
            )
        )
        with step("backup.manifest"):
            writer.finish(manifest)
            file.flush()
            os.fsync(file.fileno())
    return manifest


async def _add(
    writer: BackupWriter, snapshot: Snapshot, table: StoredTable, facts: Facts, passed: Callable[[int], None]
) -> TableEntry:
    columns = tuple(column.name for column in table.columns)
    binary = tuple(column.name for column in table.columns if column.is_bytes)
    watch = facts.watcher(table.name, columns)

    def written(page: list[RowValues]) -> None:
        if watch is not None:
            watch(page)
        passed(len(page))

    return await writer.add_table(table.name, columns, binary, snapshot.pages(all_rows(table)), written)


async def _recorded(url: str, made: BackupMade) -> bool:
    """Writes the backup down in the database, where ``ocote doctor`` and the operator's page find it."""
    try:
        async with open_store(url) as store:
            await store.write(record_backup, made)
    except StoreUnavailableError:  # such as a standby, which can be backed up and not written
        return False
    return True
