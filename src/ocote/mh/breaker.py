"""A circuit breaker for one MH host: once MH is known to be down, nobody waits for MH
(``docs/decisions/0007-callers-never-look-for-mh.md``).

::

    closed ──``threshold`` calls in a row without an answer──▶ open
    open ──the pause is over──▶ one caller may try ──no answer──▶ open, with a pause twice as long
    open ──a question is answered──▶ proving ──``threshold`` deliveries without an answer──▶ open, on trial from now on
    open, on trial ──a question is answered──▶ on trial ──one delivery without an answer──▶ open, on trial
    any state ──a delivery is answered──▶ closed

The answer to a question does not prove that MH takes documents again. On trial, one delivery at a time may try.

The state is a value and every change a pure function, so that all changes can be tested as a table.
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
    minutes (``protocol.md`` 6.5). A try without a report, because the caller was cancelled, stops counting after
    ``try_s``. After a delivery on trial that was not answered the pause may grow to ``longest_trial_pause_s``.
    """

    threshold: int = 2
    first_pause_s: float = 30.0
    longest_pause_s: float = 900.0
    try_s: float = 40.0
    longest_trial_pause_s: float = 120.0


class Closed(Struct, frozen=True):
    """MH answers. ``failures`` are calls, ``silent_deliveries`` deliveries in a row without an answer."""

    failures: int = 0
    silent_deliveries: int = 0


class Proving(Struct, frozen=True):
    """A question was answered, and no delivery yet: that MH takes documents again is not proved."""

    failures: int = 0
    silent_deliveries: int = 0


class OnTrial(Struct, frozen=True):
    """MH answered a question after deliveries had failed twice over: one delivery at a time.

    ``pause_s`` is the pause before; ``try_until`` is the moment until which a delivery under way counts.
    """

    pause_s: float
    failures: int = 0
    try_until: float | None = None


class Open(Struct, frozen=True):
    """MH is down. At ``retry_at``, after ``pause_s``, one caller may try, who counts until ``try_until``.

    ``on_trial``: deliveries opened the breaker although MH had answered a question.
    """

    pause_s: float
    retry_at: float
    on_trial: bool = False
    try_until: float | None = None


BreakerState = Closed | Proving | OnTrial | Open


def is_down(outcome: Outcome | NotFound) -> bool:
    """Whether an outcome speaks of an MH that is not there, rather than of a document or a company."""
    return isinstance(outcome, Undetermined) and outcome.kind in _DOWN


def status_of(state: BreakerState, now: float) -> Status:
    """Closed: all may call. Open: nobody. Half-open: one may try, or is trying."""
    match state:
        case Open(retry_at=retry_at, try_until=try_until):
            return "half_open" if now >= retry_at or _lasts(try_until, now) else "open"
        case OnTrial(try_until=try_until):
            return "half_open" if _lasts(try_until, now) else "closed"
        case _:
            return "closed"


def admit(state: BreakerState, rules: BreakerRules, now: float) -> tuple[bool, BreakerState]:
    """Whether the next caller may call MH, and the state after the decision."""
    if not isinstance(state, Open):
        return True, state
    if now < state.retry_at or _lasts(state.try_until, now):
        return False, state
    return True, replace(state, try_until=now + rules.try_s)


def admit_delivery(state: BreakerState, rules: BreakerRules, now: float) -> tuple[bool, BreakerState]:
    """Whether a caller may deliver a document to MH, and the state after the decision: on trial, one at a time."""
    if status_of(state, now) != "closed":
        return False, state
    if isinstance(state, OnTrial):
        return True, replace(state, try_until=now + rules.try_s)
    return True, state


def after_answer(state: BreakerState, *, is_delivery: bool) -> BreakerState:
    """MH answered any caller: MH is up. Only the answer to a delivery proves that MH takes documents."""
    if is_delivery:
        return Closed()
    if isinstance(state, Open):
        return OnTrial(state.pause_s) if state.on_trial else Proving()
    return replace(state, failures=0)


def after_silence(state: BreakerState, rules: BreakerRules, now: float, *, is_delivery: bool = False) -> BreakerState:
    """One more call without an answer.

    Late failures of callers that were under way when the breaker opened do not lengthen the pause.
    """
    match state:
        case Open():
            return _after_silence_while_open(state, rules, now)
        case OnTrial() if is_delivery:
            pause_s = min(max(state.pause_s, rules.first_pause_s) * 2, rules.longest_trial_pause_s)
            return _opened(pause_s, now, on_trial=True)
        case OnTrial():
            failures, opens_on_trial = state.failures + 1, True
            counted: BreakerState = replace(state, failures=failures)
        case Closed() | Proving():
            silent = state.silent_deliveries + is_delivery
            failures, opens_on_trial = max(state.failures + 1, silent), is_delivery and isinstance(state, Proving)
            counted = replace(state, failures=state.failures + 1, silent_deliveries=silent)
    if failures < rules.threshold:
        return counted
    return _opened(rules.first_pause_s, now, on_trial=opens_on_trial)


def _after_silence_while_open(state: Open, rules: BreakerRules, now: float) -> Open:
    if status_of(state, now) == "open":
        return state
    return _opened(min(state.pause_s * 2, rules.longest_pause_s), now, on_trial=state.on_trial)


def after_nothing(state: BreakerState) -> BreakerState:
    """A call that never went to MH says nothing; where it was the try, another caller may try."""
    return replace(state, try_until=None) if isinstance(state, OnTrial | Open) else state


def _opened(pause_s: float, now: float, *, on_trial: bool) -> Open:
    return Open(pause_s, now + pause_s, on_trial)


def _lasts(try_until: float | None, now: float) -> bool:
    return try_until is not None and now < try_until


class Breaker:
    """A breaker in this process: of one MH host, or of one company there. ``monotonic`` is a clock in seconds."""

    def __init__(self, monotonic: Callable[[], float], rules: BreakerRules | None = None) -> None:
        self._monotonic = monotonic
        self._rules = rules or BreakerRules()
        self._state: BreakerState = Closed()

    @property
    def status(self) -> Status:
        """Whether callers may call MH, for metrics and the health page."""
        return status_of(self._state, self._monotonic())

    @property
    def on_trial(self) -> bool:
        """Whether the last delivery that MH was given was not answered."""
        return isinstance(self._state, OnTrial) or (isinstance(self._state, Open) and self._state.on_trial)

    @property
    def is_untroubled(self) -> bool:
        """Whether the last call was answered and none waits to prove it."""
        return self._state == Closed()

    @property
    def may_be_tried(self) -> bool:
        """Whether ``allows`` would say yes, without taking the try."""
        return admit(self._state, self._rules, self._monotonic())[0]

    def allows_delivery(self) -> bool:
        """Whether to deliver a document now. A caller that may must ``record`` the outcome."""
        admitted, self._state = admit_delivery(self._state, self._rules, self._monotonic())
        return admitted

    def allows(self) -> bool:
        """Whether to call MH now. A caller that may must ``record`` the outcome."""
        admitted, self._state = admit(self._state, self._rules, self._monotonic())
        return admitted

    def record(self, outcome: Outcome | NotFound, *, is_delivery: bool = False) -> None:
        """Takes note of how a delivery or a question ended."""
        if isinstance(outcome, Undetermined) and outcome.is_remembered:
            self._state = after_nothing(self._state)
        elif is_down(outcome):
            self._state = after_silence(self._state, self._rules, self._monotonic(), is_delivery=is_delivery)
        else:
            self._state = after_answer(self._state, is_delivery=is_delivery)
