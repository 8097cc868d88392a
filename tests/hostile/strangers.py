"""What strangers do to connections, and the neighbour's sales meanwhile: for the tests and for ``make faults``."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.faults.books import compare
from tests.faults.operations import Operation, sale
from tests.faults.tally import Tally, tally
from tests.hostile.besieged import Besieged, Transport, besieged_gateway

Attack = Callable[[Besieged], None]

HIGHEST_MIB = 260
"""More than a gateway takes that issues and prints; a tenth of what the flood of requests once made of it."""

_FLOOD = 27 * 1000 * 1000
_REQUEST = b"GET / HTTP/1.1\r\n\r\n"
_CHUNKED = b"POST /api/connect/invoice HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
_CHUNKS = b"1\r\n \r\n" * 20_000
_ROUNDS_OF_CHUNKS = 50


def flood_with_requests(besieged: Besieged) -> None:
    """Sends 27 MB of requests on one connection, ahead of all answers, and reads none of them."""
    piece = _REQUEST * 4000
    with suppress(OSError), besieged.connect() as stranger:
        for _ in range(_FLOOD // len(piece)):
            stranger.sendall(piece)


def trickle_chunks(besieged: Besieged) -> None:
    """Sends the body of a request without a key in a million chunks of one byte."""
    with suppress(OSError), besieged.connect() as stranger:
        stranger.sendall(_CHUNKED)
        for _ in range(_ROUNDS_OF_CHUNKS):
            stranger.sendall(_CHUNKS)


def sell_under(attack: Attack, besieged: Besieged, attackers: int, sales: int) -> tuple[list[Operation], float]:
    """Sells while so many strangers attack again and again; what was sold, and the longest wait in seconds.

    Raises an error when a sale is not answered in a minute.
    """
    over = threading.Event()
    begun = threading.Semaphore(0)

    def go_on() -> None:
        while not over.is_set():
            begun.release()
            attack(besieged)

    threads = [threading.Thread(target=go_on, daemon=True) for _ in range(attackers)]
    for thread in threads:
        thread.start()
    for _ in threads:
        begun.acquire()
    sold, longest = [sale(f"caja-{number}") for number in range(sales)], 0.0
    try:
        for operation in sold:
            began = time.monotonic()
            besieged.neighbour.sell(operation.reference)
            longest = max(longest, time.monotonic() - began)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    return sold, longest


def _drill(name: str, attack: Attack, attackers: int, place: tuple[str, Path, Transport]) -> Tally:
    database_url, folder, transport = place
    with besieged_gateway(database_url, folder, transport) as besieged:
        before = besieged.highest_memory_mib()
        sold, longest = sell_under(attack, besieged, attackers, sales=50)
        highest = besieged.highest_memory_mib()
        assert highest < HIGHEST_MIB, f"{highest:,.0f} MiB"
        assert besieged.is_alive()
        findings = compare(database_url, besieged.emulator.control, sold)
    remark = f"at most {highest:,.0f} MiB, {before:,.0f} before; a sale was answered within {longest:.1f} s"
    return tally(f"{name}, {transport}", attackers, findings, [], remark)


def pipelining(database_url: str, folder: Path, transport: Transport) -> Tally:
    """Sales while a stranger sends 27 MB of requests at a time."""
    return _drill("stranger: 27 MB of requests ahead", flood_with_requests, 1, (database_url, folder, transport))


def tiny_chunks(database_url: str, folder: Path, transport: Transport) -> Tally:
    """Sales while eight strangers send bodies in chunks of one byte."""
    return _drill("strangers: eight bodies in chunks of a byte", trickle_chunks, 8, (database_url, folder, transport))
