"""Everything that a browser may open besides the description of the API."""

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from ocote.panel.verification import words
from ocote.panel.verification.pages import problem_page
from ocote.public_links import PATH
from ocote.web.routing import Below


def site_routes(verification: ASGIApp) -> list[BaseRoute]:
    """The pages by their paths; every other path leads to a page that says that there is none."""
    return [Below(PATH, verification), Below("", _no_page)]


async def _no_page(scope: Scope, receive: Receive, send: Send) -> None:
    await problem_page(404, words.NO_PAGE)(scope, receive, send)
