"""Reads a backup file and holds every part of it against its checksum."""

import struct
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec

from ocote.backups.facts import Facts
from ocote.backups.manifest import (
    MANIFEST,
    DamagedBackupError,
    Manifest,
    TableEntry,
    checksum_of,
    decode_manifest,
    member_of,
)
from ocote.store.copying.tables import TABLES
from ocote.store.engine.opening import NEWEST
from ocote.store.engine.snapshot import Page

_PIECE: Final = 256 * 1024
_LARGEST_MANIFEST: Final = 64 * 1024 * 1024
_LONGEST_ROW: Final = 64 * 1024 * 1024
_DAMAGES: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
    msgspec.DecodeError,
)
"""What Python's reader of ZIPs raises when the bytes of a ZIP are others than those that were written."""


class BackupFile:
    """An opened backup, whose manifest is as it was written; ``open_backup`` makes it."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.manifest = manifest
        self._archive = archive

    @property
    def rows(self) -> int:
        """How many rows all tables have."""
        return sum(table.rows for table in self.manifest.tables)

    def pages(self, table: TableEntry) -> Iterator[Page]:
        """All rows of a table, some at a time.

        Raises DamagedBackupError, at the end at the latest, when they are not the rows that were written.
        """
        digest, rows = sha256(), 0
        decoder = msgspec.json.Decoder(list[Any])
        binary = [table.columns.index(name) for name in table.bytes]
        name = member_of(table.name)
        lines_of_member = self._lines(name)
        while lines := _next(lines_of_member, name):
            digest.update(lines)
            with _as_damage(name):
                page = [_row(values, len(table.columns), binary) for values in decoder.decode_lines(lines)]
            rows += len(page)
            yield page
        if digest.hexdigest() != table.sha256 or rows != table.rows:
            raise DamagedBackupError(f"{name} no es lo que se guardó")

    def check(self, passed: Callable[[int], None]) -> Facts:
        """Reads all tables; ``passed`` is called with the number of rows of each page.

        Returns what the rows say. Raises DamagedBackupError when they are not those that were written, or do not say
        what the manifest says.
        """
        facts = Facts()
        with _as_damage("su contenido"):
            for table in self.manifest.tables:
                if table.name not in TABLES:
                    raise DamagedBackupError(f"nadie conoce la tabla {table.name}")
                watch = facts.watcher(table.name, table.columns)
                for page in self.pages(table):
                    if watch is not None:
                        watch(page)
                    passed(len(page))
            if facts.told_by(self.manifest) != self.manifest:
                raise DamagedBackupError("su manifiesto no dice lo que hay en las tablas")
        return facts

    def _lines(self, name: str) -> Iterator[bytes]:
        """The text of a member in pieces that end with the end of a row."""
        rest = b""
        with self._archive.open(name) as member:
            while piece := member.read(_PIECE):
                lines, end, rest = (rest + piece).rpartition(b"\n")
                if end:
                    yield lines + end
                if len(rest) > _LONGEST_ROW:
                    break
        if rest:
            raise DamagedBackupError(f"{name} no es lo que se guardó")


@contextmanager
def open_backup(path: Path) -> Iterator[BackupFile]:
    """Opens a backup and checks its manifest. Raises DamagedBackupError, NewerBackupError and OSError."""
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        with _as_damage("el archivo"):
            try:
                archive = stack.enter_context(zipfile.ZipFile(file))
            except zipfile.BadZipFile as error:
                raise DamagedBackupError("no es un respaldo de ocote, o está incompleto") from error
            manifest = _manifest(archive)
        yield BackupFile(archive, manifest)


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    names = archive.namelist()
    if MANIFEST not in names:
        raise DamagedBackupError("no es un respaldo de ocote")
    if any(info.compress_type != zipfile.ZIP_DEFLATED for info in archive.infolist()):
        raise DamagedBackupError("sus archivos se comprimieron de otra manera")
    if archive.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
        raise DamagedBackupError("su manifiesto no se entiende")
    content = archive.read(MANIFEST)
    if checksum_of(content) != archive.comment:
        raise DamagedBackupError("su manifiesto no es el que se guardó")
    manifest = decode_manifest(content, NEWEST)
    if sorted(names) != sorted([MANIFEST, *(member_of(table.name) for table in manifest.tables)]):
        raise DamagedBackupError("le faltan o le sobran tablas")
    return manifest


def _next(lines: Iterator[bytes], name: str) -> bytes:
    """The next piece of a member; empty at its end."""
    with _as_damage(name):
        return next(lines, b"")


def _row(values: list[Any], columns: int, binary: list[int]) -> tuple[Any, ...]:
    if len(values) != columns:
        raise ValueError("a row with another number of values")
    for position in binary:
        if values[position] is not None:
            values[position] = b64decode(values[position], validate=True)
    return tuple(values)


@contextmanager
def _as_damage(what: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGES as error:
        raise DamagedBackupError(f"{what} está dañado") from error
    except OSError as error:  # the system cannot read the file, or a damaged directory leads out of the file
        raise DamagedBackupError(f"{what} no se puede leer ({error.strerror})") from error
