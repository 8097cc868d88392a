"""The life of a contingency as a table: every state with everything that can happen."""

from datetime import datetime, timedelta
from itertools import product
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.contingency.machine import (
    TRANSITIONS,
    ContingencyState,
    Found,
    Happening,
    ImpossibleHappeningError,
    Standing,
    Step,
    decide,
)
from ocote.store.contingency.row import ContingencyOverview, ContingencyRow
from tests.contingency.rows import NOON

STATES: tuple[ContingencyState, ...] = get_args(ContingencyState)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
BEGAN = NOON - 4 * HOUR


def standing(state: ContingencyState, ended_at: datetime | None = None, attempts: int = 0) -> Standing:
    """A contingency that began at eight, with its latest document a minute before noon."""
    return Standing(state, BEGAN, NOON - MINUTE, ended_at, attempts)


TABLE: list[tuple[ContingencyState, Happening, ContingencyState]] = [
    ("open", Happening.SILENCE, "open"),
    ("open", Happening.TAKES_NO_DOCUMENTS, "open"),
    ("open", Happening.MH_IS_BACK, "asking"),
    ("asking", Happening.SILENCE, "asking"),
    ("asking", Happening.SOME_ASKED, "asking"),
    ("asking", Happening.TOO_EARLY_TO_ASK, "asking"),
    ("asking", Happening.ALL_ASKED, "filing"),
    ("filing", Happening.SILENCE, "filing"),
    ("filing", Happening.EVENT_SIGNED, "filing"),
    ("filing", Happening.EVENT_STAMPED, "filing"),
    ("filing", Happening.TOO_EARLY_TO_FILE, "filing"),
    ("filing", Happening.EVENT_NOT_SIGNED, "asking"),
    ("filing", Happening.EVENT_REFUSED, "asking"),
    ("filing", Happening.CAUSE_WENT_ON, "asking"),
    ("filing", Happening.NOTHING_REPORTABLE, "asking"),
    ("filing", Happening.ALL_REPORTED, "delivering"),
    ("delivering", Happening.SILENCE, "delivering"),
    ("delivering", Happening.SOME_DELIVERED, "delivering"),
    ("delivering", Happening.SOME_WAIT, "delivering"),
    ("delivering", Happening.SOME_UNREPORTED, "asking"),
    ("delivering", Happening.NOTHING_WAITS, "done"),
]
POSSIBLE = {(state, happening) for state, happening, _ in TABLE}


@pytest.mark.parametrize(
    ("state", "happening", "then"), TABLE, ids=[f"{state}-{happening.name.lower()}" for state, happening, _ in TABLE]
)
def test_every_happening_leads_to_one_state(
    state: ContingencyState, happening: Happening, then: ContingencyState
) -> None:
    assert decide(standing(state, NOON), Found(happening), NOON).state == then


@pytest.mark.parametrize(
    ("state", "happening"),
    [
        pytest.param(state, happening, id=f"{state}-{happening.name.lower()}")
        for state, happening in product(STATES, Happening)
        if (state, happening) not in POSSIBLE
    ],
)
def test_what_the_table_does_not_have_cannot_happen(state: ContingencyState, happening: Happening) -> None:
    with pytest.raises(ImpossibleHappeningError, match=f"{happening.name} in state {state}"):
        decide(standing(state, NOON), Found(happening), NOON)


def test_the_table_says_all_and_every_state_is_reached_and_left_but_the_last() -> None:
    assert set(TRANSITIONS) == POSSIBLE
    assert {then for _, _, then in TABLE} == set(STATES)
    assert {state for state, _ in TRANSITIONS} == set(STATES) - {"done"}
    assert {happening for _, happening in TRANSITIONS} == set(Happening)


@pytest.mark.parametrize("row", [ContingencyRow, ContingencyOverview])
def test_the_tables_hold_the_states_of_the_machine(row: type) -> None:
    assert set(get_args(get_type_hints(row)["state"])) == set(STATES)


def test_a_step_onward_keeps_the_end_of_the_cause_and_forgets_earlier_silence() -> None:
    step = decide(standing("filing", NOON, attempts=3), Found(Happening.ALL_REPORTED), NOON + HOUR)
    assert step == Step("delivering", NOON)


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 2), (1, 5), (2, 15), (3, 60), (50, 60)])
def test_after_a_silence_the_same_is_tried_again_at_growing_pauses_up_to_a_minute(attempts: int, seconds: int) -> None:
    step = decide(standing("filing", NOON, attempts), Found(Happening.SILENCE), NOON)
    assert step == Step("filing", NOON, timedelta(seconds=seconds), attempts + 1)


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 2), (1, 5), (2, 10), (50, 10)])
def test_while_mh_is_away_its_return_is_looked_for_every_ten_seconds(attempts: int, seconds: int) -> None:
    step = decide(standing("open", attempts=attempts), Found(Happening.SILENCE), NOON)
    assert step == Step("open", None, timedelta(seconds=seconds), attempts + 1)


@pytest.mark.parametrize(("attempts", "then"), [(0, "open"), (29, "open"), (30, "asking"), (31, "asking")])
def test_after_five_minutes_the_documents_find_out_whether_mh_takes_documents(attempts: int, then: str) -> None:
    step = decide(standing("open", attempts=attempts), Found(Happening.TAKES_NO_DOCUMENTS), NOON)
    assert (step.state, step.attempts) == (then, attempts + 1 if then == "open" else 0)


