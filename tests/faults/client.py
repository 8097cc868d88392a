"""A client that repeats its requests until every document is settled, and notices a changed identity."""

import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from tests.faults.operations import Operation, Standing, standing
from tests.faults.processes import UnansweredError

_PAUSE_S = 0.1
_KEPT = ("document_id", "control_number", "generation_code")
_AT_ONCE = 6


class AnyGateway(Protocol):
    """A gateway in this process or in a process of its own."""

    def post(self, operation: Operation) -> tuple[int, dict[str, Any]]:
        """Status and answer. Raises UnansweredError."""
        ...

    def is_dead(self) -> bool:
        """Whether the gateway has ended."""
        ...


class Client:
    """Remembers all requests, the requests not settled yet, and the identity of every document.

    ``numbers_may_move``: MH knows numbers of another system, and a number that it refuses is no identity yet.
    """

    def __init__(self, *, numbers_may_move: bool = False) -> None:
        self._kept = tuple(name for name in _KEPT if name != "control_number" or not numbers_may_move)
        self.asked: list[Operation] = []
        self.open: dict[tuple[str, str], Operation] = {}
        self.changed: list[str] = []
        self._identity: dict[str, tuple[str, ...]] = {}
        self._lock = threading.Lock()

    def ask(self, gateway: AnyGateway, operation: Operation) -> Standing:
        """Posts one operation. What MH refuses stays open, to be corrected, until ``let_go``.

        Raises UnansweredError when the gateway dies under it; then it stays open too.
        """
        name = (operation.kind, operation.reference)
        with self._lock:
            if name not in self.open:
                self.asked.append(operation)
                self.open[name] = operation
        status, answer = gateway.post(operation)
        stands = standing(operation, status, answer)
        with self._lock:
            if operation.is_document and status == 200:
                identity = tuple(answer[name] for name in self._kept)
                if self._identity.setdefault(operation.reference, identity) != identity:
                    self.changed.append(f"{operation.reference}: {identity} was told as another one before")
            if stands == "stamped":
                self.open.pop(name, None)
        return stands

    def forget(self, operation: Operation) -> None:
        """Expects a new identity, for MH wants a new code."""
        with self._lock:
            self._identity.pop(operation.reference, None)

    def let_go(self, operation: Operation) -> None:
        """Leaves a refused document as it is."""
        with self._lock:
            self.open.pop((operation.kind, operation.reference), None)

    def ask_all(self, gateway: AnyGateway, operations: Iterable[Operation]) -> None:
        """Posts many, some at a time; stops at the gateway's death. What does not settle stays open."""

        def ask(operation: Operation) -> None:
            try:
                if not gateway.is_dead():
                    self.ask(gateway, operation)
            except UnansweredError:
                return

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(ask, operations))

    def ask_again(self, gateway: AnyGateway) -> None:
        """Repeats every unsettled request once, documents first, as a client does after an interruption."""
        self.ask_all(gateway, [operation for operation in self.open.values() if operation.is_document])
        open_documents = {operation.reference for operation in self.open.values() if operation.is_document}
        self.ask_all(gateway, [each for each in self.open.values() if each.reference not in open_documents])

    def insist(self, gateway: AnyGateway, within_s: float) -> None:
        """Repeats unsettled requests until all are settled, the gateway dies, or time is up."""
        deadline = time.monotonic() + within_s
        while self.open and not gateway.is_dead() and time.monotonic() < deadline:
            self.ask_again(gateway)
            time.sleep(_PAUSE_S)
