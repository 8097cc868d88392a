"""Asks the operating system about the other end of a connection."""

import socket
import sys
from typing import Final

_KNOWS_STATE: Final = sys.platform == "linux"
_GONE: Final = (7, 8)
"""The states CLOSE and CLOSE_WAIT of TCP, as Linux numbers them."""


def has_gone(connection: socket.socket) -> bool:
    """Whether the other end has closed the connection; False where the system does not tell."""
    state = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] if _KNOWS_STATE else 0
    return state in _GONE
