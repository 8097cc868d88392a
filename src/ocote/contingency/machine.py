"""The life of a contingency: its states, its happenings, and the next state after each (rules.md 4, decision 0008).

::

    open ──MH is back──▶ asking ──all asked──▶ filing ──all reported──▶ delivering ──nothing waits──▶ done
                           ▲                    │                          │
                           └────event refused───┴────some are unreported───┘

This module decides the next state, the end of the cause and the pause, and does nothing else: it uses no database, no
client of MH, and no clock.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, Literal

from msgspec import Struct

ContingencyState = Literal["open", "asking", "filing", "delivering", "done"]
"""``open``: documents join. ``asking``: MH is asked which documents had arrived. ``filing``: events report the others.
``delivering``: the reported documents go to MH. ``done``: every document has MH's answer."""


class Happening(Enum):
    """The result of a piece of work, as far as the next state depends on it."""

    SILENCE = "MH did not answer"
    TAKES_NO_DOCUMENTS = "MH answers questions, and left the last document without an answer"
    MH_IS_BACK = "MH answers"

    SOME_ASKED = "MH was asked about some documents; there may be more"
    TOO_EARLY_TO_ASK = "MH may still be busy with some documents"
    ALL_ASKED = "MH was asked about every document, except those that have to be asked about much later"

    EVENT_SIGNED = "an event names documents and is ready to be sent"
    EVENT_NOT_SIGNED = "no event was made, for the cause or the documents changed meanwhile"
    EVENT_STAMPED = "MH took an event"
    EVENT_REFUSED = "MH refused an event"
    CAUSE_WENT_ON = "MH, or this gateway, was away after the noted end of the cause"
    TOO_EARLY_TO_FILE = "the pause after a refused event is not over"
    NOTHING_REPORTABLE = "whether the unreported documents had arrived at MH is not known yet"
    ALL_REPORTED = "events that MH took name every document"

    SOME_DELIVERED = "documents or lots went to MH, and there may be more to send"
    SOME_WAIT = "every document is with MH, or is tried again later"
    SOME_UNREPORTED = "reported documents are delivered; others are still to be reported"
    NOTHING_WAITS = "every document has MH's answer"


_H = Happening

TRANSITIONS: Final[Mapping[tuple[ContingencyState, Happening], ContingencyState]] = {
    ("open", _H.SILENCE): "open",
    ("open", _H.TAKES_NO_DOCUMENTS): "open",
    ("open", _H.MH_IS_BACK): "asking",
    ("asking", _H.SILENCE): "asking",
    ("asking", _H.SOME_ASKED): "asking",
    ("asking", _H.TOO_EARLY_TO_ASK): "asking",
    ("asking", _H.ALL_ASKED): "filing",
    ("filing", _H.SILENCE): "filing",
    ("filing", _H.EVENT_SIGNED): "filing",
    ("filing", _H.EVENT_STAMPED): "filing",  # an event names up to 1,000 documents: another may be needed
    ("filing", _H.TOO_EARLY_TO_FILE): "filing",
    ("filing", _H.EVENT_NOT_SIGNED): "asking",
    ("filing", _H.EVENT_REFUSED): "asking",
    ("filing", _H.CAUSE_WENT_ON): "asking",
    ("filing", _H.NOTHING_REPORTABLE): "asking",
    ("filing", _H.ALL_REPORTED): "delivering",
    ("delivering", _H.SILENCE): "delivering",
    ("delivering", _H.SOME_DELIVERED): "delivering",
    ("delivering", _H.SOME_WAIT): "delivering",
    ("delivering", _H.SOME_UNREPORTED): "asking",
    ("delivering", _H.NOTHING_WAITS): "done",
}
"""The next state after each happening. A happening that is not in the table for a state is impossible there."""

NO_PAUSE: Final = timedelta()

