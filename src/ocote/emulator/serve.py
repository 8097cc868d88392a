"""Runs the service with the server's settings, shared by the command line and the tests."""

import socket
import struct
from contextlib import suppress
from pathlib import Path

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ocote.emulator.app import Emulator, create_app
from ocote.emulator.companies import Registry, load_companies
from ocote.emulator.sending import CONNECTION

_NO_LINGER = struct.pack("ii", 1, 0)


class ClosableConnection(HttpToolsProtocol):
    """An HTTP connection that the application may close or reset without an answer, like a dead service."""

    def on_message_begin(self) -> None:
        """Pass the functions that close and reset the connection to the application with every request."""
        super().on_message_begin()
        self.scope["extensions"] = {CONNECTION: {"close": self.transport.close, "reset": self._reset}}

    def _reset(self) -> None:
        """Close the connection with a TCP reset."""
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.transport.abort()


def server_for(app: Emulator, *, host: str = "127.0.0.1", port: int = 0) -> uvicorn.Server:
    """A server for the application, without log output and without additional headers."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=ClosableConnection,
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


def run(host: str, port: int, companies_file: Path | None, folder: Path | None) -> None:
    """Serve until interrupted.

    Raises InvalidCompanyError or OSError when the company file cannot be used.
    """
    registry = Registry(load_companies(companies_file) if companies_file is not None else ())
    app = create_app(registry, folder)
    try:
        with suppress(KeyboardInterrupt):  # raised again by the server once it has shut down
            server_for(app, host=host, port=port).run()
    finally:
        app.close()
