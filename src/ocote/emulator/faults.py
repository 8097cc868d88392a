"""Faults that make the service misbehave, in a queue."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from ocote.emulator.subjects import Subject

Endpoint = Literal["auth", "reception", "query", "invalidation", "contingency", "lot", "lot_query"]
FaultKind = Literal[
    "down", "answer_lost", "slow", "late", "reset", "trickle", "unauthorized", "status", "garbage", "reject"
]
GarbageForm = Literal["html", "truncated", "wrong_types", "empty"]

ENDPOINTS: tuple[Endpoint, ...] = ("auth", "reception", "query", "invalidation", "contingency", "lot", "lot_query")


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to misbehave, for ``count`` requests or, without a count, until the fault is removed.

    - ``down``: the connection is closed without an answer and nothing is stored.
    - ``answer_lost``: the request takes effect, then the connection is closed without an answer.
    - ``slow``: ``seconds`` pass before the answer; with ``store`` off nothing takes effect and a 504 follows.
    - ``late``: ``seconds`` pass before the request takes effect, even if the client has closed the connection.
    - ``reset``: half of the answer, then the connection is reset.
    - ``trickle``: the answer comes byte by byte, with ``seconds`` after each.
    - ``unauthorized``: 401 as for an expired token.
    - ``status``: this HTTP status with the framework's body; with ``store`` on the request takes effect first.
    - ``garbage``: an unusable body in the given form; with ``store`` on the request takes effect first.
    - ``reject``: a document or event is refused with this code, class and text.

    The default ``status`` is 503 for ``status``, 200 for ``garbage`` and 400 for ``reject``.

    ``nit``, ``doc_type`` and ``generation_code`` limit a fault to the requests with these values. A fault without
    endpoint applies to all endpoints.
    """

    kind: FaultKind
    endpoint: Endpoint | None = None
    count: int | None = None
    seconds: float = 0.0
    store: bool | None = None
    status: int | None = None
    form: GarbageForm = "html"
    code: str = "099"
    class_code: str = "99"
    text: str = "ERROR NO CATALOGADO"
    observations: tuple[str, ...] = ()
    nit: str | None = None
    doc_type: str | None = None
    generation_code: str | None = None

    @property
    def takes_effect(self) -> bool:
        """Whether the request is processed before the misbehaviour."""
        if self.store is not None:
            return self.store
        return self.kind in {"slow", "answer_lost", "late", "reset", "trickle"}


class Faults:
    """The faults in force; a request meets the first fault that fits."""

    def __init__(self) -> None:
        self._queue: list[tuple[Fault, int | None]] = []

    def __bool__(self) -> bool:
        return bool(self._queue)

    def add(self, fault: Fault) -> None:
        """Add a fault behind the faults already in force."""
        self._queue.append((fault, fault.count))

    def clear(self) -> None:
        """Remove all faults."""
        self._queue.clear()

    def in_force(self) -> Sequence[tuple[Fault, int | None]]:
        """The faults, each with its number of remaining requests (None without limit)."""
        return tuple(self._queue)

    def take(self, endpoint: Endpoint, subject: Subject) -> Fault | None:
        """The fault that this request meets, whose remaining count goes down by one; None without fault."""
        for position, (fault, left) in enumerate(self._queue):
            if not _meets(fault, endpoint, subject):
                continue
            if left is not None:
                if left <= 1:
                    del self._queue[position]
                else:
                    self._queue[position] = (fault, left - 1)
            return fault
        return None


def _meets(fault: Fault, endpoint: Endpoint, subject: Subject) -> bool:
    return (
        fault.endpoint in {None, endpoint}
        and fault.nit in {None, subject.nit}
        and fault.doc_type in {None, subject.doc_type}
        and fault.generation_code in {None, subject.generation_code}
    )
