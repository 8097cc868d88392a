"""What the application does beyond its routes."""

from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from ocote.api.app import api_routes
from ocote.api.cursor import Cursors
from ocote.api.gate import Exposure
from ocote.panel.site import site_routes
from ocote.web.application import application
from ocote.web.limiter import RateLimiter
from ocote.web.routing import Below
from tests.api.client import Client
from tests.api.twin import TwinGateway


async def test_a_path_with_another_slash_is_not_redirected() -> None:
    app = application(
        api_routes(TwinGateway().services(), RateLimiter.from_url("memory://"), Exposure(), Cursors(b"s"))
    )

    reply = await Client(app).get("/health")

    assert (reply.status, "location" in reply.headers) == (404, False)


async def test_an_error_that_no_route_answers_is_answered_and_raised_for_the_log() -> None:
    async def broken(_: Scope, __: Receive, ___: Send) -> None:
        raise RuntimeError("the inside")

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    with pytest.raises(RuntimeError):
        await application([Below("", broken)])({"type": "http", "path": "/", "headers": []}, _nothing, send)

    assert sent == [
        {
            "type": "http.response.start",
            "status": 500,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", b"21"),
                (b"connection", b"close"),
            ],
        },
        {"type": "http.response.body", "body": b"Internal Server Error"},
    ]


@pytest.mark.parametrize("path", ["/", "/api/connect/invoice", "/v/x", "/health/live"])
async def test_no_path_takes_a_websocket(path: str) -> None:
    services, limiter = TwinGateway().services(), RateLimiter.from_url("memory://")
    app = application([*api_routes(services, limiter, Exposure(), Cursors(b"s")), *site_routes(_never)])
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await app({"type": "websocket", "path": path, "headers": []}, _nothing, send)

    assert [message["type"] for message in sent] == ["websocket.close"]


async def _nothing() -> dict[str, Any]:
    return {}


async def _never(_: Scope, __: Receive, ___: Send) -> None:
    raise AssertionError("no WebSocket reaches a page")
