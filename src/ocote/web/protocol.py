"""The HTTP protocol of uvicorn with one write for each response, bounds for each client, and the API's own 400.

``JoiningHttpProtocol`` overrides methods of ``uvicorn.protocols.http.httptools_impl.HttpToolsProtocol``. That class is
private to uvicorn and may change in any minor version: pyproject.toml pins uvicorn to the minor version against which
tests/web/test_server.py has passed.

uvicorn writes the head of a response and its body separately; each write costs a system call and, under TLS, a record
of its own. Here all writes within one turn of the event loop go out together.

uvicorn accepts a head of any length, and sets no time limit for the rest of a request or for a client that does not
read: a client without a key could fill the memory.
"""

import asyncio
from typing import Any, Final, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from ocote.web.request_ids import new_request_id
from ocote.web.response import SAME_FOR_ALL, refusal

LONGEST_HEAD: Final = 64 * 1024
"""The most bytes of a request line with its headers, and of all other input that is not a body."""

REQUEST_WITHIN_S: Final = 120.0
"""Seconds for a whole request, from its first byte or the beginning of the connection: 1 MiB over a slow line."""

READING_WITHIN_S: Final = 300.0
"""Seconds that a response may stay unread before the connection is cut."""


class JoinedWrites:
    """A transport that joins all writes within one turn of the loop; every other method is the transport's own."""

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
        """Sends the bytes kept until now and closes."""
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

    _head_bytes = 0
    _request_timer: asyncio.TimerHandle | None = None
    _reading_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn types it
        """Begins to serve a connection."""
        super().connection_made(cast("asyncio.Transport", JoinedWrites(transport, self.loop)))
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops the timers of the connection."""
        _cancel(self._request_timer)
        _cancel(self._reading_timer)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parses more of a request; counts the bytes until a head is complete or a piece of a body arrives."""
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("the head is too long")

    def on_message_begin(self) -> None:
        """Starts the time limit of a request."""
        super().on_message_begin()
        self._await_request()

    def on_headers_complete(self) -> None:
        """Resets the count of bytes, because the head is complete."""
        self._head_bytes = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Resets the count of bytes, because a piece of the body has arrived."""
        self._head_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Stops the time limit of a request, because the whole request has arrived."""
        self._head_bytes = 0
        _cancel(self._request_timer)
        super().on_message_complete()
        self._await_request_after_answer()

    def on_response_complete(self) -> None:
        """Starts the time limit of the next request; the response may be complete before the whole request arrives."""
        super().on_response_complete()
        self._await_request_after_answer()

    def pause_writing(self) -> None:
        """Starts the time limit for reading, because the client reads more slowly than the response is written."""
        self._reading_timer = self.loop.call_later(READING_WITHIN_S, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        """Stops the time limit for reading, because the client has read enough."""
        _cancel(self._reading_timer)
        super().resume_writing()

    def _await_request_after_answer(self) -> None:
        if self.cycle is not None and self.cycle.response_complete:
            self._await_request()

    def _await_request(self) -> None:
        _cancel(self._request_timer)
        self._request_timer = self.loop.call_later(REQUEST_WITHIN_S, self.transport.abort)

    def send_400_response(self, msg: str) -> None:
        """Answers malformed HTTP like any fault of a request, and closes: the rest cannot be parsed."""
        response = refusal("http_malformed", {"field": "request"})
        headers = (
            *self.server_state.default_headers,
            (b"content-type", response.media_type),
            (b"content-length", b"%d" % len(response.body)),
            (b"connection", b"close"),
            *SAME_FOR_ALL,
            (b"x-request-id", new_request_id().encode("ascii")),
        )
        lines = (b"%s: %s\r\n" % header for header in headers)
        self.transport.write(b"".join((STATUS_LINE[response.status], *lines, b"\r\n", response.body)))
        self.transport.close()


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
