"""Writes a backup file, table by table."""

import zipfile
from collections.abc import AsyncIterable, Callable
from datetime import datetime
from hashlib import sha256
from typing import IO, Any, Final, Self

import msgspec

from ocote.backups.manifest import MANIFEST, Manifest, TableEntry, checksum_of, encode_manifest, member_of
from ocote.clock import EL_SALVADOR

_FAST: Final = 1
_PRIVATE_FILE: Final = 0o100600 << 16


class BackupWriter:
    """A backup that is being written into an open file; ``finish`` writes the manifest."""

    def __init__(self, file: IO[bytes], made_at: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_FAST)
        self._local_time = made_at.astimezone(EL_SALVADOR).timetuple()[:6]
        self._encoder = msgspec.json.Encoder()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.fp = None  # a file that was not finished is thrown away, without the directory of a ZIP

    async def add_table(
        self,
        name: str,
        columns: tuple[str, ...],
        binary: tuple[str, ...],
        pages: AsyncIterable[list[tuple[Any, ...]]],
        passed: Callable[[list[tuple[Any, ...]]], None],
    ) -> TableEntry:
        """Writes all rows of a table; ``passed`` is called with each page that was written."""
        digest, rows = sha256(), 0
        with self._zip.open(self._info(member_of(name)), "w", force_zip64=True) as member:
            async for page in pages:
                lines = self._encoder.encode_lines(page)
                digest.update(lines)
                member.write(lines)
                rows += len(page)
                passed(page)
        return TableEntry(name, columns, binary, rows, digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Writes the manifest and the directory of the ZIP."""
        content = encode_manifest(manifest)
        self._zip.writestr(self._info(MANIFEST), content)
        self._zip.comment = checksum_of(content)
        self._zip.close()

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._local_time)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = _PRIVATE_FILE
        return info
