"""Reads the body of a request: only JSON in UTF-8, never more than the limit in memory."""

from starlette.types import Message, Receive

from ocote.web.invalid import invalid
from ocote.web.json_text import WHOLE_BODY

MAX_BODY_BYTES = 1024 * 1024
"""The largest body, by contract D2."""

_UTF8 = ("utf-8", "utf8")
"""The name of the encoding, and the alias that many clients write."""


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

    Of a body that is too large no more is read: the server throws the rest away while the client reads its answer.

    Raises InvalidRequest (``body_too_large``) and ClientGone.
    """
    message = await _next(receive)
    body: bytes = message.get("body", b"")
    pieces = [body]
    size = len(body)
    while size <= limit and message.get("more_body", False):
        message = await _next(receive)
        piece: bytes = message.get("body", b"")
        size += len(piece)
        pieces.append(piece)
    if size > limit:
        raise invalid("body_too_large", WHOLE_BODY, limit=limit)
    return body if len(pieces) == 1 else b"".join(pieces)


async def _next(receive: Receive) -> Message:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    return message
