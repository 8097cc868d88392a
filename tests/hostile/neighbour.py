"""One company asks for whatever its key admits, drawn at random, while its neighbour sells, prints, mails and lists."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import pairwise
from random import Random
from time import monotonic
from typing import Any, Final

from tests.builders.bodies import ccf
from tests.hostile.besieged import PATIENCE_S, Besieged, connection_to
from tests.hostile.requests_of_a_key import LONG, VOUCHER, Asked, draw, long_invoice
from tests.waiting import until

SIDE_BY_SIDE: Final = 8
"""Connections of the attacker that ask at once."""

_GIVES_UP_AFTER_S: Final = 0.5


@dataclass(slots=True)
class Attack:
    """What the attacker got: the responses by status, and each response that no client should ever get."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def goes_on(self) -> bool:
        """Whether some request of the attacker has no response yet."""
        return any(thread.is_alive() for thread in self.threads)


def prepare(besieged: Besieged) -> None:
    """Issues the documents of the attacker that its later requests name."""
    reply = besieged.attacker.request("POST", "/invoice", long_invoice(LONG, 400))
    assert reply.status == 200, reply.content
    reply = besieged.attacker.request("POST", "/invoice", ccf(VOUCHER))
    assert reply.status == 200, reply.content


@contextmanager
def under_attack(besieged: Besieged, seed: int, requests: int) -> Iterator[Attack]:
    """The attacker's requests, from several connections at once; the block ends after the last response."""
    attack, chances = Attack(), [Random(f"{seed}-{number}") for number in range(SIDE_BY_SIDE)]

    def ask_for_much(chance: Random) -> None:
        for _ in range(requests // SIDE_BY_SIDE):
            asked = draw(chance)
            try:
                _ask(besieged, asked, attack)
            except (OSError, HTTPException) as error:
                if not asked.gives_up:
                    attack.faults.append(f"{asked.method} {asked.path[:200]}: {error!r}")

    attack.threads = [threading.Thread(target=ask_for_much, args=(chance,), daemon=True) for chance in chances]
    for thread in attack.threads:
        thread.start()
    try:
        yield attack
    finally:
        for thread in attack.threads:
            thread.join()


def _ask(besieged: Besieged, asked: Asked, attack: Attack) -> None:
    connection = connection_to(besieged.port, besieged.trusted)
    if asked.gives_up:
        connection.timeout = _GIVES_UP_AFTER_S
    headers = {"Authorization": f"Bearer {besieged.attacker.key}", "Content-Type": "application/json"}
    try:
        connection.request(asked.method, f"/api/connect{asked.path}", asked.body, headers)
        if asked.gives_up:
            return
        response = connection.getresponse()
        content = response.read()
        attack.statuses[response.status] += 1
        if response.status >= 500 and not (response.status == 503 and response.getheader("Retry-After")):
            attack.faults.append(f"{asked.method} {asked.path[:200]}: {response.status} {content[:500]!r}")
    finally:
        connection.close()


@dataclass(slots=True)
class Day:
    """The neighbour's day: every sale is answered with its stamp, printed, listed, and mailed once."""

    besieged: Besieged
    name: str
    sold: list[dict[str, Any]] = field(default_factory=list)
    longest_s: float = 0.0

    def go_on_while(self, lasts: Callable[[], bool]) -> None:
        """Sells, prints and lists again and again while something lasts, and once in any case."""
        self.go_on()
        while lasts():
            self.go_on()

    def go_on(self) -> None:
        """One sale, its ticket, and the list that shows the sale first; keeps the longest time for all three."""
        began = monotonic()
        reference = f"{self.name}-{len(self.sold)}"
        till = self.besieged.neighbour
        self.sold.append(till.sell(reference, customer={"name": "Cliente", "email": self.address(reference)}))
        till.print_ticket(reference)
        assert till.references()[0] == reference
        self.longest_s = max(self.longest_s, monotonic() - began)

    @staticmethod
    def address(reference: str) -> str:
        """The address of the customer of a sale."""
        return f"{reference}@example.com"

    def close(self) -> Counter[str]:
        """Waits for the e-mails; counts what is ``lost``, ``doubled`` and ``skipped``, in the mail and at MH."""
        addresses = [self.address(f"{self.name}-{number}") for number in range(len(self.sold))]
        until(
            lambda: all(map(self.besieged.mail_server.to, addresses)),
            "the neighbour's e-mails did not arrive",
            seconds=2 * PATIENCE_S,
        )
        stamped = Counter(document["generation_code"] for document in self.besieged.emulator.control.documents())
        times = [len(self.besieged.mail_server.to(address)) for address in addresses]
        times += [stamped[sale["generation_code"]] for sale in self.sold]
        numbers = [int(sale["control_number"].rpartition("-")[2]) for sale in self.sold]
        return +Counter(
            lost=times.count(0),
            doubled=sum(many > 1 for many in times),
            skipped=sum(later - former != 1 for former, later in pairwise(numbers)),
        )
