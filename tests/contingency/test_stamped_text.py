"""Which of the two signed texts of a document a stamp belongs to."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from ocote.contingency.stamped_text import is_first_text, longest_under_way
from ocote.store.contingency.texts import ReportedByRow, TextFacts
from ocote.store.engine.values import moment_text
from tests.contingency.rows import NOON

UNDER_WAY = longest_under_way(8.0)
SECOND = timedelta(seconds=1)


def answer(at: datetime) -> str:
    """MH's answer to an event, by MH's clock."""
    local = at - timedelta(hours=6)
    return f'{{"estado": "RECIBIDO", "fechaHora": "{local:%d/%m/%Y %H:%M:%S}"}}'


def reported(**facts: Any) -> ReportedByRow:
    """An event signed at noon and taken by MH one minute later."""
    usual: dict[str, Any] = {
        "state": "stamped",
        "stamp": "S" * 40,
        "answer": answer(NOON + timedelta(minutes=1)),
        "signed_at": moment_text(NOON),
        "settled_at": moment_text(NOON + timedelta(minutes=1)),
    }
    return ReportedByRow(**{**usual, **facts})


def facts(**changes: Any) -> TextFacts:
    """A document whose first text gave way to that of the contingency at noon; nothing was ever lost."""
    usual: dict[str, Any] = {"has_first": True, "replaced_at": moment_text(NOON), "event": None, "doubted_at": None}
    return TextFacts(**{**usual, **changes})


def test_without_a_text_from_before_the_contingency_there_is_only_one() -> None:
    assert not is_first_text(NOON - SECOND, facts(has_first=False, replaced_at=None), UNDER_WAY)


@pytest.mark.parametrize(("seconds", "is_first"), [(59, True), (60, False), (90, False)])
def test_after_an_event_with_its_stamp_the_clock_of_mh_decides(seconds: int, is_first: bool) -> None:
    assert is_first_text(NOON + seconds * SECOND, facts(event=reported()), UNDER_WAY) is is_first


@pytest.mark.parametrize(("seconds", "is_first"), [(-1, True), (0, False), (30, False)])
@pytest.mark.parametrize(
    "event",
    [
        reported(state="registered", stamp=None, answer=None, settled_at=None),
        reported(stamp=None, answer="{}"),
        reported(stamp=None),
    ],
    ids=["not answered", "an answer without a moment", "it had arrived"],
)
def test_after_an_event_without_its_stamp_the_moment_of_its_signature_decides(
    event: ReportedByRow, seconds: int, is_first: bool
) -> None:
    assert is_first_text(NOON + seconds * SECOND, facts(event=event), UNDER_WAY) is is_first


def test_a_stamp_from_the_second_of_an_event_s_signature_came_after_the_event() -> None:
    event = reported(stamp=None, answer=None, signed_at=moment_text(NOON + timedelta(milliseconds=900)))
    assert not is_first_text(NOON, facts(event=event), UNDER_WAY)


def test_the_moment_of_an_event_s_signature_is_told_by_the_clock_of_mh() -> None:
    ten_minutes = timedelta(minutes=10)
    late_clock = reported(stamp=None, answer=answer(NOON - ten_minutes), settled_at=moment_text(NOON))
    assert not is_first_text(NOON - ten_minutes + SECOND, facts(event=late_clock), UNDER_WAY)
    assert is_first_text(NOON - ten_minutes - SECOND, facts(event=late_clock), UNDER_WAY)


@pytest.mark.parametrize(("seconds", "is_first"), [(-1, True), (32, True), (33, False), (86_400, False)])
def test_without_an_event_in_a_database_that_has_lost_some_the_time_that_mh_may_take_decides(
    seconds: int, is_first: bool
) -> None:
    lost = facts(doubted_at=moment_text(NOON + timedelta(days=1)))
    assert is_first_text(NOON + seconds * SECOND, lost, UNDER_WAY) is is_first


@pytest.mark.parametrize("doubted_at", [None, moment_text(NOON - SECOND)])
def test_without_an_event_in_a_database_that_has_lost_nothing_only_the_first_text_was_sent(
    doubted_at: str | None,
) -> None:
    assert is_first_text(NOON + timedelta(days=1), facts(doubted_at=doubted_at), UNDER_WAY)


def test_when_nothing_is_known_the_text_that_was_sent_first_counts() -> None:
    lost = moment_text(NOON + timedelta(days=1))
    assert is_first_text(NOON, facts(replaced_at=None, doubted_at=lost), UNDER_WAY)
    assert is_first_text(None, facts(doubted_at=lost), UNDER_WAY)


def test_a_document_that_an_event_has_named_is_the_one_that_was_sent_after_it_when_mh_tells_no_moment() -> None:
    assert not is_first_text(None, facts(event=reported()), UNDER_WAY)
