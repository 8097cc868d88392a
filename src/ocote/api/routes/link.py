"""The public link of a document, which its company can replace."""

from ocote.api.bodies.link import public_link_body
from ocote.api.envelope import with_warnings
from ocote.api.request import ApiRequest
from ocote.requests.link import read_nothing
from ocote.web.response import Response, ok


async def post_link(request: ApiRequest) -> Response:
    """Makes a new public link of a document, and ends the old one at once."""
    id_or_ref = request.id_or_ref()
    request.refuse_dry_run()
    body = await request.json_object_if_any()
    with request.strictness():
        read_nothing(body, request.warnings)
    holder = request.holder
    document, path = await request.services.links.renew(holder.company_id, holder.name, id_or_ref)
    return ok(with_warnings(public_link_body(document, request.site_url + path), request.warnings))
