"""The one Starlette application of a gateway, before it has routes."""

from collections.abc import Sequence
from typing import Final, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import BaseRoute
from starlette.types import ExceptionHandler, Lifespan

from ocote.web.response import Response

_BROKEN: Final = Response(500, b"Internal Server Error", b"text/plain; charset=utf-8", ((b"connection", b"close"),))
"""The response to an unforeseen error, as the HTTP server itself would send it."""


def application(routes: Sequence[BaseRoute] = (), lifespan: Lifespan[Starlette] | None = None) -> Starlette:
    """An application that redirects no path: a path with an additional slash at its end is a different path."""
    handler = cast("ExceptionHandler", _unforeseen)  # Starlette calls any ASGI application that a handler returns
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={Exception: handler})
    app.router.redirect_slashes = False
    return app


def _unforeseen(_: Request, __: Exception) -> Response:
    """Answers an error that no route has answered; Starlette raises the error again for the server to log."""
    return _BROKEN
