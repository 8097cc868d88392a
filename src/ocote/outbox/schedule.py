"""Decides when to try a failed message again, and when to give it up. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from ocote.outbox.outcome import AttemptOutcome, Failed, GivenBack, Held, Obsolete, Sent
from ocote.store.engine.values import moment_text
from ocote.store.outbox import Attempted
from ocote.store.sending_reason import SendingReason, on_one_line
from ocote.store.sendings import Channel, SendingState


class Patience(Struct, frozen=True):
    """The pauses between attempts, the last of which repeats, and the time from the first attempt to giving up."""

    pauses: tuple[timedelta, ...]
    in_all: timedelta

    def next_attempt(
        self, begun_at: datetime, attempts: int, now: datetime, not_before: datetime | None = None
    ) -> datetime | None:
        """The moment of the next attempt after a number of attempts; None when it would be too late.

        A receiver that asks to wait until ``not_before`` is tried no earlier, but before the time is over.
        """
        due = now + self.pauses[min(attempts, len(self.pauses)) - 1]
        too_late = begun_at + self.in_all
        if due > too_late:
            return None
        return due if not_before is None else min(max(due, not_before), too_late)


_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)

PATIENCE: Final[Mapping[Channel, Patience]] = {
    # Mail servers refuse unknown senders for some minutes, and full mailboxes for days (RFC 5321 4.5.4).
    "email": Patience((_MINUTE, 5 * _MINUTE, 15 * _MINUTE, _HOUR, 2 * _HOUR, 4 * _HOUR, 8 * _HOUR), timedelta(days=5)),
    "webhook": Patience(
        (
            timedelta(seconds=10),
            _MINUTE,
            5 * _MINUTE,
            30 * _MINUTE,
            2 * _HOUR,
            5 * _HOUR,
            10 * _HOUR,
        ),
        timedelta(days=3),
    ),
}


def attempted(channel: Channel, outcome: AttemptOutcome, begun_at: datetime, attempts: int, now: datetime) -> Attempted:
    """The record of an attempt, the ``attempts``-th since ``begun_at``."""
    match outcome:
        case Sent(status, text):
            return Attempted("sent", None, status, on_one_line(text))
        case Obsolete(why):
            return Attempted("obsolete", None, None, why.kept())
        case Held(why):
            return Attempted("queued", None, None, why.kept())
        case GivenBack():
            return Attempted("queued", moment_text(now), None, SendingReason("given_back").kept())
        case Failed(status, why, is_permanent=True):
            return Attempted("refused", None, status, _stored_reason(why))
        case Failed(status, why, not_before=not_before):
            due = PATIENCE[channel].next_attempt(begun_at, attempts, now, not_before)
            state: SendingState = "expired" if due is None else "queued"
            return Attempted(state, None if due is None else moment_text(due), status, _stored_reason(why))


def _stored_reason(why: SendingReason | str) -> str:
    return why.kept() if isinstance(why, SendingReason) else on_one_line(why)
