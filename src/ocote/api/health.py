"""``/health/live`` and ``/health/ready``, for the system that starts and watches the process. No key, any scheme."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final

import msgspec
from starlette.types import Receive, Scope, Send

from ocote.store import companies as rows
from ocote.store.engine.store import Store, StoreUnavailableError
from ocote.web.response import JSON, NOT_KEPT, Response, wrong_method
from ocote.web.transport import is_from_this_machine

HEALTH_PATH = "/health/"

_KEPT_S: Final = 1.0
"""Seconds for which a look at the gateway counts: strangers who ask cannot load the database."""


class Health:
    """Answers the two probes as an ASGI application; ``problems`` lists the reasons why the gateway cannot work."""

    def __init__(self, problems: Callable[[], Awaitable[list[str]]], now: Callable[[], float] = monotonic) -> None:
        self._problems = problems
        self._now = now
        self._look: asyncio.Task[list[str]] | None = None
        self._looked_at = -_KEPT_S

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """``live`` is 200 while the process answers; ``ready`` is 503 while the gateway cannot work.

        Only a client on this machine is told the reasons, which name the database.
        """
        if scope["method"] not in ("GET", "HEAD"):
            await wrong_method(scope["method"], "GET, HEAD")(scope, receive, send)
            return
        status, body = await self._probe(scope)
        response = Response(status, msgspec.json.encode(body), JSON, (NOT_KEPT,))
        await response(scope, receive, send)

    async def _probe(self, scope: Scope) -> tuple[int, dict[str, object]]:
        path = scope["path"]
        if path == HEALTH_PATH + "live":
            return 200, {"status": "ok"}
        if path != HEALTH_PATH + "ready":
            return 404, {"detail": f"No existe la ruta {path}", "code": "route_unknown"}
        problems = await self._known_problems()
        if not problems:
            return 200, {"status": "ok"}
        if is_from_this_machine(scope):
            return 503, {"status": "unready", "problems": problems}
        return 503, {"status": "unready"}

    async def _known_problems(self) -> list[str]:
        """The problems by the last look, which all who ask within a second share, even while it lasts."""
        if self._look is None or (self._look.done() and self._now() - self._looked_at >= _KEPT_S):
            self._look = asyncio.create_task(self._look_once())
        return await asyncio.shield(self._look)

    async def _look_once(self) -> list[str]:
        try:
            return await self._problems()
        finally:
            self._looked_at = self._now()


async def database_problems(store: Store) -> list[str]:
    """Queries the database, all that the gateway needs to answer; returns the problem as a sentence, if any."""
    try:
        await store.read(rows.key_holder_of, "")
    except StoreUnavailableError as error:
        return [f"the database does not answer: {error}"]
    return []
