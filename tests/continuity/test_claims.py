"""Which of several documents of a journal bears a number or a reference."""

import pytest

from ocote.continuity.claims import Contest, contests, decide_contest, left_to_loser, only_kept
from ocote.continuity.journal_index import IndexedVersion
from tests.continuity.lines import version

FIRST, SECOND = version(1, 7), version(2, 7)
CONTEST = Contest(over_number=True, documents=(FIRST, SECOND))


def found(*documents: list[IndexedVersion]) -> list[Contest]:
    """The contests among documents of one company."""
    return list(contests({versions[-1].id: versions for versions in documents}, lambda _: 1))


def test_documents_with_numbers_and_references_of_their_own_contest_nothing() -> None:
    assert not found([version(1, 7)], [version(2, 8)])


def test_two_documents_under_one_number_or_reference_contest_it() -> None:
    assert found([FIRST], [SECOND]) == [CONTEST]
    again = version(2, 8, external_ref="caja-1")
    assert found([FIRST], [again]) == [Contest(over_number=False, documents=(FIRST, again))]


def test_a_number_in_another_year_is_another_number() -> None:
    assert not found([FIRST], [version(2, 7, year=2027)])


def test_a_number_that_a_document_has_left_is_not_contested() -> None:
    assert not found([FIRST, version(1, 9, version=2)], [SECOND])


@pytest.mark.parametrize(
    ("kept", "winner"),
    [({"d-1"}, FIRST), ({"d-2"}, SECOND), (set(), None), ({"d-1", "d-2"}, None)],
)
def test_the_only_document_that_is_known_to_be_kept_wins(kept: set[str], winner: IndexedVersion | None) -> None:
    assert only_kept(CONTEST, lambda one: one.id in kept or None) is winner


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        (True, False, FIRST),
        (False, True, SECOND),
        (False, False, SECOND),
        (True, True, FIRST),
        (None, True, None),
        (False, None, None),
    ],
)
def test_else_mh_decides_and_without_a_stamp_the_later_document_wins(
    first: bool | None, second: bool | None, winner: IndexedVersion | None
) -> None:
    assert decide_contest(CONTEST, {"C-1": first, "C-2": second}) is winner


def test_a_loser_keeps_what_it_had_signed_under_another_number() -> None:
    before, after = version(1, 6), version(1, 7, version=2)
    assert left_to_loser([before, after], after, over_number=True) == [before]
    assert left_to_loser([FIRST], FIRST, over_number=True) == []
    assert left_to_loser([before, after], after, over_number=False) == []
