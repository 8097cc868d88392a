"""Answers ``/c/{company}/documents``: the list with its search, and the export of what is listed."""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from ocote import audit
from ocote.archive.exporting import ExportFormat, ExportRequest
from ocote.clock import local_date
from ocote.documents.view import DocumentPage, Position, Refused
from ocote.errors import message
from ocote.panel.documents.cancelling import ROUTES as CANCELLATION
from ocote.panel.documents.choosing import Chosen, Reach, read_choice
from ocote.panel.documents.document import ROUTES as DOCUMENT
from ocote.panel.documents.forms import FilterForm
from ocote.panel.documents.pages import FILTERS, LIST, document_line, same_list
from ocote.panel.frame.downloads import DownloadKind, download
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.web.presence import while_connected
from ocote.web.response import Response
from ocote.web.streaming import StreamedResponse

_LIST: Final = "/c/{company_id:int}/documents"
_MEDIA_TYPES: Final[dict[ExportFormat, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(2200, 1, 1, tzinfo=UTC)


async def get_documents(request: PanelRequest) -> Response:
    """Shows the documents that the address chooses, the newest first."""
    chosen = _chosen(request)
    page = DocumentPage((), has_more=False)
    if not chosen.faults and not chosen.is_nothing:
        finding = request.services.archive.page(request.caller(), chosen.wanted)
        page = await while_connected(request.receive, finding)
    href = request.link("/documents")
    form = FilterForm(request.query)
    form.offer(await _points(request))
    for fault in chosen.faults:
        if fault.field in form:
            form[fault.field].errors = (fault.message,)
    filters = same_list(request.query)
    back = f"?{urlencode({LIST: filters})}" if filters else ""
    return request.page(
        "documents/list.html",
        400 if chosen.faults else 200,
        lines=tuple(document_line(each, f"{href}/{each.id}{back}") for each in page.documents),
        form=form,
        text=request.query.get("q", ""),
        active=sum(bool(request.query.get(name)) for name in FILTERS if name != "q"),
        is_filtered=any(request.query.get(name) for name in FILTERS),
        list_href=href,
        newer_href=f"{href}?{same_list(request.query)}" if "cursor" in request.query else None,
        older_href=_older(request, chosen, page, href),
        csv_href=f"{href}/export?{same_list(request.query, format='csv')}",
        xlsx_href=f"{href}/export?{same_list(request.query, format='xlsx')}",
    )


async def get_listed_file(request: PanelRequest) -> Response | StreamedResponse:
    """Hands out the documents of the list as CSV or as a workbook, while they are read.

    While another export of the company runs, leads back to the list and says so.
    """
    chosen = _chosen(request)
    wanted = request.query.get("format", "")
    if wanted not in _MEDIA_TYPES or chosen.faults or chosen.is_nothing:
        raise Refused("page_not_found")
    form: ExportFormat = "csv" if wanted == "csv" else "xlsx"
    today = local_date(request.services.clock())
    pieces = request.services.exporter.export(request.company_id, ExportRequest(_FIRST, _LAST, form, chosen.wanted))
    kind = DownloadKind(_MEDIA_TYPES[form], f"documentos-{today:%Y%m%d}.{form}")
    try:
        response = await download(request, pieces, kind)
    except Refused as error:
        back = f"{request.link('/documents')}?{same_list(request.query)}"
        return request.redirect(back, message(error.code, **error.values), "waiting")
    if request.scope["method"] != "HEAD":
        audit.record("documents_exported", key=request.person.email, company_id=request.company_id, form=form)
    return response


def _chosen(request: PanelRequest) -> Chosen:
    services = request.services
    reach = Reach(request.company_id, request.membership.points)
    return read_choice(request.query, reach, local_date(services.clock()), services.cursors)


async def _points(request: PanelRequest) -> list[str]:
    """The points of sale of the company that the person sees."""
    company = await request.services.companies.get(request.company_id)
    known = sorted(branch + pos for branch, pos in company.establishment_kinds)
    return [point for point in known if request.membership.reaches(point)]


def _older(request: PanelRequest, chosen: Chosen, page: DocumentPage, href: str) -> str | None:
    """The address of the next page, if there is one."""
    if not page.has_more:
        return None
    last = page.documents[-1]
    position = Position(last.posted_at, last.id)
    cursor = request.services.cursors.write(request.company_id, chosen.wanted, position)
    return f"{href}?{same_list(request.query, cursor=cursor)}"


ROUTES: Final = (
    PanelRoute(_LIST, "read", get=get_documents),
    # Before the pages of one document, whose id stands where "export" does.
    PanelRoute(f"{_LIST}/export", "export", get=get_listed_file),
    *DOCUMENT,
    *CANCELLATION,
)