@pytest.mark.parametrize("happening", [Happening.SOME_ASKED, Happening.TOO_EARLY_TO_ASK, Happening.ALL_ASKED])
def test_the_end_of_the_cause_is_noted_once_while_mh_answers_questions(happening: Happening) -> None:
    assert decide(standing("asking"), Found(happening), NOON).ended_at == NOON
    assert decide(standing("asking", NOON), Found(happening), NOON + HOUR).ended_at == NOON


def test_the_end_lies_behind_every_document_and_goes_forward_though_clocks_differ() -> None:
    ahead = Standing("asking", BEGAN, NOON + MINUTE)
    assert decide(ahead, Found(Happening.ALL_ASKED), NOON) == Step("filing", NOON + MINUTE, MINUTE)
    at_once = Standing("asking", NOON, NOON)
    assert decide(at_once, Found(Happening.ALL_ASKED), NOON) == Step("filing", NOON + SECOND, SECOND)


def test_a_silence_before_anything_was_reported_means_that_the_cause_goes_on() -> None:
    assert decide(standing("asking", NOON), Found(Happening.SILENCE), NOON).ended_at is None
    assert decide(standing("filing", NOON), Found(Happening.SILENCE), NOON).ended_at == NOON
    assert decide(standing("delivering", NOON), Found(Happening.SILENCE), NOON).ended_at == NOON
    stands = Found(Happening.SILENCE, end_stands=True)
    assert decide(standing("asking", NOON), stands, NOON).ended_at == NOON, "its time was over before"


def test_a_refused_event_moves_the_end_only_when_the_cause_went_on() -> None:
    assert decide(standing("filing", NOON), Found(Happening.EVENT_REFUSED), NOON).ended_at == NOON
    assert decide(standing("filing", NOON), Found(Happening.CAUSE_WENT_ON), NOON).ended_at is None


@pytest.mark.parametrize(
    ("state", "found", "pause"),
    [
        ("asking", Found(Happening.SOME_ASKED), timedelta()),
        ("asking", Found(Happening.TOO_EARLY_TO_ASK, after=20 * SECOND), 20 * SECOND),
        ("filing", Found(Happening.EVENT_STAMPED), timedelta()),
        ("filing", Found(Happening.TOO_EARLY_TO_FILE, after=10 * MINUTE), 10 * MINUTE),
        ("filing", Found(Happening.TOO_EARLY_TO_FILE, after=24 * HOUR), 30 * MINUTE),
        ("filing", Found(Happening.NOTHING_REPORTABLE), MINUTE),
        ("delivering", Found(Happening.SOME_DELIVERED), timedelta()),
        ("delivering", Found(Happening.SOME_WAIT, after=15 * SECOND), 15 * SECOND),
        ("delivering", Found(Happening.SOME_UNREPORTED), timedelta()),
    ],
)
def test_each_happening_has_its_pause(state: ContingencyState, found: Found, pause: timedelta) -> None:
    assert decide(standing(state, NOON), found, NOON).after == pause


@pytest.mark.parametrize(
    ("state", "found", "leaves_time"),
    [
        ("filing", Found(Happening.TOO_EARLY_TO_FILE, after=MINUTE), True),
        ("filing", Found(Happening.NOTHING_REPORTABLE), True),
        ("asking", Found(Happening.TOO_EARLY_TO_ASK, after=MINUTE), True),
        ("filing", Found(Happening.EVENT_STAMPED), False),
        ("filing", Found(Happening.SILENCE), False),
        ("delivering", Found(Happening.SOME_WAIT, after=MINUTE), False),
    ],
)
def test_reported_documents_are_delivered_while_the_others_only_need_time(
    state: ContingencyState, found: Found, leaves_time: bool
) -> None:
    assert decide(standing(state, NOON), found, NOON).leaves_time is leaves_time


HAPPENINGS = st.lists(
    st.tuples(st.sampled_from(Happening), st.integers(0, 7200), st.booleans(), st.integers(0, 86_400)), max_size=80
)


@given(HAPPENINGS)
def test_whatever_happens_a_contingency_stays_in_its_table_and_keeps_an_end_that_stands(
    happenings: list[tuple[Happening, int, bool, int]],
) -> None:
    now, contingency, stood = NOON, standing("open"), False
    for happening, passes_s, stands, after_s in happenings:
        now += timedelta(seconds=passes_s)
        # An end that stands does so for good: its time was over.
        stood = contingency.ended_at is not None and (stood or stands)
        found = Found(happening, timedelta(seconds=after_s), end_stands=stood)
        then = TRANSITIONS.get((contingency.state, happening))
        if then is None:
            with pytest.raises(ImpossibleHappeningError):
                decide(contingency, found, now)
            continue
        step = decide(contingency, found, now)
        assert contingency.state != "done", "done is final"
        assert step.state == then or happening is Happening.TAKES_NO_DOCUMENTS
        assert timedelta() <= step.after <= 30 * MINUTE
        if stood:
            assert step.ended_at == contingency.ended_at
        if step.ended_at is not None:
            assert step.ended_at > contingency.began_at
            assert step.ended_at >= contingency.last_at
        if step.state in {"filing", "delivering", "done"}:
            assert step.ended_at is not None, "nothing is reported without an end"
        contingency = Standing(step.state, BEGAN, NOON - MINUTE, step.ended_at, step.attempts)
