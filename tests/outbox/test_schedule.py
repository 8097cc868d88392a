"""When something is tried again, when it is given up, and what is written down."""

from datetime import UTC, datetime, timedelta

import pytest

from ocote.outbox.outcome import Failed, Held, Obsolete, Sent
from ocote.outbox.schedule import PATIENCE, attempted
from ocote.store.engine.values import moment, moment_text
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


def test_what_waits_for_a_webhook_that_is_off_is_due_never() -> None:
    held = Held(SendingReason("webhook_off"))
    assert attempted("webhook", held, NOON, 1, NOON) == Attempted("queued", None, None, "[webhook_off]")


@pytest.mark.parametrize(
    ("asked", "attempts", "due"),
    [
        (timedelta(minutes=3), 1, timedelta(minutes=3)),
        (timedelta(minutes=3), 4, timedelta(minutes=30)),
    ],
    ids=["the receiver's", "ours"],
)
def test_the_longer_pause_counts(asked: timedelta, attempts: int, due: timedelta) -> None:
    found = attempted("webhook", Failed(503, "later", not_before=NOON + asked), NOON, attempts, NOON)
    assert found == Attempted("queued", moment_text(NOON + due), 503, "later")


def test_a_receiver_cannot_ask_beyond_the_last_attempt() -> None:
    days = PATIENCE["webhook"].in_all
    now = NOON + days - timedelta(hours=10)
    busy = Failed(503, "later", not_before=now + timedelta(hours=11))
    last = attempted("webhook", busy, NOON, 9, now)
    assert last == Attempted("queued", moment_text(NOON + days), 503, "later")
    assert attempted("webhook", busy, NOON, 10, NOON + days).state == "expired"


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
