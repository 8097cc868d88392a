"""Reads the body of a request: only JSON in UTF-8, never more than the limit in memory."""

from starlette.types import Message, Receive

from ocote.web.invalid import invalid
from ocote.web.json_text import WHOLE_BODY

MAX_BODY_BYTES = 1024 * 1024
"""The largest body, by contract D2."""

_UTF8 = ("utf-8", "utf8")
"""The name of the encoding, and the alias that many clients write."""

_MAX_DRAINED_BYTES = 32 * 1024 * 1024


class ClientGone(Exception):  # noqa: N818 - no client is left to answer
    """The client closed the connection before its request or its response was complete."""


def check_media_type(content_type: bytes | None, content_encoding: bytes | None) -> None:
    """Raises InvalidRequest unless the body is uncompressed ``application/json`` without charset or in UTF-8 (D2)."""
    if content_encoding is not None and content_encoding.strip().lower() not in (b"", b"identity"):
        raise invalid("content_encoding_unsupported", "Content-Encoding")
    if content_type == b"application/json":
        return
    kind, _, parameters = (content_type or b"").decode("latin-1").lower().partition(";")
    if kind.strip() != "application/json":
        raise invalid("content_type_not_json", "Content-Type")
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in _UTF8:
            raise invalid("charset_not_utf8", "Content-Type")


async def read_body(receive: Receive, limit: int = MAX_BODY_BYTES) -> bytes:
    """Reads the whole body.

    A body that is too large is read to its end (up to 32 MiB) and discarded piece by piece: a client that could not
    send the whole body would fail on a closed connection and never read the response.

    Raises InvalidRequest (``body_too_large``) and ClientGone.
    """
    message = await _next(receive)
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False) and len(body) <= limit:
        return body
    pieces = [body]
    size = len(body)
    more = bool(message.get("more_body", False))
    while more and size <= _MAX_DRAINED_BYTES:
        message = await _next(receive)
        piece: bytes = message.get("body", b"")
        size += len(piece)
        if size <= limit:
            pieces.append(piece)
        else:
            pieces.clear()
        more = bool(message.get("more_body", False))
    if size > limit:
        raise invalid("body_too_large", WHOLE_BODY, limit=limit)
    return b"".join(pieces)


async def _next(receive: Receive) -> Message:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    return message
