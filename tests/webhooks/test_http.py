"""Posting to a real server that accepts, refuses, redirects, stalls, drips, hangs up, or is where it may not be."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from ocote.store.sending_reason import SendingReason
from ocote.tls import loopback_certificate
from ocote.webhooks.http import Answered, Unanswered, open_webhook_session, post

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Receiver:
    """A server on loopback and what it was sent."""

    url: str = ""
    port: int = 0
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@asynccontextmanager
async def receiving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    receiver = Receiver()

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        receiver.requests.append((request.path_qs, dict(request.headers), await request.read()))
        return await handler(request)

    runner = web.ServerRunner(web.Server(handle), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    receiver.port = runner.addresses[0][1]
    receiver.url = f"{'https' if tls else 'http'}://127.0.0.1:{receiver.port}/hook?token=1"
    try:
        yield receiver
    finally:
        await runner.cleanup()


def answering(status: int, text: str = "", **headers: str) -> Handler:
    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, text=text, headers=headers)

    return answer


async def posted(url: str, *, allow_private: bool = True, timeout_s: float = 5.0, **session: Any) -> Any:
    async with open_webhook_session(allow_private=allow_private, **session) as opened:
        return await post(opened, url, {"webhook-id": "msg-1"}, b'{"a":1}', timeout_s)


async def test_a_message_arrives_as_it_was_signed() -> None:
    async with receiving(answering(200, "gracias")) as receiver:
        assert await posted(receiver.url) == Answered(200, "gracias")
    [(path, headers, body)] = receiver.requests
    assert (path, body) == ("/hook?token=1", b'{"a":1}')
    assert (headers["webhook-id"], headers["Content-Type"]) == ("msg-1", "application/json")


@pytest.mark.parametrize("status", [204, 400, 410, 500])
async def test_every_status_is_told_with_the_beginning_of_the_answer(status: int) -> None:
    async with receiving(answering(status, "" if status == 204 else "x" * 5000)) as receiver:
        assert await posted(receiver.url) == Answered(status, "" if status == 204 else "x" * 1024)


async def test_the_wish_for_a_pause_is_told_as_it_came() -> None:
    async with receiving(answering(503, "mañana", **{"Retry-After": "120"})) as receiver:
        assert await posted(receiver.url) == Answered(503, "mañana", "120")


async def test_a_redirect_is_not_followed() -> None:
    async with receiving(answering(200)) as elsewhere, receiving(answering(307, Location=elsewhere.url)) as receiver:
        assert await posted(receiver.url) == Answered(307, "")
    assert elsewhere.requests == []


async def test_who_does_not_answer_in_time_is_left() -> None:
    async def stall(_: web.BaseRequest) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    async with receiving(stall) as receiver:
        assert await posted(receiver.url, timeout_s=0.2) == Unanswered(SendingReason("no_answer", "0.2"))


async def test_a_status_stands_although_the_body_never_ends() -> None:
    async def drip(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(status=200)
        await response.prepare(request)
        await response.write(b"gota")
        await asyncio.Event().wait()
        return response

    async with receiving(drip) as receiver:
        assert await posted(receiver.url, timeout_s=0.3) == Answered(200, "gota")


async def test_a_server_that_hangs_up_has_not_answered() -> None:
    async def hang_up(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with receiving(hang_up) as receiver:
        assert await posted(receiver.url) == Unanswered("ServerDisconnectedError")


async def test_nobody_at_home() -> None:
    async with receiving(answering(200)) as receiver:
        pass
    outcome = await posted(receiver.url)
    assert isinstance(outcome, Unanswered)
    assert isinstance(outcome.why, SendingReason)
    assert outcome.why.english().startswith("no connection: ")
    assert "token" not in outcome.why.detail


async def test_a_compressed_answer_is_not_unpacked() -> None:
    async def bomb(_: web.BaseRequest) -> web.StreamResponse:
        response = web.Response(body=b"0" * 10_000_000)
        response.enable_compression(web.ContentCoding.gzip)
        return response

    async with receiving(bomb) as receiver:
        outcome = await posted(receiver.url)
    assert isinstance(outcome, Answered)
    assert "0000" not in outcome.excerpt
    assert receiver.requests[0][1]["Accept-Encoding"] == "identity"


async def test_a_certificate_of_a_stranger_is_not_trusted(tmp_path: Path) -> None:
    files = loopback_certificate(tmp_path, datetime.now(UTC))
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(files.certificate, files.key)
    async with receiving(answering(200, "seguro"), shown) as receiver:
        refused = await posted(receiver.url)
        trusted = await posted(receiver.url, tls=ssl.create_default_context(cafile=str(files.authority)))
    assert isinstance(refused, Unanswered)
    assert isinstance(refused.why, SendingReason)
    assert refused.why.english().startswith("the certificate is not trusted")
    assert trusted == Answered(200, "seguro")
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0", "[::1]", "[::ffff:127.0.0.1]"],
)
async def test_no_spelling_of_this_machine_is_dialled(host: str) -> None:
    async with receiving(answering(200)) as receiver:
        outcome = await posted(f"http://{host}:{receiver.port}/", allow_private=False)
    assert isinstance(outcome, Unanswered)
    assert receiver.requests == []


async def test_a_public_name_for_a_private_address_is_not_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int, *_: Any, **__: Any) -> Any:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("10.0.0.1", "127.0.0.1")]

    async with receiving(answering(200)) as receiver:
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        outcome = await posted(f"http://erp.example.com:{receiver.port}/", allow_private=False)
    assert isinstance(outcome, Unanswered)
    assert outcome.why == SendingReason("private_address", "127.0.0.1")
    assert "127.0.0.1 is not an address of the public internet" in outcome.why.english()
    assert asked == ["erp.example.com"], "what was checked is what is dialled"
    assert receiver.requests == []


@pytest.mark.parametrize("url", ["http://[", "http://", "ftp://example.com/", "no es una dirección"])
async def test_what_is_no_address_is_told_and_not_raised(url: str) -> None:
    assert isinstance(await posted(url), Unanswered)