_LOOK_FOR_MH: Final = (timedelta(seconds=2), timedelta(seconds=5), timedelta(seconds=10))
"""The pauses between two checks whether MH is back; by rule at most 15 minutes (protocol.md 6.5)."""
_TRY_AGAIN: Final = (timedelta(seconds=2), timedelta(seconds=5), timedelta(seconds=15), timedelta(seconds=60))
"""The pauses when MH is back but does not take a part of the work."""
_LOOKS_FOR_RECEPTION: Final = 30
"""Checks, one every ten seconds: after five minutes the waiting documents are sent to see whether MH takes them."""
_LOOK_AGAIN: Final = timedelta(minutes=1)
_LONGEST_REST: Final = timedelta(minutes=30)
"""The longest pause between two pieces of work, even when the next event is due later."""
_ONE_SECOND: Final = timedelta(seconds=1)

_SILENT: Final = frozenset({Happening.SILENCE, Happening.TAKES_NO_DOCUMENTS})


class ImpossibleHappeningError(Exception):
    """The happening is impossible in the present state of the contingency: the program has a fault."""


class Standing(Struct, frozen=True):
    """The facts about a contingency that decide its next step. All moments are aware UTC instants.

    ``last_at`` is the latest moment that one of the documents states. ``ended_at`` is the end of the cause, or None
    while the end is not known. ``attempts`` counts pieces of work in a row that ended in silence.
    """

    state: ContingencyState
    began_at: datetime
    last_at: datetime
    ended_at: datetime | None = None
    attempts: int = 0


class Found(Struct, frozen=True):
    """The result of a piece of work, and the pause before more work is possible.

    ``end_stands``: the time to report the end of the cause is over, and the end stays (decision 0008).
    """

    happening: Happening
    after: timedelta = NO_PAUSE
    end_stands: bool = False


class Step(Struct, frozen=True):
    """The state of a contingency after a piece of work, and the pause before the contingency is due again."""

    state: ContingencyState
    ended_at: datetime | None
    after: timedelta = NO_PAUSE
    attempts: int = 0

    @property
    def leaves_time(self) -> bool:
        """Whether MH answers and only a pause has to pass before the work on unreported documents goes on."""
        return self.state in {"asking", "filing"} and self.after > NO_PAUSE and not self.attempts


def decide(contingency: Standing, found: Found, now: datetime) -> Step:
    """The next step after the result of a piece of work; ``now`` is when the piece began.

    Raises ImpossibleHappeningError for a happening that the table does not have.
    """
    happening = found.happening
    if happening is Happening.TAKES_NO_DOCUMENTS and contingency.attempts >= _LOOKS_FOR_RECEPTION:
        happening = Happening.MH_IS_BACK
    state = TRANSITIONS.get((contingency.state, happening))
    if state is None:
        raise ImpossibleHappeningError(f"{happening.name} in state {contingency.state}")
    ended_at = _end(contingency, happening, now, stands=found.end_stands)
    if happening in _SILENT:
        return Step(state, ended_at, _pause_after_silence(contingency), contingency.attempts + 1)
    if state == "filing" and contingency.state == "asking" and ended_at is not None:
        # The reported period has to lie in the past.
        return Step(state, ended_at, max(ended_at - now, NO_PAUSE))
    if happening is Happening.NOTHING_REPORTABLE:
        return Step(state, ended_at, _LOOK_AGAIN)
    return Step(state, ended_at, min(found.after, _LONGEST_REST))


def _end(contingency: Standing, happening: Happening, now: datetime, *, stands: bool) -> datetime | None:
    """The end of the cause: set while MH is asked, and cleared when the cause goes on, unless the end stands."""
    if contingency.ended_at is not None and stands:
        return contingency.ended_at
    if happening is Happening.CAUSE_WENT_ON:
        return None
    if contingency.state != "asking":
        return contingency.ended_at
    if happening is Happening.SILENCE:
        return None
    if contingency.ended_at is not None:
        return contingency.ended_at
    # No document has joined for a while: by this clock each was made before this moment, but another process may
    # have another clock. The period has to be at least one second long.
    return max(now, contingency.began_at + _ONE_SECOND, contingency.last_at)


def _pause_after_silence(contingency: Standing) -> timedelta:
    pauses = _LOOK_FOR_MH if contingency.state == "open" else _TRY_AGAIN
    return pauses[min(contingency.attempts, len(pauses) - 1)]
