"""A call that a person tries at the panel: which operation, with which body, and what was answered."""

from collections.abc import Mapping
from typing import Final, Protocol

from msgspec import Struct

from ocote.companies.caller import Caller
from ocote.dte.types import DOCUMENT_TYPES, Family
from ocote.requests.description import RequestObject
from ocote.requests.invoice import INVOICE_BODY
from ocote.requests.note import NOTE_BODY
from ocote.requests.purchase import PURCHASE_BODY

_BODIES: Final[Mapping[Family, RequestObject]] = {"sale": INVOICE_BODY, "note": NOTE_BODY, "suex": PURCHASE_BODY}

TRIAL_BODIES: Final[Mapping[str, RequestObject]] = {
    each.endpoint: _BODIES[each.family] for each in DOCUMENT_TYPES.values()
}
"""The endpoints that issue documents, each with its body: those that have a dry run."""


class TrialCall(Struct, frozen=True):
    """A call to try. ``endpoint`` is a path below ``/api/connect``; ``site_url`` begins the URLs of the answer."""

    endpoint: str
    body: bytes
    site_url: str
    is_strict: bool = False


class TrialAnswer(Struct, frozen=True):
    """The answer of the API: its HTTP status and its JSON."""

    status: int
    content: bytes


class TrialCalls(Protocol):
    """Runs calls as dry runs: nothing is stored, no number is used, MH hears nothing."""

    async def run(self, caller: Caller, call: TrialCall) -> TrialAnswer:
        """The answer that the API gives to the call as a dry run. Raises LookupError for an unknown endpoint."""
        ...
