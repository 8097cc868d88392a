"""One company lists and exports a large archive without end, from many connections at once."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from typing import Final

from tests.builders.large_archive import fill_archive
from tests.hostile.besieged import Besieged, connection_to
from tests.running_gateway import Reply

SIDE_BY_SIDE: Final = 24
"""Connections that search at once: more than may wait in a company."""

DEAREST: Final = (
    "/documents?customer=nadie",
    "/documents?customer=0614-000000-999-9",
    "/documents?state=rejected",
    "/documents?doc_type=14&state=invalidated",
)
"""Lists without a result, for which every document of the company is looked at."""

EXPORT: Final = "/documents/export?date_from=2025-10-01&date_to=2025-12-31&format=csv"

_PIECE: Final = 65536
_ORDINARY: Final = {"200", "409 export_in_progress", "503 too_many_searches"}


@dataclass(slots=True)
class Searching:
    """What the company got: the responses by status and code, and each response that no client should ever get."""

    responses: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def count(self, path: str, reply: Reply) -> None:
        """Counts one response."""
        kind = str(reply.status) if reply.status == 200 else f"{reply.status} {reply.json()['code']}"
        self.responses[kind] += 1
        if kind not in _ORDINARY:
            self.faults.append(f"{path}: {kind}")
        if reply.status == 503 and "retry-after" not in reply.headers:
            self.faults.append(f"{path}: no Retry-After")


def fill(besieged: Besieged, documents: int) -> None:
    """Gives the attacker an archive of so many documents."""
    besieged.attacker.sell("primera")
    fill_archive(besieged.database_url, besieged.attacker.key, "primera", documents)


@contextmanager
def searching_without_end(besieged: Besieged) -> Iterator[Searching]:
    """The attacker's searches; each connection sends the next when it has its response. They end with the block."""
    found = Searching()

    def repeat(work: Callable[[], None]) -> None:
        while not found.over.is_set():
            try:
                work()
            except (OSError, HTTPException) as error:
                found.faults.append(repr(error))

    def search(path: str) -> None:
        found.count(path, besieged.attacker.request("GET", path))

    works = [partial(search, DEAREST[number % len(DEAREST)]) for number in range(SIDE_BY_SIDE)]
    works.append(partial(_export, besieged, found))
    threads = [threading.Thread(target=repeat, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        found.over.set()
        for thread in threads:
            thread.join()


def _export(besieged: Besieged, found: Searching) -> None:
    """Reads one export, or the beginning of it when the searches end meanwhile."""
    connection = connection_to(besieged.port, besieged.trusted)
    try:
        connection.request("GET", f"/api/connect{EXPORT}", headers={"Authorization": f"Bearer {besieged.attacker.key}"})
        response = connection.getresponse()
        begun = response.read(_PIECE)
        found.count(EXPORT, Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, begun))
        while not found.over.is_set() and response.read(_PIECE):
            pass
    finally:
        connection.close()


def search_and_hang_up(besieged: Besieged) -> None:
    """As many searches at once as may wait, from clients who do not wait for their responses.

    A connection that the gateway refuses has searched nothing: those of the times before may still be open there.
    """
    with ExitStack() as connections:
        for number in range(SIDE_BY_SIDE):
            connection = connection_to(besieged.port, besieged.trusted)
            connections.callback(connection.close)
            with suppress(ConnectionError):
                connection.request(
                    "GET",
                    f"/api/connect{DEAREST[number % len(DEAREST)]}",
                    headers={"Authorization": f"Bearer {besieged.attacker.key}"},
                )
