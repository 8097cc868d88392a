"""Stamps that two documents share are found by digests in a file."""

from pathlib import Path

import pytest

from ocote.archive.walking.stamps import StampLog, StampsInUseError, holds, is_among


def stamp(number: int) -> str:
    return f"2026{number:036X}"


def test_only_stamps_that_came_twice_are_found(tmp_path: Path) -> None:
    log = StampLog.open(tmp_path / "stamps", 0)
    log.add(map(stamp, range(5_000)))
    assert log.repeated() == frozenset()
    log.add([stamp(7), stamp(4_999), stamp(7)])
    repeated = log.repeated()
    log.close()
    assert [number for number in range(5_000) if is_among(stamp(number), repeated)] == [7, 4_999]


def test_what_was_written_after_the_place_of_a_walk_is_forgotten(tmp_path: Path) -> None:
    log = StampLog.open(tmp_path / "stamps", 0)
    log.add(map(stamp, range(4)))
    log.close()
    assert (holds(tmp_path / "stamps", 4), holds(tmp_path / "stamps", 5)) == (True, False)
    again = StampLog.open(tmp_path / "stamps", 2)
    again.add([stamp(2), stamp(3)])
    assert again.repeated() == frozenset()
    again.clear()
    again.add([stamp(0)])
    assert again.repeated() == frozenset()
    again.close()


def test_one_walk_at_a_time_writes_the_file(tmp_path: Path) -> None:
    log = StampLog.open(tmp_path / "stamps", 0)
    with pytest.raises(StampsInUseError):
        StampLog.open(tmp_path / "stamps", 0)
    log.close()
    StampLog.open(tmp_path / "stamps", 0).close()
