"""Kills a real gateway at every point where it may die, restarts it, and lets the client ask again.

The deaths of one round follow each other: the process that is started to finish what a dead one left behind dies at the
next point. Only the last one lives to the end.
"""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.faults.books import compare, gateway_books
from tests.faults.clerk import Clerk
from tests.faults.operations import Operation, invalidation, sale
from tests.faults.processes import Gateway, Town, UnansweredError, town
from tests.faults.tally import Tally, tally

DEATH_S = 60.0
FINISH_S = 120.0
_LOOK_S = 0.05
_IN_A_LOT = 7
"""More documents than are sent one by one."""


@dataclass(slots=True)
class Scene:
    """A town with its client, and the gateway that is to die."""

    town: Town
    clerk: Clerk
    gateway: Gateway
    numbers: Iterator[int]

    def new_sale(self) -> Operation:
        return sale(f"KILL-{next(self.numbers)}")

    def ask(self, operation: Operation) -> None:
        """Asks once; the gateway may die under it."""
        try:
            self.clerk.ask(self.gateway, operation)
        except UnansweredError:
            return

    def waits(self) -> int:
        """How many documents wait in contingency."""
        return sum(row["state"] == "contingency" for row in gateway_books(self.town.database_url).values())


Deed = Callable[[Scene], None]


def start(_: Scene) -> None:
    """Nothing more: it dies of what it finds."""


def sell(scene: Scene) -> None:
    """A sale."""
    scene.ask(scene.new_sale())


def sell_and_lose_the_answer(scene: Scene) -> None:
    """A sale that MH stamps without our hearing of it."""
    scene.town.emulator.control.fault("answer_lost", "reception")
    scene.ask(scene.new_sale())


def correct(scene: Scene) -> None:
    """A sale that MH refuses, posted again."""
    operation = scene.new_sale()
    scene.town.emulator.control.fault("reject", "reception", code="096")
    scene.ask(operation)
    scene.ask(operation)


def ask_again(scene: Scene) -> None:
    """The client repeats what was not answered."""
    scene.clerk.ask_again(scene.gateway)


def cancel(scene: Scene) -> None:
    """A sale, and its cancellation."""
    operation = scene.new_sale()
    scene.ask(operation)
    scene.ask(invalidation(operation))


def cancel_in_vain(scene: Scene) -> None:
    """The same while MH does not answer."""
    scene.town.emulator.control.fault("down", "invalidation")
    cancel(scene)


def sell_while_mh_is_down(scene: Scene) -> None:
    """A sale that enters contingency; MH stays away."""
    scene.town.emulator.control.fault("down", count=None)
    scene.ask(scene.new_sale())


def outage(scene: Scene) -> None:
    """Some sales while nobody listens at MH, and its return."""
    emulator = scene.town.emulator
    emulator.control.behave()
    if scene.waits() < _IN_A_LOT:
        await_rest(scene.town, scene.gateway)
        emulator.hide()
        _sell_some(scene)
        emulator.show()


def outage_with_a_lost_answer(scene: Scene) -> None:
    """Some sales while MH is down, one that it stamped without our hearing of it, and its return."""
    control = scene.town.emulator.control
    control.behave()
    if scene.waits() < _IN_A_LOT:
        await_rest(scene.town, scene.gateway)
        control.fault("answer_lost", "reception")
        control.fault("down", count=None)
        _sell_some(scene)
        control.behave()


def _sell_some(scene: Scene) -> None:
    for _ in range(_IN_A_LOT + 1):
        scene.ask(scene.new_sale())


@dataclass(frozen=True, slots=True)
class Visit:
    """How to bring a process to one point."""

    point: str
    deed: Deed
    with_worker: bool = True


def both(moment: str, what: str, deed: Deed, *, with_worker: bool = True) -> tuple[Visit, Visit]:
    """The points before and after the same thing."""
    return (
        Visit(f"before-{moment}:{what}", deed, with_worker),
        Visit(f"after-{moment}:{what}", deed, with_worker),
    )


