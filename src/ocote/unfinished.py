"""Files that take their place only when they are complete, and whose unfinished form no two processes write at once.

An unfinished file is locked as long as its process lives. A process that was killed leaves a file without a lock, which
the next process removes.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

_TRIES: Final = 3


class BeingWrittenError(Exception):
    """Another living process writes the file."""


@contextmanager
def unfinished(part: Path) -> Iterator[IO[bytes]]:
    """Makes the file ``part``, readable for its owner alone; removes it at the end unless it was put in its place.

    The file of a process that was killed is replaced. Raises BeingWrittenError and OSError.
    """
    descriptor = _created(part)
    try:
        with os.fdopen(descriptor, "w+b", closefd=False) as file:
            yield file
    finally:
        if _is_at(part, descriptor):
            part.unlink()
        os.close(descriptor)


def put_in_place(part: Path, place: Path) -> None:
    """Renames a complete file, so that the new name survives a power cut. Raises OSError."""
    part.rename(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _created(part: Path) -> int:
    for _ in range(_TRIES):
        try:
            descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            _remove_abandoned(part)
            continue
        with suppress(BlockingIOError):  # a process that takes the file for abandoned has removed it: try again
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(part, descriptor):
                return descriptor
        os.close(descriptor)
    raise BeingWrittenError(part)


def _remove_abandoned(part: Path) -> None:
    try:
        # Never through a link, which somebody may have laid in a shared folder.
        descriptor = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        part.unlink(missing_ok=True)
    except BlockingIOError:
        raise BeingWrittenError(part) from None
    finally:
        os.close(descriptor)


def _is_at(part: Path, descriptor: int) -> bool:
    """Whether the name still leads to the open file."""
    try:
        return os.path.samestat(part.stat(follow_symlinks=False), os.fstat(descriptor))
    except FileNotFoundError:
        return False
