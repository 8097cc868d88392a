import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.mh.answers import read_query, read_reception
from ocote.mh.outcomes import NotFound, Outcome, Rejected, Stamped, Undetermined, UndeterminedKind
from ocote.mh.policy import Ask, Finish, Policy, TransmissionProgress, TransmissionStep, Transmit, next_step
from tests.mh.samples import CODE, REJECTED, STAMPED, accepted, duplicate, encoded, refused

POLICY = Policy(timeout_s=8.0, resends=2)
PLENTY_S = 25.0

SAME_CODE = read_reception(400, encoded(duplicate("codigoGeneracion")), CODE)
SAME_NUMBER = read_reception(400, encoded(duplicate("numeroControl")), CODE)
FOUND_STAMPED = read_query(200, encoded(accepted()), CODE)
FOUND_REJECTED = read_query(400, encoded(refused()), CODE)
NOTHING_THERE = NotFound("HTTP 400, code 999")


def failed(kind: str, reason: str = "no luck") -> Undetermined:
    return Undetermined(UndeterminedKind(kind), reason)


def after(*happened: Outcome | NotFound | None, corrected: bool = False) -> TransmissionProgress:
    """A delivery in which these came in turn: sent, asked, sent, asked…"""
    progress = TransmissionProgress(corrected)
    for position, outcome in enumerate(happened):
        if position % 2 == 0:
            assert not isinstance(outcome, NotFound)
            assert outcome is not None
            progress = progress.after_sending(outcome)
        else:
            assert outcome is not None
            progress = progress.after_asking(outcome)
    return progress


def in_one_word(step: TransmissionStep) -> str:
    if isinstance(step, Finish):
        outcome = step.outcome
        word = str(outcome.kind) if isinstance(outcome, Undetermined) else type(outcome).__name__
        return f"finish: {word}{' by query' if step.by_query else ''}"
    return "send" if isinstance(step, Transmit) else "ask"


TABLE: list[tuple[str, TransmissionProgress, str]] = [
    ("at the start", after(), "send"),
    ("a stamp", after(STAMPED), "finish: Stamped"),
    ("a refusal", after(REJECTED), "finish: Rejected"),
    # Silence: ask, then send again.
    ("silence", after(failed("timeout")), "ask"),
    ("refused connection", after(failed("refused")), "ask"),
    ("broken connection", after(failed("broken_connection")), "ask"),
    ("silence, stamped", after(failed("timeout"), FOUND_STAMPED), "finish: Stamped by query"),
    ("silence, rejected", after(failed("timeout"), FOUND_REJECTED), "finish: Rejected by query"),
    ("silence, nothing there", after(failed("timeout"), NOTHING_THERE), "send"),
    ("refused connection, nothing there", after(failed("refused"), NOTHING_THERE), "send"),
    ("broken connection, nothing there", after(failed("broken_connection"), NOTHING_THERE), "send"),
    # A question that fails proves nothing.
    ("silence, question unanswered", after(failed("timeout"), failed("timeout")), "finish: timeout"),
    ("refused twice", after(failed("refused"), failed("refused")), "finish: refused"),
    ("silence, question answered strangely", after(failed("timeout"), failed("unreadable")), "finish: timeout"),
    ("silence, question turned away", after(failed("timeout"), failed("unauthorized")), "finish: timeout"),
    # Two resends and no more.
    ("second silence", after(failed("timeout"), NOTHING_THERE, failed("timeout")), "ask"),
    ("second silence, nothing", after(failed("timeout"), NOTHING_THERE, failed("timeout"), NOTHING_THERE), "send"),
    (
        "third silence",
        after(failed("timeout"), NOTHING_THERE, failed("timeout"), NOTHING_THERE, failed("timeout")),
        "ask",
    ),
    (
        "third silence, nothing",
        after(failed("timeout"), NOTHING_THERE, failed("timeout"), NOTHING_THERE, failed("timeout"), NOTHING_THERE),
        "finish: timeout",
    ),
    (
        "third silence, stamped",
        after(failed("timeout"), NOTHING_THERE, failed("timeout"), NOTHING_THERE, failed("timeout"), FOUND_STAMPED),
        "finish: Stamped by query",
    ),
    ("the resend is stamped", after(failed("timeout"), NOTHING_THERE, STAMPED), "finish: Stamped"),
    ("the resend is refused", after(failed("timeout"), NOTHING_THERE, REJECTED), "finish: Rejected"),
    # An answer of any kind is not silence: ask, but do not send again.
    ("MH in trouble", after(failed("server_error")), "ask"),
    ("MH in trouble, stamped", after(failed("server_error"), FOUND_STAMPED), "finish: Stamped by query"),
    ("MH in trouble, nothing there", after(failed("server_error"), NOTHING_THERE), "finish: server_error"),
    ("unreadable", after(failed("unreadable")), "ask"),
    ("unreadable, nothing there", after(failed("unreadable"), NOTHING_THERE), "finish: unreadable"),
    # Turned away at the door: asking would fare no better.
    ("token refused", after(failed("unauthorized")), "finish: unauthorized"),
    ("login refused", after(failed("login_refused")), "finish: login_refused"),
    ("login failed", after(failed("login_failed")), "finish: login_failed"),
    # MH says that it already has it.
    ("same code", after(SAME_CODE), "ask"),
    ("same code, stamped", after(SAME_CODE, FOUND_STAMPED), "finish: Stamped by query"),
    ("same code, question unanswered", after(SAME_CODE, failed("timeout")), "finish: unreadable"),
    ("same code, nothing there", after(SAME_CODE, NOTHING_THERE), "finish: Rejected"),
    ("same number", after(SAME_NUMBER), "ask"),
    ("same number, nothing under our code", after(SAME_NUMBER, NOTHING_THERE), "finish: Rejected"),
    ("same number, ours after all", after(SAME_NUMBER, FOUND_STAMPED), "finish: Stamped by query"),
    ("resend meets itself", after(failed("timeout"), NOTHING_THERE, SAME_NUMBER), "ask"),
    # An earlier version was refused: a refusal found by asking may be the old one.
    ("corrected, silence, rejected", after(failed("timeout"), FOUND_REJECTED, corrected=True), "send"),
    ("corrected, 500, rejected", after(failed("server_error"), FOUND_REJECTED, corrected=True), "finish: server_error"),
    ("corrected, stamped", after(failed("timeout"), FOUND_STAMPED, corrected=True), "finish: Stamped by query"),
]  # fmt: skip


