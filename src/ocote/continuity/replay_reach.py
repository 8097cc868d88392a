"""Judges whether a journal reaches from a database to the last document that was ever signed (pure)."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby

from msgspec import Struct

from ocote.continuity.journal_index import IndexedVersion
from ocote.continuity.replay_report import Shortfall
from ocote.dte.control_number import parse_control_number
from ocote.journal.reading import ReadSegment
from ocote.store.journal_segments import JournalSegmentRow

SeriesKey = tuple[int, str, str, str, int]
"""A series of numbers: company, type, branch, point of sale, year."""


class LostTime(Struct, frozen=True):
    """The segments of the time that a database has lost: those in the folder, and those that the database knew.

    What was opened since the database is known to have gone back belongs to another time, and proves nothing.
    """

    found: tuple[ReadSegment, ...]
    known: tuple[JournalSegmentRow, ...]

    @classmethod
    def before(
        cls, since: str | None, found: Iterable[ReadSegment], in_database: Iterable[JournalSegmentRow]
    ) -> "LostTime":
        """The segments that were opened before a moment (stored text); all when the moment is None."""
        return cls(
            tuple(segment for segment in found if since is None or segment.opened_at < since),
            tuple(row for row in in_database if since is None or row.opened_at < since),
        )


def missing_segments(lost: LostTime) -> tuple[int, ...]:
    """The numbers of segments that are nowhere to be found, and that the database does not know as closed."""
    there = {segment.number for segment in lost.found}
    highest = max([*there, *(row.number for row in lost.known)], default=0)
    not_needed = {row.number for row in lost.known if row.closed_at is not None}
    return tuple(number for number in range(1, highest + 1) if number not in there | not_needed)


def doubled_numbers(lost: LostTime) -> tuple[int, ...]:
    """The numbers that two different segments have, in the folder or there and in the database."""
    ids: dict[int, set[str]] = defaultdict(set)
    for segment in lost.found:
        ids[segment.number].add(segment.id)
    for row in lost.known:
        if row.number in ids:
            ids[row.number].add(row.id)
    return tuple(sorted(number for number, names in ids.items() if len(names - {""}) > 1))


def copied_segments(lost: LostTime) -> tuple[int, ...]:
    """The segments whose process may have written on after they were copied.

    These are copies without an end, and the last segment when it is a copy: a later segment may have been left behind
    with the original of it.
    """
    newest = max((segment.number for segment in lost.found), default=0)
    return tuple(
        segment.number
        for segment in lost.found
        if not segment.is_original and (not segment.is_ended or segment.number == newest)
    )


def segment_shortfalls(lost: LostTime) -> set[Shortfall]:
    """Why the segments do not prove that they reach to the last document; empty when they do."""
    reasons: dict[Shortfall, object] = {
        "no_segments": not lost.found,
        "segments_missing": missing_segments(lost),
        "segments_damaged": any(segment.damaged for segment in lost.found),
        "copied_segment": copied_segments(lost),
        "two_segments_of_a_number": doubled_numbers(lost),
    }
    return {name for name, reason in reasons.items() if reason}


def given_numbers(lines: Iterable[tuple[int, IndexedVersion]]) -> dict[SeriesKey, set[int]]:
    """The correlatives in the lines of a journal, by series; each line with the id of its company here."""
    given: dict[SeriesKey, set[int]] = defaultdict(set)
    for company_id, line in lines:
        series = (company_id, line.doc_type, line.branch_code, line.pos_code, line.year)
        given[series].add(parse_control_number(line.control_number).correlative)
    return given


def gaps_between(given: set[int], known: set[int]) -> list[tuple[int, int]]:
    """The runs of correlatives, from the one before the first given one to the last one, that nobody has."""
    missing = sorted(set(range(max(min(given) - 1, 1), max(given) + 1)) - given - known)
    runs = groupby(enumerate(missing), key=lambda pair: pair[1] - pair[0])
    found = [[number for _, number in run] for _, run in runs]
    return [(run[0], run[-1]) for run in found]
