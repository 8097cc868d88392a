"""Answers ``/c/{company}/company``: the data of a company, and the forms that change them."""

from typing import Final

from wtforms import Form

from ocote.companies.certificate_check import CertificateFile
from ocote.companies.editing import CompanyChange, CompanyChangedError
from ocote.companies.mh_login import LoginTried
from ocote.companies.registry import CompanyError
from ocote.companies.stored import StoredCompany, stored_values
from ocote.documents.view import Refused
from ocote.panel.company.forms import SECTIONS, FormSection, LogoForm
from ocote.panel.company.pages import company_view, sample_svg
from ocote.panel.company.texts import TEXT_ROUTES
from ocote.panel.company.words import COMPANY_CHANGED, COMPANY_SAVED
from ocote.panel.described.branches import BranchForm, branch_form, changes_rows
from ocote.panel.described.certificates import CertificateForm, certificate_view, chosen_file
from ocote.panel.described.fields import BRAND, MH_LOGIN
from ocote.panel.described.forms import (
    described_values,
    description_form,
    district_names,
    found_activities,
    put_fault,
    put_faults,
)
from ocote.panel.frame.pace import keep_login_pace
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PageHandler, PanelRoute
from ocote.printing.logo import JPEG
from ocote.web.response import Response

_PATH: Final = "/c/{company_id:int}/company"


async def get_company_data(request: PanelRequest) -> Response:
    """Shows everything that is stored of the company, without its secrets."""
    stored = await _stored(request)
    view = company_view(stored, request.services.clock())
    return request.page("company/company.html", view=view, company=stored.row)


def _section(section: FormSection) -> PanelRoute:
    async def get(request: PanelRequest) -> Response:
        stored = await _stored(request)
        form = description_form(section.fields, None, stored_values(stored))
        return _section_page(request, section, form, stored.row.updated_at)

    async def post(request: PanelRequest) -> Response:
        form = description_form(section.fields, request.form)
        values = described_values(form, section.fields)
        try:
            faults = await request.services.editor.save(
                request.company_id, CompanyChange(values, _seen(request)), request.author
            )
        except CompanyChangedError:
            return _section_page(request, section, form, await _changed(request, form), 409)
        if not faults:
            return request.redirect(request.link("/company"), request.say(COMPANY_SAVED))
        put_faults(form, faults)
        return _section_page(request, section, form, _seen(request), 400)

    return _route(f"/{section.name}", get, post, is_guarded=section.is_guarded)


def _section_page(request: PanelRequest, section: FormSection, form: Form, seen: str, status: int = 200) -> Response:
    return request.page(
        "company/section.html", status, section=section, form=form, seen=seen, districts=district_names()
    )


async def get_branches(request: PanelRequest) -> Response:
    """Shows the branches and points of sale as a form."""
    stored = await _stored(request)
    return _branches_page(request, branch_form(None, stored_values(stored)["branch"]), stored.row.updated_at)


async def post_branches(request: PanelRequest) -> Response:
    """Saves the branches; a point of sale that is left out is retired, and its documents stay."""
    branches = branch_form(request.form)
    if changes_rows(request.form):
        return _branches_page(request, branches, _seen(request))
    change = CompanyChange({"branch": branches.values()}, _seen(request))
    try:
        faults = await request.services.editor.save(request.company_id, change, request.author)
    except CompanyChangedError:
        return _branches_page(request, branches, await _changed(request, branches.form), 409)
    if not faults:
        return request.redirect(request.link("/company"), request.say(COMPANY_SAVED))
    branches.put_faults(faults)
    return _branches_page(request, branches, _seen(request), 400)


def _branches_page(request: PanelRequest, branches: BranchForm, seen: str, status: int = 200) -> Response:
    return request.page("company/branches.html", status, branches=branches, seen=seen, districts=district_names())


async def get_brand(request: PanelRequest) -> Response:
    """Shows logo, colour and paper, with a sample."""
    stored = await _stored(request)
    form = description_form(BRAND, None, stored_values(stored))
    return _brand_page(request, stored, form, LogoForm(), stored.row.updated_at)


