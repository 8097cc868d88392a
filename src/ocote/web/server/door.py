"""Accepts connections: each one gets a seat before anything of it is read, TLS included, or is hung up on.

The event loop's own server calls the protocol of a TLS connection only after the handshake, and never when the
handshake fails: silent connections would hold descriptors unseen.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

import structlog

from ocote.web.server import bounds
from ocote.web.server.cycle import RESET_AT_CLOSE
from ocote.web.server.protocol import JoiningHttpProtocol
from ocote.web.server.seats import NoSeatError, Seat, Seats
from ocote.web.server.turned_away import turned_away

_AT_ONCE: Final = 64
"""Connections accepted in one turn of the loop: the requests that are under way have their turn too."""

_REST_S: Final = 1.0

_log = structlog.get_logger(__name__)


class Door:
    """The listening sockets of a process, as ``loop.create_server`` would return them."""

    def __init__(
        self,
        sockets: Sequence[socket.socket],
        seats: Seats,
        new_protocol: Callable[[], JoiningHttpProtocol],
        tls: ssl.SSLContext | None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self.sockets = tuple(sockets)
        self._seats = seats
        self._new_protocol = new_protocol
        self._tls = tls
        self._arriving: set[asyncio.Task[None]] = set()
        for listening in self.sockets:
            # The loop would read megabytes of a client that sends fast before anybody else has a turn.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, bounds.RECEIVED_AHEAD)
            self._open(listening)

    def close(self) -> None:
        """Accepts nobody from now on."""
        for listening in self.sockets:
            if listening.fileno() >= 0:
                self._loop.remove_reader(listening)
                listening.close()
        for arriving in self._arriving:
            arriving.cancel()

    async def wait_closed(self) -> None:
        """Returns once nobody is between the door and its protocol."""
        if self._arriving:
            await asyncio.wait(self._arriving)

    def _open(self, listening: socket.socket) -> None:
        if listening.fileno() >= 0:
            self._loop.add_reader(listening, self._accept, listening)

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(_AT_ONCE):
            try:
                connection, address = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                # Without a rest the loop would be woken again and again for what it cannot take.
                _log.error("accept_failed", error=str(error), rests_s=_REST_S)
                self._loop.remove_reader(listening)
                self._loop.call_later(_REST_S, self._open, listening)
                return
            self._admit(connection, str(address[0]))

    def _admit(self, connection: socket.socket, address: str) -> None:
        try:
            seat, ended = self._seats.take(address, partial(_hang_up, connection))
        except NoSeatError as full:
            turned_away.count(full.why, address)
            with suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
            connection.close()
            return
        if ended is not None:
            turned_away.count("made_room", ended.address)
        arriving = self._loop.create_task(self._show_in(connection, seat))
        self._arriving.add(arriving)
        arriving.add_done_callback(self._arriving.discard)

    async def _show_in(self, connection: socket.socket, seat: Seat) -> None:
        """Brings a connection to its protocol, which from then on gives the seat back."""
        protocol = self._new_protocol()
        protocol.seat = seat
        within: dict[str, float] = {}
        if self._tls is not None:
            within = {"ssl_handshake_timeout": bounds.HEAD_WITHIN_S, "ssl_shutdown_timeout": bounds.READING_WITHIN_S}
        try:
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._loop.connect_accepted_socket(lambda: protocol, connection, ssl=self._tls, **within)
        except OSError:
            if seat.is_taken:
                turned_away.count("tls_failed", seat.address)
        finally:
            if not protocol.has_begun:
                seat.leave()
                connection.close()


def listening_sockets(host: str, port: int, backlog: int) -> list[socket.socket]:
    """A socket for each address of the host. Raises OSError when one of them cannot be had."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    sockets: list[socket.socket] = []
    try:
        for family, address in dict.fromkeys((family, address) for family, _, _, _, address in found):
            opened = socket.create_server(address, family=family, backlog=backlog)
            sockets.append(opened)
            opened.setblocking(False)
    except OSError:
        for opened in sockets:
            opened.close()
        raise
    return sockets


def _hang_up(connection: socket.socket) -> None:
    """Ends a connection for both sides; whoever serves it learns of it as of any other end."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
