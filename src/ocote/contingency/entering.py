"""Entering contingency: a document that MH did not answer is signed anew and may be shown (rules.md 4, D12).

::

    open ──MH answers again──▶ asking ──every transmission is clear──▶ filing ──events stamped──▶ delivering ──▶ done
                                 ▲────────────event refused──────────────┘

A company has one open contingency at a time; documents join it while it is open. ``ocote.contingency.work``
and ``contingency_delivery`` move it on. A document that is signed for a contingency keeps its number, code, date and
hour: it is the same document, declared as transmitted late. The text that was signed first is kept until MH tells
which one counts.
"""

import asyncio
import json
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import structlog
from msgspec.structs import replace

from ocote.clock import Clock
from ocote.companies.company import Company
from ocote.companies.registry import Companies
from ocote.documents.states import CONTINGENCY_MESSAGE
from ocote.documents.view import DocumentView
from ocote.dte import text
from ocote.dte.local_time import from_date_and_hour
from ocote.dte.sale import Contingency
from ocote.dte.sections.transmission import in_contingency
from ocote.metrics import DOCUMENTS
from ocote.mh import Transmission, Undetermined, UndeterminedKind
from ocote.mh.hosts import MhHosts
from ocote.signing import jws
from ocote.store.contingency import contingencies as rows
from ocote.store.contingency.joining import ContingencyChanged, Joining, open_contingency
from ocote.store.documents import signed_text
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text

_log = structlog.get_logger(__name__)

MH_DOWN, OWN_SYSTEM, OWN_INTERNET = 1, 2, 3
"""CAT-005. Kinds 4 (power) and 5 (other) are for the operator to say."""

_NO_CONNECTION = frozenset({UndeterminedKind.REFUSED, UndeterminedKind.NO_NETWORK})
_PROBE_TIMEOUT_S = 2.0
_UNDER_WAY = 4
"""For how many of our time-outs after it was given up MH may still take a transmission: half a minute, usually."""


class Contingencies:
    """Puts documents into their company's contingency.

    ``independent_host`` (host, port) is a machine that has nothing to do with MH: when it cannot be reached either,
    the cause is our own connection. MH is waited for ``mh_timeout_s`` seconds.
    """

    def __init__(
        self,
        store: Store,
        companies: Companies,
        hosts: MhHosts,
        clock: Clock,
        independent_host: tuple[str, int] | None,
        mh_timeout_s: float,
    ) -> None:
        self._store = store
        self._companies = companies
        self._hosts = hosts
        self._clock = clock
        self._independent_host = independent_host
        self._under_way = timedelta(seconds=_UNDER_WAY * mh_timeout_s)

    async def cause(self, company: Company, failure: UndeterminedKind | None = None) -> Contingency:
        """The cause of the company's open contingency, else the one that a failure speaks for: the host's last one."""
        found = await self._store.read(open_contingency, company.id)
        if found is not None:
            return Contingency(found["kind"], found["reason"])
        return Contingency(await self._diagnose(failure or self._hosts.of(company.environment).last_failure))

    def joining(self, cause: Contingency, issued_at: datetime) -> Joining:
        """How a document signed for this cause joins the open contingency, or opens one."""
        return Joining(
            new_id=str(uuid4()),
            kind=cause.kind,
            reason=cause.reason,
            issued_at=moment_text(issued_at),
            due_at=moment_text(self._clock()),
            message=CONTINGENCY_MESSAGE,
        )

    async def enter(
        self, company: Company, document: DocumentView, version: int, delivery: Transmission, *, was_sent_before: bool
    ) -> DocumentView | None:
        """Puts a registered document into contingency; None when it was settled meanwhile.

        ``was_sent_before``: besides this delivery another process may have sent the document.
        """
        signed = await self._store.read(signed_text, company.id, document.id)
        if signed is None or signed["version"] != version:
            return None
        first = json.loads(jws.payload_of(signed["jws"]), parse_float=Decimal)
        # A retry may have been posted days ago: what the period has to hold is the moment that the document states.
        issued_at = from_date_and_hour(first["identificacion"]["fecEmi"], first["identificacion"]["horEmi"])
        now = self._clock()
        sent = was_sent_before or may_have_arrived(delivery)
        while True:
            cause = await self.cause(company, _own_failure(delivery))
            anew = jws.sign(text.encode(in_contingency(first, cause)), self._companies.signing_key(company))
            try:
                entered = await self._store.write(
                    rows.enter,
                    company.id,
                    document.id,
                    version,
                    self.joining(cause, issued_at),
                    anew,
                    moment_text(now),
                    company.listeners,
                    ask_from=moment_text(now + self._under_way) if sent else None,
                )
            except ContingencyChanged:
                continue
            break
        if not entered:
            return None
        tell_entered(document, cause, delivery)
        return replace(document, state="contingency", mh_message=CONTINGENCY_MESSAGE)

    async def _diagnose(self, failure: UndeterminedKind) -> int:
        if failure is UndeterminedKind.LOGIN_REFUSED:
            return OWN_SYSTEM
        if self._independent_host is None:
            return OWN_INTERNET if failure is UndeterminedKind.NO_NETWORK else MH_DOWN
        return MH_DOWN if await _answers(*self._independent_host) else OWN_INTERNET


def may_have_arrived(delivery: Transmission) -> bool:
    """Whether MH may hold the document although nobody knows its answer."""
    outcome = delivery.outcome
    if not isinstance(outcome, Undetermined) or not delivery.transmissions:
        return False
    return delivery.transmissions > 1 or outcome.kind not in _NO_CONNECTION


def _own_failure(delivery: Transmission) -> UndeterminedKind | None:
    """How this delivery failed; None when it was not tried, because MH was known to be down."""
    outcome = delivery.outcome
    if isinstance(outcome, Undetermined) and outcome.kind is not UndeterminedKind.NOT_TRIED:
        return outcome.kind
    return None


def tell_entered(document: DocumentView, cause: Contingency, delivery: Transmission | None) -> None:
    """Counts and logs a document that entered contingency."""
    DOCUMENTS.labels(document.doc_type, "contingency").inc()
    outcome = delivery.outcome if delivery is not None else None
    reason = outcome.reason if isinstance(outcome, Undetermined) else "MH is known to be down"
    _log.warning("document_in_contingency", document_id=document.id, kind=cause.kind, reason=reason)


async def _answers(host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(_PROBE_TIMEOUT_S):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
