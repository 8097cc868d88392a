"""The configuration of uvicorn for a server that lets in a bounded number of connections.

uvicorn asks the event loop to listen, in one process or in each of several. The loop here answers with a ``Door``.
"""

import asyncio
import socket
import ssl
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, cast

import uvicorn
import uvloop
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from ocote.web.server.door import Door, listening_sockets
from ocote.web.server.protocol import JoiningHttpProtocol
from ocote.web.server.records import server_tls
from ocote.web.server.seats import Seating, Seats


class BoundedConfig(uvicorn.Config):
    """The configuration of uvicorn with the bounds for connections; what would log or answer more is off."""

    def __init__(self, app: Any, seating: Seating, **more: Any) -> None:
        super().__init__(
            app,
            http=JoiningHttpProtocol,
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            lifespan="on",
            ssl_context_factory=server_tls if more.get("ssl_certfile") else None,
            **more,
        )
        self.seating = seating

    def get_loop_factory(self) -> Callable[[], asyncio.AbstractEventLoop]:
        """The loop whose server is a door."""
        return partial(_Loop, self.seating)


class _Loop(uvloop.Loop):
    """The loop of uvloop, except that its server is a door."""

    def __init__(self, seating: Seating) -> None:
        super().__init__()
        self._seats = Seats(seating)

    async def create_server(  # type: ignore[override] # only what uvicorn asks for
        self,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
        host: str | None = None,
        port: int | None = None,
        *,
        sock: socket.socket | None = None,
        ssl: ssl.SSLContext | None = None,
        backlog: int = 2048,
    ) -> asyncio.AbstractServer:
        """Listens on a socket, or on all addresses of a host. Raises OSError."""
        if sock is None:
            sockets = listening_sockets(host or "", port or 0, backlog)
        else:
            sock.listen(backlog)
            sock.setblocking(False)
            sockets = [sock]
        new_protocol = cast("Callable[[], JoiningHttpProtocol]", protocol_factory)
        return cast("asyncio.AbstractServer", Door(sockets, self._seats, new_protocol, ssl))


def serve_until_stopped(config: BoundedConfig) -> None:
    """Serves in this process, or in as many children as the configuration says, until a signal ends it.

    Raises SystemExit when the application could not start.
    """
    if config.workers > 1:
        Multiprocess(config, [config.bind_socket()]).run()
        return
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)
