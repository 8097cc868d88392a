import asyncio
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from ocote.mh import Undetermined
from ocote.mh.wire import Reply, exchange
from ocote.tls import loopback_certificate
from tests.mh.scripted import Script, answers, breaks_off, hangs_up, never, redirects, says, scripted

PATH = "/fesv/recepciondte"


async def kind_of(session: aiohttp.ClientSession, url: str, timeout_s: float = 5.0) -> str:
    result = await exchange(session, "POST", URL(url), headers={}, body=b"{}", timeout_s=timeout_s)
    return str(result.kind) if isinstance(result, Undetermined) else f"HTTP {result.status}"


async def test_a_complete_answer_is_handed_over_as_it_came(mh: Script, session: aiohttp.ClientSession) -> None:
    mh.on(PATH, says(b"\x00\xff any bytes", status=418))
    result = await exchange(session, "POST", URL(mh.url + PATH), headers={}, body=b"{}", timeout_s=5)
    assert result == Reply(418, b"\x00\xff any bytes")


async def test_every_way_to_fail_has_its_name(mh: Script, session: aiohttp.ClientSession) -> None:
    async with scripted() as gone:
        nobody_there = gone.url
    mh.on(PATH, hangs_up(), breaks_off(), redirects("http://127.0.0.1:9/"), says(b" " * (9 * 1024 * 1024)), never())

    assert await kind_of(session, nobody_there) == "refused"
    assert await kind_of(session, mh.url + PATH) == "broken_connection"
    assert await kind_of(session, mh.url + PATH) == "broken_connection"
    assert await kind_of(session, mh.url + PATH) == "HTTP 307"
    assert await kind_of(session, mh.url + PATH) == "unreadable"  # larger than any answer of MH: not kept in memory
    assert await kind_of(session, mh.url + PATH, timeout_s=0.05) == "timeout"
    assert await kind_of(session, mh.url + PATH, timeout_s=0) == "timeout"
    assert len(mh.received) == 5


class NoNames(AbstractResolver):
    """A name service that knows nobody."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        raise OSError(f"{host} is unknown")

    async def close(self) -> None:
        return None


async def test_a_host_without_an_address_speaks_of_our_own_network() -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=NoNames())) as session:
        assert await kind_of(session, "http://mh.example") == "no_network"


async def with_server(
    behave: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    session: aiohttp.ClientSession,
    context: ssl.SSLContext | None = None,
) -> str:
    async with await asyncio.start_server(behave, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        return await kind_of(session, f"{'https' if context else 'http'}://127.0.0.1:{port}")


async def test_a_server_with_a_certificate_nobody_vouches_for_is_no_connection(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    files = loopback_certificate(tmp_path, datetime.now(UTC))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.certificate, files.key)
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read())
        writer.close()

    assert await with_server(listen, session, context) == "refused"
    assert heard == []


@pytest.mark.parametrize(
    "greeting", [b"220 mail.example.com ESMTP\r\n", b"\x00\x01\x02\r\n\r\n", b"HTTP/1.1 999999 x\r\n\r\n"]
)
async def test_a_server_that_does_not_speak_http_is_unreadable(session: aiohttp.ClientSession, greeting: bytes) -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    assert await with_server(greet, session) == "unreadable"


async def test_a_body_that_is_not_packed_as_announced_is_a_broken_answer(
    mh: Script, session: aiohttp.ClientSession
) -> None:
    async def behave(request: aiohttp.web.Request) -> aiohttp.web.StreamResponse:
        return aiohttp.web.Response(body=b"no gzip", headers={"Content-Encoding": "gzip"})

    mh.on(PATH, behave, answers({}))
    assert await kind_of(session, mh.url + PATH) == "broken_connection"
    assert await kind_of(session, mh.url + PATH) == "HTTP 200"
