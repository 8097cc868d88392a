"""MH's catalogs as bare arrays (contract 14)."""

from ocote.api import catalog_search
from ocote.api.call import Call
from ocote.documents.view import Refused
from ocote.web.answer import Answer, ok
from ocote.web.invalid import invalid


async def get_activities(call: Call) -> Answer:
    """Economic activities (CAT-019), 50 at most."""
    return ok(catalog_search.activities(call.query("search") or ""))


async def get_departments(call: Call) -> Answer:
    """Departments (CAT-012) with their municipalities (CAT-013)."""
    return ok(catalog_search.find_departments(call.query("search") or ""))


async def get_districts(call: Call) -> Answer:
    """Districts (CAT-008) by name, with the UUID to send as ``district``."""
    search = call.query("search") or call.query("q")
    if search is None:
        raise invalid("field_required", "search")
    if len(search.strip()) < catalog_search.MIN_DISTRICT_SEARCH:
        raise invalid("search_too_short", "search", limit=catalog_search.MIN_DISTRICT_SEARCH)
    return ok(catalog_search.find_districts(search))


async def get_catalog(call: Call) -> Answer:
    """Any other catalog, whole unless it is searched."""
    name = call.segment("name")
    entries = catalog_search.entries(name, call.query("search") or "")
    if entries is None:
        raise Refused("catalog_unknown", name=name[:100])
    return ok(entries)
