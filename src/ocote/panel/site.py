"""The pages for browsers, apart from the description of the API."""

from typing import Final

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from ocote.panel.account.routes import ROUTES as ACCOUNT
from ocote.panel.audit.routes import ROUTES as AUDIT
from ocote.panel.books.routes import ROUTES as BOOKS
from ocote.panel.closings.routes import ROUTES as CLOSINGS
from ocote.panel.company.routes import ROUTES as COMPANY
from ocote.panel.contingencies.routes import ROUTES as CONTINGENCIES
from ocote.panel.counters.routes import ROUTES as COUNTERS
from ocote.panel.customers.importing import ROUTES as CUSTOMER_IMPORT
from ocote.panel.customers.routes import ROUTES as CUSTOMERS
from ocote.panel.documents.routes import ROUTES as DOCUMENTS
from ocote.panel.drafts.routes import ROUTES as DRAFTS
from ocote.panel.exports.routes import ROUTES as EXPORTS
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.routing import Routes
from ocote.panel.identity.routes import ROUTES as IDENTITY
from ocote.panel.invitation.routes import ROUTES as INVITATION
from ocote.panel.items.routes import ROUTES as ITEMS
from ocote.panel.keys.routes import ROUTES as KEYS
from ocote.panel.login.routes import ROUTES as LOGIN
from ocote.panel.mails.routes import ROUTES as MAILS
from ocote.panel.operator.routes import ROUTES as OPERATOR
from ocote.panel.passkeys.routes import ROUTES as PASSKEYS
from ocote.panel.people.routes import ROUTES as PEOPLE
from ocote.panel.production.routes import ROUTES as PRODUCTION
from ocote.panel.requests.routes import ROUTES as REQUESTS
from ocote.panel.setup.routes import ROUTES as SETUP
from ocote.panel.today.routes import ROUTES as TODAY
from ocote.panel.verification import words
from ocote.panel.verification.pages import PRIVATE, problem_page
from ocote.panel.webhooks.routes import ROUTES as WEBHOOKS
from ocote.public_links import PATH
from ocote.web.response import Response, refusal
from ocote.web.routing import Below, raw_path

_LONGEST_SHOWN: Final = 200
"""Of a path, in characters."""


def panel_routes() -> Routes:
    """Every page of the panel."""
    return Routes(
        (
            *ACCOUNT,
            *AUDIT,
            *BOOKS,
            *CLOSINGS,
            *COMPANY,
            *CONTINGENCIES,
            *COUNTERS,
            *CUSTOMERS,
            *CUSTOMER_IMPORT,
            *DOCUMENTS,
            *DRAFTS,
            *EXPORTS,
            *IDENTITY,
            *INVITATION,
            *ITEMS,
            *KEYS,
            *LOGIN,
            *MAILS,
            *PASSKEYS,
            *OPERATOR,
            *PEOPLE,
            *REQUESTS,
            *PRODUCTION,
            *SETUP,
            *TODAY,
            *WEBHOOKS,
        )
    )


def site_routes(verification: ASGIApp, panel: ASGIApp) -> list[BaseRoute]:
    """The pages by path; every other path leads to a page for an unknown address."""
    return [Below(PATH, verification), Below(PANEL_PATH, panel), Below("", _no_page)]


async def _no_page(scope: Scope, receive: Receive, send: Send) -> None:
    """A person in a browser gets a page, from ``/`` the panel; a program with a wrong address what it can read."""
    response: Response
    if _is_visit_of_the_root(scope):
        response = Response(303, b"", b"text/plain", ((b"location", PANEL_PATH.encode("ascii")), *PRIVATE))
    elif scope["method"] in ("GET", "HEAD") and not any(name == b"authorization" for name, _ in scope["headers"]):
        response = problem_page(scope, 404, words.NO_PAGE)
    else:
        path = raw_path(scope).decode("latin-1")[:_LONGEST_SHOWN]
        response = refusal("route_unknown", {"path": path, "remedy": words.WHERE_THE_API_IS})
    await response(scope, receive, send)


def _is_visit_of_the_root(scope: Scope) -> bool:
    """Whether somebody opens the bare address of the service, and is no program that asks for JSON."""
    if scope["path"] != "/" or scope["method"] not in ("GET", "HEAD"):
        return False
    accepted = b",".join(value for name, value in scope["headers"] if name == b"accept")
    is_program = any(name == b"authorization" for name, _ in scope["headers"])
    return not is_program and (b"application/json" not in accepted or b"text/html" in accepted)
