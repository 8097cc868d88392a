"""Answers ``/c/{company_id}/exports``: documents of a span of days as one file."""

from datetime import timedelta
from typing import Final

from ocote import audit
from ocote.archive.exporting import ExportFormat, ExportRequest
from ocote.clock import local_date
from ocote.documents.view import Refused
from ocote.errors import message
from ocote.panel.exports.forms import ExportForm
from ocote.panel.exports.pages import proposed_spans
from ocote.panel.frame.downloads import DownloadKind, download
from ocote.panel.frame.marking import mark_faults, sent_values
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.requests.export_span import read_export_span
from ocote.web.invalid import InvalidRequest
from ocote.web.response import Response
from ocote.web.streaming import StreamedResponse

_MEDIA_TYPES: Final[dict[ExportFormat, str]] = {
    "zip": "application/zip",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FIELDS: Final = ("date_from", "date_to", "format")
_A_MOMENT: Final = timedelta(microseconds=1)


async def get_exports(request: PanelRequest) -> Response:
    """Shows the form of an export, with the month as the days that are proposed."""
    today = local_date(request.services.clock())
    sent = sent_values(request.query, _FIELDS)
    form = ExportForm(request.query) if sent else ExportForm(date_from=today.replace(day=1), date_to=today)
    return _page(request, form)


async def get_exported(request: PanelRequest) -> Response | StreamedResponse:
    """Sends the file. While another export of the company runs, leads back and says so."""
    sent = sent_values(request.query, _FIELDS)
    try:
        wanted = read_export_span(sent)
    except InvalidRequest as error:
        form = ExportForm(request.query)
        form.validate()
        for field in form:
            field.errors = []
        mark_faults(form, error.faults)
        return _page(request, form, 400)
    first, last = _days(wanted)
    pieces = request.services.exporter.export(request.company_id, wanted)
    kind = DownloadKind(_MEDIA_TYPES[wanted.format], f"documentos-{first}-{last}.{wanted.format}")
    try:
        response = await download(request, pieces, kind)
    except Refused as error:
        back = f"{request.link('/exports')}?{request.scope['query_string'].decode('latin-1')}"
        return request.redirect(back, message(error.code, **error.values), "waiting")
    if request.scope["method"] != "HEAD":
        audit.record("documents_exported", key=request.caller().name, form=wanted.format, first=first, last=last)
    return response


def _days(wanted: ExportRequest) -> tuple[str, str]:
    first, last = local_date(wanted.posted_from), local_date(wanted.posted_before - _A_MOMENT)
    return f"{first:%Y%m%d}", f"{last:%Y%m%d}"


def _page(request: PanelRequest, form: ExportForm, status: int = 200) -> Response:
    return request.page(
        "exports/form.html", status, form=form, spans=proposed_spans(local_date(request.services.clock()))
    )


ROUTES: Final = (
    PanelRoute("/c/{company_id:int}/exports", "export", get=get_exports),
    PanelRoute("/c/{company_id:int}/exports/file", "export", get=get_exported),
)
