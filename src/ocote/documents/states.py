"""The life of a document, as a small state machine.

::

    (request) ──register──▶ registered ──MH stamps──▶ stamped
                                │  │
                                │  └──────MH refuses──▶ rejected ──retry──▶ registered
                                │                          ▲
                                └──MH is silent──▶ contingency ──MH refuses──┘
                                                       └────────MH stamps──▶ stamped

Each arrow is one conditional UPDATE in ``ocote.store.documents``; an arrow that another process took first changes
nothing. ``stamped`` is final; an invalidation is kept beside the state.
"""

import re
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from ocote.mh import NUMBER_FIELD, MhAnswer, Rejected, Stamped, duplicate_field
from ocote.store.document_row import DocumentRow
from ocote.store.verdict import Verdict

RESEND_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=10),
    timedelta(minutes=30),
)
"""The pauses between attempts to reach MH with an invalidation; the last one repeats (contract D12)."""

LONGEST_PAUSE = timedelta(hours=1)
"""Longer than any pause of events and contingencies: work due even later was postponed by a wrong clock."""

SAME_CODE_FOR = timedelta(hours=24)
"""How long after a rejection the generation code may be used again (rules.md 2, protocol.md 3.4)."""

ALREADY_INVALIDATED = (
    "El Ministerio de Hacienda confirma que el documento está invalidado; el sello del evento no llegó."
)

EVENT_ARRIVED = "El Ministerio de Hacienda ya tenía el evento; su sello no llegó."

_OUT_OF_TIME = re.compile(r"FUERA DE PLAZO", re.IGNORECASE)
_THE_REPLACEMENT = re.compile(r"\s*\[(?:documento\.)?codigoGeneracionR\]")
_EVENT_IS_KNOWN = re.compile(r"\s*\[(?:identificacion\.)?codigoGeneracion\] YA EXISTE")

CONTINGENCY_MESSAGE = "El Ministerio de Hacienda no respondió; el documento se enviará de nuevo automáticamente."


def verdict(outcome: Stamped | Rejected) -> Verdict:
    """MH's answer as the contract shows it (contract 6.3, 15.1, D8): the stamp decides, not the state's text.

    An accepted document shows no state and no code, unless MH made observations.
    """
    answer = outcome.answer
    if isinstance(outcome, Stamped):
        observed = answer.code == "002" or bool(answer.observations)
        return Verdict(
            state="stamped",
            stamp=answer.stamp,
            mh_state="OBSERVADO" if observed else "",
            mh_message=answer.description if observed else "",
            mh_code="002" if observed else "",
            observations=_observations(answer),
            answer=answer.raw,
        )
    return Verdict(
        state="rejected",
        stamp=None,
        mh_state=answer.state,
        mh_message=answer.description,
        mh_code=answer.code,
        observations=_observations(answer),
        answer=answer.raw,
    )


def invalidation_verdict(outcome: Stamped | Rejected, *, was_sent_before: bool) -> Verdict:
    """MH's answer to an invalidation event.

    MH has no query for events. When an event is sent again because its first answer was lost, MH answers that
    the document is already invalidated (015) or that MH has this event (004): the first transmission took effect, and
    its stamp is unknown. But the invalidated document may also be the replacement that the event names, when the
    replacement was cancelled while the event waited.
    """
    word = verdict(outcome)
    if was_sent_before and isinstance(outcome, Rejected) and _took_effect(outcome):
        return replace(
            word, state="stamped", mh_state="", mh_code="", mh_message=ALREADY_INVALIDATED, observations="[]"
        )
    return word


def _took_effect(refusal: Rejected) -> bool:
    if refusal.answer.code == "015":
        return _THE_REPLACEMENT.match(refusal.answer.description) is None
    return refusal.duplicate_field == "codigoGeneracion"


def event_verdict(outcome: Stamped | Rejected) -> Verdict:
    """MH's answer to a contingency event.

    An event that MH already has took effect, and only the answer was lost: its generation code is made here alone. An
    answer about an event has no code; its observations state what is wrong (protocol.md 4.4). An event that MH refused
    as out of time is ``late``: a correction does not help.
    """
    word = verdict(outcome)
    if isinstance(outcome, Stamped):
        return word
    words = (outcome.answer.description, *outcome.answer.observations)
    if any(_EVENT_IS_KNOWN.match(one) for one in words):
        return replace(word, state="stamped", mh_message=EVENT_ARRIVED)
    is_late = any(_OUT_OF_TIME.search(one) for one in words)
    return replace(word, state="late" if is_late else word.state, mh_message="; ".join(filter(None, words)))


def _observations(answer: MhAnswer) -> str:
    return msgspec.json.encode(answer.observations).decode()


def resend_at(now: datetime, attempts: int) -> datetime:
    """When an event that MH has not answered is due again, after a number of attempts."""
    return now + RESEND_AFTER[min(attempts, len(RESEND_AFTER) - 1)]


def has_moved(before: DocumentRow | None, now: DocumentRow | None) -> bool:
    """Whether a document was made or changed its state between two readings."""
    if before is None or now is None:
        return now is not before
    return (now.version, now.state) != (before.version, before.state)


def keeps_generation_code(rejected_at: datetime, now: datetime, mh_code: str, mh_message: str) -> bool:
    """Whether a retry keeps the generation code: within 24 h, unless MH refused the code itself (protocol.md 3.4)."""
    code_refused = mh_code == "004" and "codigoGeneracion" in mh_message
    return now - rejected_at <= SAME_CODE_FOR and not code_refused


def number_was_refused(mh_code: str, mh_message: str) -> bool:
    """Whether MH refused a document because another document bears its number, which a retry then leaves to the other.

    MH had no document under the generation code when the refusal was written (decision 0015).
    """
    return duplicate_field(mh_code, mh_message) == NUMBER_FIELD
