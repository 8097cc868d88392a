"""Reading a folder of the journal in whatever state a disaster, a disk or an operator has left it."""

import os
from pathlib import Path

import msgspec
import pytest

from ocote.journal.journal import Segment
from ocote.journal.left_behind import read_end
from ocote.journal.lines import FORMAT, NewerJournalError, OutcomeLine, SegmentLine, encode_line
from ocote.journal.reading import bytes_to_read, read_journal
from ocote.journal.segment_lines import is_being_written
from tests.journal.lines import NOON
from tests.journal.segments import (
    INSTALLATION,
    copied,
    customer,
    damage,
    document,
    entries,
    packed,
    read,
    verdict,
    write_segment,
)


def test_every_line_is_read_with_what_became_of_it(tmp_path: Path) -> None:
    write_segment(tmp_path, 1, document(1), customer())
    write_segment(tmp_path, 2, document(2), kept=False)
    write_segment(tmp_path, 3, document(3), kept=None)
    reading, taken = read(tmp_path)
    assert list(taken.values()) == [document(1), customer(), document(2), document(3)]
    assert [reading.was_kept(place) for place in taken] == [True, True, False, None]
    assert entries(reading, taken) == list(taken.values())
    assert [(one.number, one.is_original, one.is_ended) for one in reading.segments] == [
        (1, True, True),
        (2, True, True),
        (3, True, True),
    ]


def test_an_empty_folder_has_nothing_and_a_missing_one_is_an_error(tmp_path: Path) -> None:
    assert read(tmp_path)[0].segments == ()
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "away")


def test_a_torn_last_line_is_left_out_and_counted(tmp_path: Path) -> None:
    path = write_segment(tmp_path, 1, document(1), document(2), is_ended=False)
    os.truncate(path, path.stat().st_size - 3)
    reading, taken = read(tmp_path)
    assert list(taken.values()) == [document(1), document(2)]
    [segment] = reading.segments
    assert (segment.is_torn, segment.damaged, segment.is_ended) == (True, (), False)
    assert [reading.was_kept(place) for place in taken] == [True, None]


def test_a_damaged_line_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    path = write_segment(tmp_path, 1, document(1), document(2), document(3))
    damage(path, 4)
    reading, taken = read(tmp_path)
    assert list(taken.values()) == [document(1), document(3)]
    assert [segment.damaged for segment in reading.segments] == [(4,)]
    assert [reading.was_kept(place) for place in taken] == [True, True]


def test_after_damage_that_moves_the_lines_nobody_is_believed_about_their_outcome(tmp_path: Path) -> None:
    path = write_segment(tmp_path, 1, document(1), document(2), kept=False)
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:2], lines[2] + b"?" + lines[3], *lines[4:]]))
    reading, taken = read(tmp_path)
    assert list(taken.values()) == [document(1)]
    assert reading.segments[0].damaged == (3,)


def test_a_segment_without_its_first_line_is_known_by_its_name(tmp_path: Path) -> None:
    path = write_segment(tmp_path, 4, document(1))
    damage(path, 1)
    reading, taken = read(tmp_path)
    [segment] = reading.segments
    assert (segment.number, segment.damaged, segment.is_original) == (4, (1,), False)
    assert [reading.was_kept(place) for place in taken] == [True]


def test_a_segment_that_is_there_twice_is_read_once(tmp_path: Path) -> None:
    path = write_segment(tmp_path, 1, document(1))
    text = path.read_bytes()
    packed(path)
    path.write_bytes(text)
    reading, taken = read(tmp_path)
    assert len(reading.segments) == len(taken) == 1


def test_of_two_copies_of_a_segment_the_sound_one_is_read(tmp_path: Path) -> None:
    path = write_segment(tmp_path, 1, document(1), document(2))
    text = path.read_bytes()
    packed(path)
    path.write_bytes(text)
    damage(path, 2)
    reading, taken = read(tmp_path)
    assert reading.segments[0].path.suffix == ".gz"
    assert len(taken) == 2


def test_a_compressed_segment_is_read_and_is_a_copy(tmp_path: Path) -> None:
    packed(write_segment(tmp_path, 1, document(1)))
    reading, taken = read(tmp_path)
    assert entries(reading, taken) == [document(1)]
    assert [(one.is_original, one.is_ended) for one in reading.segments] == [(False, True)]


