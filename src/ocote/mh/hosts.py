"""MH's two hosts, one for each environment, each behind a breaker: nobody waits for a host that is down."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from time import perf_counter
from typing import Final, TypeVar

from ocote.clock import pause
from ocote.dte import generation_code
from ocote.dte.sale import Environment
from ocote.dte.types import INVOICE
from ocote.metrics import MH_DOWN, MH_SECONDS
from ocote.mh import (
    Breakers,
    Credentials,
    Envelope,
    EventEnvelope,
    Lot,
    LotReceived,
    LotRefused,
    LotResults,
    MhClient,
    NotFound,
    Outcome,
    Rejected,
    Stamped,
    Transmission,
    Undetermined,
    UndeterminedKind,
)
from ocote.mh.breakers import CallKind

T = TypeVar("T")

_NOT_TRIED = Undetermined(UndeterminedKind.NOT_TRIED, "MH is known to be down")
_PROBE_EVERY_S = 1.0
BUDGET_S: Final = 25.0
"""What one call may take at most (D25)."""


class MhHost:
    """One MH host.

    While the host is known to be down documents are not sent at all: only ``probe`` and the background work try the
    host, one call at a time. Callers of the API never do: their calls have ``may_probe`` false.
    """

    def __init__(self, environment: Environment, client: MhClient, breakers: Breakers) -> None:
        self._client = client
        self._breakers = breakers
        self._seconds = MH_SECONDS.labels(environment)
        self._down = MH_DOWN.labels(environment)
        self._credentials: Credentials | None = None
        self._are_good = False
        self.last_failure = UndeterminedKind.TIMEOUT

    @property
    def is_down(self) -> bool:
        """Whether MH is known, to this process, to answer nobody."""
        return self._breakers.host_is_down

    def is_down_for(self, credentials: Credentials) -> bool:
        """Whether MH is known not to answer: nobody, or not this company."""
        return self._breakers.is_down_for(credentials)

    def takes_no_documents_of(self, credentials: Credentials) -> bool:
        """Whether MH, though it may answer questions, left the last document without an answer."""
        return self._breakers.on_trial_for(credentials)

    async def deliver(
        self, credentials: Credentials, envelope: Envelope, *, corrected: bool, within_s: float = BUDGET_S
    ) -> Transmission:
        """Brings a document to MH with the whole retry policy, within ``within_s`` seconds (protocol.md 6, D25)."""
        if not self._breakers.allows_delivery(credentials):
            return Transmission(_NOT_TRIED, transmissions=0, queries=0, by_query=False)
        began = perf_counter()
        transmission = await self._client.deliver(credentials, envelope, within_s, corrected=corrected)
        self._seconds.observe(perf_counter() - began)
        self._learn(credentials, transmission.outcome, "delivery", answers_questions=transmission.answers_questions)
        return transmission

    async def query(
        self, credentials: Credentials, doc_type: str, code: str, *, may_probe: bool = True
    ) -> Outcome | NotFound:
        """Asks MH what it has under a generation code."""
        if self.is_down_for(credentials) and not may_probe:
            return _NOT_TRIED
        return await self._tried(credentials, "question", partial(self._client.query, credentials, doc_type, code))

    async def send_once(self, credentials: Credentials, envelope: Envelope) -> Outcome:
        """Sends a document a single time."""
        call = partial(self._client.send_once, credentials, envelope)
        return await self._tried(credentials, "delivery", call)

    async def send_invalidation(self, credentials: Credentials, envelope: EventEnvelope, *, may_probe: bool) -> Outcome:
        """Sends an invalidation event once."""
        if self.is_down_for(credentials) and not may_probe:
            return _NOT_TRIED
        call = partial(self._client.send_invalidation, credentials, envelope)
        return await self._tried(credentials, "event", call)

    async def send_contingency_event(self, credentials: Credentials, jws: str) -> Outcome:
        """Sends a contingency event once."""
        call = partial(self._client.send_contingency_event, credentials, jws)
        return await self._tried(credentials, "event", call)

    async def send_lot(self, credentials: Credentials, lot: Lot) -> LotReceived | LotRefused | Undetermined:
        """Sends up to 100 documents together."""
        return await self._tried(credentials, "delivery", partial(self._client.send_lot, credentials, lot))

    async def query_lot(self, credentials: Credentials, code: str) -> LotResults | Undetermined:
        """Asks what became of a lot."""
        return await self._tried(credentials, "question", partial(self._client.query_lot, credentials, code))

    async def probe(self) -> None:
        """Asks an MH that does not answer for a document that nobody has: any answer means that MH is back.

        An MH that is down is asked in the name of a company that MH lets in. Otherwise MH is asked for each company
        that MH leaves without answers.
        """
        if not self._breakers.host_is_down:
            await asyncio.gather(*map(self.answers, self._breakers.left_alone))
        elif self._credentials is not None:
            await self.answers(self._credentials)

    async def answers(self, credentials: Credentials) -> bool:
        """Whether MH says anything at all, asked about a document that nobody has."""
        found = await self.query(credentials, INVOICE.code, generation_code.new())
        return not isinstance(found, Undetermined)

    async def _tried(
        self, credentials: Credentials, kind: CallKind, call: Callable[[], Awaitable[T]]
    ) -> T | Undetermined:
        if not self._breakers.allows(credentials):
            return _NOT_TRIED
        outcome = await call()
        self._learn(credentials, outcome, kind)
        return outcome

    def _learn(
        self, credentials: Credentials, outcome: object, kind: CallKind, *, answers_questions: bool | None = None
    ) -> None:
        """Takes note of how a call ended, and of credentials that MH is known to take, for looking for MH's return."""
        answered = not isinstance(outcome, Undetermined)
        if answered or not self._are_good:
            self._credentials, self._are_good = credentials, answered
        if isinstance(outcome, Undetermined) and outcome.kind is not UndeterminedKind.NOT_TRIED:
            self.last_failure = outcome.kind
        word = outcome if isinstance(outcome, Undetermined | Stamped | Rejected | NotFound) else _ANSWERED
        self._breakers.record(credentials, word, kind, answers_questions=answers_questions)
        self._down.set(self._breakers.host_is_down or bool(self._breakers.left_alone))


_ANSWERED = NotFound("a lot was answered")


class MhHosts:
    """MH's test host and its production host (protocol.md 1)."""

    def __init__(self, test: MhHost, production: MhHost) -> None:
        self._hosts: dict[Environment, MhHost] = {"00": test, "01": production}

    def of(self, environment: Environment) -> MhHost:
        """The host of a company's environment."""
        return self._hosts[environment]

    async def keep_probing(self, stop: asyncio.Event) -> None:
        """Looks for the return of each host that is down, in the background, so that no caller has to.

        Each host by itself: the silence of one means nothing for the other.
        """
        await asyncio.gather(*(_keep_probing(host, stop) for host in self._hosts.values()))


async def _keep_probing(host: MhHost, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await host.probe()
        await pause(_PROBE_EVERY_S, stop)
