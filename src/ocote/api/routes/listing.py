"""``GET /documents``: the company's documents, page by page (D33)."""

from functools import partial

from ocote.api.bodies.common import DocumentListBody
from ocote.api.envelope import status_body, with_warnings
from ocote.api.request import ApiRequest
from ocote.documents.view import DocumentFilter, DocumentPage, Position
from ocote.requests.cursor import Cursors
from ocote.requests.listing import read_filter
from ocote.web.presence import while_connected
from ocote.web.response import Response, ok


class Listing:
    """The route, with the maker of its cursors."""

    def __init__(self, cursors: Cursors) -> None:
        self._cursors = cursors

    async def get_documents(self, request: ApiRequest) -> Response:
        """Documents of every family, newest first. New documents do not change the pages that follow a cursor.

        The search ends when the client has gone.
        """
        company_id = request.holder.company_id
        with request.strictness():
            wanted = read_filter(request.parameters(), partial(self._open, company_id), request.warnings)
        page = await while_connected(request.receive, request.services.archive.page(request.holder, wanted))
        path = request.services.links.path
        documents = tuple(status_body(document, request.site_url, path) for document in page.documents)
        body = DocumentListBody(documents, self._next(company_id, wanted, page))
        return ok(with_warnings(body, request.warnings))

    def _open(self, company_id: int, cursor: str, wanted: DocumentFilter) -> Position | None:
        return self._cursors.read(company_id, wanted, cursor)

    def _next(self, company_id: int, wanted: DocumentFilter, page: DocumentPage) -> str:
        if not page.has_more or not page.documents:
            return ""
        last = page.documents[-1]
        return self._cursors.write(company_id, wanted, Position(last.posted_at, last.id))
