"""Answers ``/c/{company_id}/mails``: the e-mails of a company, and what their servers answered."""

from typing import Final

from ocote.documents.view import Refused
from ocote.dte.faults import InvalidSale
from ocote.errors import message
from ocote.panel.frame.marking import mark_faults
from ocote.panel.frame.phrases import phrase
from ocote.panel.frame.places import filtered_href, place_href, read_place
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.panel.mails import pages
from ocote.panel.mails.forms import ResendForm
from ocote.requests.mail import read_mail
from ocote.web.invalid import InvalidRequest
from ocote.web.response import Response

_LIST: Final = "/mails"


async def get_mail_list(request: PanelRequest) -> Response:
    """Shows a page of e-mails: undelivered, waiting or all, or those to one address."""
    view, place = pages.read_view(request.query.get("view")), read_place(request.query.get("before"))
    address = request.query.get("to", "").strip()
    mails = request.services.operation.mails
    page = await mails.page(request.company_id, view, place, address)
    here = request.link(_LIST)
    return request.page(
        "mails/list.html",
        lines=pages.mail_lines(page.rows),
        tabs=pages.mail_tabs(here, None if address else view),
        view=view,
        address=address,
        has_server=await mails.has_server(request.company_id),
        first_href=filtered_href(here, view=view, to=address) if place is not None else None,
        next_href=place_href(here, page.next_place, view=view, to=address),
    )


async def get_mail(request: PanelRequest) -> Response:
    """Shows one e-mail in full, with the form to send it again."""
    return await _page(request, None)


async def post_mail_again(request: PanelRequest) -> Response:
    """Sends the document of an e-mail again, to the address of the form."""
    if not request.membership.may("see_settings"):
        raise Refused("right_missing")
    row = await request.services.operation.mails.one(request.company_id, str(request.part("mail_id")))
    form = ResendForm(request.form)
    sent = (form.to.data or "").strip()
    if not sent:
        mark_faults(form, ())
        form.to.errors = ["Escriba una dirección."]
        return await _page(request, form, 400)
    try:
        to = read_mail({"to": sent})
        await request.services.mailbox.send_again(request.caller(), row.document_id, to, request.author)
    except (InvalidRequest, InvalidSale) as error:
        mark_faults(form, error.faults, {each.field: "to" for each in error.faults})
        return await _page(request, form, 400)
    except Refused as error:
        request.notify("bad", message(error.code, **error.values))
        return await _page(request, form, 409)
    return request.redirect(
        request.link(f"{_LIST}?view=waiting"), phrase("Se enviará a %(to)s en unos segundos.", to=", ".join(to))
    )


async def _page(request: PanelRequest, form: ResendForm | None, status: int = 200) -> Response:
    row = await request.services.operation.mails.one(request.company_id, str(request.part("mail_id")))
    return request.page(
        "mails/one.html",
        status,
        line=pages.mail_line(row),
        form=form or ResendForm(to=row.target),
        may_send=request.membership.may("send_mail"),
    )


ROUTES: Final = (
    PanelRoute("/c/{company_id:int}/mails", "see_settings", get=get_mail_list),
    PanelRoute("/c/{company_id:int}/mails/{mail_id}", "see_settings", get=get_mail),
    PanelRoute("/c/{company_id:int}/mails/{mail_id}/again", "send_mail", post=post_mail_again),
)
