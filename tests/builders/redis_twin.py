"""A server that speaks to a rate limit as a Redis does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class _RedisTwin:
    """What the rate limit needs of a Redis server, spoken over a socket; counters never end."""

    def __init__(self) -> None:
        self.counts: dict[bytes, int] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers the calls of one connection."""
        while (head := await reader.readline()).startswith(b"*"):
            words = []
            for _ in range(int(head[1:])):
                size = int((await reader.readline())[1:])
                words.append((await reader.readexactly(size + 2))[:-2])
            writer.write(self._answer(*words))
        writer.close()

    def _answer(self, command: bytes, *words: bytes) -> bytes:
        match command, *words:
            case b"EVALSHA", _, b"1", key, _, amount:  # the script that adds and, the first time, sets the end
                self.counts[key] = self.counts.get(key, 0) + int(amount)
                return b":%d\r\n" % self.counts[key]
            case b"TTL", _:
                return b":30\r\n"
        return b"+OK\r\n"


@asynccontextmanager
async def open_redis() -> AsyncIterator[str]:
    """The URL of a fresh twin, which serves until the block ends."""
    server = await asyncio.start_server(_RedisTwin().serve, "127.0.0.1", 0)
    async with server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
