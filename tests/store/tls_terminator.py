"""TLS in front of the PostgreSQL of the tests, which is built without it."""

import asyncio
import ssl
import struct
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

import trustme

_TLS_PLEASE: Final = struct.pack("!ii", 8, 80877103)
"""PostgreSQL's SSLRequest, which comes before TLS begins."""
_PIECE: Final = 65536


class Terminator:
    """Answers as a PostgreSQL with ``ssl = on`` for localhost, and counts the sessions that came over TLS.

    ``authority`` is the certificate of the authority that a client has to trust.
    """

    def __init__(self, socket: Path, authority: Path) -> None:
        self.sessions = 0
        self.port = 0
        self.authority = authority
        self._socket = socket
        issuer = trustme.CA()
        issuer.cert_pem.write_to_path(str(authority))
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        issuer.issue_cert("localhost").configure_cert(self._context)

    async def serve(self, started: threading.Event) -> None:
        """Serves until ``stop``."""
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._session, "localhost", 0)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        async with server:
            await self._over.wait()

    def stop(self) -> None:
        """Ends the service, from another thread."""
        self._loop.call_soon_threadsafe(self._over.set)

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
            async with _closing(writer):
                if await reader.readexactly(len(_TLS_PLEASE)) != _TLS_PLEASE:
                    return
                writer.write(b"S")
                await writer.start_tls(self._context)
                self.sessions += 1
                inner_reader, inner_writer = await asyncio.open_unix_connection(self._socket)
                async with _closing(inner_writer):
                    await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))


@asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    try:
        yield
    finally:
        writer.close()
        await writer.wait_closed()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()


@contextmanager
def tls_in_front_of(database_url: str, folder: Path) -> Iterator[tuple[Terminator, str]]:
    """The terminator and the URL of the same database behind it, without parameters."""
    parts = urlsplit(database_url)
    [host] = parse_qs(parts.query)["host"]
    terminator = Terminator(Path(host) / ".s.PGSQL.5432", folder / "authority.pem")
    started = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(terminator.serve(started)), daemon=True)
    thread.start()
    assert started.wait(30)
    try:
        user = parts.netloc.partition("@")[0]
        yield terminator, f"postgresql://{user}@localhost:{terminator.port}{parts.path}"
    finally:
        terminator.stop()
        thread.join()