ROUNDS: dict[str, Sequence[Visit]] = {
    "issuing": (
        *both("mh", "auth", sell),
        *both("mh", "reception", sell),
        *both("commit", "documents.settle", sell),
        *both("mh", "query", sell_and_lose_the_answer),
        *both("commit", "documents.reopen", correct),
        *both("commit", "documents.register", sell),
        # The document that this one leaves behind is what the next ones die of.
        *both("commit", "leases.free", start),
        *both("commit", "documents.claim_due_documents", start),
        *both("commit", "documents.claim_document", ask_again, with_worker=False),
    ),
    "cancelling": (
        *both("mh", "invalidation", cancel),
        *both("commit", "invalidations.settle_invalidation", cancel),
        *both("commit", "invalidations.postpone_invalidation", cancel_in_vain),
        *both("commit", "invalidations.insert_invalidation", cancel),
        *both("commit", "invalidations.claim_due_invalidations", start),
        *both("commit", "invalidations.claim_invalidation", ask_again, with_worker=False),
    ),
    "contingency": (
        *both("commit", "contingencies.enter", sell_while_mh_is_down),
        *both("commit", "contingencies.claim_due_contingencies", start),
        *both("commit", "contingencies.move", start),
        *both("commit", "contingencies.as_first_signed", outage_with_a_lost_answer),
        *both("commit", "contingencies.asked", outage_with_a_lost_answer),
        *both("commit", "events.report", outage),
        *both("commit", "events.count_attempt", outage),
        *both("mh", "contingency", outage),
        *both("commit", "events.settle_event", outage),
    ),
    "delivering": (
        *both("commit", "lots.insert_lot", outage),
        *both("mh", "lot", outage),
        *both("commit", "lots.lot_received", outage),
        *both("mh", "lot_query", outage),
        *both("commit", "lots.lot_polled", outage),
        *both("commit", "documents.settle_all", outage),
        *both("commit", "lots.end_lot", outage),
    ),
}


def visited() -> set[str]:
    """Every point that some round dies at."""
    return {visit.point for visits in ROUNDS.values() for visit in visits}


def kill_at_each_point(name: str, database_url: str, folder: Path) -> Tally:
    """One round: a death at each of its points, then peace, then the books.

    Raises AssertionError when a point is not reached or a document becomes another one.
    """
    with town(database_url, folder) as place:
        place.emulator.control.policy(lot_pending_polls=1)
        clerk, numbers = Clerk(), count(1)
        identities: dict[str, tuple[str, str]] = {}
        for visit in ROUNDS[name]:
            gateway = place.gateway(dies_at=visit.point, with_worker=visit.with_worker)
            scene = Scene(place, clerk, gateway, numbers)
            if visit.deed is not start:
                clerk.ask_again(gateway)
            visit.deed(scene)
            _await_death(scene, visit)
            _hold_to(identities, scene)
        place.emulator.control.behave()
        gateway = place.gateway()
        clerk.insist(gateway, FINISH_S)
        await_rest(place, gateway)
        findings = compare(database_url, place.emulator.control, clerk.asked)
        kind = database_url.partition(":")[0]
        return tally(f"killed at each point, {name}, {kind}", len(ROUNDS[name]), findings, clerk.changed)


def _await_death(scene: Scene, visit: Visit) -> None:
    """Until the process is dead. An outage that came to its end without reaching the point is followed by another."""
    deadline = time.monotonic() + DEATH_S
    while not scene.gateway.is_dead():
        assert time.monotonic() < deadline, f"{visit.point} was not reached in {DEATH_S:.0f} s"
        if visit.deed in (outage, outage_with_a_lost_answer) and not scene.waits():
            visit.deed(scene)
        time.sleep(_LOOK_S)
    log = scene.gateway.child.log.read_text(encoding="utf-8")
    assert scene.gateway.child.process.returncode == -signal.SIGKILL, f"{visit.point}: {log[-2000:]}"


def _hold_to(identities: dict[str, tuple[str, str]], scene: Scene) -> None:
    """Whatever is in the database after a death keeps its number and its code for ever."""
    for reference, row in gateway_books(scene.town.database_url).items():
        identity = (row["control_number"], row["generation_code"])
        if identities.setdefault(reference, identity) != identity:
            scene.clerk.changed.append(f"{reference}: {identities[reference]} became {identity}")


def await_rest(place: Town, gateway: Gateway) -> None:
    """Until the background work has brought everything to its end."""
    deadline = time.monotonic() + FINISH_S
    while time.monotonic() < deadline and not gateway.is_dead():
        books = gateway_books(place.database_url).values()
        if all(row["state"] in {"stamped", "rejected"} for row in books):
            return
        time.sleep(_LOOK_S)
