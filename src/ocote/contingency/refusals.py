"""What follows when MH refuses a contingency event (rules.md 4).

A refused event is followed by another one, at pauses that grow: as long as nobody has corrected anything MH refuses the
next one too. One that MH refused as out of time is ``late``: nothing that the gateway may write into the next one makes
it succeed, for the end of the cause is what it is. Only DGII can grant more time, so a person is needed. From then on,
and when a day of refusals for other reasons is over, MH is tried once a day at most, and whenever the operator asks.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from ocote.dte.deadlines import CONTINGENCY_EVENT_WITHIN
from ocote.store.engine.store import Row
from ocote.store.engine.values import moment

REFUSED: Final = frozenset({"rejected", "late"})
"""The states of an event that MH has refused; its documents are free for another one."""

NOBODY_WAS_THERE: Final = timedelta(minutes=15)
"""An end of the cause, or an event, that was left for so long without another step: by then the cause was our own."""

_FIRST_PAUSE: Final = timedelta(minutes=10)
"""Nothing will have changed in a second, and the correction has 24 hours."""
_LONGEST_IN_TIME: Final = timedelta(hours=1)
_LONGEST: Final = timedelta(days=1)
_DOUBLINGS: Final = 8


def event_was_refused(contingency: Row) -> bool:
    """Whether MH refused the last event that it answered, so that documents are still to be reported."""
    return contingency["last_event"] in REFUSED and contingency["state"] in {"asking", "filing"}


def was_left_unanswered(attempts: int, signed_at: datetime, settled_at: datetime) -> bool:
    """Whether MH, or the gateway, was away between an event's signature and MH's word on it: the cause went on."""
    return attempts > 1 or settled_at - signed_at > NOBODY_WAS_THERE


def next_report_at(made: Sequence[Row], now: datetime, asked_at: datetime | None = None) -> datetime:
    """From when on another event may be filed after those that were ``made``, the oldest first.

    The pause doubles with every refusal in a row. The operator who asked for another event after the last refusal
    does not wait, nor does one whose predecessor MH had left unanswered before it refused it.
    """
    answered = [event for event in made if event["settled_at"] is not None and moment(event["settled_at"]) <= now]
    in_a_row = list(takewhile(lambda event: event["state"] in REFUSED, reversed(answered)))
    if not in_a_row:
        return now
    last = in_a_row[0]
    first_at, refused_at = moment(in_a_row[-1]["settled_at"]), moment(last["settled_at"])
    if asked_at is not None and refused_at < asked_at:
        return now
    if len(in_a_row) == 1 and _was_left_unanswered(last):
        return now
    is_over = last["state"] == "late" or refused_at - first_at >= CONTINGENCY_EVENT_WITHIN
    return refused_at + pause_after(len(in_a_row), is_over=is_over)


def pause_after(refusals: int, *, is_over: bool) -> timedelta:
    """How long nothing is filed after so many refusals in a row; longer once the time to correct the event is over."""
    return min(_FIRST_PAUSE * (1 << min(refusals - 1, _DOUBLINGS)), _LONGEST if is_over else _LONGEST_IN_TIME)


def end_stands(ended_at: str | None, made: Sequence[Row], at: datetime) -> bool:
    """Whether the time to report this end of the cause was over ``at`` a moment, so that no later silence moves it.

    It is over when MH says so, and 24 hours after MH first refused an event about it. Where no event was refused, MH
    has not been told of the end yet (decision 0008).
    """
    if ended_at is None:
        return False
    refused = [
        event
        for event in made
        if event["state"] in REFUSED and event["settled_at"] >= ended_at and not _was_left_unanswered(event)
    ]
    if not refused or any(event["state"] == "late" for event in refused):
        return bool(refused)
    return at > min(moment(event["settled_at"]) for event in refused) + CONTINGENCY_EVENT_WITHIN


def _was_left_unanswered(event: Row) -> bool:
    return was_left_unanswered(int(event["attempts"]), moment(event["signed_at"]), moment(event["settled_at"]))
