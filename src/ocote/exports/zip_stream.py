"""A zip that is sent while it is made.

Only the directory that ends the zip is kept, some hundred bytes for each file, and it lies in a temporary file. The
format is that of APPNOTE 6.3: sizes stand before the data, because each file is complete when it is added, and the
64-bit records appear only where a number does not fit. Decision 0011 says why no library writes it.
"""

import struct
import zlib
from collections.abc import Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, Final, Self

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64: Final = struct.Struct("<4sLQL")
_OFFSET_64: Final = struct.Struct("<2HQ")

_STORED: Final = 0
_DEFLATED: Final = 8
_UTF8_NAME: Final = 0x0800
_VERSION_64: Final = 45
_VERSION: Final = 20
_MADE_ON_UNIX: Final = 3 << 8
_READABLE_FILE: Final = 0o100644 << 16
_MOST_16: Final = 0xFFFF
_MOST_32: Final = 0xFFFFFFFF

_IN_MEMORY: Final = 256 * 1024
_PIECE: Final = 64 * 1024


class ZipStream:
    """Turns files into the bytes of a zip, in the order they are added.

    ``end`` gives the rest. Used as a context, it removes its temporary file.
    """

    def __init__(self, begins_at: int = 0) -> None:
        self._offset = begins_at
        self._files = 0
        self._directory_bytes = 0
        self._directory: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when the context ends

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._directory.close()

    def add(self, name: str, content: bytes, modified: datetime, *, compress: bool) -> bytes:
        """Adds a file smaller than 4 GiB. ``modified`` is shown unchanged: the format has no time zones."""
        data = content
        if compress:
            deflating = _deflating()
            data = deflating.compress(content) + deflating.flush()
        return self._header(name, zlib.crc32(content), len(data), len(content), modified, compress) + data

    def add_spooled(self, name: str, content: "Spool", modified: datetime) -> Iterator[bytes]:
        """Adds a file that was gathered in a spool, compressed."""
        yield self._header(name, content.checksum, content.packed_size, content.size, modified, compress=True)
        yield from content.pieces()

    def _header(self, name: str, checksum: int, packed: int, size: int, modified: datetime, compress: bool) -> bytes:
        """Lists a file in the directory; returns the header before its data."""
        encoded = name.encode()
        method = _DEFLATED if compress else _STORED
        numbers = (_UTF8_NAME, method, _dos_hour(modified), _dos_day(modified), checksum, packed, size, len(encoded))
        offset = self._offset
        extra = b"" if offset < _MOST_32 else _OFFSET_64.pack(1, 8, offset)
        needs = _VERSION_64 if extra else _VERSION
        about = (len(extra), 0, 0, 0, _READABLE_FILE, min(offset, _MOST_32))
        self._list(_CENTRAL.pack(b"PK\1\2", _MADE_ON_UNIX | needs, needs, *numbers, *about) + encoded + extra)
        header = _LOCAL.pack(b"PK\3\4", _VERSION, *numbers, 0) + encoded
        self._offset += len(header) + packed
        self._files += 1
        return header

    def end(self) -> Iterator[bytes]:
        """The directory of all files, which ends the zip."""
        self._directory.seek(0)
        while piece := self._directory.read(_PIECE):
            yield piece
        begins, size, files = self._offset, self._directory_bytes, self._files
        if files >= _MOST_16 or begins >= _MOST_32 or size >= _MOST_32:
            ends = begins + size
            made, disk = _MADE_ON_UNIX | _VERSION_64, 0
            rest = _END_64.size - 12
            yield _END_64.pack(b"PK\6\6", rest, made, _VERSION_64, disk, disk, files, files, size, begins)
            yield _LOCATOR_64.pack(b"PK\6\7", 0, ends, 1)
        counted = min(files, _MOST_16)
        yield _END.pack(b"PK\5\6", 0, 0, counted, counted, min(size, _MOST_32), min(begins, _MOST_32), 0)

    def _list(self, entry: bytes) -> None:
        self._directory.write(entry)
        self._directory_bytes += len(entry)


class Spool:
    """Text gathered little by little, deflated into a temporary file until it can be added to a zip."""

    def __init__(self) -> None:
        self.checksum = 0
        self.size = 0
        self.packed_size = 0
        self._deflating = _deflating()
        self._file: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when the context ends

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, content: bytes) -> None:
        """Appends to the file."""
        self.checksum = zlib.crc32(content, self.checksum)
        self.size += len(content)
        self._keep(self._deflating.compress(content))

    def finish(self) -> None:
        """Ends the file; nothing can be appended afterwards."""
        self._keep(self._deflating.flush())

    def pieces(self) -> Iterator[bytes]:
        """The gathered text, deflated."""
        self._file.seek(0)
        while piece := self._file.read(_PIECE):
            yield piece

    def _keep(self, packed: bytes) -> None:
        self._file.write(packed)
        self.packed_size += len(packed)


def _deflating() -> "zlib._Compress":
    return zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)


def _dos_day(moment: datetime) -> int:
    return (moment.year - 1980) << 9 | moment.month << 5 | moment.day


def _dos_hour(moment: datetime) -> int:
    return moment.hour << 11 | moment.minute << 5 | moment.second // 2
