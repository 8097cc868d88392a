"""When something that was not taken is tried again, and when it is given up. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from ocote.outbox.outcome import Failed, Obsolete, Outcome, Sent
from ocote.store.engine.values import moment_text
from ocote.store.outbox import Attempted, Channel

_LONGEST_TEXT: Final = 1024


class Patience(Struct, frozen=True):
    """The pauses between attempts, of which the last repeats, and how long after the first one to give up."""

    pauses: tuple[timedelta, ...]
    in_all: timedelta

    def next_attempt(self, begun_at: datetime, attempts: int, now: datetime) -> datetime | None:
        """When to try again after so many attempts; None when that would be too late."""
        due = now + self.pauses[min(attempts, len(self.pauses)) - 1]
        return due if due - begun_at <= self.in_all else None


_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)

PATIENCE: Final[Mapping[Channel, Patience]] = {
    # Mail servers ask for some minutes of patience with a stranger, and for days with a full mailbox (RFC 5321 4.5.4).
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


def answer(channel: Channel, outcome: Outcome, begun_at: datetime, attempts: int, now: datetime) -> Attempted:
    """What to write down about an attempt, the ``attempts``-th since ``begun_at``."""
    match outcome:
        case Sent(status, text):
            return Attempted("sent", None, status, printable(text))
        case Obsolete(text):
            return Attempted("obsolete", None, None, printable(text))
        case Failed(status, text, is_permanent=True):
            return Attempted("refused", None, status, printable(text))
        case Failed(status, text):
            due = PATIENCE[channel].next_attempt(begun_at, attempts, now)
            if due is None:
                return Attempted("expired", None, status, printable(text))
            return Attempted("queued", moment_text(due), status, printable(text))


def printable(text: str) -> str:
    """A stranger's text as it may be kept and shown: on one line, without anything that steers a terminal."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:_LONGEST_TEXT]
