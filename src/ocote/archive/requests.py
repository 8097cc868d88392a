"""The newest requests of a company to the API, as its people look them up."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ocote.clock import Clock
from ocote.documents.searches import refusing_searches
from ocote.documents.view import Refused
from ocote.store.api_requests import (
    KeyActivityRow,
    RequestFilter,
    RequestRow,
    key_activity,
    request_by_id,
    requests_page,
)
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text

ACTIVITY_SPAN: Final = timedelta(hours=24)


class RequestPage(Struct, frozen=True):
    """Requests of a list, the newest first."""

    rows: Sequence[RequestRow]
    has_more: bool


class RequestHistory:
    """Reads the log of requests; ``most`` are the requests that are kept of each company, 0 when none are.

    ``routes`` are the documented paths of the API.
    """

    def __init__(self, store: Store, clock: Clock, most: int, routes: Sequence[str]) -> None:
        self._store = store
        self._clock = clock
        self.most = most
        self.routes = tuple(routes)

    async def page(self, company_id: int, wanted: RequestFilter) -> RequestPage:
        """A page of the log. Raises Refused for a search without a turn."""
        one_more = replace(wanted, most=wanted.most + 1)
        if wanted.is_search:
            with refusing_searches():
                rows = await self._store.search(requests_page, company_id, one_more)
        else:
            rows = await self._store.read(requests_page, company_id, one_more)
        return RequestPage(tuple(rows[: wanted.most]), len(rows) > wanted.most)

    async def one(self, company_id: int, number: int) -> RequestRow:
        """One request. Raises Refused for one that the company does not have, or that was forgotten."""
        row = await self._store.read(request_by_id, company_id, number)
        if row is None:
            raise Refused("page_not_found")
        return row

    async def activity(self, company_id: int) -> dict[str, KeyActivityRow]:
        """The numbers of requests of each key in the last 24 hours, by the beginning of the key."""
        since = moment_text(self._clock() - ACTIVITY_SPAN)
        return {row.key_prefix: row for row in await self._store.read(key_activity, company_id, since)}
