"""What strangers do to connections, and the neighbour's sales meanwhile."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from tests.faults.operations import Operation, sale
from tests.hostile.besieged import Besieged

Attack = Callable[[Besieged], None]

HIGHEST_MIB = 260
"""More than a gateway takes that issues and prints; a tenth of what the flood of requests once made of it."""

_FLOOD = 27 * 1000 * 1000
_REQUEST = b"GET / HTTP/1.1\r\nHost: ocote.test\r\n\r\n"
_CHUNKED = (
    b"POST /api/connect/invoice HTTP/1.1\r\nHost: ocote.test\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
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
