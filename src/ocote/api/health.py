"""``/health/live`` and ``/health/ready``, for the system that starts and watches the process. No key, any scheme."""

from collections.abc import Awaitable, Callable

import msgspec
from starlette.types import Receive, Scope, Send

from ocote.store import companies as rows
from ocote.store.engine.store import Store, StoreUnavailableError
from ocote.web.response import JSON, Response

HEALTH_PATH = "/health/"


class Health:
    """Answers the two probes as an ASGI application; ``problems`` lists the reasons why the gateway cannot work."""

    def __init__(self, problems: Callable[[], Awaitable[list[str]]]) -> None:
        self._problems = problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """``live`` is 200 while the process answers; ``ready`` is 503 with reasons while the gateway cannot work."""
        status, body = await self._probe(scope["path"])
        response = Response(status, msgspec.json.encode(body), JSON, ((b"cache-control", b"no-store"),))
        await response(scope, receive, send)

    async def _probe(self, path: str) -> tuple[int, dict[str, object]]:
        if path == HEALTH_PATH + "live":
            return 200, {"status": "ok"}
        if path != HEALTH_PATH + "ready":
            return 404, {"detail": f"No existe la ruta {path}", "code": "route_unknown"}
        problems = await self._problems()
        if problems:
            return 503, {"status": "unready", "problems": problems}
        return 200, {"status": "ok"}


async def database_problems(store: Store) -> list[str]:
    """Queries the database, all that the gateway needs to answer; returns the problem as a sentence, if any."""
    try:
        await store.read(rows.key_holder_of, "")
    except StoreUnavailableError as error:
        return [f"the database does not answer: {error}"]
    return []
