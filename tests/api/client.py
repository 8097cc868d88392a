"""Calls an ASGI application as a client would, without sockets."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.types import ASGIApp

from ocote.api.app import api_routes
from ocote.api.gate import Exposure
from ocote.requests.cursor import Cursors
from ocote.web.application import application
from ocote.web.limiter import RateLimiter
from tests.api.twin import KEY, TwinGateway

JSON_HEADERS = {"content-type": "application/json"}


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes
    is_whole: bool = True

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def detail(self) -> str:
        return str(self.json["detail"])

    @property
    def code(self) -> str:
        return str(self.json["code"])


class Client:
    """Speaks HTTPS with the key of the twin's first company unless it is told otherwise."""

    def __init__(
        self, app: ASGIApp, *, scheme: str = "https", peer: str = "203.0.113.9", key: str | None = KEY
    ) -> None:
        self._app = app
        self._scheme = scheme
        self._peer = peer
        self._key = key

    async def get(self, path: str, **headers: str) -> Reply:
        return await self.send("GET", path, b"", headers)

    async def post(self, path: str, body: object, **headers: str) -> Reply:
        """Posts JSON; bytes go as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.send("POST", path, content, JSON_HEADERS | headers)

    async def send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        """``path`` is the raw one below the server, with its query; header names may have underscores."""
        raw_path, _, query = path.partition("?")
        sent = {"host": "ocote.test"} | ({"authorization": f"Bearer {self._key}"} if self._key else {}) | headers
        scope = {
            "type": "http",
            "method": method,
            "scheme": self._scheme,
            "path": unquote(raw_path),
            "raw_path": raw_path.encode("ascii"),
            "query_string": query.encode("latin-1"),
            "headers": [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in sent.items()],
            "client": (self._peer, 50000),
            "server": ("10.0.0.5", 8443),
        }
        messages = [{"type": "http.request", "body": body, "more_body": False}]
        answer: list[Any] = []

        async def receive() -> dict[str, Any]:
            if not messages:
                await asyncio.Event().wait()  # the client stays until it has its answer
            return messages.pop(0)

        async def send(message: Any) -> None:
            answer.append(message)

        await self._app(scope, receive, send)
        start, *pieces = answer
        reply_headers = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
        content = b"".join(piece["body"] for piece in pieces)
        if "content-length" in reply_headers:
            assert int(reply_headers["content-length"]) == len(content)
        is_whole = not pieces[-1].get("more_body", False)
        return Reply(start["status"], reply_headers, content, is_whole)


def http_app(
    gateway: TwinGateway, limiter: RateLimiter | None = None, *, cursor_secret: bytes = b"secret", **exposure: Any
) -> Starlette:
    """API Connect and the probes over this gateway; ``exposure`` holds the values of ``Exposure``."""
    limiter = limiter or RateLimiter.from_url("memory://")
    return application(api_routes(gateway.services(), limiter, Exposure(**exposure), Cursors(cursor_secret)))


def client_of(gateway: TwinGateway, limiter: RateLimiter | None = None, **options: Any) -> Client:
    """A client of an application over this gateway; options of the client or of the application."""
    ours = {name: options.pop(name) for name in ("scheme", "peer", "key") if name in options}
    return Client(http_app(gateway, limiter, **options), **ours)
