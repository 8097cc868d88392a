"""What MH cannot digest of one company stops this company alone; what shows that MH is down stops all."""

from dataclasses import replace

import pytest

from ocote.mh.breaker import BreakerRules
from ocote.mh.breakers import Breakers, CallKind, Silence, silence_about
from ocote.mh.outcomes import NotFound, Undetermined, UndeterminedKind
from tests.mh.clocks import Seconds
from tests.mh.samples import CREDENTIALS, STAMPED

NEIGHBOUR = replace(CREDENTIALS, nit="06149999990025", user="06149999990025")
BROKEN = Undetermined(UndeterminedKind.SERVER_ERROR, "500")
ANSWERED = NotFound("999")


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def breakers(clock: Seconds) -> Breakers:
    return Breakers(clock, BreakerRules(threshold=2, first_pause_s=2, longest_pause_s=30))


def fails(breakers: Breakers, kind: CallKind = "delivery", times: int = 2) -> None:
    """MH fails with documents or events of one company, and answers a question after each document."""
    for _ in range(times):
        breakers.record(CREDENTIALS, BROKEN, kind, answers_questions=True if kind == "delivery" else None)


@pytest.mark.parametrize(
    ("failure", "kind", "answers_questions", "about"),
    [
        (UndeterminedKind.SERVER_ERROR, "delivery", True, "for this company"),
        (UndeterminedKind.TIMEOUT, "delivery", True, "for this company"),
        (UndeterminedKind.BROKEN_CONNECTION, "delivery", None, "for this company"),
        (UndeterminedKind.SERVER_ERROR, "event", None, "for this company"),
        (UndeterminedKind.SERVER_ERROR, "delivery", False, "of the host"),
        (UndeterminedKind.TIMEOUT, "question", None, "of the host"),
        (UndeterminedKind.REFUSED, "delivery", True, "of the host"),
        (UndeterminedKind.NO_NETWORK, "event", None, "of the host"),
        (UndeterminedKind.LOGIN_FAILED, "delivery", None, "of the host"),
    ],
)
def test_whom_a_silence_speaks_of(
    failure: UndeterminedKind, kind: CallKind, answers_questions: bool | None, about: Silence
) -> None:
    assert silence_about(Undetermined(failure, ""), kind, answers_questions=answers_questions) == about


@pytest.mark.parametrize("kind", ["delivery", "event"])
def test_the_documents_of_one_company_do_not_stop_another(breakers: Breakers, kind: CallKind) -> None:
    fails(breakers, kind, times=20)
    assert breakers.is_down_for(CREDENTIALS)
    assert not breakers.allows_delivery(CREDENTIALS)
    assert not breakers.is_down_for(NEIGHBOUR)
    assert breakers.allows_delivery(NEIGHBOUR)
    assert breakers.left_alone == [CREDENTIALS]


def test_two_companies_without_an_answer_show_that_mh_is_down(breakers: Breakers) -> None:
    fails(breakers)
    for _ in range(2):
        breakers.record(NEIGHBOUR, BROKEN, "delivery", answers_questions=True)
    assert breakers.host_is_down


def test_an_answered_document_in_between_shows_that_mh_is_there(breakers: Breakers) -> None:
    for _ in range(10):
        fails(breakers)
        breakers.record(NEIGHBOUR, STAMPED, "delivery")
        breakers.record(NEIGHBOUR, BROKEN, "delivery", answers_questions=True)
        breakers.record(NEIGHBOUR, STAMPED, "delivery")
    assert not breakers.is_down_for(NEIGHBOUR)


def test_unanswered_questions_of_one_company_stop_all(breakers: Breakers) -> None:
    for _ in range(2):
        breakers.record(CREDENTIALS, BROKEN, "question")
    assert breakers.is_down_for(NEIGHBOUR)


def test_a_company_is_looked_for_by_itself_and_comes_back(breakers: Breakers, clock: Seconds) -> None:
    fails(breakers)
    assert not breakers.allows(CREDENTIALS), "it is too early"
    clock.pass_(2)
    assert breakers.allows(CREDENTIALS)
    breakers.record(CREDENTIALS, ANSWERED, "question")
    assert not breakers.is_down_for(CREDENTIALS)
    breakers.record(CREDENTIALS, STAMPED, "delivery")
    assert breakers.left_alone == []


def test_a_try_for_a_company_does_not_use_up_the_try_of_the_host(breakers: Breakers, clock: Seconds) -> None:
    fails(breakers)
    for _ in range(2):
        breakers.record(NEIGHBOUR, BROKEN, "question")
    clock.pass_(1.9)
    assert not breakers.allows(CREDENTIALS)
    clock.pass_(0.1)
    assert breakers.allows(NEIGHBOUR)
