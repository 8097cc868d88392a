"""A company's own software on loopback, which receives webhook messages and answers as the test sets."""

import asyncio
import base64
import hashlib
import hmac
import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

STALLS = -1


@dataclass(frozen=True, slots=True)
class Told:
    """One request as it arrived."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def message(self) -> dict[str, Any]:
        """The body as JSON."""
        read: dict[str, Any] = json.loads(self.body)
        return read

    @property
    def type(self) -> str:
        """The event that the message announces."""
        return str(self.message["type"])

    @property
    def id(self) -> str:
        """The identifier of the message."""
        return self.headers["webhook-id"]

    def is_signed_with(self, secret: str) -> bool:
        """Verifies the signature as a receiver would, from the specification alone."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return f"v1,{expected}" in self.headers["webhook-signature"].split(" ")


@dataclass(slots=True)
class Erp:
    """The received messages; ``statuses`` are answered in their order, then always 200.

    ``retry_after`` is the header of this name in every answer that is not 200.
    """

    url: str = ""
    told: list[Told] = field(default_factory=list)
    statuses: deque[int] = field(default_factory=deque)
    retry_after: str = ""
    arrived: threading.Event = field(default_factory=threading.Event)

    def types(self) -> list[str]:
        """The announced events in alphabetical order, because no other order is promised."""
        return sorted(one.type.removeprefix("document.") for one in self.told)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Keeps a request and answers to it."""
        self.told.append(Told({k.lower(): v for k, v in request.headers.items()}, await request.read()))
        self.arrived.set()
        status = self.statuses.popleft() if self.statuses else 200
        if status == STALLS:
            await asyncio.Event().wait()
        headers = {"Retry-After": self.retry_after} if self.retry_after and status != 200 else {}
        return web.Response(status=status, text=f"respuesta {status}", headers=headers)


@contextmanager
def open_erp() -> Iterator[Erp]:
    """A receiver that listens as long as the context lasts."""
    erp = Erp()
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    ready = threading.Event()

    async def serve() -> None:
        stop = asyncio.Event()
        runner = web.ServerRunner(web.Server(erp.handle), shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        erp.url = f"http://127.0.0.1:{runner.addresses[0][1]}/ocote"
        loops.append((asyncio.get_running_loop(), stop))
        ready.set()
        await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield erp
    finally:
        [(loop, stop)] = loops
        loop.call_soon_threadsafe(stop.set)
        thread.join()
