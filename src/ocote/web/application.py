"""The one Starlette application of a gateway, before it has routes."""

from collections.abc import Sequence
from functools import partial
from typing import Final, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import BaseRoute
from starlette.types import ExceptionHandler, Lifespan, Message, Receive, Scope, Send

from ocote.web.response import Response

_BROKEN: Final = Response(500, b"Internal Server Error", b"text/plain; charset=utf-8", ((b"connection", b"close"),))
"""The response to an unforeseen error, as the HTTP server itself would send it."""


class _Application(Starlette):
    """Starlette, except that the server's log gets one line about a failed start instead of a traceback."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection, or the lifespan of the application."""
        await super().__call__(scope, receive, partial(_send_last_line, send) if scope["type"] == "lifespan" else send)


async def _send_last_line(send: Send, message: Message) -> None:
    if message["type"] == "lifespan.startup.failed":
        message = {**message, "message": message["message"].rstrip().rpartition("\n")[2]}
    await send(message)


def application(routes: Sequence[BaseRoute] = (), lifespan: Lifespan[Starlette] | None = None) -> Starlette:
    """An application that redirects no path: a path with an additional slash at its end is a different path."""
    handler = cast("ExceptionHandler", _unforeseen)  # Starlette calls any ASGI application that a handler returns
    app = _Application(routes=routes, lifespan=lifespan, exception_handlers={Exception: handler})
    app.router.redirect_slashes = False
    return app


def _unforeseen(_: Request, __: Exception) -> Response:
    """Answers an error that no route has answered; Starlette raises the error again for the server to log."""
    return _BROKEN
