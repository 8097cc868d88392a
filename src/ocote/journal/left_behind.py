"""The end of a segment to which no process writes any more: what the database has kept of it, as the segment says."""

from pathlib import Path

from msgspec import Struct

from ocote.journal.lines import (
    DamagedLineError,
    DocumentLine,
    EventLine,
    InvalidationLine,
    OutcomeLine,
    Signed,
    decode_line,
)
from ocote.journal.segment_lines import UNPACKING_FAILURES, unpacked_segment


class SegmentEnd(Struct, frozen=True):
    """The last line of a segment whose work was kept, and the lines after it of which nobody noted what became.

    Only lines that hold something signed count. ``kept`` is None when there is no such line.
    """

    kept: Signed | None
    unknown: tuple[Signed, ...]


def read_end(path: Path, segment_id: str) -> SegmentEnd:
    """Reads a segment from its end, as far as it has to. Raises OSError."""
    with unpacked_segment(path) as file:
        try:
            text = file.read()
        except UNPACKING_FAILURES:
            return SegmentEnd(None, ())
    outcomes: dict[int, bool] = {}
    unknown: list[Signed] = []
    number, end = text.count(b"\n"), text.rfind(b"\n")
    while end >= 0:
        begin = text.rfind(b"\n", 0, end) + 1
        match _decoded(text[begin:end]):
            case OutcomeLine() as outcome if outcome.segment == segment_id:
                outcomes |= dict.fromkeys(outcome.lines, outcome.kept)
            case DocumentLine() | InvalidationLine() | EventLine() as line:
                was_kept = outcomes.get(number)
                if was_kept:
                    return SegmentEnd(line, tuple(unknown))
                if was_kept is None:
                    unknown.append(line)
        number, end = number - 1, begin - 1
    return SegmentEnd(None, tuple(unknown))


def _decoded(text: bytes) -> object:
    try:
        return decode_line(text)
    except DamagedLineError:
        return None
