import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.mh.breaker import (
    Breaker,
    BreakerRules,
    BreakerState,
    Closed,
    OnTrial,
    Open,
    Proving,
    after_answer,
    after_silence,
    is_down,
)
from ocote.mh.outcomes import NotFound, Outcome, Undetermined, UndeterminedKind
from tests.mh.clocks import Seconds
from tests.mh.samples import REJECTED, STAMPED

SILENCE = Undetermined(UndeterminedKind.TIMEOUT, "no answer")
RULES = BreakerRules(threshold=2, first_pause_s=30, longest_pause_s=900, try_s=40)


def opened_at(clock: Seconds) -> Breaker:
    breaker = Breaker(clock, RULES)
    breaker.record(SILENCE)
    breaker.record(SILENCE)
    assert breaker.status == "open"
    return breaker


@pytest.mark.parametrize(
    ("outcome", "down"),
    [
        (STAMPED, False),
        (REJECTED, False),
        (NotFound("999"), False),
        (Undetermined(UndeterminedKind.TIMEOUT, ""), True),
        (Undetermined(UndeterminedKind.REFUSED, ""), True),
        (Undetermined(UndeterminedKind.BROKEN_CONNECTION, ""), True),
        (Undetermined(UndeterminedKind.SERVER_ERROR, ""), True),
        (Undetermined(UndeterminedKind.LOGIN_FAILED, ""), True),
        # These are about one document or one company, at an MH that answers.
        (Undetermined(UndeterminedKind.UNREADABLE, ""), False),
        (Undetermined(UndeterminedKind.UNAUTHORIZED, ""), False),
        (Undetermined(UndeterminedKind.LOGIN_REFUSED, ""), False),
    ],
)
def test_only_an_mh_that_is_not_there_counts_against_it(outcome: Outcome | NotFound, down: bool) -> None:
    assert is_down(outcome) is down


def test_one_delivery_without_an_answer_does_not_open_it() -> None:
    breaker = Breaker(Seconds(), RULES)
    breaker.record(SILENCE)
    assert breaker.status == "closed"
    assert breaker.allows()


def test_an_answer_between_two_silences_starts_the_count_again() -> None:
    breaker = Breaker(Seconds(), RULES)
    for outcome in (SILENCE, REJECTED, SILENCE, STAMPED, SILENCE):
        breaker.record(outcome)
    assert breaker.status == "closed"


def test_after_two_deliveries_without_an_answer_nobody_calls() -> None:
    clock = Seconds()
    breaker = opened_at(clock)
    clock.pass_(29.9)
    assert not breaker.allows()


def test_after_the_pause_one_caller_tries_and_the_others_do_not_wait() -> None:
    clock = Seconds()
    breaker = opened_at(clock)
    clock.pass_(30)

    assert breaker.status == "half_open"
    assert breaker.allows()
    assert not breaker.allows()
    assert breaker.status == "half_open"


def test_a_try_that_is_answered_closes_it() -> None:
    clock = Seconds()
    breaker = opened_at(clock)
    clock.pass_(30)
    assert breaker.allows()
    breaker.record(REJECTED)

    assert breaker.status == "closed"
    assert breaker.allows()
    assert breaker.allows()


def test_the_pause_doubles_with_each_vain_try_up_to_a_quarter_of_an_hour() -> None:
    clock = Seconds()
    breaker = opened_at(clock)
    for pause_s in (30, 60, 120, 240, 480, 900, 900, 900):
        clock.pass_(pause_s - 0.5)
        assert not breaker.allows()
        clock.pass_(0.5)
        assert breaker.allows()
        breaker.record(SILENCE)
    assert breaker.status == "open"


def test_after_it_has_closed_the_pauses_begin_short_again() -> None:
    clock = Seconds()
    breaker = opened_at(clock)
    clock.pass_(30)
    assert breaker.allows()
    breaker.record(SILENCE)
    clock.pass_(60)
    assert breaker.allows()
    breaker.record(STAMPED)
    breaker.record(SILENCE)
    breaker.record(SILENCE)
    clock.pass_(30)
    assert breaker.allows()


def test_callers_that_were_under_way_when_it_opened_do_not_lengthen_the_pause() -> None:
    clock = Seconds()
    breaker = opened_at(clock)
    for _ in range(20):
        clock.pass_(1)
        breaker.record(SILENCE)
    clock.pass_(10)
    assert breaker.allows()


def test_a_refused_login_that_is_only_remembered_says_nothing_of_mh() -> None:
    clock = Seconds()
    breaker = opened_at(clock)
    clock.pass_(30)
    assert breaker.allows()
    breaker.record(Undetermined(UndeterminedKind.LOGIN_REFUSED, "", is_remembered=True))

    assert breaker.status == "half_open"
    assert breaker.allows(), "the next caller may try at once"
    breaker.record(Undetermined(UndeterminedKind.LOGIN_REFUSED, "", is_remembered=True))
    breaker.record(Undetermined(UndeterminedKind.LOGIN_REFUSED, ""))
    assert str(breaker.status) == "closed", "this one MH has just said"


