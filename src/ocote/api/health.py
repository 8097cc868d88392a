"""``/health/live`` and ``/health/ready``, for whoever starts and watches the process. No key, any scheme."""

import msgspec

from ocote.api.gateway import Gateway
from ocote.web.asgi import Scope, Send
from ocote.web.body import Receive

PREFIX = "/health/"

_ENCODER = msgspec.json.Encoder()


class Health:
    """Answers the two probes as an ASGI application."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """``live`` says that the process answers; ``ready`` asks the gateway and is 503 with the reasons otherwise."""
        status, body = await self._probe(scope["path"])
        content = _ENCODER.encode(body)
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(content)),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _probe(self, path: str) -> tuple[int, dict[str, object]]:
        if path == PREFIX + "live":
            return 200, {"status": "ok"}
        if path != PREFIX + "ready":
            return 404, {"detail": f"No existe la ruta {path}", "code": "route_unknown"}
        problems = await self._gateway.ready()
        if problems:
            return 503, {"status": "unready", "problems": problems}
        return 200, {"status": "ok"}