async def post_brand(request: PanelRequest) -> Response:
    """Saves logo, colour and paper."""
    form, logo_form = description_form(BRAND, request.form), LogoForm(request.form)
    values = described_values(form, BRAND)
    change = CompanyChange(
        {"brand": values["brand"] or {}},
        _seen(request),
        logo=await chosen_file(request.form, "logo"),
        without_logo=bool(logo_form.without_logo.data),
    )
    seen, status = change.seen, 400
    try:
        faults = await request.services.editor.save(request.company_id, change, request.author)
    except CompanyChangedError:
        seen, status = await _changed(request, form), 409
    else:
        if not faults:
            return request.redirect(request.link("/company"), request.say(COMPANY_SAVED))
        put_faults(form, [fault for fault in faults if fault.path != "brand.logo"])
        for fault in faults:
            if fault.path == "brand.logo":
                put_fault(logo_form, "logo", fault.text)
    return _brand_page(request, await _stored(request), form, logo_form, seen, status)


def _brand_page(
    request: PanelRequest, stored: StoredCompany, form: Form, logo_form: LogoForm, seen: str, status: int = 200
) -> Response:
    view = company_view(stored, request.services.clock())
    colour = str(form["brand-colour"].data or "")
    return request.page(
        "company/brand.html", status, form=form, logo_form=logo_form, view=view, seen=seen, colour=colour
    )


async def get_sample(request: PanelRequest) -> Response:
    """Shows the sample again with another colour."""
    return request.fragment("company/sample.html", "sample", colour=request.query.get("brand-colour", "")[:20])


async def get_sample_picture(request: PanelRequest) -> Response:
    """The sample as a picture."""
    stored = await _stored(request)
    name = stored.profile.trade_name or stored.profile.name
    picture = sample_svg(stored.profile.brand, name, request.query.get("colour", "")[:20])
    return Response(200, picture.encode(), b"image/svg+xml")


async def get_logo(request: PanelRequest) -> Response:
    """The stored logo."""
    logo = (await _stored(request)).profile.brand.logo
    if logo is None:
        raise Refused("page_not_found")
    return Response(200, logo, b"image/jpeg" if logo.startswith(JPEG) else b"image/png")


async def get_mh(request: PanelRequest) -> Response:
    """Shows the user of the company at MH."""
    stored = await _stored(request)
    form = description_form(MH_LOGIN, None, stored_values(stored))
    return _mh_page(request, form, stored.row.updated_at)


async def post_mh(request: PanelRequest) -> Response:
    """Tries user and password at MH, and saves them when MH accepts them, or unasked when MH does not answer."""
    form, seen = description_form(MH_LOGIN, request.form), _seen(request)
    values, row = described_values(form, MH_LOGIN)["mh"], (await _stored(request)).row
    if not values["password"] and values["user"] != row.mh_user:
        put_fault(form, "mh-password", request.say("Escriba la contraseña de este otro usuario."))
        return _mh_page(request, form, seen, 400)
    if "skip" not in request.form:
        await keep_login_pace(request.services.limiter, row.environment, row.nit)
        tried = await request.services.editor.try_login(
            request.company_id, values["user"], values["password"] or "", request.author
        )
        if tried.verdict != "accepted":
            return _not_accepted(request, form, tried)
    if not values["password"]:
        return request.redirect(request.link("/company"), request.say("Hacienda acepta el usuario y la contraseña."))
    change = CompanyChange({"mh": values}, seen)
    try:
        faults = await request.services.editor.save(request.company_id, change, request.author)
    except CompanyChangedError:
        return _mh_page(request, form, await _changed(request, form), 409)
    if not faults:
        return request.redirect(request.link("/company"), request.say(COMPANY_SAVED))
    put_faults(form, faults)
    return _mh_page(request, form, seen, 400)


