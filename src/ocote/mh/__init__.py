"""The client of the tax authority's transmission service (``protocol.md``)."""

from ocote.mh.answers import document_answered_at, event_answered_at
from ocote.mh.breaker import BreakerRules
from ocote.mh.breakers import Breakers
from ocote.mh.client import MhClient, Transmission, open_session
from ocote.mh.envelopes import Credentials, Envelope, EventEnvelope, Lot
from ocote.mh.login import LoggedIn
from ocote.mh.lots import LotReceived, LotRefused, LotResults
from ocote.mh.outcomes import (
    NUMBER_FIELD,
    MhAnswer,
    NotFound,
    Outcome,
    Rejected,
    Stamped,
    Undetermined,
    UndeterminedKind,
    duplicate_field,
)

__all__ = [
    "NUMBER_FIELD",
    "BreakerRules",
    "Breakers",
    "Credentials",
    "Envelope",
    "EventEnvelope",
    "LoggedIn",
    "Lot",
    "LotReceived",
    "LotRefused",
    "LotResults",
    "MhAnswer",
    "MhClient",
    "NotFound",
    "Outcome",
    "Rejected",
    "Stamped",
    "Transmission",
    "Undetermined",
    "UndeterminedKind",
    "document_answered_at",
    "duplicate_field",
    "event_answered_at",
    "open_session",
]
