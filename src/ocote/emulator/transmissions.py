"""The log of everything that was sent to the service, so that a test can prove what was sent how often."""

from collections import Counter, deque
from collections.abc import Iterator
from datetime import datetime

import msgspec

from ocote.emulator.faults import Endpoint, FaultKind

KEPT = 20_000
"""Transmissions remembered one by one; the counts go on."""


class Transmission(msgspec.Struct, frozen=True):
    """One request as it was received and answered; ``status`` is 0 where no answer left the service."""

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
    """What was received, newest last."""

    def __init__(self) -> None:
        self._kept: deque[Transmission] = deque(maxlen=KEPT)
        self._counts: Counter[str] = Counter()

    def add(self, transmission: Transmission) -> None:
        """Note one request."""
        self._kept.append(transmission)
        self._counts[transmission.endpoint] += 1

    def counts(self) -> dict[str, int]:
        """Requests per endpoint."""
        return dict(self._counts)

    def clear(self) -> None:
        """Forget them all."""
        self._kept.clear()
        self._counts.clear()

    def __iter__(self) -> Iterator[Transmission]:
        return iter(self._kept)
