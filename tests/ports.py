"""Ports for processes that need a port number before they listen."""

import socket
from functools import cache
from itertools import count
from typing import Final

_BLOCKS: Final = range(11_000, 31_000, 500)
"""Below the ports that systems give out by themselves, which are Linux's from 32,768 on."""

_numbers = count(1)


def free_port() -> int:
    """A free loopback port that no other living test process receives.

    A port that the system chooses would be free again until the process listens, and others may be given it meanwhile.
    """
    first: int = _block().getsockname()[1]
    while True:
        port = first + next(_numbers) % (_BLOCKS.step - 1) + 1
        if _is_free(port):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


@cache
def _block() -> socket.socket:
    """The socket that reserves a block of ports while this process lives."""
    for first in _BLOCKS:
        holder = socket.socket()
        try:
            holder.bind(("127.0.0.1", first))
        except OSError:
            holder.close()
            continue
        return holder
    raise RuntimeError("no block of ports is free")
