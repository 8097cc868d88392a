"""Ports for processes that have to be told one before they listen."""

import os
import socket
from itertools import count
from typing import Final

_FIRST: Final = 11_000
_EACH: Final = 2_000
"""Ports for each test process; eight of them stay below those that systems give out by themselves, from 32,768 on."""

_numbers = count()


def free_port() -> int:
    """A loopback port that nobody listens on, and that no other test process of this run will be given.

    A port that the system chooses would be free again until the process listens, and others may be given it meanwhile.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        port = _FIRST + worker * _EACH + next(_numbers) % _EACH
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
