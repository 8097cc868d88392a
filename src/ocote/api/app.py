"""The HTTP side of the gateway as one ASGI application: API Connect and the health probes."""

from collections.abc import Awaitable, Callable
from secrets import token_bytes

from ocote.api.cursor import Cursors
from ocote.api.gate import PREFIX, Gate
from ocote.api.gateway import Gateway
from ocote.api.health import PREFIX as HEALTH
from ocote.api.health import Health
from ocote.api.pages import public_pages
from ocote.api.routes.catalogs import get_activities, get_catalog, get_departments, get_districts
from ocote.api.routes.export import get_export
from ocote.api.routes.file import get_file
from ocote.api.routes.invalidation import (
    get_invalidation,
    get_purchase_invalidation,
    post_invalidation,
    post_purchase_invalidation,
)
from ocote.api.routes.issue import post_invoice, post_note, post_purchase
from ocote.api.routes.listing import Listing
from ocote.api.routes.mail import get_mails, post_mail
from ocote.api.routes.status import get_note_status, get_purchase_status, get_status
from ocote.api.routing import Route, Router
from ocote.web.asgi import Scope, Send
from ocote.web.body import Receive
from ocote.web.limiter import RateLimiter

Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


def all_routes(cursors: Cursors) -> tuple[Route, ...]:
    """Every endpoint that needs a key: those of contract 1, the list of documents, the catalogs."""
    return (
        Route("POST", "/invoice", post_invoice),
        Route("POST", "/credit-memo", post_note),
        Route("POST", "/suex", post_purchase),
        Route("GET", "/status/{id_or_ref}", get_status),
        Route("GET", "/credit-memo/status/{id_or_ref}", get_note_status),
        Route("GET", "/suex/status/{id_or_ref}", get_purchase_status),
        Route("POST", "/invalidate/{id_or_ref}", post_invalidation),
        Route("POST", "/invalidate/suex/{id_or_ref}", post_purchase_invalidation),
        Route("GET", "/invalidate/status/{id_or_ref}", get_invalidation),
        Route("GET", "/invalidate/suex/status/{id_or_ref}", get_purchase_invalidation),
        Route("GET", "/file/{id_or_ref}", get_file),
        Route("GET", "/documents", Listing(cursors).get_documents),
        Route("GET", "/documents/export", get_export),
        Route("GET", "/documents/{id_or_ref}/email", get_mails),
        Route("POST", "/documents/{id_or_ref}/email", post_mail),
        Route("GET", "/catalogs/activities", get_activities),
        Route("GET", "/catalogs/departments", get_departments),
        Route("GET", "/catalogs/districts/search", get_districts),
        Route("GET", "/catalogs/{name}", get_catalog),
    )


def http_app(
    gateway: Gateway,
    limiter: RateLimiter,
    *,
    allow_http: bool = False,
    base_url: str | None = None,
    cursor_secret: bytes | None = None,
    others: Asgi | None = None,
) -> Asgi:
    """The application.

    ``cursor_secret`` makes the cursors of lists; processes that share a database share it, and without one a process
    makes its own, good until it ends. ``others`` serves what is neither API Connect nor a probe: other paths,
    lifespan, the panel. Without ``others`` such paths are answered as unknown routes of the API, and lifespan
    messages are not understood, which a server takes as an application without start-up and shutdown.
    """
    routes = Router(all_routes(Cursors(cursor_secret or token_bytes(32))))
    gate = Gate(gateway, limiter, routes, public_pages(), allow_http=allow_http, base_url=base_url)
    health = Health(gateway)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if others is None:
                raise NotImplementedError(f"no {scope['type']} here")
            await others(scope, receive, send)
            return
        path: str = scope["path"]
        if path.startswith(HEALTH):
            await health(scope, receive, send)
        elif others is None or path == PREFIX or path.startswith(PREFIX + "/"):
            await gate(scope, receive, send)
        else:
            await others(scope, receive, send)

    return app
