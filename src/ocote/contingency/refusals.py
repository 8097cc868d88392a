"""Decides what follows when MH refuses a contingency event (rules.md 4).

Another event follows a refused event, after pauses that grow: without a correction MH refuses the next event too. An
event that MH refused as out of time is ``late``: the gateway cannot change the end of the cause, and MH refuses every
further event about this end. Only DGII can grant more time, and a person has to ask for it. From then on, and after a
day of refusals for other reasons, another event is sent once a day at most, or when the operator asks.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final, Literal

from ocote.dte.deadlines import CONTINGENCY_EVENT_WITHIN
from ocote.store.contingency.events import EventRow
from ocote.store.contingency.row import ContingencyOverview
from ocote.store.engine.values import moment

REFUSED: Final[frozenset[Literal["rejected", "late"]]] = frozenset({"rejected", "late"})
"""The states of an event that MH has refused; its documents are free for another event."""

UNATTENDED_AFTER: Final = timedelta(minutes=15)
"""After this time without a step about an end of the cause, or about an event, the cause was our own."""

_FIRST_PAUSE: Final = timedelta(minutes=10)
"""The first pause after a refusal: nothing changes in a second, and the correction has 24 hours."""
_LONGEST_IN_TIME: Final = timedelta(hours=1)
_LONGEST: Final = timedelta(days=1)
_DOUBLINGS: Final = 8


def event_was_refused(contingency: ContingencyOverview) -> bool:
    """Whether MH refused the last event that it answered, so that documents are still to be reported."""
    return contingency.last_event in REFUSED and contingency.state in {"asking", "filing"}


def was_left_unanswered(attempts: int, signed_at: datetime, settled_at: datetime) -> bool:
    """Whether MH or the gateway was out of service between an event's signature and MH's answer: the cause went on."""
    return attempts > 1 or settled_at - signed_at > UNATTENDED_AFTER


def next_report_at(made: Sequence[EventRow], now: datetime, asked_at: datetime | None = None) -> datetime:
    """The moment from which another event may be filed after the events ``made``, the oldest first.

    The pause doubles with every refusal in a row. There is no pause when the operator asked for another event after
    the last refusal, nor when MH had left the refused event unanswered before.
    """
    answered = [(event, moment(event.settled_at)) for event in made if event.settled_at is not None]
    until_now = [(event, at) for event, at in answered if at <= now]
    in_a_row = list(takewhile(lambda answer: answer[0].state in REFUSED, reversed(until_now)))
    if not in_a_row:
        return now
    (last, refused_at), (_, first_at) = in_a_row[0], in_a_row[-1]
    if asked_at is not None and refused_at < asked_at:
        return now
    if len(in_a_row) == 1 and _was_left_unanswered(last, refused_at):
        return now
    is_over = last.state == "late" or refused_at - first_at >= CONTINGENCY_EVENT_WITHIN
    return refused_at + pause_after(len(in_a_row), is_over=is_over)


def pause_after(refusals: int, *, is_over: bool) -> timedelta:
    """The pause after this many refusals in a row; longer once the time to correct the event is over."""
    return min(_FIRST_PAUSE * (1 << min(refusals - 1, _DOUBLINGS)), _LONGEST if is_over else _LONGEST_IN_TIME)


def end_stands(ended_at: str | None, made: Sequence[EventRow], at: datetime) -> bool:
    """Whether the time to report this end of the cause was over at the moment ``at``; no later silence moves the end.

    The time is over when MH answers that it is over, and 24 hours after MH first refused an event about this end. When
    no event was refused, no event has named the end to MH yet (decision 0008).
    """
    if ended_at is None:
        return False
    answered = [(event, moment(event.settled_at)) for event in made if event.settled_at is not None]
    refused = [
        (event, refused_at)
        for event, refused_at in answered
        if event.state in REFUSED and refused_at >= moment(ended_at) and not _was_left_unanswered(event, refused_at)
    ]
    if not refused or any(event.state == "late" for event, _ in refused):
        return bool(refused)
    return at > min(refused_at for _, refused_at in refused) + CONTINGENCY_EVENT_WITHIN


def _was_left_unanswered(event: EventRow, settled_at: datetime) -> bool:
    return was_left_unanswered(event.attempts, moment(event.signed_at), settled_at)
