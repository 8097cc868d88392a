"""The log of all requests to the service, with which a test can prove what was sent and how often."""

from collections import Counter, deque
from collections.abc import Iterator
from datetime import datetime

import msgspec

from ocote.emulator.faults import Endpoint, FaultKind

KEPT = 20_000
"""The number of single transmissions that the log keeps; the counts include all."""


class Transmission(msgspec.Struct, frozen=True):
    """One request with the status of its answer; ``status`` is 0 where no answer was sent."""

    endpoint: Endpoint
    at: datetime
    status: int
    fault: FaultKind | None = None
    nit: str | None = None
    environment: str | None = None
    doc_type: str | None = None
    generation_code: str | None = None
    state: str | None = None
    code: str | None = None
    document_sha256: str | None = None


class TransmissionLog:
    """The received requests, newest last."""

    def __init__(self) -> None:
        self._kept: deque[Transmission] = deque(maxlen=KEPT)
        self._counts: Counter[str] = Counter()

    def add(self, transmission: Transmission) -> None:
        """Add one request to the log."""
        self._kept.append(transmission)
        self._counts[transmission.endpoint] += 1

    def counts(self) -> dict[str, int]:
        """Requests per endpoint."""
        return dict(self._counts)

    def clear(self) -> None:
        """Clear the log and the counts."""
        self._kept.clear()
        self._counts.clear()

    def __iter__(self) -> Iterator[Transmission]:
        return iter(self._kept)
