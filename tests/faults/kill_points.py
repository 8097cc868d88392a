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
from typing import Final

from ocote.clock import local, system_clock
from tests.builders.company import NIT, POINT_OF_SALE
from tests.faults.books import compare, gateway_books, numbers_left_behind
from tests.faults.client import Client
from tests.faults.journals import unjournaled
from tests.faults.operations import Operation, invalidation, sale
from tests.faults.processes import Gateway, Installation, UnansweredError, installation
from tests.faults.tally import Tally, tally

DEATH_S = 60.0
FINISH_S = 120.0
_LOOK_S = 0.05
_NUMBER_EXISTS: Final = "[identificacion.numeroControl] YA EXISTE UN REGISTRO CON ESE VALOR"
_IN_A_LOT = 7
"""More documents than are sent one by one."""


@dataclass(slots=True)
class Attempt:
    """An installation with its client, and the gateway that is to die."""

    installation: Installation
    client: Client
    gateway: Gateway
    numbers: Iterator[int]

    def new_sale(self) -> Operation:
        return sale(f"KILL-{next(self.numbers)}")

    def ask(self, operation: Operation) -> None:
        """Asks once; the gateway may die under it."""
        try:
            self.client.ask(self.gateway, operation)
        except UnansweredError:
            return

    def waits(self) -> int:
        """How many documents wait in contingency."""
        return sum(row["state"] == "contingency" for row in gateway_books(self.installation.database_url).values())


Action = Callable[[Attempt], None]


def start(_: Attempt) -> None:
    """No action: the gateway dies at the work that is already due."""


def end(attempt: Attempt) -> None:
    """The process is asked to end, as by the system."""
    attempt.gateway.child.stop()


def sell(attempt: Attempt) -> None:
    """A sale."""
    attempt.ask(attempt.new_sale())


def sell_and_lose_the_answer(attempt: Attempt) -> None:
    """A sale whose stamp is lost with MH's answer."""
    attempt.installation.emulator.control.fault("answer_lost", "reception")
    attempt.ask(attempt.new_sale())


def correct(attempt: Attempt) -> None:
    """A sale that MH refuses, posted again."""
    operation = attempt.new_sale()
    attempt.installation.emulator.control.fault("reject", "reception", code="096")
    attempt.ask(operation)
    attempt.ask(operation)


def ask_again(attempt: Attempt) -> None:
    """The client repeats what was not answered."""
    attempt.client.ask_again(attempt.gateway)


def cancel(attempt: Attempt) -> None:
    """A sale, and its cancellation."""
    operation = attempt.new_sale()
    attempt.ask(operation)
    attempt.ask(invalidation(operation))


def replace_link(attempt: Attempt) -> None:
    """A new public link of a document."""
    try:
        attempt.gateway.call(f"/documents/{attempt.client.asked[0].reference}/link", {})
    except UnansweredError:
        return


def write_an_item(attempt: Attempt) -> None:
    """An item of the company's catalog."""
    try:
        attempt.gateway.call("/items/CAFE-LB", {"description": "Café molido, libra", "unit_price": 5.65}, "PUT")
    except UnansweredError:
        return


def remove_an_item(attempt: Attempt) -> None:
    """An item that leaves the company's catalog."""
    try:
        attempt.gateway.call("/items/CAFE-LB", {}, "DELETE")
    except UnansweredError:
        return


def cancel_in_vain(attempt: Attempt) -> None:
    """A sale and a cancellation that MH does not answer."""
    attempt.installation.emulator.control.fault("down", "invalidation")
    cancel(attempt)


def sell_while_mh_is_down(attempt: Attempt) -> None:
    """A sale that enters contingency; MH stays away."""
    attempt.installation.emulator.control.fault("down", count=None)
    attempt.ask(attempt.new_sale())


def outage(attempt: Attempt) -> None:
    """Some sales while MH refuses connections, and the return of MH."""
    emulator = attempt.installation.emulator
    emulator.control.behave()
    if attempt.waits() < _IN_A_LOT:
        await_rest(attempt.installation, attempt.gateway)
        emulator.hide()
        _sell_some(attempt)
        emulator.show()


def outage_with_a_lost_answer(attempt: Attempt) -> None:
    """An outage of MH that begins with a lost answer, some sales, and the return of MH."""
    control = attempt.installation.emulator.control
    control.behave()
    if attempt.waits() < _IN_A_LOT:
        await_rest(attempt.installation, attempt.gateway)
        control.fault("answer_lost", "reception")
        control.fault("down", count=None)
        _sell_some(attempt)
        control.behave()


def sell_beside_another_system(attempt: Attempt) -> None:
    """A sale whose number, and the next, MH knows from another system."""
    another_system_sells(attempt.installation, 2)
    attempt.ask(attempt.new_sale())


def sell_while_mh_denies_what_it_has(attempt: Attempt) -> None:
    """A sale that MH stamps too late, denies, and whose number MH refuses as taken: by the sale itself."""
    control = attempt.installation.emulator.control
    control.fault("slow", "reception", seconds=3.0)
    control.fault("reject", "reception", code="004", class_code="11", text=_NUMBER_EXISTS)
    control.fault("reject", "query", 2, code="014", class_code="11")
    attempt.ask(attempt.new_sale())


def outage_beside_another_system(attempt: Attempt) -> None:
    """An outage of MH during which another system has used the next numbers."""
    another_system_sells(attempt.installation, 2)
    outage(attempt)


