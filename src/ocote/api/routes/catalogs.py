"""MH's catalogs as bare arrays (contract 14)."""

from ocote.api import catalog_search
from ocote.api.request import ApiRequest
from ocote.documents.view import Refused
from ocote.web.invalid import invalid
from ocote.web.response import Response, ok


async def get_activities(request: ApiRequest) -> Response:
    """Economic activities (CAT-019), 50 at most."""
    return ok(catalog_search.search_activities(_search(request)))


async def get_departments(request: ApiRequest) -> Response:
    """Departments (CAT-012) with their municipalities (CAT-013)."""
    return ok(catalog_search.search_departments(_search(request)))


async def get_districts(request: ApiRequest) -> Response:
    """Districts (CAT-008) by name, with the UUID to send as ``district``; ``q`` is another name of ``search``."""
    search, under_q = _search(request), _search(request, "q")
    if search and under_q not in ("", search):
        request.ignore_parameter("q", "cuenta search, que dice otra cosa")
    search = search or under_q
    if not search:
        raise invalid("field_required", "search")
    if len(search.strip()) < catalog_search.MIN_DISTRICT_SEARCH:
        raise invalid("search_too_short", "search", limit=catalog_search.MIN_DISTRICT_SEARCH)
    return ok(catalog_search.search_districts(search))


async def get_catalog(request: ApiRequest) -> Response:
    """Any other catalog, whole unless it is searched."""
    name = request.segment("name")
    entries = catalog_search.search_catalog(name, _search(request))
    if entries is None:
        raise Refused("catalog_unknown", name=name[:100], known=", ".join(catalog_search.names()))
    return ok(entries)


def _search(request: ApiRequest, name: str = "search") -> str:
    """The text to look for, empty when there is none. Raises InvalidRequest before a long text is looked at."""
    text = request.query(name) or ""
    if len(text) > catalog_search.MAX_SEARCH:
        raise invalid("text_too_long", name, limit=catalog_search.MAX_SEARCH)
    return text
