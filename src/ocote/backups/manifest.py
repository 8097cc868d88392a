"""The manifest of a backup: what the file holds, and what it takes to restore it.

A backup is a ZIP with ``manifest.json`` and, for each table, ``tables/NAME.jsonl``: one JSON array for each row, bytes
as base64. The comment of the ZIP is the SHA-256 of the manifest, which has the SHA-256 of each other member.
"""

from hashlib import sha256
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

BACKUP_FORMAT: Final = 1
"""The version of the form of backups; a program reads the forms up to its own."""

MANIFEST: Final = "manifest.json"
_INDENT: Final = 2

Version = Annotated[str, Meta(pattern=r"^\d{4}$")]


class BackupError(Exception):
    """A backup cannot be made or restored; the text, in Spanish, gives the operator the reason and the remedy."""


class DamagedBackupError(BackupError):
    """The file is no backup, or no longer the backup that was written."""

    def __init__(self, what: str) -> None:
        super().__init__(f"El respaldo no sirve: {what}. Use otro; con «ocote restore --check» sabrá si está sano.")


class NewerBackupError(BackupError):
    """A newer program made the backup."""

    def __init__(self, program: str, tables: str) -> None:
        super().__init__(
            f"El respaldo es de una versión más nueva de ocote ({program}, tablas {tables}): actualice el programa."
        )


class CounterState(Struct, frozen=True):
    """The last number that a counter had given out."""

    nit: str
    environment: str
    doc_type: str
    branch: str
    pos: str
    year: int
    last: int


class LastDocument(Struct, frozen=True):
    """The document that was registered last."""

    posted_at: str
    control_number: str
    external_ref: str
    nit: str
    environment: str


class JournalPosition(Struct, frozen=True):
    """The first segment of the journal that may hold what the backup does not."""

    first_needed: int


class TableEntry(Struct, frozen=True):
    """A table: its columns in the order of the rows' values, those of them that hold bytes, and what it holds."""

    name: str
    columns: tuple[str, ...]
    bytes: tuple[str, ...]
    rows: int
    sha256: str


class Manifest(Struct, frozen=True):
    """Everything that can be known of a backup without reading its tables.

    ``tables_version`` is the last migration of the database, ``secrets`` are the fingerprints of the keys that its
    sealed values need. ``installation`` is None for tables of before installations had a name.
    """

    format: int
    program: str
    tables_version: Version
    made_at: str
    database: Literal["sqlite", "postgresql"]
    installation: str | None = None
    companies: int = 0
    documents: int = 0
    last_document: LastDocument | None = None
    secrets: tuple[str, ...] = ()
    journal: JournalPosition = JournalPosition(1)
    counters: tuple[CounterState, ...] = ()
    tables: tuple[TableEntry, ...] = ()


class _Beginning(Struct, frozen=True):
    """The part of a manifest that programs of every version can read."""

    format: int
    program: str
    tables_version: str


def member_of(table: str) -> str:
    """The name of the member of the ZIP with the rows of a table."""
    return f"tables/{table}.jsonl"


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest as JSON that people can read too."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=_INDENT) + b"\n"


def checksum_of(content: bytes) -> bytes:
    """The SHA-256 of a manifest, as the comment of the ZIP."""
    return sha256(content).hexdigest().encode()


def decode_manifest(content: bytes, newest_tables: str) -> Manifest:
    """The manifest in a member. Raises DamagedBackupError, and NewerBackupError for what this program cannot know."""
    try:
        beginning = msgspec.json.decode(content, type=_Beginning)
        if beginning.format > BACKUP_FORMAT or beginning.tables_version > newest_tables:
            raise NewerBackupError(beginning.program, beginning.tables_version)
        return msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedBackupError("su manifiesto no se entiende") from error
