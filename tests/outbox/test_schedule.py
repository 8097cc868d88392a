"""When something is tried again, when it is given up, and what is written down."""

from datetime import UTC, datetime, timedelta

import pytest

from ocote.outbox.outcome import Failed, Obsolete, Sent
from ocote.outbox.schedule import PATIENCE, attempted
from ocote.store.engine.values import moment
from ocote.store.outbox import Attempted
from ocote.store.sending_reason import SendingReason, on_one_line
from ocote.store.sendings import Channel

NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def test_what_was_taken_is_done() -> None:
    assert attempted("email", Sent(250, "queued as 1"), NOON, 1, NOON) == Attempted("sent", None, 250, "queued as 1")


def test_what_will_never_be_taken_is_not_tried_again() -> None:
    refused = Failed(550, "no such user", is_permanent=True)
    assert attempted("email", refused, NOON, 1, NOON) == Attempted("refused", None, 550, "no such user")


def test_what_nobody_needs_is_not_tried_again() -> None:
    obsolete = Obsolete(SendingReason("document_changed", "stamped"))
    assert attempted("email", obsolete, NOON, 1, NOON) == Attempted(
        "obsolete", None, None, "[document_changed] stamped"
    )


def test_a_reason_of_ours_is_kept_as_its_code() -> None:
    refused = Failed(535, SendingReason("login_refused", "bad\r\ncredentials"), is_permanent=True)
    assert attempted("email", refused, NOON, 1, NOON) == Attempted(
        "refused", None, 535, "[login_refused] bad credentials"
    )


@pytest.mark.parametrize(
    ("channel", "attempts", "pause"),
    [
        ("email", 1, timedelta(minutes=1)),
        ("email", 2, timedelta(minutes=5)),
        ("email", 4, timedelta(hours=1)),
        ("email", 7, timedelta(hours=8)),
        ("email", 12, timedelta(hours=8)),
        ("webhook", 1, timedelta(seconds=10)),
        ("webhook", 2, timedelta(minutes=1)),
        ("webhook", 9, timedelta(hours=10)),
    ],
)
def test_the_pauses_grow(channel: Channel, attempts: int, pause: timedelta) -> None:
    found = attempted(channel, Failed(None, "later"), NOON, attempts, NOON)
    assert found.state == "queued"
    assert found.due_at is not None
    assert moment(found.due_at) == NOON + pause


@pytest.mark.parametrize(("channel", "days"), [("email", 5), ("webhook", 3)])
def test_after_days_it_is_given_up_with_the_last_answer(channel: Channel, days: int) -> None:
    now, attempts, begun_at = NOON, 0, NOON
    while True:
        attempts += 1
        found = attempted(channel, Failed(451, "later"), begun_at, attempts, now)
        if found.due_at is None:
            break
        now = moment(found.due_at)
    assert found == Attempted("expired", None, 451, "later")
    assert timedelta(days=days - 1) < now - begun_at <= timedelta(days=days)
    assert PATIENCE[channel].in_all == timedelta(days=days)


def test_a_strangers_words_are_kept_on_one_line_without_anything_that_steers_a_terminal() -> None:
    assert on_one_line("5.1.1 \x1b[31mno\x00 such\r\n user\u202e ") == "5.1.1 [31mno such user"
    assert len(on_one_line("x" * 5000)) == 1024
