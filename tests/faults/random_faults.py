"""Many documents of every kind while the network to MH fails at random: in the end both books say the same."""

import random
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, Literal

from ocote.contingency.piece import WorkLimits
from ocote.emulator.faults import Endpoint
from ocote.mh import BreakerRules
from ocote.parts import Tuning
from tests.faults.afterwards import InProcessGateway, settle
from tests.faults.books import compare
from tests.faults.client import Client
from tests.faults.operations import Operation, ccf, invalidation, note, purchase, sale
from tests.faults.tally import Tally, tally
from tests.running_gateway import RunningGateway, running_gateway

TIMEOUT_S = 0.3
_TOO_LONG_S = 0.5
_CALLERS = 6
_DRY_S = 0.15
_DROPS = 60
_NEXT_DROP_S = 0.005
_REFUSING = 0.5
"""This part of the showers."""
Breaker = Literal["quick", "never"]
_TUNINGS: Mapping[Breaker, Tuning] = {
    "quick": Tuning(WorkLimits(), BreakerRules(threshold=12, first_pause_s=0.1, longest_pause_s=0.5)),
    "never": Tuning(WorkLimits(), BreakerRules(threshold=10**9)),
}
"""A breaker that soon lets the next fault be met, and none, so that every document goes through the rain."""
_KINDS: tuple[Callable[[str, str], Operation], ...] = (sale, sale, sale, ccf, purchase)
_ANYWHERE: tuple[Mapping[str, Any], ...] = (
    {"kind": "down"},
    {"kind": "answer_lost"},
    {"kind": "reset"},
    {"kind": "reset", "store": False},
    {"kind": "slow", "seconds": _TOO_LONG_S},
    {"kind": "slow", "seconds": _TOO_LONG_S, "store": False},
    {"kind": "late", "seconds": _TOO_LONG_S},
    {"kind": "trickle", "seconds": 0.005},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 500, "store": True},
    {"kind": "garbage", "form": "html", "status": 502, "store": True},
    {"kind": "garbage", "form": "truncated", "store": True},
    {"kind": "garbage", "form": "wrong_types"},
    {"kind": "garbage", "form": "empty", "store": True},
)
_WITH_A_TOKEN: tuple[Mapping[str, Any], ...] = (
    {"kind": "unauthorized"},
    {"kind": "status", "status": 403},
)
_REFUSAL: Mapping[str, Any] = {"kind": "reject", "code": "096"}
_POSSIBLE: Mapping[Endpoint, tuple[Mapping[str, Any], ...]] = {
    "auth": _ANYWHERE,
    "reception": (*_ANYWHERE, *_WITH_A_TOKEN, _REFUSAL, {**_REFUSAL, "status": 200}),
    "query": (*_ANYWHERE, *_WITH_A_TOKEN),
    "invalidation": (*_ANYWHERE, *_WITH_A_TOKEN, _REFUSAL),
    "contingency": (*_ANYWHERE, *_WITH_A_TOKEN),
    "lot": (*_ANYWHERE, *_WITH_A_TOKEN, _REFUSAL),
    "lot_query": (*_ANYWHERE, *_WITH_A_TOKEN),
}
"""What may happen where. A refused login would silence a company for a minute, a refused event for ten."""


_RECEPTIONS: tuple[Endpoint, ...] = ("reception",) * 6
_QUERIES: tuple[Endpoint, ...] = ("query",) * 4
_OFTEN: tuple[Endpoint, ...] = (*_POSSIBLE, *_RECEPTIONS, *_QUERIES)


def fail_at_random(
    database_url: str, folder: Path, documents: int, chance: random.Random, breaker: Breaker = "quick"
) -> Tally:
    """So many documents under a rain of faults; what MH refuses is corrected, or left after some attempts."""
    client = Client()
    with running_gateway(
        database_url, folder, with_worker=True, tuning=_TUNINGS[breaker], mh_timeout_s=TIMEOUT_S
    ) as gateway:
        gateway.emulator.control.policy(lot_pending_polls=1)
        over = threading.Event()
        with ThreadPoolExecutor(1) as cloud:
            rain = cloud.submit(_rain, gateway, over, random.Random(chance.random()))
            try:
                _sell(client, InProcessGateway(gateway), documents, chance)
            finally:
                over.set()
            met = rain.result()
        gateway.emulator.control.behave()
        settle(gateway, client, "the rain")
        findings = compare(database_url, gateway.emulator.control, client.asked)
    remark = f"{findings.rejected} documents left as refused"
    name = f"random faults of the network, breaker {breaker}, {database_url.partition(':')[0]}"
    return tally(name, met, findings, client.changed, remark)


def _sell(client: Client, gateway: InProcessGateway, documents: int, chance: random.Random) -> None:
    numbers = count(1)
    seeds = [chance.random() for _ in range(_CALLERS)]

    def sell(seed: float) -> None:
        own = random.Random(seed)
        while (number := next(numbers)) <= documents:
            operation = own.choice(_KINDS)(f"RAIN-{number}", f"{own.randrange(100, 20000) / 100:.2f}")
            stands = client.ask(gateway, operation)
            if stands == "rejected" and own.random() < 0.1:
                client.let_go(operation)
            elif stands == "rejected":
                stands = client.ask(gateway, operation)
            if stands == "stamped" and operation.kind == "ccf" and own.random() < 0.5:
                client.ask(gateway, note(f"RAIN-{number}-NC", operation.reference, "0.57"))
            elif stands == "stamped" and own.random() < 0.2:
                client.ask(gateway, invalidation(operation))

    with ThreadPoolExecutor(_CALLERS) as pool:
        for done in [pool.submit(sell, seed) for seed in seeds]:
            done.result()


def _rain(gateway: RunningGateway, over: threading.Event, chance: random.Random) -> int:
    """Showers, in which something goes wrong wherever nothing else is about to, and dry spells in which MH is found.

    MH does not refuse a document while an earlier transmission of it may still take effect: it would contradict itself,
    and nothing could tell which text it holds. So a shower has either of the two, and what is late has time to arrive.
    Returns how many calls met a fault.
    """
    control, met, pause = gateway.emulator.control, 0, 0.0
    while not over.wait(pause):
        refuses = chance.random() < _REFUSING
        for _ in range(_DROPS):
            endpoint = chance.choice(_OFTEN)
            if endpoint not in {each["fault"]["endpoint"] for each in control.call("GET", "faults")}:
                often = chance.choice((1, 1, 1, 3))
                left_out = "late" if refuses else "reject"
                fitting = [form for form in _POSSIBLE[endpoint] if form["kind"] != left_out]
                control.fault(endpoint=endpoint, count=often, **chance.choice(fitting))
                met += often
            over.wait(_NEXT_DROP_S)
        met -= sum(each["left"] for each in control.call("GET", "faults"))
        control.behave()
        pause = _DRY_S if refuses else _DRY_S + _TOO_LONG_S
    return met
