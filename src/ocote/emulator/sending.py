"""Sends a reply: whole, broken off in the middle, byte by byte, or not at all."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from ocote.emulator.faults import Fault
from ocote.emulator.http import Reply

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

CONNECTION: Final = "ocote.emulator.connection"
"""The ASGI extension with which the application can close or reset the connection."""


async def send_whole(reply: Reply, send: Send) -> None:
    """Send the reply unchanged."""
    await _begin(reply, send)
    await send({"type": "http.response.body", "body": reply.body})


async def send_under(fault: Fault | None, reply: Reply | None, scope: Message, receive: Receive, send: Send) -> None:
    """Send the reply as the fault distorts it; without a reply, close the connection."""
    if reply is None:
        await _end(scope, "close", receive)
    elif fault is not None and fault.kind == "reset":
        await _begin(reply, send)
        await send({"type": "http.response.body", "body": reply.body[: len(reply.body) // 2], "more_body": True})
        await _end(scope, "reset", receive)
    elif fault is not None and fault.kind == "trickle":
        await _begin(reply, send)
        for position in range(len(reply.body)):
            await send({"type": "http.response.body", "body": reply.body[position : position + 1], "more_body": True})
            await asyncio.sleep(fault.seconds)
        await send({"type": "http.response.body", "body": b""})
    else:
        await send_whole(reply, send)


async def _begin(reply: Reply, send: Send) -> None:
    headers = [
        (b"content-type", reply.media_type.encode()),
        (b"content-length", str(len(reply.body)).encode()),
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})


async def _end(scope: Message, how: str, receive: Receive) -> None:
    """End the connection, and return after the server's disconnect message."""
    scope["extensions"][CONNECTION][how]()
    while (await receive())["type"] != "http.disconnect":
        pass
