"""Kills a gateway at moments that nobody chose, while clients sell and MH comes and goes."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from tests.faults.books import compare
from tests.faults.client import Client
from tests.faults.kill_points import FINISH_S, await_rest
from tests.faults.operations import Operation, ccf, invalidation, purchase, sale
from tests.faults.processes import Gateway, Installation, UnansweredError, installation
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
    client, numbers = Client(), count(1)
    with installation(database_url, folder) as installed:
        for _ in range(kills):
            _misbehave(installed, chance)
            gateway = installed.gateway()
            _load_until_killed(client, gateway, numbers, chance)
        installed.emulator.control.behave()
        gateway = installed.gateway()
        client.insist(gateway, FINISH_S)
        await_rest(installed, gateway)
        findings = compare(database_url, installed.emulator.control, client.asked)
    kind = database_url.partition(":")[0]
    return tally(f"killed at random under load, {kind}", kills, findings, client.changed)


def _misbehave(installed: Installation, chance: random.Random) -> None:
    installed.emulator.control.behave()
    nuisance = chance.choice(_NUISANCES)
    if nuisance is not None:
        installed.emulator.control.fault(**nuisance)


def _load_until_killed(client: Client, gateway: Gateway, numbers: "count[int]", chance: random.Random) -> None:
    """Clients repeat what was not answered, then sell and cancel without a pause, until the process is killed."""
    kill = threading.Timer(chance.uniform(0, _LONGEST_LIFE_S), gateway.kill)
    seeds = [chance.random() for _ in range(_CALLERS)]

    def sell(seed: float) -> None:
        own = random.Random(seed)
        while not gateway.is_dead():
            operation = own.choice(_KINDS)(f"RANDOM-{next(numbers)}", f"{own.randrange(1, 20000) / 100:.2f}")
            try:
                if client.ask(gateway, operation) == "stamped" and own.random() < 0.3:
                    client.ask(gateway, invalidation(operation))
            except UnansweredError:
                return

    kill.start()
    try:
        client.ask_again(gateway)
        with ThreadPoolExecutor(_CALLERS) as pool:
            list(pool.map(sell, seeds))
    finally:
        kill.join()
    deadline = time.monotonic() + FINISH_S
    while not gateway.is_dead() and time.monotonic() < deadline:
        time.sleep(0.01)
