"""uvicorn's HTTP protocol with one write for each answer, and with our own words for what is not HTTP.

It writes the head of an answer and its body separately, and each write costs a system call, and under TLS a record of
its own. Here what is written within one turn of the event loop goes out together.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from ocote.api.answer import SAME_FOR_ALL, refusal
from ocote.api.request_ids import new_request_id


class JoinedWrites:
    """A transport that gathers what is written within one turn of the loop; all else is the transport's own."""

    __slots__ = ("_loop", "_parts", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Keeps the bytes until this turn of the loop ends."""
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)

    def close(self) -> None:
        """Sends what is kept and closes."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._parts:
            gathered, self._parts = b"".join(self._parts), []
            if not self._transport.is_closing():
                self._transport.write(gathered)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class JoiningHttpProtocol(HttpToolsProtocol):
    """The protocol for ``uvicorn.Config(http=…)``."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn types it
        """Begins to serve a connection."""
        super().connection_made(cast("asyncio.Transport", JoinedWrites(transport, self.loop)))

    def send_400_response(self, msg: str) -> None:
        """Answers what the parser refuses as the API answers any fault, and closes: the rest cannot be understood."""
        answer = refusal("http_malformed", {"field": "request"})
        headers = (
            *self.server_state.default_headers,
            (b"content-type", answer.media_type),
            (b"content-length", b"%d" % len(answer.body)),
            (b"connection", b"close"),
            *SAME_FOR_ALL,
            (b"x-request-id", new_request_id().encode("ascii")),
        )
        lines = (b"%s: %s\r\n" % header for header in headers)
        self.transport.write(b"".join((STATUS_LINE[answer.status], *lines, b"\r\n", answer.body)))
        self.transport.close()
