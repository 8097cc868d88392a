"""The journal of what the service must not forget: a file that only grows, with one JSON line per entry."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec


class Accepted(msgspec.Struct, frozen=True, tag="accepted"):
    """A stamped document; ``code`` is 001, or 002 with observations."""

    environment: str
    nit: str
    at: datetime
    jws: str
    stamp: str
    code: str
    text: str
    observations: tuple[str, ...]


class NumbersTaken(msgspec.Struct, frozen=True, tag="numbers_taken"):
    """Control numbers that documents of another system bear: those of a series from ``first`` to ``last``, in a year.

    ``series`` is a control number without its correlative: ``DTE-01-M001P001``.
    """

    environment: str
    nit: str
    at: datetime
    year: int
    series: str
    first: int
    last: int


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """A rejected document that could be identified; its code may be sent again within a day (protocol.md 3.4)."""

    environment: str
    nit: str
    at: datetime
    doc_type: str
    generation_code: str
    class_code: str
    code: str
    text: str
    observations: tuple[str, ...]


class Invalidated(msgspec.Struct, frozen=True, tag="invalidated"):
    """An invalidation event that took effect on a document."""

    environment: str
    nit: str
    at: datetime
    jws: str
    stamp: str
    event_code: str
    document_code: str


class ContingencyFiled(msgspec.Struct, frozen=True, tag="contingency"):
    """A contingency event and the documents it reports, as (generation code, type)."""

    environment: str
    nit: str
    at: datetime
    jws: str
    stamp: str
    event_code: str
    kind: int
    started_at: datetime
    ended_at: datetime
    documents: tuple[tuple[str, str], ...]


class ContingencyRefused(msgspec.Struct, frozen=True, tag="contingency_refused"):
    """A contingency event refused in time, whose documents may be reported for one more day (rules.md 4).

    ``documents`` are the generation codes in the event.
    """

    environment: str
    nit: str
    at: datetime
    documents: tuple[str, ...]


class LotReceived(msgspec.Struct, frozen=True, tag="lot"):
    """A lot that is not processed yet."""

    environment: str
    nit: str
    at: datetime
    lot_code: str
    documents: tuple[str, ...]


class LotProcessed(msgspec.Struct, frozen=True, tag="lot_done"):
    """The answers to a lot's documents, as MH's JSON."""

    lot_code: str
    processed: tuple[dict[str, object], ...]
    rejected: tuple[dict[str, object], ...]


Entry = (
    Accepted | NumbersTaken | Refused | Invalidated | ContingencyFiled | ContingencyRefused | LotReceived | LotProcessed
)


class Journal:
    """The entries in one folder, for one process at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "journal.jsonl"
        self._drop_torn_line()
        self._file = self._path.open("ab", buffering=0)

    def entries(self) -> Iterator[Entry]:
        """Every entry written so far, oldest first."""
        decoder = msgspec.json.Decoder(Entry)
        with self._path.open("rb") as lines:
            for line in lines:
                yield decoder.decode(line)

    def append(self, entry: Entry) -> None:
        """Write one entry durably to disk (a rejection without the wait), because MH never forgets its answers."""
        self._file.write(msgspec.json.encode(entry) + b"\n")
        if not isinstance(entry, Refused):
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _drop_torn_line(self) -> None:
        """Remove a last line without its end, left by a process killed before it answered."""
        if not self._path.exists():
            self._path.touch()
            return
        with self._path.open("rb+") as file:
            content = file.read()
            file.truncate(content.rfind(b"\n") + 1)
