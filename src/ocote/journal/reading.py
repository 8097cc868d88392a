"""Reads the segments of an installation in a folder: each once, with what is damaged and what became of its lines."""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import IO, Final

from msgspec import Struct

from ocote.journal.folder import is_named_after, number_in_name, segment_paths
from ocote.journal.lines import (
    CustomerLine,
    DamagedLineError,
    DocumentLine,
    EndLine,
    EventLine,
    InvalidationLine,
    JournalEntry,
    OutcomeLine,
    SegmentLine,
    VerdictLine,
    decode_line,
)
from ocote.journal.segment_lines import first_line, is_packed, lines_in, texts_in, unpacked_segment

_ENTRIES: Final = (DocumentLine, CustomerLine, InvalidationLine, EventLine, VerdictLine)
_PASSED_EVERY: Final = 256 * 1024
_MOST_OPEN: Final = 32


class LinePlace(Struct, frozen=True, gc=False):
    """The place of a line: the segment by its place in the reading, the line's number, and its bytes."""

    segment: int
    line: int
    offset: int
    length: int


class ReadSegment(Struct, frozen=True):
    """One segment of the installation.

    ``id`` is empty when the first line is missing or damaged. ``is_original``: the file is the one that the process
    wrote to, so that no line after the last one was left behind elsewhere. ``is_ended``: the process has closed the
    segment. ``is_torn``: the last line is a part of one. ``damaged`` are the numbers of damaged lines. ``was_read`` is
    False for a segment whose lines the database has for certain.
    """

    path: Path
    number: int
    id: str
    opened_at: str
    is_original: bool
    lines: int = 0
    is_ended: bool = True
    is_torn: bool = False
    damaged: tuple[int, ...] = ()
    was_read: bool = True


Take = Callable[[LinePlace, JournalEntry], None]
"""Receives each line that a unit of work wrote."""


class JournalReading:
    """The segments of a folder, and the outcomes of their lines.

    Lines are read again from their places, until the reading is closed.
    """

    def __init__(self, segments: Sequence[ReadSegment], foreign: Sequence[Path], outcomes: "Outcomes") -> None:
        self.segments = tuple(segments)
        self.foreign = tuple(foreign)
        self._outcomes = outcomes
        self._open: dict[int, IO[bytes]] = {}

    def was_kept(self, place: LinePlace) -> bool | None:
        """Whether the database has kept the work of a line; None when nobody noted that."""
        return self._outcomes.of(self.segments[place.segment].id, place.line)

    def entry(self, place: LinePlace) -> JournalEntry:
        """The line at a place. Raises OSError, and DamagedLineError when the file has changed meanwhile."""
        file = self._file(place.segment)
        file.seek(place.offset)
        line = decode_line(file.read(place.length - 1))
        if not isinstance(line, _ENTRIES):
            raise DamagedLineError("the line is another one now")
        return line

    def close(self) -> None:
        """Closes the files."""
        while self._open:
            self._open.popitem()[1].close()

    def _file(self, segment: int) -> IO[bytes]:
        file = self._open.pop(segment, None) or _seekable(self.segments[segment].path)
        self._open[segment] = file
        if len(self._open) > _MOST_OPEN:
            self._open.pop(next(iter(self._open))).close()
        return file


def read_journal(
    folder: Path, installation: str, known: Collection[str], take: Take, passed: Callable[[int], None]
) -> JournalReading:
    """Reads every segment of an installation that is in a folder, compressed or not, by number.

    ``known`` are the ids of segments whose lines the database has; they are not read. ``passed`` receives the numbers
    of bytes that were read. Raises OSError and NewerJournalError.
    """
    chosen, foreign = _chosen(folder, installation)
    outcomes = Outcomes()
    segments = [
        _named(path, head, was_read=False)
        if head is not None and head.id in known
        else _read(index, path, head, outcomes, take, passed)
        for index, (path, head) in enumerate(chosen)
    ]
    return JournalReading(segments, foreign, outcomes)


def bytes_to_read(folder: Path, installation: str, known: Collection[str]) -> int:
    """How many bytes ``read_journal`` will pass. Raises OSError and NewerJournalError."""
    chosen, _ = _chosen(folder, installation)
    return sum(path.stat().st_size for path, head in chosen if head is None or head.id not in known)


