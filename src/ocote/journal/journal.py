"""The journal of one process: a folder outside the database into which everything signed is appended.

Each process writes segments of its own, so that processes never wait for each other. A line that holds something signed
is on the disk when ``append`` returns. A segment that a fault has made doubtful takes no more lines.
"""

import fcntl
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final
from uuid import uuid4

from ocote import __version__
from ocote.fault_points import reach
from ocote.journal.folder import segment_name
from ocote.journal.lines import (
    FORMAT,
    Appended,
    EndLine,
    JournalEntry,
    JournalError,
    OutcomeLine,
    SegmentLine,
    Signed,
    encode_line,
)

LARGEST_SEGMENT: Final = 64 * 1024 * 1024
"""Bytes after which a segment is closed and another one opened: few enough to be shipped and compressed often."""


class Segment:
    """One file of the journal that this process has made and appends to."""

    def __init__(self, path: Path, descriptor: int, head: SegmentLine) -> None:
        self.path = path
        self.number = head.number
        self.id = head.id
        self.opened_at = head.opened_at
        self.lines = 0
        self.size = 0
        self.is_broken = False
        self._descriptor = descriptor
        self._device = os.fstat(descriptor).st_dev

    @classmethod
    def create(cls, folder: Path, installation: str, number: int, now: str) -> "Segment":
        """Makes a segment with its first line, both durable. Raises OSError, FileExistsError for a number in use."""
        path = folder / segment_name(installation, number)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        head = SegmentLine(
            format=FORMAT,
            installation=installation,
            number=number,
            id=str(uuid4()),
            opened_at=now,
            program=__version__,
            inode=os.fstat(descriptor).st_ino,
        )
        made = cls(path, descriptor, head)
        with suppress(OSError):  # a file system without locks does not show which process is dead
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            made.write([encode_line(head)], durable=True)
            _flush_folder(folder)
        except OSError:
            os.close(descriptor)
            with suppress(OSError):
                path.unlink()
            raise
        return made

    def write(self, lines: Sequence[bytes], *, durable: bool) -> tuple[int, ...]:
        """Appends lines, all of them or none; returns their numbers. Raises OSError."""
        text = b"".join(lines)
        try:
            if not self._is_in_place():
                raise FileNotFoundError(f"{self.path.name} is gone, or another file now")
            _write_whole(self._descriptor, text)
            if durable:
                self._flush()
        except OSError:
            self._take_back()
            raise
        first = self.lines + 1
        self.lines += len(lines)
        self.size += len(text)
        return tuple(range(first, self.lines + 1))

    def is_removed(self) -> bool:
        """Whether somebody has taken the file out of its folder, while the folder is on its disk.

        A folder that is away, or on another disk, may be a disk that comes back together with the file.
        """
        try:
            return self.path.parent.stat().st_dev == self._device and not self._is_in_place()
        except OSError:
            return False

    def close(self, now: str) -> None:
        """Ends the segment; without its last line, which may fail, a reader knows no less."""
        with suppress(OSError):
            self.write([encode_line(EndLine(now))], durable=True)
        with suppress(OSError):
            os.close(self._descriptor)

    def discard(self) -> None:
        """Removes a segment that was never used."""
        with suppress(OSError):
            os.close(self._descriptor)
            self.path.unlink()

    def _flush(self) -> None:
        """Waits for the disk. After a failure nobody knows which earlier pages the system still holds."""
        try:
            os.fdatasync(self._descriptor)
        except OSError:
            self.is_broken = True
            raise

    def _is_in_place(self) -> bool:
        """Whether the name in the folder leads to the open file."""
        try:
            return self.path.stat().st_ino == os.fstat(self._descriptor).st_ino
        except FileNotFoundError:
            return False

    def _take_back(self) -> None:
        """Removes what was half written; a segment for which that fails takes no more lines."""
        try:
            os.ftruncate(self._descriptor, self.size)
            os.fdatasync(self._descriptor)
        except OSError:
            self.is_broken = True


class FolderJournal:
    """The journal of this process in ``OCOTE_JOURNAL_DIR``; takes lines while it has a segment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._segment: Segment | None = None
        self._lock = Lock()
        self.failure: str | None = None
        """Why the last line that held something signed could not be written; None when it was."""

    @property
    def needs_segment(self) -> bool:
        """Whether another segment has to be opened; looks for the present one on the disk.

        There is none, it is full, a fault has made it doubtful, or somebody has removed it.
        """
        segment = self._segment
        return segment is None or segment.is_broken or segment.size >= LARGEST_SEGMENT or segment.is_removed()

    def use(self, segment: Segment | None) -> Segment | None:
        """Goes on in another segment; returns the one before, for the caller to close."""
        with self._lock:
            before, self._segment = self._segment, segment
            self.failure = None
        return before

    def append(self, entries: Sequence[JournalEntry]) -> Appended:
        """Writes lines; a line that holds something signed is durable at the return. Raises JournalError.

        Lines that hold nothing signed help a replay and are no condition: without a place for them they are left out.
        """
        durable = any(isinstance(entry, Signed) for entry in entries)
        with self._lock:
            segment = self._segment
            if segment is None or segment.is_broken:
                if durable:
                    raise JournalError(f"no segment can be written in {self.folder}")
                return Appended("", ())
            reach("before-journal", "append")
            try:
                numbers = segment.write([encode_line(entry) for entry in entries], durable=durable)
            except OSError as error:
                if durable:
                    self.failure = f"{segment.path.name}: {error.strerror or error}"
                    raise JournalError(self.failure) from error
                return Appended("", ())
            if durable:
                self.failure = None
            reach("after-journal", "append")
            return Appended(segment.id, numbers)

    def conclude(self, appended: Appended, *, kept: bool) -> None:
        """Notes whether the database has kept the work of some lines; a failure to note it is not raised."""
        if not appended.lines:
            return
        with self._lock:
            segment = self._segment
            if segment is not None and not segment.is_broken:
                with suppress(OSError):
                    segment.write([encode_line(OutcomeLine(appended.segment, appended.lines, kept))], durable=False)


def _write_whole(descriptor: int, text: bytes) -> None:
    rest = memoryview(text)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
