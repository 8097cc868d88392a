"""Segments of a journal, written line by line, for tests that read them."""

import gzip
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4

from msgspec.structs import replace

from ocote.journal.journal import FolderJournal, Segment
from ocote.journal.lines import CustomerLine, DocumentLine, JournalEntry, VerdictLine
from ocote.journal.reading import JournalReading, LinePlace, read_journal
from tests.journal.lines import NOON, document_line

INSTALLATION = "0b6f5c1e-7a55-4b9e-9f0e-3f6d7f0a1b2c"
LATER = "2026-11-20T18:00:40.000000Z"


def document(number: int = 1, **changes: Any) -> DocumentLine:
    """The line of the invoice with this number."""
    usual: dict[str, Any] = {
        "id": f"d-{number}",
        "external_ref": f"caja-{number}",
        "control_number": f"DTE-01-M001P001-{number:015}",
        "generation_code": f"6B0D549B-6F03-475A-9600-{number:012}",
    }
    return replace(document_line(), **{**usual, **changes})


def customer(**changes: Any) -> CustomerLine:
    """The line of a customer's record."""
    return replace(CustomerLine(7, 1, None, "000162975", None, "{}", NOON), **changes)


def verdict(number: int = 1, **changes: Any) -> VerdictLine:
    """The line of MH's stamp on the invoice with this number."""
    usual = VerdictLine(
        of="document",
        id=f"d-{number}",
        version=1,
        company_id=1,
        state="stamped",
        stamp="2026" + "A" * 36,
        mh_state="",
        mh_message="",
        mh_code="",
        observations="[]",
        answer="{}",
        at=LATER,
    )
    return replace(usual, **changes)


def write_segment(
    folder: Path,
    number: int,
    *entries: JournalEntry,
    kept: bool | None = True,
    is_ended: bool = True,
    installation: str = INSTALLATION,
) -> Path:
    """Writes a segment as a process does; ``kept`` is what became of every line, None when nobody noted it."""
    segment = Segment.create(folder, installation, number, NOON)
    journal = FolderJournal(folder)
    journal.use(segment)
    for entry in entries:
        appended = journal.append([entry])
        if kept is not None:
            journal.conclude(appended, kept=kept)
    if is_ended:
        segment.close(LATER)
    return segment.path


def copied(path: Path, folder: Path) -> Path:
    """A copy of a segment in another folder."""
    folder.mkdir(exist_ok=True)
    # Another file in between, so that the copy has another inode also where the numbers begin anew in each folder.
    (folder / f"{uuid4()}.tmp").touch()
    return Path(shutil.copy(path, folder / path.name))


def packed(path: Path) -> Path:
    """Compresses a segment, as an operator does."""
    target = path.with_name(f"{path.name}.gz")
    target.write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    return target


def damage(path: Path, line: int) -> None:
    """Changes one letter in the middle of a line, counted from 1."""
    lines = path.read_bytes().split(b"\n")
    text = bytearray(lines[line - 1])
    text[len(text) // 2] ^= 1
    lines[line - 1] = bytes(text)
    path.write_bytes(b"\n".join(lines))


def entries(reading: JournalReading, places: Iterable[LinePlace]) -> list[JournalEntry]:
    """The lines at some places, read a second time."""
    try:
        return [reading.entry(place) for place in places]
    finally:
        reading.close()


def read(folder: Path, installation: str = INSTALLATION) -> tuple[JournalReading, dict[LinePlace, JournalEntry]]:
    """Reads a folder; the reading, and every entry with its place."""
    taken: dict[LinePlace, JournalEntry] = {}
    reading = read_journal(folder, installation, (), taken.__setitem__, lambda _: None)
    return reading, taken
