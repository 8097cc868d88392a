"""Entering contingency: a document without an answer of MH is signed again and may be shown (rules.md 4, D12).

A company has one open contingency at a time; documents join while it is open, and ``ocote.contingency.work`` moves it
on. A document that is signed for a contingency keeps its number, code, date and hour, and declares only that its
transmission is late. The text that was signed first is kept: MH may have taken either text.
"""

import asyncio
from datetime import datetime
from uuid import uuid4

import structlog
from msgspec.structs import replace

from ocote.companies.company import Company
from ocote.contingency.stamped_text import longest_under_way
from ocote.documents.signed import document_of
from ocote.documents.states import CONTINGENCY_MESSAGE
from ocote.documents.view import DocumentView
from ocote.dte import text
from ocote.dte.local_time import from_date_and_hour
from ocote.dte.sale import Contingency
from ocote.dte.sections.transmission import in_contingency
from ocote.metrics import DOCUMENTS
from ocote.mh import Transmission, Undetermined, UndeterminedKind
from ocote.signing import jws
from ocote.store.contingency import contingencies as rows
from ocote.store.contingency.contingencies import SignedAgain
from ocote.store.contingency.joining import ContingencyChanged, Joining, open_contingency
from ocote.store.documents import signed_text
from ocote.store.engine.values import moment_text
from ocote.work.work import Work

_log = structlog.get_logger(__name__)

OWN_SYSTEM = 2
"""The kind of a contingency whose cause is our own system, such as a password that MH refuses (CAT-005)."""

_MH_IS_DOWN, _OWN_INTERNET = 1, 3
"""Only the operator can name the kinds 4 (power) and 5 (other)."""

_NO_CONNECTION = frozenset({UndeterminedKind.REFUSED, UndeterminedKind.NO_NETWORK})
_PROBE_TIMEOUT_S = 2.0
_SIGNATURES = 20
"""Attempts to sign: the cause of the open contingency may change meanwhile, and the document is then signed again."""


class Contingencies:
    """Puts documents into their company's contingency.

    ``independent_host`` (host, port) is a machine that has nothing to do with MH: when this machine cannot be reached
    either, the cause is our own connection. ``mh_timeout_s`` is the time-out of a call to MH, in seconds.
    """

    def __init__(
        self,
        work: Work,
        independent_host: tuple[str, int] | None,
        mh_timeout_s: float,
    ) -> None:
        self._store = work.store
        self._companies = work.companies
        self._hosts = work.hosts
        self._clock = work.clock
        self._independent_host = independent_host
        self._under_way = longest_under_way(mh_timeout_s)

    async def cause(self, company: Company, failure: UndeterminedKind | None = None) -> Contingency:
        """The cause of the company's open contingency; when no contingency is open, the cause found from ``failure``.

        Without ``failure`` the host's last failure counts.
        """
        found = await self._store.read(open_contingency, company.id)
        if found is not None:
            return Contingency(found.kind, found.reason)
        return Contingency(await self._diagnose(failure or self._hosts.of(company.environment).last_failure))

    def joining(self, cause: Contingency, issued_at: datetime) -> Joining:
        """The way in which a document signed for this cause joins the open contingency, or opens one."""
        return Joining(
            new_id=str(uuid4()),
            kind=cause.kind,
            reason=cause.reason,
            issued_at=moment_text(issued_at),
            due_at=moment_text(self._clock()),
            message=CONTINGENCY_MESSAGE,
        )

    async def enter(
        self,
        company: Company,
        document: DocumentView,
        version: int,
        transmission: Transmission,
        *,
        was_sent_before: bool,
    ) -> DocumentView | None:
        """Puts a registered document into contingency; None when the document was settled meanwhile.

        None also when the contingency changed before each of the tries: the document then stays registered, and a later
        round finishes it, because what has been sent must never be issued under a second number.
        ``was_sent_before``: besides this transmission another process may have sent the document.
        """
        signed = await self._store.read(signed_text, company.id, document.id)
        if signed is None or signed.version != version:
            return None
        first = document_of(signed.jws)
        # A retry may have been posted days ago: the period has to include the moment that the document states.
        issued_at = from_date_and_hour(first["identificacion"]["fecEmi"], first["identificacion"]["horEmi"])
        now = self._clock()
        sent = was_sent_before or may_have_arrived(transmission)
        ask_from = moment_text(now + self._under_way) if sent else None
        for _ in range(_SIGNATURES):
            cause = await self.cause(company, _own_failure(transmission))
            again = jws.sign(text.encode(in_contingency(first, cause)), self._companies.signing_key(company))
            signed_again = SignedAgain(company.id, document.id, version, again, ask_from)
            joining = self.joining(cause, issued_at)
            try:
                entered = await self._store.write(
                    rows.enter, signed_again, joining, moment_text(now), company.listeners
                )
            except ContingencyChanged:
                continue  # another document opened the contingency, or the operator corrected the cause
            if not entered:
                return None
            log_entered(document, cause, transmission)
            return replace(document, state="contingency", mh_message=CONTINGENCY_MESSAGE, version=version + 1)
        _log.warning("contingency_not_entered", document_id=document.id)
        return None

    async def _diagnose(self, failure: UndeterminedKind) -> int:
        if failure is UndeterminedKind.LOGIN_REFUSED:
            return OWN_SYSTEM
        if self._independent_host is None:
            return _OWN_INTERNET if failure is UndeterminedKind.NO_NETWORK else _MH_IS_DOWN
        return _MH_IS_DOWN if await _answers(*self._independent_host) else _OWN_INTERNET


def may_have_arrived(transmission: Transmission) -> bool:
    """Whether MH may have the document although MH's answer did not arrive."""
    outcome = transmission.outcome
    if not isinstance(outcome, Undetermined) or not transmission.transmissions:
        return False
    return transmission.transmissions > 1 or outcome.kind not in _NO_CONNECTION


def _own_failure(transmission: Transmission) -> UndeterminedKind | None:
    """The way in which this transmission failed; None when nothing was sent because MH was known to be down."""
    outcome = transmission.outcome
    if isinstance(outcome, Undetermined) and outcome.kind is not UndeterminedKind.NOT_TRIED:
        return outcome.kind
    return None


def log_entered(document: DocumentView, cause: Contingency, transmission: Transmission | None) -> None:
    """Counts and logs a document that entered contingency."""
    DOCUMENTS.labels(document.doc_type, "contingency").inc()
    outcome = transmission.outcome if transmission is not None else None
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
