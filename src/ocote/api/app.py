"""API Connect and the health probes as routes of the application."""

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from ocote.api.cursor import Cursors
from ocote.api.gate import Exposure, Gate
from ocote.api.health import HEALTH_PATH, Health
from ocote.api.pages import public_pages
from ocote.api.request_log import API_PATH
from ocote.api.routes.books import get_books
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
from ocote.api.routes.link import post_link
from ocote.api.routes.listing import Listing
from ocote.api.routes.mail import get_mails, post_mail
from ocote.api.routes.status import get_note_status, get_purchase_status, get_status
from ocote.api.routing import ApiRoute, api_router
from ocote.api.services import Services
from ocote.web.limiter import RateLimiter
from ocote.web.routing import Below


def all_routes(cursors: Cursors) -> tuple[ApiRoute, ...]:
    """Every endpoint that needs a key: the endpoints of contract 1, the list of documents, the catalogs."""
    return (
        ApiRoute("/invoice", POST=post_invoice),
        ApiRoute("/credit-memo", POST=post_note),
        ApiRoute("/suex", POST=post_purchase),
        ApiRoute("/status/{id_or_ref:raw}", GET=get_status),
        ApiRoute("/credit-memo/status/{id_or_ref:raw}", GET=get_note_status),
        ApiRoute("/suex/status/{id_or_ref:raw}", GET=get_purchase_status),
        ApiRoute("/invalidate/{id_or_ref:raw}", POST=post_invalidation),
        ApiRoute("/invalidate/suex/{id_or_ref:raw}", POST=post_purchase_invalidation),
        ApiRoute("/invalidate/status/{id_or_ref:raw}", GET=get_invalidation),
        ApiRoute("/invalidate/suex/status/{id_or_ref:raw}", GET=get_purchase_invalidation),
        ApiRoute("/file/{id_or_ref:raw}", GET=get_file),
        ApiRoute("/documents", GET=Listing(cursors).get_documents),
        ApiRoute("/documents/export", GET=get_export),
        ApiRoute("/books", GET=get_books),
        ApiRoute("/documents/{id_or_ref:raw}/email", GET=get_mails, POST=post_mail),
        ApiRoute("/documents/{id_or_ref:raw}/link", POST=post_link),
        ApiRoute("/catalogs/activities", GET=get_activities),
        ApiRoute("/catalogs/departments", GET=get_departments),
        ApiRoute("/catalogs/districts/search", GET=get_districts),
        ApiRoute("/catalogs/{name:raw}", GET=get_catalog),
    )


def api_routes(services: Services, limiter: RateLimiter, exposure: Exposure, cursors: Cursors) -> list[BaseRoute]:
    """The probes, and API Connect behind its gate."""
    gate = Middleware(Gate, services=services, limiter=limiter, pages=public_pages(), exposure=exposure)
    return [
        Below(HEALTH_PATH, Health(services.problems)),
        Below(API_PATH, api_router(all_routes(cursors)), middleware=[gate]),
    ]
