"""A body that is made while it is sent is made no faster than it is taken."""

import asyncio
import gc
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from ocote.web.body import ClientGone
from ocote.web.streaming import StreamedResponse


class Pieces:
    """Makes pieces for ever, and counts them."""

    def __init__(self) -> None:
        self.made = 0
        self.ended = False

    async def make(self) -> AsyncGenerator[bytes, None]:
        try:
            while True:
                self.made += 1
                yield b"x"
        finally:
            self.ended = True


async def still_there() -> dict[str, Any]:
    await asyncio.Event().wait()
    return {}


async def test_only_the_first_piece_is_made_before_anything_is_sent() -> None:
    pieces = Pieces()
    began: list[tuple[int, int]] = []

    async def send(message: Any) -> None:
        began.append((message["status"], pieces.made))
        raise ConnectionError

    await StreamedResponse(pieces.make(), b"text/csv")({"scheme": "https", "method": "GET"}, still_there, send)

    assert began == [(200, 1)]


async def test_a_client_that_does_not_read_holds_the_making_back() -> None:
    pieces, stuck, sent = Pieces(), asyncio.Event(), 0

    async def send(_: Any) -> None:
        nonlocal sent
        sent += 1
        if sent == 4:  # the head and three pieces
            stuck.set()
            await asyncio.Event().wait()

    response = StreamedResponse(pieces.make(), b"text/csv")
    sending = asyncio.create_task(_send(response, send))
    await stuck.wait()
    for _ in range(100):
        await asyncio.sleep(0)

    assert pieces.made == 3
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert pieces.ended


async def _send(response: StreamedResponse, send: Any) -> None:
    await response({"scheme": "https", "method": "GET"}, still_there, send)


async def test_an_error_in_the_moment_in_which_the_client_goes_is_no_line_of_the_log() -> None:
    unheard: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unheard.append(context))

    async def refused() -> AsyncGenerator[bytes, None]:
        raise LookupError
        yield b""

    async def nowhere(_: Any) -> None:
        """Sends nothing."""

    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(ClientGone):
        await StreamedResponse(refused(), b"text/csv")({"scheme": "https", "method": "GET"}, gone, nowhere)
    gc.collect()
    await asyncio.sleep(0)

    assert unheard == []
