"""The company's own items: ``/items`` and ``/items/{code}``."""

from ocote.api.bodies.items import ItemBody, ItemListBody, item_body
from ocote.api.envelope import with_warnings
from ocote.api.request import ApiRequest
from ocote.items.item import KeptItem
from ocote.requests.item import cursor_behind, item_code, read_item, read_item_filter
from ocote.web.presence import while_connected
from ocote.web.response import Response, ok


async def put_item(request: ApiRequest) -> Response:
    """Writes the whole item, whether it is new or not; repeating the call changes nothing."""
    request.refuse_dry_run()
    body = await request.json_object()
    with request.strictness():
        code, item = read_item(body, request.segment("code"), request.warnings)
    kept = await request.services.items.put(request.holder.company_id, request.author, code, item)
    return ok(_body(request, kept))


async def get_item(request: ApiRequest) -> Response:
    """Returns the item as it is now."""
    return ok(_body(request, await request.services.items.get(request.holder.company_id, _code(request))))


async def delete_item(request: ApiRequest) -> Response:
    """Removes the item and returns it as it was. Documents that were issued do not change."""
    request.refuse_dry_run()
    removed = await request.services.items.remove(request.holder.company_id, request.author, _code(request))
    return ok(_body(request, removed))


async def get_items(request: ApiRequest) -> Response:
    """Items by code, page by page. New items do not move the pages that follow a cursor.

    The search ends when the client has gone.
    """
    with request.strictness():
        wanted = read_item_filter(request.parameters(), request.warnings)
    searched = request.services.items.page(request.holder.company_id, wanted)
    page = await while_connected(request.receive, searched)
    cursor = cursor_behind(page.items[-1].code) if page.has_more else ""
    return ok(with_warnings(ItemListBody(tuple(map(item_body, page.items)), cursor), request.warnings))


def _body(request: ApiRequest, kept: KeptItem) -> ItemBody:
    return with_warnings(item_body(kept), request.warnings)


def _code(request: ApiRequest) -> str:
    """The code in the path. Raises Refused for one that no item can have, as for one that none has."""
    return item_code(request.segment("code"))
