"""Sends a body while it is made, and stops making it as soon as nobody is there to take it."""

import asyncio
from collections.abc import Iterable
from typing import Self

import structlog

from ocote.web.answer import Header, Streamed
from ocote.web.asgi import Send
from ocote.web.body import ClientGone, Receive

_log = structlog.get_logger(__name__)


class BegunStream:
    """A streamed answer whose first piece is there, so that nothing is left to refuse."""

    def __init__(self, answer: Streamed, gone: "asyncio.Task[None]") -> None:
        self.status = 200
        self._answer = answer
        self._gone = gone
        self._first: bytes | None = None

    @classmethod
    async def begin(cls, answer: Streamed, receive: Receive) -> Self:
        """Waits for the first piece. Raises what the making of it raises, and ClientGone."""
        begun = cls(answer, asyncio.create_task(_until_gone(receive)))
        try:
            begun._first = await begun._next()
        except BaseException:
            await begun._end()
            raise
        return begun

    async def send(self, send: Send, headers: Iterable[Header]) -> None:
        """Sends the answer, its pieces as the client takes them. ``headers`` come on top of the answer's own.

        When the making fails, the body is left unfinished: the server then closes the connection, which tells the
        client that it has not got everything.
        """
        answer = self._answer
        all_headers = [(b"content-type", answer.media_type), *answer.headers, *headers]
        try:
            await send({"type": "http.response.start", "status": self.status, "headers": all_headers})
            piece = self._first
            while piece is not None:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await self._next()
            await send({"type": "http.response.body", "body": b""})
        except ClientGone:
            _log.info("stream_abandoned")
        except Exception:  # noqa: BLE001 - the status is sent already: all that is left is to break off and say why
            _log.exception("stream_broken")
        finally:
            await self._end()

    async def _next(self) -> bytes | None:
        """The next piece, None behind the last. Raises ClientGone, and then nothing goes on being made."""
        making = asyncio.ensure_future(anext(self._answer.pieces, None))
        try:
            await asyncio.wait({making, self._gone}, return_when=asyncio.FIRST_COMPLETED)
            if self._gone.done():
                raise ClientGone
            return await making
        finally:
            if not making.done():
                making.cancel()
                await asyncio.gather(making, return_exceptions=True)

    async def _end(self) -> None:
        self._gone.cancel()
        await self._answer.pieces.aclose()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
