"""A real HTTP server on loopback that answers each request as a test has written down beforehand."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

AUTH = "/seguridad/auth"
RECEPTION = "/fesv/recepciondte"
QUERY = "/fesv/recepcion/consultadte/"

Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Script:
    """The answers still to give, by path, and the requests received so far. Nothing left to give is answered 599."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    _answers: defaultdict[str, deque[Behaviour]] = field(default_factory=lambda: defaultdict(deque))

    def on(self, path: str, *behaviours: Behaviour) -> "Script":
        self._answers[path].extend(behaviours)
        return self

    def calls(self) -> list[str]:
        return [request.path for request in self.received]

    def requests_to(self, path: str) -> list[Received]:
        return [request for request in self.received if request.path == path]

    def unused(self) -> dict[str, int]:
        return {path: len(queue) for path, queue in self._answers.items() if queue}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.received.append(Received(request.method, request.path, dict(request.headers), body))
        queue = self._answers[request.path]
        if not queue:
            return web.Response(status=599, text="the script has no answer left")
        return await queue.popleft()(request)


@asynccontextmanager
async def scripted() -> AsyncIterator[Script]:
    """A running server; its ``url`` ends without a slash."""
    script = Script()
    application = web.Application(client_max_size=64 * 1024 * 1024)
    application.router.add_route("*", "/{path:.*}", script.handle)
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.01)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        script.url = f"http://{host}:{port}"
        yield script
    finally:
        await runner.cleanup()


def answers(body: object, status: int = 200) -> Behaviour:
    """A complete JSON answer."""
    return says(json.dumps(body).encode(), status, "application/json")


def says(body: bytes, status: int = 200, content_type: str = "text/html") -> Behaviour:
    """A complete answer of any bytes."""

    async def behave(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, content_type=content_type)

    return behave


def redirects(location: str) -> Behaviour:
    async def behave(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": location})

    return behave


def and_closes(then: Behaviour) -> Behaviour:
    """Answers and ends the connection in good order, so that it is not kept for the next request."""

    async def behave(request: web.Request) -> web.StreamResponse:
        response = await then(request)
        response.force_close()
        return response

    return behave


def with_cookie(cookie: str, then: Behaviour) -> Behaviour:
    async def behave(request: web.Request) -> web.StreamResponse:
        response = await then(request)
        response.headers["Set-Cookie"] = f"{cookie}; Path=/"
        return response

    return behave


def hangs(until: asyncio.Event, then: Behaviour) -> Behaviour:
    """Takes the request and answers only once released."""

    async def behave(request: web.Request) -> web.StreamResponse:
        await until.wait()
        return await then(request)

    return behave


def never() -> Behaviour:
    """Takes the request and does not answer as long as the server runs."""
    return hangs(asyncio.Event(), answers({}))


def during(act: Callable[[], None], then: Behaviour) -> Behaviour:
    """Does something at the moment the request has arrived, such as setting a clock, and then behaves."""

    async def behave(request: web.Request) -> web.StreamResponse:
        act()
        return await then(request)

    return behave


def hangs_up() -> Behaviour:
    """Takes the request and closes the connection without a word."""

    async def behave(request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    return behave


def breaks_off(body: bytes = b'{"estado":"PROCES') -> Behaviour:
    """Announces a longer body than it sends, and closes in the middle."""

    async def behave(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "4000"})
        await response.prepare(request)
        await response.write(body)
        if request.transport is not None:
            request.transport.abort()
        return response

    return behave
