"""The lines of one segment, whether the operator has compressed it or not, and whether a process still writes to it."""

import fcntl
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, cast

from msgspec import Struct

from ocote.journal.lines import DamagedLineError, JournalLine, SegmentLine, decode_line

UNPACKING_FAILURES: Final = (EOFError, gzip.BadGzipFile, zlib.error)
"""What a damaged compressed file raises."""


class FoundLine(Struct, frozen=True, gc=False):
    """A line by its number in the segment, from 1, with its place in the uncompressed text.

    ``content`` is None for a damaged line. ``is_torn``: the text ends within the line, as when a process was killed.
    """

    number: int
    offset: int
    length: int
    content: JournalLine | None
    is_torn: bool = False


def lines_in(path: Path) -> Iterator[FoundLine]:
    """Every line of a segment. Raises OSError and NewerJournalError.

    A compressed segment that is damaged ends with a damaged line.
    """
    offset = 0
    with unpacked_segment(path) as file:
        for number, text in enumerate(texts_in(file), 1):
            if text is None:
                yield FoundLine(number, offset, 0, None)
                return
            is_torn = not text.endswith(b"\n")
            content = None if is_torn else _content(text[:-1])
            yield FoundLine(number, offset, len(text), content, is_torn)
            offset += len(text)


def first_line(path: Path) -> SegmentLine | None:
    """The line that names a segment; None when that line is missing or damaged. Raises OSError, NewerJournalError."""
    found = next(lines_in(path), None)
    return found.content if found is not None and isinstance(found.content, SegmentLine) else None


def unpacked_segment(path: Path) -> IO[bytes]:
    """The uncompressed bytes of a segment. Raises OSError."""
    return cast("IO[bytes]", gzip.open(path, "rb")) if is_packed(path) else path.open("rb")


def is_packed(path: Path) -> bool:
    """Whether the operator has compressed the segment."""
    return path.suffix == ".gz"


def is_being_written(path: Path) -> bool:
    """Whether a living process writes to a segment; also true where the file system has no locks. Raises OSError."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def texts_in(file: IO[bytes]) -> Iterator[bytes | None]:
    """The lines of an open segment as bytes; None in place of the rest of a compressed file that is damaged."""
    try:
        yield from file
    except UNPACKING_FAILURES:
        yield None


def _content(text: bytes) -> JournalLine | None:
    try:
        return decode_line(text)
    except DamagedLineError:
        return None
