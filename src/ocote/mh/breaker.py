"""A circuit breaker for one MH host: once MH is known to be down, nobody waits for it
(``docs/decisions/0007-callers-never-look-for-mh.md``).

::

    closed ──``threshold`` deliveries in a row without an answer──▶ open
    open ──the pause is over──▶ half-open: one caller may try
    half-open ──an answer──▶ closed        half-open ──none──▶ open, with a pause twice as long

The answer to a question closes it, and does not prove that MH takes documents again. Where deliveries then open it once
more it is *on trial*: closed by a question it admits one delivery at a time, and a single silent one opens it again.

The state is a value and every change a pure function, so that it can be tested as a table.
"""

from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from ocote.mh.outcomes import NotFound, Outcome, Undetermined, UndeterminedKind

Status = Literal["closed", "open", "half_open"]

_DOWN: Final = frozenset(
    {
        UndeterminedKind.TIMEOUT,
        UndeterminedKind.REFUSED,
        UndeterminedKind.NO_NETWORK,
        UndeterminedKind.BROKEN_CONNECTION,
        UndeterminedKind.SERVER_ERROR,
        UndeterminedKind.LOGIN_FAILED,
    }
)


class BreakerRules(Struct, frozen=True):
    """When to give up and when to try again, in seconds.

    The pause between tries doubles from ``first_pause_s`` to ``longest_pause_s``; MH wants a try at least every 15
    minutes (``protocol.md`` 6.5). A try that nobody reports on, because its caller was cancelled, stops counting
    after ``try_s``. After a delivery on trial that was not answered the pause may grow to ``longest_trial_pause_s``.
    """

    threshold: int = 2
    first_pause_s: float = 30.0
    longest_pause_s: float = 900.0
    try_s: float = 40.0
    longest_trial_pause_s: float = 120.0


class BreakerState(Struct, frozen=True):
    """``failures`` and ``silent_deliveries`` in a row; while open, ``pause_s`` and ``retry_at``.

    ``try_until``: until when a try under way counts. ``unproven``: a question closed it, and no delivery has been
    answered since. ``on_trial``: deliveries opened it again after that.
    """

    failures: int = 0
    silent_deliveries: int = 0
    pause_s: float = 0.0
    retry_at: float | None = None
    try_until: float | None = None
    unproven: bool = False
    on_trial: bool = False


def is_down(outcome: Outcome | NotFound) -> bool:
    """Whether an outcome speaks of an MH that is not there, rather than of a document or a company."""
    return isinstance(outcome, Undetermined) and outcome.kind in _DOWN


def status_of(state: BreakerState, now: float) -> Status:
    """Closed: all may call. Open: nobody. Half-open: one may try, or is trying."""
    trying = state.try_until is not None and now < state.try_until
    if state.retry_at is None:
        return "half_open" if trying else "closed"
    return "half_open" if trying or now >= state.retry_at else "open"


def admit(state: BreakerState, rules: BreakerRules, now: float) -> tuple[bool, BreakerState]:
    """Whether the next caller may call MH, and the state after having let it."""
    if state.retry_at is None:
        return True, state
    trying = state.try_until is not None and now < state.try_until
    if trying or now < state.retry_at:
        return False, state
    return True, replace(state, try_until=now + rules.try_s)


def admit_delivery(state: BreakerState, rules: BreakerRules, now: float) -> tuple[bool, BreakerState]:
    """The same for a caller that would deliver a document: on trial, one at a time."""
    if status_of(state, now) != "closed":
        return False, state
    return True, replace(state, try_until=now + rules.try_s) if state.on_trial else state


def after_answer(state: BreakerState, *, is_delivery: bool) -> BreakerState:
    """MH answered, whoever asked: it is up; that it takes documents is known from a delivery alone."""
    if is_delivery:
        return BreakerState()
    if state.retry_at is None:
        return replace(state, failures=0)
    return BreakerState(pause_s=state.pause_s if state.on_trial else 0.0, unproven=True, on_trial=state.on_trial)


def after_silence(state: BreakerState, rules: BreakerRules, now: float, *, is_delivery: bool = False) -> BreakerState:
    """One more call without an answer.

    Late failures of callers that were under way when the breaker opened do not lengthen the pause.
    """
    counted = replace(state, failures=state.failures + 1, silent_deliveries=state.silent_deliveries + is_delivery)
    if state.retry_at is None and state.on_trial and is_delivery:
        pause_s = min(max(state.pause_s, rules.first_pause_s) * 2, rules.longest_trial_pause_s)
        return _open(counted, pause_s, now)
    if state.retry_at is None:
        if max(counted.failures, counted.silent_deliveries) < rules.threshold:
            return counted
        on_trial = state.on_trial or (is_delivery and state.unproven)
        return _open(replace(counted, on_trial=on_trial), rules.first_pause_s, now)
    if status_of(state, now) == "open":
        return counted
    return _open(counted, min(state.pause_s * 2, rules.longest_pause_s), now)


def _open(state: BreakerState, pause_s: float, now: float) -> BreakerState:
    return replace(state, pause_s=pause_s, retry_at=now + pause_s, try_until=None)


class Breaker:
    """The breaker of one MH host in this process. ``monotonic`` is a clock in seconds. For one event loop."""

    def __init__(self, monotonic: Callable[[], float], rules: BreakerRules | None = None) -> None:
        self._monotonic = monotonic
        self._rules = rules or BreakerRules()
        self._state = BreakerState()

    @property
    def status(self) -> Status:
        """For metrics and the health page."""
        return status_of(self._state, self._monotonic())

    @property
    def on_trial(self) -> bool:
        """Whether the last delivery that MH was given was not answered."""
        return self._state.on_trial

    def allows_delivery(self) -> bool:
        """Whether to deliver a document now. A caller let through must ``record`` what came of it."""
        admitted, self._state = admit_delivery(self._state, self._rules, self._monotonic())
        return admitted

    def allows(self) -> bool:
        """Whether to call MH now. A caller let through must ``record`` what came of it."""
        admitted, self._state = admit(self._state, self._rules, self._monotonic())
        return admitted

    def record(self, outcome: Outcome | NotFound, *, is_delivery: bool = False) -> None:
        """Learn from a delivery or question that has ended.

        From one that never went to MH nothing is learned; where it was the try, another caller may try.
        """
        if isinstance(outcome, Undetermined) and outcome.is_remembered:
            self._state = replace(self._state, try_until=None)
        elif is_down(outcome):
            self._state = after_silence(self._state, self._rules, self._monotonic(), is_delivery=is_delivery)
        else:
            self._state = after_answer(self._state, is_delivery=is_delivery)
