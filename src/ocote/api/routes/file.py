"""``GET /file/{id_or_ref}?type=…`` (contract 16)."""

from typing import cast

from ocote.api.request import ApiRequest
from ocote.documents.view import FileKind
from ocote.web.invalid import invalid
from ocote.web.presence import while_connected
from ocote.web.response import Response

_KINDS = ("ticket", "invoice", "json")


async def get_file(request: ApiRequest) -> Response:
    """A PDF or the delivered JSON of any family's document, shown inline and never cached (D22).

    A PDF is not set any more when the client has gone.
    """
    kind = request.query("type")
    if kind is None or not kind:
        raise invalid("file_type_missing", "type")
    if kind not in _KINDS:
        raise invalid("query_value_unknown", "type", allowed=", ".join(_KINDS))
    making = request.services.archive.file(request.holder, request.id_or_ref(), cast(FileKind, kind))
    file = await while_connected(request.receive, making)
    disposition = f'inline; filename="{file.name}"'.encode("ascii")
    headers = ((b"content-disposition", disposition), (b"cache-control", b"private, no-store"))
    return Response(200, file.content, file.media_type.encode("ascii"), headers)
