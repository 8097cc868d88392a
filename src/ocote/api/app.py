"""API Connect and the health probes as routes of the application."""

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from ocote.api.gate import Exposure, Gate
from ocote.api.health import HEALTH_PATH, Health
from ocote.api.pages import public_pages
from ocote.api.request import DRY_RUN
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
from ocote.api.routes.items import delete_item, get_item, get_items, put_item
from ocote.api.routes.link import post_link
from ocote.api.routes.listing import Listing
from ocote.api.routes.mail import get_mails, post_mail
from ocote.api.routes.status import get_note_status, get_purchase_status, get_status
from ocote.api.routing import ApiRoute, api_router, taking
from ocote.api.services import Services
from ocote.requests.books import BOOKS_QUERY
from ocote.requests.cursor import Cursors
from ocote.requests.export_span import EXPORT_QUERY
from ocote.requests.item import ITEMS_QUERY
from ocote.requests.listing import LISTING_QUERY
from ocote.web.limiter import RateLimiter
from ocote.web.routing import Below

_WITH_DTE = "include_dte"
_SEARCH = "search"


def all_routes(cursors: Cursors) -> tuple[ApiRoute, ...]:
    """Every endpoint that needs a key: those of contract 1, the list of documents, the items, the catalogs.

    Every call that does something reads ``dry_run``: those that have no dry run, in order to refuse it.
    """
    return (
        ApiRoute("/invoice", POST=taking(post_invoice, DRY_RUN)),
        ApiRoute("/credit-memo", POST=taking(post_note, DRY_RUN)),
        ApiRoute("/suex", POST=taking(post_purchase, DRY_RUN)),
        ApiRoute("/status/{id_or_ref:raw}", GET=taking(get_status, _WITH_DTE)),
        ApiRoute("/credit-memo/status/{id_or_ref:raw}", GET=taking(get_note_status, _WITH_DTE)),
        ApiRoute("/suex/status/{id_or_ref:raw}", GET=taking(get_purchase_status, _WITH_DTE)),
        ApiRoute("/invalidate/{id_or_ref:raw}", POST=taking(post_invalidation, DRY_RUN)),
        ApiRoute("/invalidate/suex/{id_or_ref:raw}", POST=taking(post_purchase_invalidation, DRY_RUN)),
        ApiRoute("/invalidate/status/{id_or_ref:raw}", GET=get_invalidation),
        ApiRoute("/invalidate/suex/status/{id_or_ref:raw}", GET=get_purchase_invalidation),
        ApiRoute("/file/{id_or_ref:raw}", GET=taking(get_file, "type", "key")),
        ApiRoute("/documents", GET=taking(Listing(cursors).get_documents, *LISTING_QUERY.names)),
        ApiRoute("/documents/export", GET=taking(get_export, *EXPORT_QUERY.names)),
        ApiRoute("/books", GET=taking(get_books, *BOOKS_QUERY.names)),
        ApiRoute("/documents/{id_or_ref:raw}/email", GET=get_mails, POST=taking(post_mail, DRY_RUN)),
        ApiRoute("/documents/{id_or_ref:raw}/link", POST=taking(post_link, DRY_RUN)),
        ApiRoute("/items", GET=taking(get_items, *ITEMS_QUERY.names)),
        ApiRoute(
            "/items/{code:raw}",
            GET=get_item,
            PUT=taking(put_item, DRY_RUN),
            DELETE=taking(delete_item, DRY_RUN),
        ),
        ApiRoute("/catalogs/activities", GET=taking(get_activities, _SEARCH)),
        ApiRoute("/catalogs/departments", GET=taking(get_departments, _SEARCH)),
        ApiRoute("/catalogs/districts/search", GET=taking(get_districts, _SEARCH, "q")),
        ApiRoute("/catalogs/{name:raw}", GET=taking(get_catalog, _SEARCH)),
    )


def api_routes(services: Services, limiter: RateLimiter, exposure: Exposure, cursors: Cursors) -> list[BaseRoute]:
    """The probes, and API Connect behind its gate."""
    gate = Middleware(Gate, services=services, limiter=limiter, pages=public_pages(), exposure=exposure)
    return [
        Below(HEALTH_PATH, Health(services.problems)),
        Below(API_PATH, api_router(all_routes(cursors)), middleware=[gate]),
    ]
