"""The numbers that this machine has seen, in a small file beside the database, which no restored database takes back.

The file holds, for each installation, the newest document of every series and how often counters were set by hand.
Whoever loses the file loses only this memory: a file that cannot be read accuses no database.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkstemp
from typing import Final

import msgspec
from msgspec import Struct

from ocote.dte.control_number import build_control_number
from ocote.dte.sale import Environment

FILE_NAME: Final = "numbers-seen.json"
SET_ASIDE_NAME: Final = "numbers-seen.unreadable.json"

_MOST_INSTALLATIONS: Final = 8
"""Installations that one file remembers; beyond that the one that was seen longest ago is forgotten."""


class SeenSeries(Struct, frozen=True):
    """A series as it was seen: its counter, and the document with the highest number; ``number`` is 0 without one."""

    last: int
    number: int = 0
    document: str | None = None


class SeenInstallation(Struct, frozen=True):
    """An installation as it was seen at a moment (stored text), by series.

    ``confirmed_at`` is the last confirmation of its numbers that was known, ``changes`` how often counters were set.
    """

    seen_at: str
    changes: int
    series: Mapping[str, SeenSeries]
    confirmed_at: str | None = None

    def is_before(self, confirmed_at: str | None) -> bool:
        """Whether the numbers were confirmed since: what was seen before a confirmation accuses nobody."""
        return (confirmed_at or "") > (self.confirmed_at or "")


class SeriesName(Struct, frozen=True):
    """The name of a series in the file, valid for every database: NIT and environment stand for the company."""

    nit: str
    environment: Environment
    doc_type: str
    branch_code: str
    pos_code: str
    year: int

    def __str__(self) -> str:
        return " ".join((self.nit, self.environment, self.doc_type, self.branch_code, self.pos_code, str(self.year)))

    def control_number(self, correlative: int) -> str:
        """The control number of a correlative in the series. Raises ValueError."""
        return build_control_number(self.doc_type, self.branch_code, self.pos_code, correlative)

    @classmethod
    def read(cls, text: str) -> "SeriesName":
        """The name that a text of the file stands for. Raises ValueError."""
        nit, environment, doc_type, branch_code, pos_code, year = text.split(" ")
        return msgspec.convert(
            {
                "nit": nit,
                "environment": environment,
                "doc_type": doc_type,
                "branch_code": branch_code,
                "pos_code": pos_code,
                "year": year,
            },
            cls,
            strict=False,
        )


class UnreadableSeenError(Exception):
    """The file exists and cannot be read or understood; the text says why."""


Installations = Mapping[str, SeenInstallation]
"""What was seen of each installation, by its id."""


class _Content(Struct, frozen=True):
    installations: dict[str, SeenInstallation]


class SeenFile:
    """The file in the data folder. Its methods wait for the disk."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self.set_aside_path = folder / SET_ASIDE_NAME

    def read(self) -> Installations:
        """The installations that were seen; none when there is no file yet. Raises UnreadableSeenError."""
        try:
            content = msgspec.json.decode(self.path.read_bytes(), type=_Content)
            _check(content)
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            raise UnreadableSeenError(str(error.strerror)) from error
        except ValueError as error:  # of msgspec, of a name, of a text that is no UTF-8
            raise UnreadableSeenError(str(error)) from error
        return content.installations

    def set_aside(self) -> None:
        """Gives an unreadable file another name, under which a person finds it. Raises OSError."""
        self.path.replace(self.set_aside_path)

    def write(self, installations: Installations) -> None:
        """Puts a new file in the place of the old one, readable for its owner alone. Raises OSError."""
        kept = sorted(installations.items(), key=lambda item: item[1].seen_at)[-_MOST_INSTALLATIONS:]
        folder = self.path.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = mkstemp(prefix=f".{FILE_NAME}.", suffix=".part", dir=folder)
        unfinished = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(_Content(dict(kept)))))
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self.path)
        finally:
            unfinished.unlink(missing_ok=True)


def _check(content: _Content) -> None:
    """Raises ValueError for a series that cannot be, and for a document without a possible number."""
    for each in content.installations.values():
        for name, seen in each.series.items():
            SeriesName.read(name).control_number(seen.number if seen.document is not None else max(seen.number, 1))


def joined(one: SeenInstallation | None, other: SeenInstallation | None) -> SeenInstallation | None:
    """Joins the memories that two processes have of one installation: of each series the higher number counts.

    A memory from before a confirmation of the numbers gives way to one from after it.
    """
    if one is None or other is None:
        return one or other
    if one.is_before(other.confirmed_at):
        return other
    if other.is_before(one.confirmed_at):
        return one
    series = dict(one.series)
    for name, seen in other.series.items():
        known = series.get(name)
        if known is None or (seen.number, seen.last) > (known.number, known.last):
            series[name] = seen
    return SeenInstallation(
        seen_at=max(one.seen_at, other.seen_at),
        changes=max(one.changes, other.changes),
        series=series,
        confirmed_at=one.confirmed_at,
    )