def another_system_sells(installed: Installation, documents: int) -> None:
    """MH knows the next numbers of the point of sale."""
    last = max((int(row["control_number"][-15:]) for row in gateway_books(installed.database_url).values()), default=0)
    series, year = f"DTE-01-{POINT_OF_SALE}", local(system_clock()).year
    installed.emulator.control.numbers_elsewhere(NIT, series, year, first=last + 1, last=last + documents)


def _sell_some(attempt: Attempt) -> None:
    for _ in range(_IN_A_LOT + 1):
        attempt.ask(attempt.new_sale())


@dataclass(frozen=True, slots=True)
class Visit:
    """How to bring a process to one point."""

    point: str
    action: Action
    with_worker: bool = True


def both(moment: str, what: str, action: Action, *, with_worker: bool = True) -> tuple[Visit, Visit]:
    """The visits of the points before and after one event."""
    return (
        Visit(f"before-{moment}:{what}", action, with_worker),
        Visit(f"after-{moment}:{what}", action, with_worker),
    )


ROUNDS: dict[str, Sequence[Visit]] = {
    "issuing": (
        *both("commit", "journal_segments.open_segment", start),
        *both("commit", "processes.note_process", start),
        *both("journal", "append", sell),
        *both("commit", "journal_segments.close_segment", end),
        *both("mh", "auth", sell),
        *both("commit", "companies.record_key_uses", sell),
        *both("commit", "api_requests.keep_requests", sell),
        *both("commit", "api_requests.forget_requests", start),
        *both("mh", "reception", sell),
        *both("commit", "documents.settle", sell),
        *both("mh", "query", sell_and_lose_the_answer),
        *both("commit", "documents.reopen", correct),
        *both("commit", "documents.renew_link", replace_link),
        *both("commit", "items.save_item", write_an_item),
        *both("commit", "items.remove_item", remove_an_item),
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
    "moving on": (
        *both("commit", "renumbering.renumber", sell_beside_another_system),
        *both("commit", "renumbering.renumber", outage_beside_another_system),
        *both("commit", "renumbering.bring_back", sell_while_mh_denies_what_it_has, with_worker=False),
    ),
}
_OUTAGES: Final = (outage, outage_with_a_lost_answer, outage_beside_another_system)


def visited() -> set[str]:
    """Every point that some round dies at."""
    return {visit.point for visits in ROUNDS.values() for visit in visits}


def kill_at_each_point(name: str, database_url: str, folder: Path) -> Tally:
    """One round: a death at each of its points, then peace, then the books.

    Raises AssertionError when a point is not reached or a document becomes another one.
    """
    journal = folder / "journal"
    journal.mkdir()
    # One request is kept, so that each start has some to forget.
    more = {"OCOTE_JOURNAL_DIR": str(journal), "OCOTE_REQUEST_LOG": "1"}
    with installation(database_url, folder, more) as installed:
        installed.emulator.control.policy(lot_pending_polls=1)
        client, numbers = Client(numbers_may_move=name == "moving on"), count(1)
        identities: dict[str, tuple[str, str]] = {}
        for visit in ROUNDS[name]:
            gateway = installed.gateway(dies_at=visit.point, with_worker=visit.with_worker)
            attempt = Attempt(installed, client, gateway, numbers)
            if visit.action is not start:
                client.ask_again(gateway)
            visit.action(attempt)
            _await_death(attempt, visit)
            _hold_to(identities, attempt)
        installed.emulator.control.behave()
        gateway = installed.gateway()
        client.insist(gateway, FINISH_S)
        await_rest(installed, gateway)
        findings = compare(database_url, installed.emulator.control, client.asked)
        findings.lost.extend(unjournaled(database_url, journal))
        kind = database_url.partition(":")[0]
        return tally(f"killed at each point, {name}, {kind}", len(ROUNDS[name]), findings, client.changed)


def _await_death(attempt: Attempt, visit: Visit) -> None:
    """Until the process is dead. An outage that came to its end without reaching the point is followed by another."""
    deadline = time.monotonic() + DEATH_S
    while not attempt.gateway.is_dead():
        assert time.monotonic() < deadline, f"{visit.point} was not reached in {DEATH_S:.0f} s"
        if visit.action in _OUTAGES and not attempt.waits():
            visit.action(attempt)
        time.sleep(_LOOK_S)
    log = attempt.gateway.child.written()
    assert attempt.gateway.child.status() == -signal.SIGKILL, f"{visit.point}: {log[-2000:]}"


def _hold_to(identities: dict[str, tuple[str, str]], attempt: Attempt) -> None:
    """Records every document whose number or code changed since an earlier death, unless MH refused the number."""
    left_behind = numbers_left_behind(attempt.installation.database_url)
    for reference, row in gateway_books(attempt.installation.database_url).items():
        identity = (row["control_number"], row["generation_code"])
        number, code = identities.setdefault(reference, identity)
        if number in left_behind.get(reference, ()) and code == identity[1]:
            identities[reference] = identity
        elif (number, code) != identity:
            attempt.client.changed.append(f"{reference}: {identities[reference]} became {identity}")


def await_rest(installed: Installation, gateway: Gateway) -> None:
    """Until the background work has brought everything to its end."""
    deadline = time.monotonic() + FINISH_S
    while time.monotonic() < deadline and not gateway.is_dead():
        books = gateway_books(installed.database_url).values()
        if all(row["state"] in {"stamped", "rejected"} for row in books):
            return
        time.sleep(_LOOK_S)
