"""Shows the document of a draft, the reason of a rejection, the files, and the PDF before it is issued."""

from typing import Final

from ocote.documents.records import stored_observations
from ocote.documents.view import FileKind, Refused
from ocote.drafting.issuing import Faults
from ocote.drafting.originals import document_point
from ocote.dte.types import DOCUMENT_TYPES
from ocote.errors import MH
from ocote.errors.endpoints import for_people
from ocote.panel.drafts.opening import opened
from ocote.panel.frame.downloads import FRAMED
from ocote.panel.frame.request import PanelRequest
from ocote.store.engine.values import amount
from ocote.web.response import Response

_FILES: Final[tuple[FileKind, ...]] = ("ticket", "invoice", "json")


async def get_outcome(request: PanelRequest) -> Response:
    """Shows the state of the document; a draft without one leads back to its form."""
    draft, document = await opened(request, str(request.part("draft_id")))
    if document is None:
        return request.redirect(request.link(f"/drafts/{draft.id}"))
    explained = MH.get(document.mh_code or "")
    return request.page(
        "drafts/outcome.html",
        draft=draft,
        document=document,
        kind=request.say(draft.row.title),
        explained=explained.explanation if explained is not None else "",
        observations=stored_observations(document.observations),
        payable=amount(document.payable_cents),
        has_ticket=DOCUMENT_TYPES[document.doc_type].has_ticket,
        differs=request.query.get("differs") == "1",
    )


async def get_draft_file(request: PanelRequest) -> Response:
    """One file of the document of a draft."""
    services = request.services
    draft, document = await opened(request, str(request.part("draft_id")))
    kind = next((each for each in _FILES if each == request.part("kind")), None)
    if kind is None or draft.document_id is None or document is None:
        raise Refused("page_not_found")
    file = await services.archive.file(request.caller(document_point(document)), document.id, kind)
    name = f'inline; filename="{file.name}"'.encode("ascii", "replace")
    return Response(200, file.content, file.media_type.encode(), ((b"content-disposition", name), FRAMED))


async def get_preview(request: PanelRequest) -> Response:
    """The PDF that would be issued now, with a mark that it is not issued; the form while it has faults."""
    services = request.services
    draft, _ = await opened(request, str(request.part("draft_id")))
    try:
        pdf = await services.draft_printer.pdf(request.caller(draft.point), draft)
    except Faults as error:
        request.notify("bad", "; ".join(for_people(each.message) for each in error.faults))
        return request.redirect(request.link(f"/drafts/{draft.id}"), request.say("Corrija el borrador primero."), "bad")
    return draft_pdf(pdf)


def draft_pdf(pdf: bytes) -> Response:
    """The answer with the PDF of a draft."""
    return Response(200, pdf, b"application/pdf", ((b"content-disposition", b'inline; filename="borrador.pdf"'),))
