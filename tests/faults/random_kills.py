"""Kills a gateway at moments that nobody chose, while clients sell and MH comes and goes."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from tests.faults.books import compare
from tests.faults.clerk import Clerk
from tests.faults.kill_points import FINISH_S, await_rest
from tests.faults.operations import Operation, ccf, invalidation, purchase, sale
from tests.faults.processes import Gateway, Town, UnansweredError, town
from tests.faults.tally import Tally, tally

_CALLERS = 4
_LONGEST_LIFE_S = 1.2
_KINDS: tuple[Callable[[str, str], Operation], ...] = (sale, sale, ccf, purchase)
_NUISANCES = (
    None,
    None,
    {"kind": "down", "count": None},
    {"kind": "slow", "endpoint": "reception", "count": None, "seconds": 0.05},
    {"kind": "answer_lost", "endpoint": "reception", "count": 3},
)


def kill_at_random(database_url: str, folder: Path, kills: int, chance: random.Random) -> Tally:
    """So many deaths under load; after the last one everything is asked again, and the books are compared."""
    clerk, numbers = Clerk(), count(1)
    with town(database_url, folder) as place:
        for _ in range(kills):
            _misbehave(place, chance)
            gateway = place.gateway()
            _load_until_killed(clerk, gateway, numbers, chance)
        place.emulator.control.behave()
        gateway = place.gateway()
        clerk.insist(gateway, FINISH_S)
        await_rest(place, gateway)
        findings = compare(database_url, place.emulator.control, clerk.asked)
    kind = database_url.partition(":")[0]
    return tally(f"killed at random under load, {kind}", kills, findings, clerk.changed)


def _misbehave(place: Town, chance: random.Random) -> None:
    place.emulator.control.behave()
    nuisance = chance.choice(_NUISANCES)
    if nuisance is not None:
        place.emulator.control.fault(**nuisance)


def _load_until_killed(clerk: Clerk, gateway: Gateway, numbers: "count[int]", chance: random.Random) -> None:
    """Clients repeat what was not answered, then sell and cancel without a pause, until the process is killed."""
    kill = threading.Timer(chance.uniform(0, _LONGEST_LIFE_S), gateway.kill)
    seeds = [chance.random() for _ in range(_CALLERS)]

    def sell(seed: float) -> None:
        own = random.Random(seed)
        while not gateway.is_dead():
            operation = own.choice(_KINDS)(f"RANDOM-{next(numbers)}", f"{own.randrange(1, 20000) / 100:.2f}")
            try:
                if clerk.ask(gateway, operation) == "stamped" and own.random() < 0.3:
                    clerk.ask(gateway, invalidation(operation))
            except UnansweredError:
                return

    kill.start()
    try:
        clerk.ask_again(gateway)
        with ThreadPoolExecutor(_CALLERS) as pool:
            list(pool.map(sell, seeds))
    finally:
        kill.join()
    deadline = time.monotonic() + FINISH_S
    while not gateway.is_dead() and time.monotonic() < deadline:
        time.sleep(0.01)
