"""Finds stamps that two documents of a company bear, with eight bytes a document in memory.

The stamps themselves would fill the memory of a large archive, and no index of the database could tell. Each stamp
leaves a digest in a file while the documents are walked; at the end the digests are sorted, and equal neighbours show
which stamps to look at.
"""

import fcntl
from array import array
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import IO, Final

_WIDTH: Final = 8
_BUCKETS: Final = 256


class StampsInUseError(Exception):
    """Another walk is writing the file."""


class StampLog:
    """The digests of the stamps walked so far, in a file that an interrupted walk finds again."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    @classmethod
    def open(cls, path: Path, count: int) -> "StampLog":
        """Opens the file, or makes it, and goes on after its first ``count`` digests.

        Raises StampsInUseError while another walk has it open, and OSError.
        """
        file = path.open("ab+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.close()
            raise StampsInUseError from error
        file.truncate(count * _WIDTH)
        return cls(file)

    def add(self, stamps: Iterable[str]) -> None:
        """Adds stamps after those before."""
        self._file.write(b"".join(_digest(stamp).to_bytes(_WIDTH, "big") for stamp in stamps))
        self._file.flush()

    def clear(self) -> None:
        """Forgets every stamp."""
        self._file.truncate(0)

    def repeated(self) -> frozenset[int]:
        """The digests that occur more than once."""
        buckets = [array("Q") for _ in range(_BUCKETS)]
        for digest in self._digests():
            buckets[digest % _BUCKETS].append(digest)
        return frozenset(one for bucket in buckets for one, following in pairwise(sorted(bucket)) if one == following)

    def close(self) -> None:
        """Closes the file, which stays."""
        self._file.close()

    def _digests(self) -> Iterator[int]:
        self._file.seek(0)
        while raw := self._file.read(_WIDTH):
            yield int.from_bytes(raw, "big")


def holds(path: Path, count: int) -> bool:
    """Whether a file has at least so many digests."""
    return path.is_file() and path.stat().st_size >= count * _WIDTH


def is_among(stamp: str, digests: frozenset[int]) -> bool:
    """Whether a stamp may be one of those with these digests."""
    return _digest(stamp) in digests


def _digest(stamp: str) -> int:
    return int.from_bytes(blake2b(stamp.encode(), digest_size=_WIDTH).digest(), "big")
