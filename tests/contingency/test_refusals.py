"""When another event follows a refused one, and when the time for it is over for good."""

from datetime import timedelta
from typing import Any

import pytest

from ocote.contingency.refusals import end_stands, event_was_refused, next_report_at, pause_after
from ocote.store.contingency.events import EventRow
from ocote.store.engine.values import moment_text
from tests.contingency.rows import NOON, event, overview_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("refusals", "is_over", "minutes"),
    [
        (1, False, 10),
        (2, False, 20),
        (3, False, 40),
        (4, False, 60),
        (500, False, 60),
        (1, True, 10),
        (4, True, 80),
        (8, True, 1280),
        (9, True, 1440),
        (500, True, 1440),
    ],
)
def test_the_pause_doubles_up_to_an_hour_or_a_day(refusals: int, is_over: bool, minutes: int) -> None:
    assert pause_after(refusals, is_over=is_over) == minutes * MINUTE


def test_an_event_follows_at_once_when_none_was_refused_last() -> None:
    assert next_report_at([], NOON) == NOON
    assert next_report_at([event("stamped")], NOON) == NOON
    assert next_report_at([event(), event("stamped")], NOON) == NOON


def test_refusals_in_a_row_make_it_wait() -> None:
    made = [event("stamped", NOON - 3 * HOUR), event(at=NOON - HOUR), event(at=NOON - MINUTE)]
    assert next_report_at(made, NOON) == NOON + 19 * MINUTE
    assert next_report_at([*made[:2], event("late", NOON)], NOON) == NOON + 20 * MINUTE


def test_after_a_day_of_refusals_it_waits_a_day() -> None:
    made = [event(at=NOON - HOUR * hours) for hours in range(24, -1, -1)]
    assert next_report_at(made[1:], NOON) == NOON + HOUR
    assert next_report_at(made, NOON) == NOON + 24 * HOUR


def test_the_operator_does_not_wait_for_a_refusal_that_was_there_before() -> None:
    assert next_report_at([event(at=NOON - MINUTE)], NOON, asked_at=NOON) == NOON
    assert next_report_at([event(at=NOON)], NOON, asked_at=NOON - MINUTE) == NOON + 10 * MINUTE


@pytest.mark.parametrize(
    "facts",
    [{"attempts": 2}, {"signed_at": moment_text(NOON - 16 * MINUTE)}],
    ids=["mh-was-away", "nobody-was-at-work"],
)
def test_what_mh_left_unanswered_before_it_refused_it_is_followed_at_once_but_only_once(facts: dict[str, Any]) -> None:
    assert next_report_at([event(**facts)], NOON) == NOON
    assert next_report_at([event(**facts), event(**facts)], NOON) == NOON + 20 * MINUTE


def test_a_refusal_noted_by_a_clock_that_was_wrong_puts_nothing_off() -> None:
    wrong = event(at=NOON + 30 * 24 * HOUR)
    assert next_report_at([wrong], NOON) == NOON
    assert next_report_at([event(at=NOON - MINUTE), wrong], NOON) == NOON + 9 * MINUTE


@pytest.mark.parametrize(
    ("made", "after", "stands"),
    [
        ([], 48 * HOUR, False),
        ([event("stamped")], 48 * HOUR, False),
        ([event()], 24 * HOUR, False),
        ([event()], 24 * HOUR + MINUTE, True),
        ([event(), event(at=NOON + 23 * HOUR)], 25 * HOUR, True),
        ([event("late")], MINUTE, True),
        ([event(attempts=2)], 48 * HOUR, False),
        ([event(at=NOON - HOUR)], 48 * HOUR, False),
    ],
    ids=[
        "never reported",
        "others were",
        "a day to correct",
        "the day is over",
        "the first refusal counts",
        "MH says that it is over",
        "MH had been away",
        "refused for an earlier end",
    ],
)
def test_a_later_silence_moves_no_end_whose_time_is_over(made: list[EventRow], after: timedelta, stands: bool) -> None:
    assert end_stands(moment_text(NOON), made, NOON + after) is stands


def test_an_end_that_is_not_known_does_not_stand() -> None:
    assert not end_stands(None, [event("late")], NOON)


@pytest.mark.parametrize(
    ("last_event", "state", "refused"),
    [
        ("rejected", "filing", True),
        ("late", "asking", True),
        ("stamped", "filing", False),
        (None, "filing", False),
        ("late", "done", False),
    ],
)
def test_a_person_is_needed_while_documents_wait_behind_a_refused_event(
    last_event: str | None, state: str, refused: bool
) -> None:
    assert event_was_refused(overview_of(last_event=last_event, state=state)) is refused
