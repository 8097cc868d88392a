"""The next step in delivering a document: MH's retry policy as one pure decision (``protocol.md`` 6, D25).

::

    send ──stamped, refused──────────────────────────▶ finish
      │ ──login or token refused, not tried──────────▶ finish: MH took nothing, and a query would fail too
      │ ──no answer─────────────▶ query ──nothing there──▶ send again, the same bytes, at most ``resends`` times
      │ ──answer without verdict▶ query ──nothing there──▶ finish: MH's policy is about silence, not such answers
      │ ──"already here" (004)──▶ query ──stamped────────▶ finish with MH's stamp
                                  query ──fails──────────▶ finish undetermined: a failed query proves nothing
"""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ocote.mh.outcomes import NotFound, Outcome, Rejected, Stamped, Undetermined, UndeterminedKind

_NO_ANSWER: Final = frozenset(
    {
        UndeterminedKind.TIMEOUT,
        UndeterminedKind.REFUSED,
        UndeterminedKind.NO_NETWORK,
        UndeterminedKind.BROKEN_CONNECTION,
    }
)
_TURNED_AWAY: Final = frozenset(
    {
        UndeterminedKind.UNAUTHORIZED,
        UndeterminedKind.LOGIN_REFUSED,
        UndeterminedKind.LOGIN_FAILED,
        UndeterminedKind.NOT_TRIED,
    }
)
_NEVER_SENT: Final = frozenset(
    {UndeterminedKind.LOGIN_REFUSED, UndeterminedKind.LOGIN_FAILED, UndeterminedKind.NOT_TRIED}
)


class Policy(Struct, frozen=True):
    """The limits of MH's policy; ``timeout_s`` bounds each call, and no step begins with less than an eighth of it."""

    timeout_s: float = 8.0
    resends: int = 2

    @property
    def least_s(self) -> float:
        """The least time in seconds for a step; with less time a step could only fail."""
        return self.timeout_s / 8


class TransmissionProgress(Struct, frozen=True):
    """The progress of a delivery: the outcome of the last transmission, and of the query after the transmission.

    ``corrected`` says that MH refused an earlier version under this generation code, so that a refusal found by a
    query may be about that version and settles nothing. ``answers_questions`` says whether MH answered a query, None
    without any.
    """

    corrected: bool = False
    transmissions: int = 0
    queries: int = 0
    answers_questions: bool | None = None
    sent: Outcome | None = None
    found: Outcome | NotFound | None = None

    @property
    def was_known(self) -> bool:
        """Whether MH refused the first transmission, because MH had the generation code or the number already."""
        return self.transmissions == 1 and isinstance(self.sent, Rejected) and self.sent.is_duplicate

    def after_sending(self, outcome: Outcome) -> "TransmissionProgress":
        """The progress after a transmission, which does not count if nothing was sent, as without a login."""
        left = not (isinstance(outcome, Undetermined) and outcome.kind in _NEVER_SENT)
        return replace(self, transmissions=self.transmissions + left, sent=outcome, found=None)

    def after_asking(self, found: Outcome | NotFound) -> "TransmissionProgress":
        """The progress after a query."""
        answered = bool(self.answers_questions) or not isinstance(found, Undetermined)
        return replace(self, queries=self.queries + 1, answers_questions=answered, found=found)


class Transmit(Struct, frozen=True):
    """Send the document, with identical bytes each time."""


class Ask(Struct, frozen=True):
    """Ask MH whether it has the document."""


class Finish(Struct, frozen=True):
    """Stop with this outcome; ``by_query`` says that the outcome is from a query and not from a transmission."""

    outcome: Outcome
    by_query: bool = False


TransmissionStep = Transmit | Ask | Finish


def next_step(progress: TransmissionProgress, policy: Policy, remaining_s: float) -> TransmissionStep:
    """The next step of a delivery that has ``remaining_s`` seconds left."""
    sent, found = progress.sent, progress.found
    if sent is None:
        return Transmit()
    if isinstance(sent, Stamped) or (isinstance(sent, Rejected) and not sent.is_duplicate):
        return Finish(sent)
    if isinstance(sent, Undetermined) and sent.kind in _TURNED_AWAY:
        return Finish(sent)
    if found is None:
        return Ask() if remaining_s >= policy.least_s else Finish(_unsettled(sent, "no time left to ask"))
    return _after_asking(progress, policy, remaining_s, sent, found)


def _after_asking(
    progress: TransmissionProgress,
    policy: Policy,
    remaining_s: float,
    sent: Rejected | Undetermined,
    found: Outcome | NotFound,
) -> TransmissionStep:
    if isinstance(found, Stamped):
        return Finish(found, by_query=True)
    if isinstance(found, Undetermined):
        return Finish(_unsettled(sent, f"asking failed: {found.reason}"))
    if isinstance(sent, Rejected):
        # MH has the number or the code, but without our stamp: the refusal of the transmission counts.
        return Finish(sent)
    if isinstance(found, Rejected) and not progress.corrected:
        return Finish(found, by_query=True)
    may_resend = sent.kind in _NO_ANSWER and progress.transmissions <= policy.resends
    if may_resend and remaining_s >= policy.least_s:
        return Transmit()
    return Finish(
        _unsettled(sent, "MH has only refused an earlier version" if isinstance(found, Rejected) else found.reason)
    )


def _unsettled(sent: Rejected | Undetermined, why: str) -> Undetermined:
    if isinstance(sent, Rejected):
        return Undetermined(UndeterminedKind.UNREADABLE, f"MH says it already has the document (004); {why}")
    return Undetermined(sent.kind, f"{sent.reason}; {why}")
