"""A segment of the journal: what stands in it, and what it does when its disk does not take a line."""

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ocote.journal.folder import highest_number
from ocote.journal.journal import FolderJournal, Segment
from ocote.journal.lines import Appended, DamagedLineError, EndLine, JournalError, OutcomeLine, decode_line, encode_line
from tests.journal.lines import INSTALLATION, NOON, document_line, head_of, verdict_line


@pytest.fixture
def segment(tmp_path: Path) -> Segment:
    return Segment.create(tmp_path, INSTALLATION, 7, NOON)


@pytest.fixture
def journal(tmp_path: Path, segment: Segment) -> FolderJournal:
    made = FolderJournal(tmp_path)
    made.use(segment)
    return made


@contextmanager
def files_may_have(size: int) -> Iterator[None]:
    """No file of this process can grow beyond ``size`` bytes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_line_comes_back_as_it_was_written() -> None:
    line = document_line()
    assert decode_line(encode_line(line).rstrip(b"\n")) == line


@pytest.mark.parametrize("position", [0, 15, 16, 17, 200, -2])
def test_a_changed_byte_is_noticed(position: int) -> None:
    text = bytearray(encode_line(document_line())[:-1])
    text[position] ^= 1
    with pytest.raises(DamagedLineError):
        decode_line(bytes(text))


def test_half_a_line_is_noticed() -> None:
    with pytest.raises(DamagedLineError):
        decode_line(encode_line(document_line())[:400])


def test_a_segment_begins_with_what_it_is(segment: Segment) -> None:
    head = head_of(segment.path.read_bytes())
    assert (head.installation, head.number, head.id, head.opened_at) == (INSTALLATION, 7, segment.id, NOON)
    assert head.inode == segment.path.stat().st_ino


def test_a_segment_is_readable_by_its_user_alone(segment: Segment) -> None:
    assert segment.path.stat().st_mode & 0o777 == 0o600


def test_two_segments_never_share_a_number(segment: Segment, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        Segment.create(tmp_path, INSTALLATION, 7, NOON)
    assert highest_number(tmp_path, INSTALLATION) == segment.number


def test_compressed_segments_and_those_of_other_installations_are_told_apart(tmp_path: Path) -> None:
    for name in (
        f"ocote-{INSTALLATION[:8]}-00000012.journal.gz",
        "ocote-00000000-00000040.journal",
        "ocote-backup.journal",
        "notes.txt",
    ):
        (tmp_path / name).touch()
    assert highest_number(tmp_path, INSTALLATION) == 12


def test_lines_get_their_numbers_and_their_outcome(journal: FolderJournal, segment: Segment) -> None:
    first = journal.append([document_line("d-1"), verdict_line("d-0")])
    second = journal.append([document_line("d-2")])
    assert (first, second) == (Appended(segment.id, (2, 3)), Appended(segment.id, (4,)))
    journal.conclude(first, kept=True)
    journal.conclude(second, kept=False)
    segment.close(NOON)
    lines = [decode_line(text) for text in segment.path.read_bytes().split(b"\n")[:-1]]
    assert lines[1:] == [
        document_line("d-1"),
        verdict_line("d-0"),
        document_line("d-2"),
        OutcomeLine(segment.id, (2, 3), kept=True),
        OutcomeLine(segment.id, (4,), kept=False),
        EndLine(NOON),
    ]


def test_an_outcome_that_comes_after_the_next_segment_names_its_own(tmp_path: Path, journal: FolderJournal) -> None:
    appended = journal.append([document_line()])
    following = Segment.create(tmp_path, INSTALLATION, 8, NOON)
    journal.use(following)
    journal.conclude(appended, kept=True)
    assert decode_line(following.path.read_bytes().split(b"\n")[1]) == OutcomeLine(appended.segment, (2,), kept=True)


def test_what_a_full_disk_took_half_is_taken_back(journal: FolderJournal, segment: Segment) -> None:
    journal.append([document_line("d-1")])
    before = segment.path.read_bytes()
    with files_may_have(len(before) + 100), pytest.raises(JournalError):
        journal.append([document_line("d-2")])
    assert segment.path.read_bytes() == before
    assert not journal.needs_segment
    assert journal.append([document_line("d-3")]).lines == (3,)


def test_without_room_a_verdict_is_left_out_and_nothing_is_refused(journal: FolderJournal, segment: Segment) -> None:
    size = segment.path.stat().st_size
    with files_may_have(size):
        assert not journal.append([verdict_line()]).lines
        journal.conclude(Appended(segment.id, (2,)), kept=True)
    assert segment.path.stat().st_size == size


def test_a_segment_whose_file_is_gone_takes_no_line(journal: FolderJournal, segment: Segment) -> None:
    """A removed file still takes bytes, which nobody will read."""
    away = segment.path.rename(segment.path.with_suffix(".away"))
    with pytest.raises(JournalError):
        journal.append([document_line()])
    segment.path.touch()
    with pytest.raises(JournalError):
        journal.append([document_line()])
    away.replace(segment.path)
    assert journal.append([document_line()]).lines == (2,)


def test_after_a_flush_that_failed_the_lines_go_into_another_segment(
    journal: FolderJournal, segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system may have given up pages that it calls written at the next flush."""
    before, waiting, flush = segment.path.read_bytes(), [1], os.fdatasync

    def fails_once(descriptor: int) -> None:
        if waiting and waiting.pop():
            raise OSError(errno.EIO, "Input/output error")
        flush(descriptor)

    monkeypatch.setattr(os, "fdatasync", fails_once)
    with pytest.raises(JournalError):
        journal.append([document_line()])
    assert segment.path.read_bytes() == before
    assert journal.needs_segment


def test_another_segment_is_needed_when_somebody_removes_the_present_one(
    journal: FolderJournal, segment: Segment
) -> None:
    away = segment.path.rename(segment.path.with_suffix(".away"))
    assert journal.needs_segment
    segment.path.touch()
    assert journal.needs_segment
    away.replace(segment.path)
    assert not journal.needs_segment


def test_a_folder_that_is_away_is_waited_for(journal: FolderJournal, segment: Segment) -> None:
    """As a share whose machine restarts: it comes back with its segments."""
    folder = segment.path.parent
    away = folder.rename(folder.with_name(f"{folder.name}-away"))
    with pytest.raises(JournalError):
        journal.append([document_line()])
    assert journal.failure is not None
    assert not journal.needs_segment
    away.rename(folder)
    assert not journal.needs_segment
    assert journal.append([document_line()]).lines == (2,)
    assert journal.failure is None


def test_a_segment_that_cannot_be_cleaned_takes_no_more_lines(journal: FolderJournal, segment: Segment) -> None:
    descriptor = segment._descriptor
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, descriptor)
    os.close(null)
    with pytest.raises(JournalError):
        journal.append([document_line()])
    assert journal.needs_segment


def test_without_a_segment_nothing_signed_is_taken(tmp_path: Path) -> None:
    journal = FolderJournal(tmp_path)
    assert journal.needs_segment
    with pytest.raises(JournalError):
        journal.append([document_line()])
    assert not journal.append([verdict_line()]).lines


def test_a_folder_that_is_full_or_missing_gets_no_half_segment(tmp_path: Path) -> None:
    with files_may_have(10), pytest.raises(OSError, match=r"."):
        Segment.create(tmp_path, INSTALLATION, 1, NOON)
    assert not list(tmp_path.iterdir())
    with pytest.raises(FileNotFoundError):
        Segment.create(tmp_path / "missing", INSTALLATION, 1, NOON)
