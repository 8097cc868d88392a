"""``GET /books``: the VAT books of a month as one zip."""

from msgspec.structs import replace

from ocote import audit
from ocote.api.request import ApiRequest
from ocote.errors import warning_text
from ocote.requests.books import read_books
from ocote.web.streaming import StreamedResponse


async def get_books(request: ApiRequest) -> StreamedResponse:
    """Every annex of the month, the printed books and the notes, with what of the URL was ignored.

    The zip counts as one call.
    """
    wanted = read_books(request.parameters())
    asides = tuple(f"{each.field}: {warning_text(each.code, **each.values)}" for each in request.warnings)
    wanted = replace(wanted, asides=asides)
    if request.method != "HEAD":
        audit.record("books_made", key=request.holder.name, month=str(wanted.month))
    return StreamedResponse(
        request.services.books.export_month(request.holder.company_id, wanted),
        b"application/zip",
        (
            (b"content-disposition", f'attachment; filename="libros-{wanted.month}.zip"'.encode("ascii")),
            (b"cache-control", b"private, no-store"),
        ),
    )
