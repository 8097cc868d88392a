"""Answers ``/c/{company}/company/texts``: the texts of a company on its documents and in its mails, with samples."""

from typing import Final

from wtforms import Form

from ocote.companies.caller import Caller
from ocote.companies.description.check import FieldFault
from ocote.companies.editing import CompanyChange, CompanyChangedError
from ocote.companies.stored import stored_values
from ocote.documents.view import Refused
from ocote.drafting.samples import SampleKind
from ocote.mail.placeholders import PLACEHOLDERS
from ocote.panel.company.pages import MailSample, mail_sample, texts_svg
from ocote.panel.company.words import COMPANY_CHANGED, COMPANY_SAVED
from ocote.panel.described.fields import DELIVERY_TEXTS, INVALIDATION_TEXTS, TERMS
from ocote.panel.described.forms import described_values, description_form, put_faults
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PageHandler, PanelRoute
from ocote.printing.brand import Brand
from ocote.web.response import Header, Response

_PATH: Final = "/c/{company_id:int}/company/texts"
_FIELDS: Final = (TERMS, *DELIVERY_TEXTS, *INVALIDATION_TEXTS)

_SANDBOX: Final[Header] = (
    b"content-security-policy",
    b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox",
)
"""Of a page that shows a mail as a mailbox would: its styles are in its elements, and nothing in it can act."""


async def get_texts(request: PanelRequest) -> Response:
    """Shows the texts as a form, with a sample."""
    stored = await request.services.editor.read(request.company_id)
    form = description_form(_FIELDS, None, stored_values(stored))
    return await _texts_page(request, form, stored.row.updated_at, stored.profile.brand)


async def post_texts(request: PanelRequest) -> Response:
    """Saves the texts, or shows the sample again with those that were typed."""
    form = description_form(_FIELDS, request.form)
    change = CompanyChange(described_values(form, _FIELDS), str(request.form.get("seen", "")))
    if "show" in request.form:
        tried = await request.services.editor.tried_brand(request.company_id, change)
        if isinstance(tried, Brand):
            return await _texts_page(request, form, change.seen, tried)
        put_faults(form, tried)
        return await _texts_page(request, form, change.seen, Brand(), 400)
    try:
        faults = await request.services.editor.save(request.company_id, change, request.author)
    except CompanyChangedError:
        form.form_errors.append(request.say(COMPANY_CHANGED))
        stored = await request.services.editor.read(request.company_id)
        return await _texts_page(request, form, stored.row.updated_at, stored.profile.brand, 409)
    if not faults:
        return request.redirect(request.link("/company"), request.say(COMPANY_SAVED))
    put_faults(form, faults)
    return await _texts_page(request, form, change.seen, Brand(), 400)


async def post_texts_sample(request: PanelRequest) -> Response:
    """The sample with the texts as they are being typed; nothing is stored."""
    form = description_form(_FIELDS, request.form)
    tried = await request.services.editor.tried_brand(
        request.company_id, CompanyChange(described_values(form, _FIELDS), "")
    )
    if not isinstance(tried, Brand):
        return request.fragment("company/texts_sample.html", "sample", samples=(), faults=_sentences(tried), terms="")
    samples = await _samples(request, tried)
    return request.fragment("company/texts_sample.html", "sample", samples=samples, faults=(), terms=tried.terms)


async def get_texts_mail(request: PanelRequest) -> Response:
    """The saved mail as a mailbox would show it, in a page in which nothing can act."""
    kind: SampleKind = "invalidation" if request.query.get("of") == "invalidation" else "delivery"
    stored = await request.services.editor.read(request.company_id)
    message = await request.services.samples.mail(await _caller(request), stored.profile.brand, kind)
    return Response(200, mail_sample(message, kind).html.encode(), b"text/html; charset=utf-8", (_SANDBOX,))


async def get_texts_pdf(request: PanelRequest) -> Response:
    """The PDF of a sample with the saved look and texts."""
    stored = await request.services.editor.read(request.company_id)
    pdf = await request.services.samples.pdf(await _caller(request), stored.profile.brand)
    headers: tuple[Header, ...] = ((b"content-disposition", b'inline; filename="muestra.pdf"'),)
    return Response(200, pdf, b"application/pdf", headers)


async def get_texts_picture(request: PanelRequest) -> Response:
    """The saved text about payment below the totals, as a picture."""
    stored = await request.services.editor.read(request.company_id)
    name = stored.profile.trade_name or stored.profile.name
    return Response(200, texts_svg(stored.profile.brand, name).encode(), b"image/svg+xml")


async def _texts_page(request: PanelRequest, form: Form, seen: str, brand: Brand, status: int = 200) -> Response:
    has_faults = any(field.errors for field in form)
    return request.page(
        "company/texts.html",
        status,
        form=form,
        seen=seen,
        groups=(
            ("En cada documento", (TERMS,)),
            ("Correo con un documento", DELIVERY_TEXTS),
            ("Correo de una invalidación", INVALIDATION_TEXTS),
        ),
        placeholders=[{"label": f"{{{name}}}", "value": request.say(what)} for name, what in PLACEHOLDERS.items()],
        samples=() if has_faults else await _samples(request, brand),
        faults=(),
        terms=brand.terms,
    )


async def _samples(request: PanelRequest, brand: Brand) -> tuple[MailSample, ...]:
    """Both mails; none while the company cannot issue, as after a restored backup."""
    kinds: tuple[SampleKind, ...] = ("delivery", "invalidation")
    try:
        caller = await _caller(request)
        return tuple([mail_sample(await request.services.samples.mail(caller, brand, kind), kind) for kind in kinds])
    except Refused:
        return ()


async def _caller(request: PanelRequest) -> Caller:
    points = await request.services.team.points(request.company_id)
    if not points:
        raise Refused("page_not_found")
    return request.caller(points[0])


def _sentences(faults: tuple[FieldFault, ...]) -> tuple[str, ...]:
    labels = {field.path: field.label for field in _FIELDS}
    return tuple(f"{labels.get(fault.path, fault.path)}: {fault.text}" for fault in faults)


def _route(path: str, get: PageHandler | None = None, post: PageHandler | None = None) -> PanelRoute:
    return PanelRoute(f"{_PATH}{path}", "edit_settings", get=get, post=post)


TEXT_ROUTES: Final = (
    _route("", get_texts, post_texts),
    _route("/sample", post=post_texts_sample),
    _route("/mail", get_texts_mail),
    _route("/document", get_texts_pdf),
    _route("/picture", get_texts_picture),
)
