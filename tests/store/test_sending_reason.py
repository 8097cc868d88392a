"""Reasons are kept as codes, shown in the API's words, and read from rows of earlier versions too."""

from typing import get_args

import pytest

from ocote.store.sending_reason import ENGLISH, ReasonCode, SendingReason, english_answer, reason_of

CODES: tuple[ReasonCode, ...] = get_args(ReasonCode)


@pytest.mark.parametrize("code", CODES)
def test_every_reason_comes_back_from_its_code_and_from_the_words_of_earlier_versions(code: ReasonCode) -> None:
    reason = SendingReason(code, "10.0.0.1 25" if "{}" in ENGLISH[code] else "")
    status = 535 if code == "login_refused" else None
    assert reason_of(status, reason.kept()) == reason
    assert reason_of(status, reason.english()) == reason
    assert english_answer(status, reason.kept()) == english_answer(status, reason.english()) == reason.english()


@pytest.mark.parametrize(
    ("reason", "kept", "english"),
    [
        (
            SendingReason("no_connection", "Connect call failed ('192.0.2.1', 25)"),
            "[no_connection] Connect call failed ('192.0.2.1', 25)",
            "no connection: Connect call failed ('192.0.2.1', 25)",
        ),
        (SendingReason("webhook_removed"), "[webhook_removed]", "the webhook was removed"),
        (SendingReason("login_refused"), "[login_refused]", "login refused:"),
        (
            SendingReason("may_have_arrived", "Connection\r\nlost"),
            "[may_have_arrived] Connection lost",
            "Connection lost; the message may have arrived",
        ),
    ],
)
def test_a_reason_is_kept_as_a_code_and_shown_as_before(reason: SendingReason, kept: str, english: str) -> None:
    assert (reason.kept(), reason.english()) == (kept, english)


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (550, "no such user"),
        (200, "the webhook was removed"),
        (200, "[webhook_removed]"),
        (None, "[TEMPFAIL] busy"),
        (None, "Connection lost"),
        (None, ""),
    ],
)
def test_the_words_of_others_are_no_reason_and_shown_as_they_are(status: int | None, answer: str) -> None:
    assert reason_of(status, answer) is None
    assert english_answer(status, answer) == answer
