"""TLS whose client cannot keep the process busy with records that carry nothing, or next to nothing.

A key update of TLS 1.3 takes 27 bytes, a derived key and an answer; OpenSSL 3 accepts any number of them, and reads on
until it finds data of the application. A record with one byte of data takes 23. One connection could hold the event
loop for seconds. Here OpenSSL gets one record at a time, and whoever sends too many of them is cut off.
"""

import ssl
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from uvicorn import Config

from ocote.web.server import bounds

_T = TypeVar("_T")

_HEADER: Final = 5
"""Bytes before each record: type, version, and in the last two the length."""


class WastefulRecordsError(ssl.SSLError):
    """The client sends records that carry nothing, or next to nothing."""


class _OneByOne(ssl.SSLObject):
    """The TLS of one connection, which counts records."""

    _idle = 0
    _records_left = bounds.FREE_CHUNKS
    _left = 0
    """The bytes of the present record that have not arrived."""

    def begin(self, arrived: ssl.MemoryBIO, admitted: ssl.MemoryBIO) -> None:
        """Takes records from what has ``arrived``; OpenSSL reads what is ``admitted``."""
        self._arrived = arrived
        self._admitted = admitted

    def do_handshake(self) -> None:
        """Goes on with the handshake."""
        self._with_records(super().do_handshake)

    def read(self, len: int = 1024, buffer: Any = None) -> Any:  # noqa: A002 - the name of the base class
        """The data of the next record that has some."""
        data = self._with_records(super().read, len, buffer)
        size = data if isinstance(data, int) else data.__len__()
        self._records_left = min(self._records_left + size // bounds.SMALL_CHUNK - 1, bounds.FREE_CHUNKS)
        if self._records_left < 0:
            raise WastefulRecordsError("too many small TLS records")
        return data

    def unwrap(self) -> None:
        """Goes on with the end of the connection."""
        self._with_records(super().unwrap)

    def _with_records(self, work: Callable[..., _T], *args: Any) -> _T:
        """The result of work that may need further records. Raises WastefulRecordsError, and what the work raises."""
        is_fed = not self.pending() and self._admit() and self._left == 0
        while True:
            try:
                return work(*args)
            except ssl.SSLWantReadError:
                self._idle += is_fed
                if self._idle > bounds.MOST_IDLE_RECORDS:
                    raise WastefulRecordsError("too many TLS records without data") from None
                if not self._admit():
                    raise
                is_fed = self._left == 0

    def _admit(self) -> bool:
        """Gives OpenSSL more of the present record, or the beginning of the next one; False when there is none."""
        if self._left == 0:
            if self._arrived.pending < _HEADER:
                return False
            header = self._arrived.read(_HEADER)
            self._left = int.from_bytes(header[-2:], "big")
            self._admitted.write(header)
        elif self._arrived.pending == 0:
            return False
        piece = self._arrived.read(self._left)
        self._left -= len(piece)
        self._admitted.write(piece)
        return True


class RecordingContext(ssl.SSLContext):
    """The TLS settings of a server that admits records one by one."""

    sslobject_class = _OneByOne

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """The TLS of a connection over two buffers."""
        admitted = ssl.MemoryBIO()
        connection = cast("_OneByOne", super().wrap_bio(admitted, outgoing, server_side, server_hostname, session))
        connection.begin(incoming, admitted)
        return connection


def server_tls(config: Config, _: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """The TLS settings for ``uvicorn.Config(ssl_context_factory=…)``, with the certificate of the configuration."""
    context = RecordingContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(config.ssl_certfile or "", config.ssl_keyfile)
    return context
