"""The PDFs of very long documents, asked for by a client that does not wait for them."""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread
from urllib.request import urlopen

from tests.hostile.besieged import Besieged, Till
from tests.hostile.requests_of_a_key import MOST_LINES

LONG_PRINT = "larga"
"""The reference of the attacker's long document."""

HANG_UPS_AT_ONCE = 8

_DESCRIPTION = 440
"""Characters for each of 2,000 lines: the whole body has a little less than 1 MiB."""

_LOOK_S = 0.05


def sell_long(till: Till, reference: str, **more: object) -> None:
    """Issues the largest document that the API takes."""
    text = ("Resma de papel bond blanco carta " * 20)[: _DESCRIPTION - 10]
    lines = [{"description": f"{text} {number}", "quantity": 1, "unit_price": 0.1} for number in range(MOST_LINES)]
    till.sell(reference, lines=lines, **more)


def ask_for_pdf(besieged: Besieged, reference: str, kind: str = "invoice") -> socket.socket:
    """A connection of the attacker that has asked for a PDF and does not read it."""
    connection = besieged.connect()
    connection.sendall(
        f"GET /api/connect/file/{reference}?type={kind} HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {besieged.attacker.key}\r\n\r\n".encode()
    )
    return connection


@contextmanager
def asked_for(besieged: Besieged, reference: str, times: int) -> Iterator[None]:
    """So many PDFs that the attacker has asked for; at the end he hangs up on all of them."""
    with ExitStack() as stack:
        for _ in range(times):
            stack.enter_context(ask_for_pdf(besieged, reference))
        yield


def public_path(besieged: Besieged, address: str) -> str:
    """The path of the public page that the mail to an address leads to."""
    [mail] = besieged.mail_server.to(address)
    text = mail.get_body(("plain",))
    assert text is not None
    found = re.search(r"/v/[A-Za-z0-9_-]+", text.get_content())
    assert found is not None
    return found[0]


def counted(metrics_port: int, name: str) -> float:
    """One figure of the gateway's metrics, such as ``ocote_pdfs_total{outcome="made"}``; nothing before it counts."""
    with urlopen(f"http://127.0.0.1:{metrics_port}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return next((float(line.rpartition(" ")[2]) for line in lines if line.rpartition(" ")[0] == name), 0.0)


def children_of(pid: int) -> list[int]:
    """The child processes of the gateway."""
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for each in listed for child in each.read_text().split()]


@contextmanager
def highest_memory_of_all(besieged: Besieged) -> Iterator[list[float]]:
    """The resident memory of the gateway and its children, looked at again and again; the list holds the highest."""
    highest, over = [0.0], Event()

    def look() -> None:
        while not over.wait(_LOOK_S):
            highest[0] = max(highest[0], besieged.memory_mib())

    looking = Thread(target=look)
    looking.start()
    try:
        yield highest
    finally:
        over.set()
        looking.join()
