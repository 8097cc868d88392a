"""Answers ``/c/{company}/documents/{id}``: one document, its files, its public link, sending it by e-mail."""

from typing import Any, Final, cast
from urllib.parse import parse_qsl
from uuid import UUID

from msgspec import Struct

from ocote.archive.lives import DocumentLife
from ocote.documents.view import FileKind, Refused
from ocote.dte.faults import InvalidSale
from ocote.dte.types import DOCUMENT_TYPES
from ocote.errors import message, status
from ocote.invalidation.outlook import Outlook
from ocote.panel.documents.cancellation import outlook_words
from ocote.panel.documents.forms import EmailForm
from ocote.panel.documents.pages import LIST, reference_of, same_list, words_of
from ocote.panel.documents.timeline import happenings, meaning_of
from ocote.panel.frame.downloads import FRAMED
from ocote.panel.frame.moments import moment_words
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.printing.names import title
from ocote.requests.mail import read_mail
from ocote.store.document_row import DocumentRow
from ocote.web.invalid import InvalidRequest
from ocote.web.presence import while_connected
from ocote.web.response import Response

ONE: Final = "/c/{company_id:int}/documents/{document_id}"

_WITH_FILES: Final = ("stamped", "contingency")


class Offered(Struct, frozen=True):
    """The operations that a page offers for a document, each as far as the person may and the document allows.

    ``email`` is offered without a mail server too, for the page to say that the company lacks one.
    """

    files: bool
    json: bool
    ticket: bool
    email: bool
    cancel: bool
    note: bool
    copy: bool
    retry: bool


async def get_document(request: PanelRequest) -> Response:
    """Shows a document with its life."""
    return await _page(request, await found_life(request), EmailForm())


async def get_document_file(request: PanelRequest) -> Response:
    """Hands out a file of a document; the browser shows PDFs and saves JSON."""
    row = await found_row(request)
    kind = str(request.part("kind"))
    if kind not in ("invoice", "ticket", "json"):
        raise Refused("page_not_found")
    making = request.services.archive.file(request.caller(), row.id, cast("FileKind", kind))
    file = await while_connected(request.receive, making)
    way = "attachment" if kind == "json" or request.query.get("download") else "inline"
    headers = ((b"content-disposition", f'{way}; filename="{file.name}"'.encode("ascii")), FRAMED)
    return Response(200, file.content, file.media_type.encode("ascii"), headers)


async def post_document_email(request: PanelRequest) -> Response:
    """Sends a document again by e-mail."""
    row = await found_row(request)
    form = EmailForm(request.form)
    form.validate()
    sent = (form.to.data or "").strip()
    code = 400
    try:
        to = read_mail({"to": sent} if sent else {})
        await request.services.mailbox.send_again(request.caller(), row.id, to, request.author)
    except (InvalidRequest, InvalidSale) as error:
        form.to.errors = tuple(each.message for each in error.faults)
    except Refused as error:
        code = status(error.code)
        form.form_errors.append(refused_words(error))
    else:
        return request.redirect(
            address_of_document(request, row.id), request.say("El documento está en camino por correo.")
        )
    return await _page(request, await found_life(request), form, code)


async def post_new_link(request: PanelRequest) -> Response:
    """Ends the public link of a document and makes a new one."""
    row = await found_row(request)
    await request.services.links.renew(request.company_id, request.person.email, row.id, request.author)
    return request.redirect(
        address_of_document(request, row.id), request.say("El enlace es nuevo; el anterior ya no abre el documento.")
    )


async def found_row(request: PanelRequest) -> DocumentRow:
    """The document of the path. Raises Refused for one that is not of the company, or that the person does not see."""
    row = await request.services.lives.row(request.company_id, _document_id(request))
    if row is None or not request.membership.reaches(row.branch_code + row.pos_code):
        raise Refused("page_not_found")
    return row


async def found_life(request: PanelRequest) -> DocumentLife:
    """The document of the path with its life. Raises Refused as ``found_row`` does."""
    row = await found_row(request)
    life = await request.services.lives.find(request.company_id, row.id)
    if life is None:
        raise Refused("page_not_found")
    return life


def address_of_document(request: PanelRequest, document_id: str) -> str:
    """The address of the page of a document."""
    return request.link(f"/documents/{document_id}")


def refused_words(error: Refused) -> str:
    """The text of a refusal."""
    return message(
        error.code, **{name: value for name, value in error.values.items() if name not in ("field", "about")}
    )


def _document_id(request: PanelRequest) -> str:
    """The id in the path. Raises Refused for a text that is none."""
    try:
        return str(UUID(str(request.part("document_id"))))
    except ValueError:
        raise Refused("page_not_found") from None


async def _page(request: PanelRequest, life: DocumentLife, form: EmailForm, code: int = 200) -> Response:
    outlook = await request.services.outlook.of(life.row)
    company = await request.services.companies.get(request.company_id)
    values = _values(request, life, outlook)
    return request.page("documents/document.html", code, **values, form=form, has_mail_server=company.listeners.mail)


def _values(request: PanelRequest, life: DocumentLife, outlook: Outlook) -> dict[str, Any]:
    document = life.document
    is_whole = life.link.startswith("http")
    return {
        "life": life,
        "document": document,
        "sheet": life.sheet,
        "type": title(document.doc_type),
        "words": words_of(document),
        "at": moment_words(document.posted_at),
        "explanation": meaning_of(document.mh_code),
        "deadline": moment_words(life.deadline.at) if life.deadline else "",
        "timeline": happenings(life, is_whole=request.membership.may("see_settings")),
        "outlook": outlook_words(outlook),
        "may": _offered(request, life, outlook),
        "link": life.link if is_whole else f"{request.origin}{life.link}",
        "here": address_of_document(request, document.id),
        "reference": reference_of(document),
        "cancelling_notes": _cancelling_notes(life),
        "documents_href": request.link("/documents"),
        "list_href": _list_href(request),
        "drafts_href": request.link("/drafts/new"),
    }


def _cancelling_notes(life: DocumentLife) -> tuple[DocumentRow, ...]:
    """The stamped notes of a document that notes have cancelled."""
    if life.row.invalidated_by != "note":
        return ()
    return tuple(note for note in life.rows.notes if note.state == "stamped")


def _list_href(request: PanelRequest) -> str:
    """The list from which the person came, with its filter."""
    filters = same_list(dict(parse_qsl(request.query.get(LIST, ""))))
    return request.link(f"/documents?{filters}" if filters else "/documents")


def _offered(request: PanelRequest, life: DocumentLife, outlook: Outlook) -> Offered:
    document, may = life.document, request.membership.may
    described = DOCUMENT_TYPES[document.doc_type]
    has_files = document.state in _WITH_FILES
    is_valid = document.state == "stamped" and not document.invalidated
    return Offered(
        files=has_files,
        json=document.state == "stamped",
        ticket=has_files and described.has_ticket,
        email=has_files and may("send_mail"),
        cancel=outlook.way in ("event", "note") and may("cancel"),
        note=is_valid and described.adjustable and may("issue"),
        copy=document.family != "note" and may("issue"),
        retry=document.state == "rejected" and may("issue"),
    )


ROUTES: Final = (
    PanelRoute(ONE, "read", get=get_document),
    PanelRoute(f"{ONE}/file/{{kind}}", "read", get=get_document_file),
    PanelRoute(f"{ONE}/email", "send_mail", post=post_document_email),
    PanelRoute(f"{ONE}/link", "send_mail", post=post_new_link),
)
