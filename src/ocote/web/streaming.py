"""A response whose body is made while it is sent, and only while the client is connected."""

import asyncio
from collections.abc import AsyncGenerator

import structlog
from msgspec import Struct
from starlette.types import Receive, Scope, Send

from ocote.web.body import ClientGone
from ocote.web.presence import until_gone
from ocote.web.response import Header, same_for_all

_log = structlog.get_logger(__name__)


class StreamedResponse(Struct, frozen=True):
    """A response of status 200 whose body is made piece by piece.

    An error before the first piece is raised while nothing has been sent, and can still be answered. A later error
    leaves the body unfinished: the server then closes the connection, and the client can see that the end is missing.
    """

    pieces: AsyncGenerator[bytes, None]
    media_type: bytes
    headers: tuple[Header, ...] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the pieces at the speed of the client. Raises ClientGone and any error before the first piece.

        HEAD gets the headers, and no piece is made.
        """
        if scope["method"] == "HEAD":
            await self.pieces.aclose()
            headers = [(b"content-type", self.media_type), *same_for_all(scope["scheme"]), *self.headers]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        gone = asyncio.create_task(until_gone(receive))
        try:
            first = await self._next(gone)
            await self._send(first, gone, same_for_all(scope["scheme"]), send)
        finally:
            gone.cancel()
            await self.pieces.aclose()

    async def _send(
        self, piece: bytes | None, gone: "asyncio.Task[None]", same: tuple[Header, ...], send: Send
    ) -> None:
        headers = [(b"content-type", self.media_type), *same, *self.headers]
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            while piece is not None:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await self._next(gone)
            await send({"type": "http.response.body", "body": b""})
        except ClientGone:
            _log.info("stream_abandoned")
        except Exception:  # noqa: BLE001 - the status is sent already: only stop and log
            _log.exception("stream_broken")

    async def _next(self, gone: "asyncio.Task[None]") -> bytes | None:
        """The next piece; None after the last. Raises ClientGone and then makes no further piece."""
        making = asyncio.ensure_future(anext(self.pieces, None))
        try:
            await asyncio.wait({making, gone}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                raise ClientGone
            return await making
        finally:
            making.cancel()
            await asyncio.gather(making, return_exceptions=True)  # its error, too, if it ended in the same moment