@pytest.mark.parametrize(("progress", "step"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_every_turn_of_a_delivery_has_one_next_step(progress: TransmissionProgress, step: str) -> None:
    assert in_one_word(next_step(progress, POLICY, PLENTY_S)) == step


@pytest.mark.parametrize(
    ("progress", "remaining_s", "step"),
    [
        (after(), 0.0, "send"),  # the first attempt is made whatever the time; the call itself finds none left
        (after(failed("timeout")), 1.0, "ask"),
        (after(failed("timeout")), 0.99, "finish: timeout"),
        (after(failed("timeout"), NOTHING_THERE), 1.0, "send"),
        (after(failed("timeout"), NOTHING_THERE), 0.99, "finish: timeout"),
        (after(failed("timeout"), FOUND_STAMPED), 0.0, "finish: Stamped by query"),
        (after(SAME_CODE), 0.99, "finish: unreadable"),
        (after(STAMPED), -3.0, "finish: Stamped"),
    ],
)
def test_no_step_is_begun_with_less_than_an_eighth_of_its_time(
    progress: TransmissionProgress, remaining_s: float, step: str
) -> None:
    assert in_one_word(next_step(progress, POLICY, remaining_s)) == step


def test_the_log_learns_of_the_transmission_and_of_the_question() -> None:
    step = next_step(after(failed("timeout", "8 s of silence"), failed("refused", "no way")), POLICY, PLENTY_S)
    assert step == Finish(failed("timeout", "8 s of silence; asking failed: no way"))


def test_a_delivery_that_never_logged_in_transmitted_nothing() -> None:
    assert after(failed("login_refused")).transmissions == 0
    assert after(failed("login_failed")).transmissions == 0
    assert after(failed("timeout")).transmissions == 1
    assert after(failed("timeout"), NOTHING_THERE, STAMPED).transmissions == 2
    assert after(failed("timeout"), NOTHING_THERE, STAMPED).queries == 1


SENT: list[Outcome] = [
    STAMPED,
    REJECTED,
    SAME_CODE,
    SAME_NUMBER,
    *(Undetermined(kind, "x") for kind in UndeterminedKind),
]
FOUND: list[Outcome | NotFound] = [
    FOUND_STAMPED, FOUND_REJECTED, NOTHING_THERE, *(Undetermined(kind, "x") for kind in UndeterminedKind)
]  # fmt: skip


@given(st.data(), st.booleans())
def test_whatever_mh_does_every_delivery_ends_after_asking_before_each_of_two_resends(
    data: st.DataObject, corrected: bool
) -> None:
    progress = TransmissionProgress(corrected)
    story: list[str] = []
    while not isinstance(step := next_step(progress, POLICY, PLENTY_S), Finish):
        story.append(in_one_word(step))
        if isinstance(step, Transmit):
            progress = progress.after_sending(data.draw(st.sampled_from(SENT)))
        else:
            assert isinstance(step, Ask)
            progress = progress.after_asking(data.draw(st.sampled_from(FOUND)))
    assert story == ["send", "ask", "send", "ask", "send", "ask"][: len(story)]
    if isinstance(step.outcome, Stamped):
        assert step.outcome in {STAMPED, FOUND_STAMPED}
    if isinstance(step.outcome, Rejected):
        assert step.outcome in {REJECTED, SAME_CODE, SAME_NUMBER, FOUND_REJECTED}
