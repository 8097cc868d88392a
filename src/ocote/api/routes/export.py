"""``GET /documents/export``: all documents of a span of days as one file."""

from datetime import timedelta
from typing import Final

from ocote import audit
from ocote.api.request import ApiRequest
from ocote.archive.exporting import ExportFormat
from ocote.clock import local_date
from ocote.requests.export_span import read_export_span
from ocote.web.streaming import StreamedResponse

MEDIA_TYPES: Final[dict[ExportFormat, str]] = {
    "zip": "application/zip",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_A_MOMENT = timedelta(microseconds=1)


async def get_export(request: ApiRequest) -> StreamedResponse:
    """The index of the documents as CSV or as a workbook, or a zip with the index and all files.

    The export counts as one call.
    """
    wanted = read_export_span(request.parameters())
    first, last = local_date(wanted.posted_from), local_date(wanted.posted_before - _A_MOMENT)
    name = f"documentos-{first:%Y%m%d}-{last:%Y%m%d}.{wanted.format}"
    if request.method != "HEAD":
        span = {"first": str(first), "last": str(last)}
        audit.record("documents_exported", key=request.holder.name, form=wanted.format, **span)
    return StreamedResponse(
        request.services.exporter.export(request.holder.company_id, wanted),
        MEDIA_TYPES[wanted.format].encode("ascii"),
        (
            (b"content-disposition", f'attachment; filename="{name}"'.encode("ascii")),
            (b"cache-control", b"private, no-store"),
        ),
    )