def test_a_late_answer_to_anyone_closes_it() -> None:
    breaker = opened_at(Seconds())
    breaker.record(STAMPED)
    assert breaker.status == "closed"


def test_a_try_that_nobody_reports_on_gives_way_to_another() -> None:
    clock = Seconds()
    breaker = opened_at(clock)
    clock.pass_(30)
    assert breaker.allows()  # and its caller is cancelled
    clock.pass_(39.9)
    assert not breaker.allows()
    clock.pass_(0.1)
    assert breaker.allows()


@given(st.lists(st.tuples(st.sampled_from(["answer", "silence", "ask"]), st.integers(0, 2000)), max_size=60))
def test_a_closed_or_patient_breaker_always_lets_somebody_try_within_a_quarter_of_an_hour(
    happenings: list[tuple[str, int]],
) -> None:
    clock = Seconds()
    breaker = Breaker(clock, RULES)
    for what, passes_s in happenings:
        clock.pass_(passes_s)
        if what == "ask":
            breaker.allows()
        else:
            breaker.record(STAMPED if what == "answer" else SILENCE)
    clock.pass_(900)
    assert breaker.allows()


def test_an_mh_that_answers_questions_and_takes_no_documents_is_tried_by_one_caller_at_a_time() -> None:
    breaker = Breaker(Seconds(), BreakerRules(threshold=2, first_pause_s=2.0, longest_pause_s=10.0))

    def two_deliveries_in_vain() -> None:
        for _ in range(2):
            assert breaker.allows_delivery()
            breaker.record(SILENCE, is_delivery=True)
        assert not breaker.allows_delivery()

    two_deliveries_in_vain()
    breaker.record(NotFound("nothing there"))
    assert not breaker.on_trial, "MH was away and is back, as far as anybody knows"
    two_deliveries_in_vain()
    assert breaker.on_trial
    breaker.record(NotFound("nothing there"))
    assert [breaker.allows_delivery() for _ in range(3)] == [True, False, False]
    breaker.record(SILENCE, is_delivery=True)
    assert (breaker.status, breaker.allows_delivery()) == ("open", False)
    breaker.record(NotFound("nothing there"))
    assert [breaker.allows_delivery() for _ in range(2)] == [True, False]
    breaker.record(STAMPED, is_delivery=True)
    assert [breaker.allows_delivery() for _ in range(3)] == [True, True, True]
    assert not breaker.on_trial


OPEN = Open(pause_s=30, retry_at=130)
OPEN_AGAIN = Open(pause_s=30, retry_at=130, on_trial=True)


@pytest.mark.parametrize(
    ("state", "is_delivery", "then"),
    [
        (Closed(), True, Closed(1, 1)),
        (Closed(), False, Closed(1, 0)),
        (Closed(1, 0), False, OPEN),
        (Closed(0, 1), True, OPEN),
        (Proving(), True, Proving(1, 1)),
        (Proving(1, 1), True, OPEN_AGAIN),
        (Proving(1, 1), False, OPEN),
        (OnTrial(30), True, Open(60, 160, on_trial=True)),
        (OnTrial(60, failures=1), True, Open(120, 220, on_trial=True)),
        (OnTrial(120), True, Open(120, 220, on_trial=True)),
        (OnTrial(60), False, OnTrial(60, failures=1)),
        (OnTrial(60, failures=1), False, OPEN_AGAIN),
        (Open(30, 100), False, Open(60, 160)),
        (Open(600, 100, on_trial=True, try_until=140), True, Open(900, 1000, on_trial=True)),
        (Open(30, 101), True, Open(30, 101)),
    ],
)
def test_what_a_silence_makes_of_each_state(state: BreakerState, is_delivery: bool, then: BreakerState) -> None:
    assert after_silence(state, RULES, 100, is_delivery=is_delivery) == then


@pytest.mark.parametrize(
    ("state", "after_question"),
    [
        (Closed(1, 1), Closed(0, 1)),
        (Proving(1, 1), Proving(0, 1)),
        (OnTrial(60, failures=1, try_until=140), OnTrial(60, try_until=140)),
        (OPEN, Proving()),
        (OPEN_AGAIN, OnTrial(30)),
    ],
)
def test_what_an_answer_makes_of_each_state(state: BreakerState, after_question: BreakerState) -> None:
    assert after_answer(state, is_delivery=False) == after_question
    assert after_answer(state, is_delivery=True) == Closed()
