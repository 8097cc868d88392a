"""The breaker of one MH host, and one for each company that MH leaves without answers while MH answers others.

A company may send what MH cannot digest: MH then fails with this company's documents alone. Such silence must not
stop the other companies (``docs/decisions/0014-one-breaker-for-each-silent-company.md``).
"""

from collections.abc import Callable
from typing import Final, Literal

import structlog

from ocote.mh.breaker import Breaker, BreakerRules, is_down
from ocote.mh.envelopes import Credentials
from ocote.mh.outcomes import NotFound, Outcome, Undetermined, UndeterminedKind

_log = structlog.get_logger(__name__)

CallKind = Literal["question", "event", "delivery"]
"""What a call carried to MH: a question holds nothing of a company's own making."""

Silence = Literal["of the host", "for this company"]

_MAY_BE_ABOUT_THE_CONTENT: Final = frozenset(
    {UndeterminedKind.TIMEOUT, UndeterminedKind.BROKEN_CONNECTION, UndeterminedKind.SERVER_ERROR}
)
_COMPANIES_THAT_PROVE_IT: Final = 2
"""Companies left without an answer, with no delivery answered in between, which show that the host is down."""


def silence_about(outcome: Outcome | NotFound, kind: CallKind, *, answers_questions: bool | None) -> Silence:
    """Decides whether a call without an answer speaks of the whole host or of one company.

    ``answers_questions`` tells whether MH answered the question that followed a delivery, None without such a question.
    """
    if kind == "question" or answers_questions is False:
        return "of the host"
    if isinstance(outcome, Undetermined) and outcome.kind in _MAY_BE_ABOUT_THE_CONTENT:
        return "for this company"
    return "of the host"


class Breakers:
    """The breakers of one MH host in this process. ``monotonic`` is a clock in seconds. For one event loop."""

    def __init__(self, monotonic: Callable[[], float], rules: BreakerRules | None = None) -> None:
        self._monotonic = monotonic
        self._rules = rules
        self._host = Breaker(monotonic, rules)
        self._own: dict[str, tuple[Credentials, Breaker]] = {}
        self._unheard: set[str] = set()

    @property
    def host_is_down(self) -> bool:
        """Whether MH is known to answer nobody."""
        return self._host.status != "closed"

    @property
    def left_alone(self) -> list[Credentials]:
        """The companies that MH is known to leave without answers, whatever MH does with others."""
        return [credentials for credentials, breaker in self._own.values() if breaker.status != "closed"]

    def is_down_for(self, credentials: Credentials) -> bool:
        """Whether MH is known not to answer this company."""
        return self.host_is_down or self._of(credentials).status != "closed"

    def on_trial_for(self, credentials: Credentials) -> bool:
        """Whether the last delivery that MH was given, of this company or of all, was not answered."""
        return self._host.on_trial or self._of(credentials).on_trial

    def allows_delivery(self, credentials: Credentials) -> bool:
        """Whether to deliver a document of this company now. A caller that may must ``record`` the outcome."""
        own = self._of(credentials)
        return not self.is_down_for(credentials) and self._host.allows_delivery() and own.allows_delivery()

    def allows(self, credentials: Credentials) -> bool:
        """Whether to call MH for this company now. A caller that may must ``record`` the outcome."""
        own = self._of(credentials)
        return own.may_be_tried and self._host.allows() and own.allows()

    def record(
        self,
        credentials: Credentials,
        outcome: Outcome | NotFound,
        kind: CallKind,
        *,
        answers_questions: bool | None = None,
    ) -> None:
        """Takes note of how a call ended (``silence_about`` explains ``answers_questions``)."""
        is_delivery = kind == "delivery"
        self._record_own(credentials, outcome, is_delivery=is_delivery)
        if not is_down(outcome):
            if is_delivery and not isinstance(outcome, Undetermined):
                self._unheard.clear()
            self._host.record(outcome, is_delivery=is_delivery)
        elif silence_about(outcome, kind, answers_questions=answers_questions) == "of the host":
            self._host.record(outcome, is_delivery=is_delivery)
        else:
            self._unheard.add(credentials.nit)
            if len(self._unheard) >= _COMPANIES_THAT_PROVE_IT:
                self._host.record(outcome, is_delivery=is_delivery)
            elif answers_questions:
                self._host.record(NotFound("a question was answered"))

    def _record_own(self, credentials: Credentials, outcome: Outcome | NotFound, *, is_delivery: bool) -> None:
        own = self._of(credentials)
        was_closed = own.status == "closed"
        own.record(outcome, is_delivery=is_delivery)
        if own.is_untroubled:
            self._own.pop(credentials.nit, None)
            return
        self._own[credentials.nit] = credentials, own
        if was_closed and own.status != "closed" and not self.host_is_down:
            _log.warning("mh_leaves_company_unanswered", nit=credentials.nit)

    def _of(self, credentials: Credentials) -> Breaker:
        """The company's own breaker: one that has seen nothing when MH answers the company."""
        known = self._own.get(credentials.nit)
        return known[1] if known is not None else Breaker(self._monotonic, self._rules)