def test_a_compressed_segment_that_ends_too_early_is_damaged(tmp_path: Path) -> None:
    path = packed(write_segment(tmp_path, 1, *(document(number) for number in range(1, 200))))
    os.truncate(path, path.stat().st_size // 2)
    reading, taken = read(tmp_path)
    assert reading.segments[0].damaged
    assert entries(reading, taken) == list(taken.values())


def test_a_copy_without_its_end_is_told_apart_from_the_original(tmp_path: Path) -> None:
    path = write_segment(tmp_path, 1, document(1), is_ended=False)
    copied(path, tmp_path / "copy")
    assert [(one.is_original, one.is_ended) for one in read(tmp_path)[0].segments] == [(True, False)]
    assert [(one.is_original, one.is_ended) for one in read(tmp_path / "copy")[0].segments] == [(False, False)]


def test_segments_of_another_installation_are_left_aside(tmp_path: Path) -> None:
    write_segment(tmp_path, 1, document(1))
    write_segment(tmp_path, 1, document(2), installation="ffffffff-7a55-4b9e-9f0e-3f6d7f0a1b2c")
    write_segment(tmp_path, 2, document(3), installation=f"{INSTALLATION[:-1]}d")
    (tmp_path / "notas.txt").write_text("nada")
    reading, taken = read(tmp_path)
    assert list(taken.values()) == [document(1)]
    assert len(reading.foreign) == 2


def test_a_segment_of_a_newer_program_is_refused_by_its_version(tmp_path: Path) -> None:
    path = write_segment(tmp_path, 1, document(1))
    head = SegmentLine(FORMAT + 1, INSTALLATION, 2, "s", NOON, "9.0.0", 1)
    path.with_name(path.name.replace("00000001", "00000002")).write_bytes(encode_line(head))
    with pytest.raises(NewerJournalError, match=r"9\.0\.0"):
        read(tmp_path)


def test_a_newer_form_of_the_first_line_is_recognised_too(tmp_path: Path) -> None:
    path = write_segment(tmp_path, 1)
    content = msgspec.json.encode({"kind": "segment", "format": FORMAT + 1, "program": "9.0.0", "place": "?"})
    from hashlib import sha256

    path.write_bytes(sha256(content).hexdigest()[:16].encode() + b" " + content + b"\n")
    with pytest.raises(NewerJournalError):
        read(tmp_path)


def test_segments_that_the_database_has_are_not_read(tmp_path: Path) -> None:
    write_segment(tmp_path, 1, document(1))
    write_segment(tmp_path, 2, document(2))
    first = read(tmp_path)[0].segments[0]
    taken: list[object] = []
    passed: list[int] = []
    reading = read_journal(tmp_path, INSTALLATION, {first.id}, lambda _, entry: taken.append(entry), passed.append)
    assert taken == [document(2)]
    assert [segment.was_read for segment in reading.segments] == [False, True]
    assert sum(passed) == bytes_to_read(tmp_path, INSTALLATION, {first.id})


def test_a_living_process_is_seen_by_its_segment(tmp_path: Path) -> None:
    segment = Segment.create(tmp_path, INSTALLATION, 1, NOON)
    assert is_being_written(segment.path)
    segment.close(NOON)
    assert not is_being_written(segment.path)


def test_the_end_of_a_segment_tells_what_was_kept_and_what_nobody_knows(tmp_path: Path) -> None:
    path = write_segment(tmp_path, 1, document(1), document(2), verdict(2))
    name = read(tmp_path)[0].segments[0].id
    undone = OutcomeLine(name, (10,), False)
    with path.open("ab") as file:
        file.write(encode_line(document(3)) + encode_line(document(4)) + encode_line(undone))
    end = read_end(path, name)
    assert end.kept == document(2)
    assert [line.id for line in end.unknown] == ["d-3"]


def test_a_segment_without_anything_signed_has_no_end(tmp_path: Path) -> None:
    path = write_segment(tmp_path, 1, customer())
    assert read_end(path, read(tmp_path)[0].segments[0].id).kept is None
