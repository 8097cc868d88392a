"""Whether a journal reaches from a database to the last document."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ocote.continuity.replay_reach import (
    LostTime,
    copied_segments,
    doubled_numbers,
    gaps_between,
    given_numbers,
    missing_segments,
    segment_shortfalls,
)
from ocote.journal.reading import ReadSegment
from ocote.store.journal_segments import JournalSegmentRow
from tests.continuity.lines import version

MORNING = "2026-11-20T12:00:00.000000Z"
NOON = "2026-11-20T18:00:00.000000Z"
EVENING = "2026-11-20T23:00:00.000000Z"


def segment(number: int, **changes: Any) -> ReadSegment:
    """An original segment that its process has closed."""
    return replace(
        ReadSegment(path=Path(f"{number}"), number=number, id=f"s-{number}", opened_at=MORNING, is_original=True),
        **changes,
    )


def known(number: int, closed_at: str | None = MORNING, **changes: Any) -> JournalSegmentRow:
    """A segment as the database knows it."""
    return replace(JournalSegmentRow(number, f"s-{number}", MORNING, closed_at), **changes)


def lost(*found: ReadSegment, rows: tuple[JournalSegmentRow, ...] = (), since: str | None = None) -> LostTime:
    """The time that a database has lost."""
    return LostTime.before(since, found, rows)


def test_original_segments_without_a_gap_reach_to_the_last_document() -> None:
    assert not segment_shortfalls(lost(segment(1), segment(2, is_ended=False, is_torn=True)))


def test_a_missing_segment_is_named() -> None:
    assert missing_segments(lost(segment(1), segment(4))) == (2, 3)
    assert missing_segments(lost(rows=(known(1), known(2, None)))) == (2,)


def test_a_segment_that_the_database_has_as_a_whole_may_be_pruned() -> None:
    assert missing_segments(lost(segment(3), rows=(known(1), known(2)))) == ()


def test_what_was_opened_since_the_database_went_back_proves_nothing() -> None:
    mended = lost(segment(1), segment(3, opened_at=EVENING), rows=(known(3, opened_at=EVENING),), since=NOON)
    assert missing_segments(mended) == ()
    gap = lost(segment(1), segment(3), segment(4, opened_at=EVENING), rows=(known(4, opened_at=EVENING),), since=NOON)
    assert missing_segments(gap) == (2,)


@pytest.mark.parametrize(
    ("changes", "is_copied"),
    [
        ({}, False),
        ({"is_ended": False}, False),
        ({"is_original": False}, True),
        ({"is_original": False, "is_ended": False}, True),
    ],
)
def test_the_last_segment_has_to_be_the_original(changes: dict[str, Any], is_copied: bool) -> None:
    assert bool(copied_segments(lost(segment(1), segment(2, **changes)))) is is_copied


@pytest.mark.parametrize(("is_ended", "copied"), [(True, ()), (False, (1,))])
def test_a_copy_of_an_earlier_segment_needs_its_end(is_ended: bool, copied: tuple[int, ...]) -> None:
    assert copied_segments(lost(segment(1, is_original=False, is_ended=is_ended), segment(2))) == copied


def test_a_number_with_two_segments_is_named() -> None:
    assert doubled_numbers(lost(segment(1), segment(1, id="other"))) == (1,)
    assert doubled_numbers(lost(segment(1), rows=(known(1, id="other"),))) == (1,)
    assert doubled_numbers(lost(segment(1), rows=(known(1, None),))) == ()


def test_each_shortfall_has_its_name() -> None:
    assert segment_shortfalls(lost()) == {"no_segments"}
    assert segment_shortfalls(lost(segment(2, damaged=(3,)))) == {"segments_missing", "segments_damaged"}
    two = lost(segment(1, is_original=False, is_ended=False), segment(1, id="other"))
    assert segment_shortfalls(two) == {"copied_segment", "two_segments_of_a_number"}


def test_numbers_that_nobody_has_are_found() -> None:
    given = given_numbers([(1, version(1, 7)), (1, version(2, 9)), (1, version(3, 12))])
    assert given == {(1, "01", "M001", "P001", 2026): {7, 9, 12}}
    assert gaps_between({7, 9, 12}, {6}) == [(8, 8), (10, 11)]
    assert gaps_between({7, 8}, set()) == [(6, 6)]
    assert gaps_between({1, 2}, set()) == []
