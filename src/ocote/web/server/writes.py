"""Writes an answer: its head and a short body at once, a long body without a copy."""

import asyncio
from typing import Any, Final

_COPIED_UP_TO: Final = 16 * 1024
"""Bytes. Each copy of a long body would be kept until the client has read it."""


class JoinedWrites:
    """A transport that joins short writes within one turn of the loop; every other method is the transport's own.

    uvicorn writes the head of a response and its body separately; each write costs a system call and, under TLS, a
    record of its own.

    While it ``stays_open``, ``close`` only notes that nothing more is to be written: the client may still be sending.
    """

    __slots__ = ("_is_closed", "_loop", "_parts", "_transport", "stays_open")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []
        self._is_closed = False
        self.stays_open = False

    def write(self, data: bytes) -> None:
        """Keeps the bytes until this turn of the loop ends, unless they are many."""
        if len(data) > _COPIED_UP_TO:
            self._flush()
            if not self._transport.is_closing():
                self._transport.write(data)
            return
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)

    def write_eof(self) -> None:
        """Tells the client that nothing more will come, where the transport can."""
        self._flush()
        if self._transport.can_write_eof() and not self._transport.is_closing():
            self._transport.write_eof()

    def close(self) -> None:
        """Sends the bytes kept until now and closes."""
        self._flush()
        self._is_closed = True
        if not self.stays_open:
            self._transport.close()

    def is_closing(self) -> bool:
        """Whether nothing more can be written."""
        return self._is_closed or self._transport.is_closing()

    def _flush(self) -> None:
        if self._parts:
            gathered, self._parts = b"".join(self._parts), []
            if not self._transport.is_closing():
                self._transport.write(gathered)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
