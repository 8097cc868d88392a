"""Every way a call to MH can go wrong, at every endpoint of MH."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from ocote.contingency.piece import WorkLimits
from ocote.emulator.faults import ENDPOINTS, Endpoint
from ocote.mh import BreakerRules
from ocote.parts import Tuning
from tests.faults.afterwards import SPAN_S, InProcessGateway, comes_to, settle, works
from tests.faults.books import compare
from tests.faults.client import Client
from tests.faults.operations import Operation, invalidation, sale
from tests.faults.tally import Tally, tally
from tests.running_gateway import RunningGateway, running_gateway, serving

TIMEOUT_S = 0.25
_TOO_LONG_S = 0.6
_NEVER_DOWN = Tuning(WorkLimits(few=2), BreakerRules(threshold=10**9))
"""MH is tried every time: a breaker would keep the next fault from being met."""
_IN_A_LOT = 4
_SPANS = 10

FORMS: Mapping[str, Mapping[str, Any]] = {
    "connection refused": {"refused": True},
    "closed without an answer": {"kind": "down"},
    "answer lost": {"kind": "answer_lost"},
    "reset in the middle": {"kind": "reset"},
    "reset in the middle, nothing done": {"kind": "reset", "store": False},
    "time-out after it was done": {"kind": "slow", "seconds": _TOO_LONG_S},
    "time-out, nothing done": {"kind": "slow", "seconds": _TOO_LONG_S, "store": False},
    "time-out, done later": {"kind": "late", "seconds": _TOO_LONG_S},
    "slow trickle": {"kind": "trickle", "seconds": 0.01},
    "401": {"kind": "unauthorized"},
    "403": {"kind": "status", "status": 403},
    "500": {"kind": "status", "status": 500},
    "500 after it was done": {"kind": "status", "status": 500, "store": True},
    "502 with a page": {"kind": "garbage", "form": "html", "status": 502},
    "502 with a page after it was done": {"kind": "garbage", "form": "html", "status": 502, "store": True},
    "200 with a page": {"kind": "garbage", "form": "html"},
    "truncated JSON": {"kind": "garbage", "form": "truncated"},
    "truncated JSON after it was done": {"kind": "garbage", "form": "truncated", "store": True},
    "wrong types": {"kind": "garbage", "form": "wrong_types"},
    "wrong types after it was done": {"kind": "garbage", "form": "wrong_types", "store": True},
    "nothing at all": {"kind": "garbage", "form": "empty", "store": True},
    "200 with RECHAZADO": {"kind": "reject", "status": 200, "code": "096"},
    "400 with RECHAZADO": {"kind": "reject", "code": "096"},
}


@dataclass(frozen=True, slots=True)
class Case:
    """One fault about to be met."""

    gateway: RunningGateway
    client: Client
    numbers: "count[int]"
    form: Mapping[str, Any]
    times: int

    def new_sale(self) -> Operation:
        return sale(f"NET-{next(self.numbers)}")

    def ask(self, operation: Operation) -> str:
        return self.client.ask(InProcessGateway(self.gateway), operation)

    @contextmanager
    def fault(self, endpoint: Endpoint) -> Iterator[None]:
        """The fault, in force for the next calls of the endpoint."""
        emulator = self.gateway.emulator
        if self.form.get("refused"):
            emulator.hide()
            yield
            emulator.show()
        else:
            emulator.control.fault(endpoint=endpoint, count=self.times, **self.form)
            yield
            assert self.has_met(endpoint), f"nothing met {self.form} at {endpoint}"
        emulator.control.behave()

    def has_met(self, endpoint: Endpoint) -> bool:
        """Whether a call has met the fault; of a call that was refused nobody knows."""
        in_force = self.gateway.emulator.control.call("GET", "faults") if not self.form.get("refused") else []
        return all(each["left"] < self.times for each in in_force if each["fault"]["endpoint"] == endpoint)


def at_auth(case: Case) -> None:
    """The first login of a gateway that has just started: one that was refused would not try again for a minute."""
    with serving(case.gateway.settings, case.gateway.clock, with_worker=False, tuning=_NEVER_DOWN) as url:
        fresh = replace(case, gateway=replace(case.gateway, url=url))
        with fresh.fault("auth"):
            fresh.ask(case.new_sale())


def at_reception(case: Case) -> None:
    """A sale."""
    with case.fault("reception"):
        case.ask(case.new_sale())


def at_query(case: Case) -> None:
    """A sale that MH stamped, or did not get, without our knowing which; then the question fails."""
    arrives = case.form.get("kind") != "reject"
    case.gateway.emulator.control.fault("slow", "reception", seconds=_TOO_LONG_S, store=arrives)
    with case.fault("query"):
        case.ask(case.new_sale())


def at_invalidation(case: Case) -> None:
    """The cancellation of a sale."""
    operation = case.new_sale()
    assert case.ask(operation) == "stamped"
    with case.fault("invalidation"):
        case.ask(invalidation(operation))


def at_contingency(case: Case) -> None:
    """The report of an outage."""
    _outage(case, "contingency")


def at_lot(case: Case) -> None:
    """The documents of an outage."""
    _outage(case, "lot")


def at_lot_query(case: Case) -> None:
    """What became of them."""
    _outage(case, "lot_query")


def _outage(case: Case, endpoint: Endpoint) -> None:
    control = case.gateway.emulator.control
    control.fault("down", count=None)
    for _ in range(_IN_A_LOT):
        case.ask(case.new_sale())
    control.behave()
    comes_to(case.gateway, endpoint)
    with case.fault(endpoint):
        for _ in range(_SPANS):  # a slow machine may let another call before it run into its time-out
            works(case.gateway, pieces=8)
            if case.has_met(endpoint):
                break
            case.gateway.time_passes(seconds=SPAN_S)


FAILURES: Mapping[Endpoint, Callable[[Case], None]] = {
    "auth": at_auth,
    "reception": at_reception,
    "query": at_query,
    "invalidation": at_invalidation,
    "contingency": at_contingency,
    "lot": at_lot,
    "lot_query": at_lot_query,
}
assert set(FAILURES) == set(ENDPOINTS)


def fail_every_way(endpoint: Endpoint, database_url: str, folder: Path, times: tuple[int, ...]) -> Tally:
    """Every form of failure at one endpoint, so many times in a row each; then peace, repetition, and the books.

    Raises AssertionError for what does not settle.
    """
    client, numbers, tried = Client(), count(1), 0
    with running_gateway(database_url, folder, tuning=_NEVER_DOWN, mh_timeout_s=TIMEOUT_S) as gateway:
        gateway.emulator.control.policy(lot_pending_polls=1)
        for name, form in FORMS.items():
            for often in times:
                FAILURES[endpoint](Case(gateway, client, numbers, form, often))
                settle(gateway, client, f"{name} at {endpoint}, {often} in a row")
                tried += 1
        findings = compare(database_url, gateway.emulator.control, client.asked)
    kind = database_url.partition(":")[0]
    return tally(f"network at {endpoint}, {kind}", tried, findings, client.changed)