def _not_accepted(request: PanelRequest, form: Form, tried: LoginTried) -> Response:
    """Says what MH says; without an answer of MH the person may save untried."""
    if tried.verdict == "refused":
        words = request.say("Hacienda no acepta este usuario con esta contraseña:")
        put_fault(form, "mh-password", f"{words} {tried.why}")
        return _mh_page(request, form, _seen(request), 400)
    request.notify("waiting", f"{request.say('Hacienda no contestó, y nada se cambió todavía:')} {tried.why}.")
    return _mh_page(request, form, _seen(request), 400, can_skip=True)


def _mh_page(request: PanelRequest, form: Form, seen: str, status: int = 200, *, can_skip: bool = False) -> Response:
    return request.page("company/mh.html", status, form=form, seen=seen, can_skip=can_skip)


async def get_certificate(request: PanelRequest) -> Response:
    """Shows the form for another certificate."""
    stored = await _stored(request)
    return request.page(
        "company/certificate.html", form=CertificateForm(), certificate=None, seen=stored.row.updated_at
    )


async def post_certificate(request: PanelRequest) -> Response:
    """Shows whose a certificate is and how long it lasts; nothing is changed yet."""
    form = CertificateForm(request.form)
    file = await chosen_file(request.form, "certificate")
    is_complete = form.validate()
    if file is None and not form.certificate.errors:
        put_fault(form, "certificate", request.say("Elija el archivo."))
    if is_complete and file is not None:
        sent = CertificateFile(file.content, str(form.certificate_password.data))
        try:
            facts, sealed = await request.services.editor.look_at(request.company_id, sent, request.author)
        except CompanyError as error:
            put_fault(form, "certificate", str(error))
        else:
            view = certificate_view(facts, request.services.clock())
            return request.page(
                "company/certificate.html", form=form, certificate=view, sealed=sealed, seen=_seen(request)
            )
    return request.page("company/certificate.html", 400, form=form, certificate=None, seen=_seen(request))


async def post_certificate_save(request: PanelRequest) -> Response:
    """Signs with the certificate that was shown, from now on."""
    form = CertificateForm()
    sealed = str(request.form.get("sealed", ""))
    try:
        await request.services.editor.replace_certificate(request.company_id, sealed, _seen(request), request.author)
    except CompanyError as error:
        put_fault(form, "certificate", str(error))
        return request.page("company/certificate.html", 400, form=form, certificate=None, seen=_seen(request))
    except CompanyChangedError:
        seen = await _changed(request, form)
        return request.page("company/certificate.html", 409, form=form, certificate=None, seen=seen)
    return request.redirect(request.link("/company"), request.say("La empresa firma desde ahora con este certificado."))


async def get_found_activities(request: PanelRequest) -> Response:
    """The activities that fit what was typed, for the list of the field."""
    found = found_activities(request.query.get("activity_cod", "")[:200])
    return request.fragment("described/activities.html", "found", found=found)


async def _stored(request: PanelRequest) -> StoredCompany:
    return await request.services.editor.read(request.company_id)


def _seen(request: PanelRequest) -> str:
    return str(request.form.get("seen", ""))


async def _changed(request: PanelRequest, form: Form) -> str:
    """Says that somebody else was first; returns the version that the person sees from now on."""
    form.form_errors.append(request.say(COMPANY_CHANGED))
    return (await _stored(request)).row.updated_at


def _route(
    path: str, get: PageHandler | None = None, post: PageHandler | None = None, *, is_guarded: bool = False
) -> PanelRoute:
    return PanelRoute(f"{_PATH}{path}", "edit_settings", get=get, post=post, is_guarded=is_guarded)


ROUTES: Final = (
    PanelRoute(_PATH, "see_settings", get=get_company_data),
    PanelRoute(f"{_PATH}/logo", "see_settings", get=get_logo),
    *map(_section, SECTIONS.values()),
    _route("/branches", get_branches, post_branches),
    _route("/brand", get_brand, post_brand),
    _route("/brand/sample", get_sample),
    _route("/brand/sample.svg", get_sample_picture),
    _route("/mh", get_mh, post_mh, is_guarded=True),
    _route("/certificate", get_certificate, post_certificate),
    _route("/certificate/save", post=post_certificate_save, is_guarded=True),
    _route("/activities", get_found_activities),
    *TEXT_ROUTES,
)
