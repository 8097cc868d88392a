"""The application before it has routes: what the server learns of a start that fails."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from ocote.web.application import application


async def test_a_start_that_fails_is_one_line_for_the_log_of_the_server() -> None:
    @asynccontextmanager
    async def fails(_: Starlette) -> AsyncIterator[None]:
        raise LookupError("no tables")
        yield

    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(message: Message) -> None:
        sent.append(message)

    with pytest.raises(LookupError):
        await application(lifespan=fails)({"type": "lifespan", "state": {}}, receive, send)

    assert sent == [{"type": "lifespan.startup.failed", "message": "LookupError: no tables"}]
