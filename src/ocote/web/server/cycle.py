"""One request with its answer, and the flow of a connection, with more rules than uvicorn's own."""

import socket
from collections.abc import Coroutine
from contextlib import suppress
from struct import pack
from typing import Any, Final

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from ocote.web.server.writes import JoinedWrites

RESET_AT_CLOSE: Final = pack("ii", 1, 0)
"""``SO_LINGER`` with no time: the socket is gone at once, and the client sees an error instead of an end."""


class Cycle(RequestResponseCycle):
    """A request that is answered before its body has arrived is the last one of its connection.

    Otherwise everything that a client sends after a refusal would be parsed.

    A client of HTTP/1.0 knows no chunks: an answer whose length is not known ends with its connection (RFC 9112 6.3),
    and one that breaks off ends with an error of the connection, for nothing else tells the client.
    """

    transport: JoinedWrites  # type: ignore[assignment] # what uvicorn calls of a transport
    _ends_with_connection = False

    async def run_asgi(self, app: Any) -> None:
        """Runs the application for this request."""
        await super().run_asgi(app)
        if self._ends_with_connection and not self.response_complete and not self.disconnected:
            with suppress(OSError):
                found = self.transport.get_extra_info("socket")
                found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
            self.transport.abort()

    def send(self, message: Any) -> Coroutine[Any, Any, None]:
        """Sends a part of the answer."""
        if not self.response_started:
            if self.more_body:
                self.keep_alive = False
                self.transport.stays_open = True
            if self.scope["http_version"] == "1.0" and not _has_length(message):
                self._ends_with_connection = True
                self.chunked_encoding = False
        elif self._ends_with_connection:
            self.expected_content_length = len(message.get("body", b""))
        return super().send(message)

    def give_up(self) -> None:
        """The application reads that the client has gone, and nothing more is sent for it."""
        self.disconnected = True
        self.message_event.set()


def _has_length(message: Any) -> bool:
    return any(name.lower() == b"content-length" for name, _ in message.get("headers", ()))


class Flow(FlowControl):
    """A flow that can be ``held``: nobody resumes reading until it is let go."""

    held = False

    def hold(self) -> None:
        """Pauses reading for as long as requests wait in the queue."""
        self.held = True
        self.pause_reading()

    def let_go(self) -> None:
        """Resumes reading."""
        self.held = False
        self.resume_reading()

    def resume_reading(self) -> None:
        """Resumes reading unless the flow is held."""
        if not self.held:
            super().resume_reading()
