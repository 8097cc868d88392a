"""What an ASGI server hands to an application, and what it takes back."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from ocote.web.answer import Answer, Header

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


async def send_answer(send: Send, answer: Answer, headers: Iterable[Header] = ()) -> None:
    """Sends a whole answer; ``headers`` come on top of its own."""
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [
                (b"content-type", answer.media_type),
                (b"content-length", b"%d" % len(answer.body)),
                *answer.headers,
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": answer.body})