class Outcomes:
    """The outcomes of lines: whether the database has kept their work."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[int, bool]] = defaultdict(dict)

    def add(self, outcome: OutcomeLine) -> None:
        """Takes note of one line."""
        for line in outcome.lines:
            self._kept[outcome.segment][line] = outcome.kept

    def of(self, segment: str, line: int) -> bool | None:
        """Whether the work of a line was kept; None when unknown."""
        return self._kept[segment].get(line)

    def check(self, segment: str, first_damaged: int, entries: Collection[int]) -> None:
        """Forgets what was said of the lines after a damaged one, if it cannot be about those lines.

        Damage may have joined two lines or divided one, and then the numbers of the lines that follow are others.
        """
        said = self._kept[segment]
        after = {line for line in said if line > first_damaged}
        if not after <= set(entries):
            for line in after:
                del said[line]


def _chosen(folder: Path, installation: str) -> tuple[list[tuple[Path, SegmentLine | None]], list[Path]]:
    """The files of an installation, one of each segment and by number, and the files of other installations."""
    by_id: dict[str, list[tuple[Path, SegmentLine | None]]] = defaultdict(list)
    foreign: list[Path] = []
    for path in segment_paths(folder):
        head = first_line(path) if is_named_after(path, installation) else None
        if not is_named_after(path, installation) or (head is not None and head.installation != installation):
            foreign.append(path)
            continue
        by_id[head.id if head is not None else str(path)].append((path, head))
    chosen = [found[0] if len(found) == 1 else max(found, key=_soundness) for found in by_id.values()]
    return sorted(chosen, key=lambda one: (number_in_name(one[0]), one[0].name)), foreign


def _soundness(found: tuple[Path, SegmentLine | None]) -> tuple[bool, bool, int, bool]:
    """Orders files of one segment: those that are whole, closed and long come last."""
    path, head = found
    read = _read(0, path, head, Outcomes(), lambda *_: None, lambda _: None)
    return not read.damaged, read.is_ended, read.lines, read.is_original


def _named(path: Path, head: SegmentLine | None, *, was_read: bool = True) -> ReadSegment:
    return ReadSegment(
        path=path,
        number=head.number if head is not None else number_in_name(path),
        id=head.id if head is not None else "",
        opened_at=head.opened_at if head is not None else "",
        is_original=head is not None and not is_packed(path) and path.stat().st_ino == head.inode,
        was_read=was_read,
    )


def _read(
    index: int, path: Path, head: SegmentLine | None, outcomes: Outcomes, take: Take, passed: Callable[[int], None]
) -> ReadSegment:
    named = _named(path, head)
    segment_id, damaged, entries = named.id, list[int](), set[int]()
    is_ended, is_torn, lines, unpassed = False, False, 0, 0
    for found in lines_in(path):
        lines, is_ended = found.number, isinstance(found.content, EndLine)
        is_torn = found.is_torn
        match found.content:
            case None if not found.is_torn:
                damaged.append(found.number)
            case OutcomeLine() as outcome:
                # Without its first line a segment is known by what it says of its own lines.
                segment_id = segment_id or outcome.segment
                outcomes.add(outcome)
            case SegmentLine() | EndLine() | None:
                pass
            case entry:
                entries.add(found.number)
                take(LinePlace(index, found.number, found.offset, found.length), entry)
        unpassed += found.length
        if unpassed >= _PASSED_EVERY and not is_packed(path):
            passed(unpassed)
            unpassed = 0
    passed(path.stat().st_size if is_packed(path) else unpassed)
    if damaged:
        outcomes.check(segment_id, damaged[0], entries)
    return ReadSegment(
        path=path,
        number=named.number,
        id=segment_id,
        opened_at=named.opened_at,
        is_original=named.is_original,
        lines=lines,
        is_ended=is_ended,
        is_torn=is_torn,
        damaged=tuple(damaged),
    )


def _seekable(path: Path) -> IO[bytes]:
    """The uncompressed bytes of a segment, in which any line can be read again."""
    if not is_packed(path):
        return path.open("rb")
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the reading
    try:
        with unpacked_segment(path) as packed:
            file.writelines(text for text in texts_in(packed) if text is not None)
    except OSError as error:
        file.close()
        raise OSError(error.errno, error.strerror, tempfile.gettempdir()) from error
    return file
