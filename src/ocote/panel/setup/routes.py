"""Answers ``/setup``: the first run, step by step."""

from typing import Any, Final

from msgspec.structs import replace as changed
from wtforms import Form

from ocote.companies.certificate_check import CertificateFile
from ocote.companies.description.check import check_company
from ocote.companies.description.value import CompanyDescription
from ocote.companies.onboarding import (
    SetupSecrets,
    SetupStand,
    already_there,
    complete_values,
    faults_of_step,
)
from ocote.companies.registry import CompanyError, Registered
from ocote.panel.described.branches import changes_rows
from ocote.panel.described.certificates import CertificateForm, certificate_view, chosen_file
from ocote.panel.described.fields import FISCAL_FIELDS, IDENTITY, MH_LOGIN, RESPONSIBLE, TAX_FIELDS
from ocote.panel.described.forms import (
    described_values,
    description_form,
    district_names,
    found_activities,
    put_fault,
    put_faults,
)
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.choosing import choices_of
from ocote.panel.frame.pace import keep_login_pace
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PageHandler, PanelRoute
from ocote.panel.setup.forms import KeyForm, PlacesForm, places_form
from ocote.panel.setup.pages import may_open, next_setup_step, steps_view
from ocote.web.response import Response

_COMPANY_FIELDS: Final = (*IDENTITY, *FISCAL_FIELDS, *RESPONSIBLE, *TAX_FIELDS)
_COMPANY_KEYS: Final = tuple({field.path.partition(".")[0] for field in _COMPANY_FIELDS})
_CHECKED: Final = ("nit", "nrc")


async def get_setup(request: PanelRequest) -> Response:
    """Leads to the first step that is not done."""
    return _go(request, next_setup_step((await _stand(request)).progress))


async def get_company_step(request: PanelRequest) -> Response:
    """Shows the form for the data of the company."""
    stand = await _stand(request)
    values = {
        "environment": "00",
        "incomplete_buyers": "fill",
        "responsible": {"document_type": "13"},
        **stand.progress.values,
    }
    return _company_page(request, stand, description_form(_COMPANY_FIELDS, None, values))


async def post_company_step(request: PanelRequest) -> Response:
    """Keeps the data of the company. Another NIT or environment asks again for what belongs to it."""
    stand, form = await _stand(request), description_form(_COMPANY_FIELDS, request.form)
    values = described_values(form, _COMPANY_FIELDS)
    faults = faults_of_step(values, _COMPANY_KEYS)
    put_faults(form, faults)
    if not faults:
        nit = _digits(str(values["nit"]))
        if await request.services.onboarding.is_registered(nit, values["environment"]):
            put_fault(form, "nit", already_there(nit, values["environment"]))
            return _company_page(request, stand, form, 400)
        await _keep(request, with_company(stand, {**values, "nit": nit}))
        return _go(request, "mh")
    return _company_page(request, stand, form, 400)


def with_company(stand: SetupStand, values: dict[str, Any]) -> SetupStand:
    """A first run with other data of the company; secrets of another company are not kept."""
    before = stand.progress
    is_same = (before.nit, before.values.get("environment")) == (values["nit"], values["environment"])
    kept = {name: before.values[name] for name in ("mh", "branch") if is_same and name in before.values}
    if is_same:
        return SetupStand(changed(before, values={**values, **kept}), stand.secrets)
    return SetupStand(changed(before, values=values, login="", certificate=None))


async def get_said(request: PanelRequest) -> Response:
    """Says whether a NIT or NRC that is being typed is well written."""
    name = next((each for each in _CHECKED if each in request.query), "nit")
    typed = request.query.get(name, "")[:60]
    faults = faults_of_step({name: typed or None}, [name])
    is_empty = not typed.strip()
    return request.fragment(
        "setup/said.html", "said", fault="" if is_empty or not faults else faults[0].text, is_empty=is_empty
    )


async def get_step_activities(request: PanelRequest) -> Response:
    """The activities that fit what was typed, for the list of the field."""
    found = found_activities(request.query.get("activity_cod", "")[:200])
    return request.fragment("described/activities.html", "found", found=found)


async def get_mh_step(request: PanelRequest) -> Response:
    """Shows the form for user and password at MH."""
    stand = await _stand(request)
    if not may_open(stand.progress, "mh"):
        return _go(request, next_setup_step(stand.progress))
    values = {"mh": stand.progress.values.get("mh") or {"user": stand.progress.nit}}
    return _mh_page(request, stand, description_form(MH_LOGIN, None, values))


async def post_mh_step(request: PanelRequest) -> Response:
    """Tries user and password at MH once. Without an answer they are kept untried, and the person may go on."""
    stand = await _stand(request)
    if not may_open(stand.progress, "mh"):
        return _go(request, next_setup_step(stand.progress))
    form = description_form(MH_LOGIN, request.form)
    values = described_values(form, MH_LOGIN)["mh"]
    kept_user = (stand.progress.values.get("mh") or {}).get("user")
    if values["user"] not in (None, kept_user) and stand.secrets.mh_password and not values["password"]:
        put_fault(form, "mh-password", request.say("Escriba la contraseña de este otro usuario."))
        return _mh_page(request, stand, form, 400)
    values["password"] = values["password"] or stand.secrets.mh_password or None
    faults = [
        fault for fault in faults_of_step({"mh": values}, ["mh"]) if fault.path in {field.path for field in MH_LOGIN}
    ]
    put_faults(form, faults)
    if faults:
        return _mh_page(request, stand, form, 400)
    await keep_login_pace(request.services.limiter, stand.progress.values["environment"], stand.progress.nit)
    tried = await request.services.onboarding.try_login(stand, values["user"], values["password"])
    if tried.verdict == "refused":
        words = request.say("Hacienda no acepta este usuario con esta contraseña:")
        put_fault(form, "mh-password", f"{words} {tried.why}")
        return _mh_page(request, stand, form, 400)
    secrets, user = stand.secrets, {"user": values["user"].strip()}
    kept = SetupStand(
        changed(
            stand.progress,
            login=tried.verdict,
            values={**stand.progress.values, "mh": user},
        ),
        SetupSecrets(values["password"], secrets.certificate, secrets.certificate_password),
    )
    await _keep(request, kept)
    if tried.verdict == "accepted":
        return _go(request, "certificate", request.say("Hacienda acepta el usuario y la contraseña."))
    request.notify(
        "waiting",
        f"{request.say('Hacienda no contestó, y la contraseña quedó guardada sin probar:')} {tried.why}.",
    )
    return _mh_page(request, kept, form, 400)


async def get_certificate_step(request: PanelRequest) -> Response:
    """Shows the certificate that was chosen, and the form for another."""
    stand = await _stand(request)
    if not may_open(stand.progress, "certificate"):
        return _go(request, next_setup_step(stand.progress))
    return _certificate_page(request, stand, CertificateForm())


async def post_certificate_step(request: PanelRequest) -> Response:
    """Keeps a certificate whose password is right, and shows whose it is and how long it lasts."""
    stand = await _stand(request)
    if not may_open(stand.progress, "certificate"):
        return _go(request, next_setup_step(stand.progress))
    form, file = CertificateForm(request.form), await chosen_file(request.form, "certificate")
    is_complete = form.validate()
    if file is None and not form.certificate.errors:
        put_fault(form, "certificate", request.say("Elija el archivo."))
    if not is_complete or file is None:
        return _certificate_page(request, stand, form, 400)
    sent = CertificateFile(file.content, str(form.certificate_password.data))
    try:
        facts = request.services.onboarding.look_at(stand, sent)
    except CompanyError as error:
        put_fault(form, "certificate", str(error))
        return _certificate_page(request, stand, form, 400)
    secrets = SetupSecrets(stand.secrets.mh_password, sent.content, sent.password)
    await _keep(request, SetupStand(changed(stand.progress, certificate=facts), secrets))
    return _go(request, "certificate")


async def get_branches_step(request: PanelRequest) -> Response:
    """Shows the form for branches, points of sale and the numbers of another system."""
    stand = await _stand(request)
    if not may_open(stand.progress, "branches"):
        return _go(request, next_setup_step(stand.progress))
    return _branches_page(request, stand, places_form(None, stand.progress.values.get("branch") or ()))


async def post_branches_step(request: PanelRequest) -> Response:
    """Registers the company; the person becomes its owner."""
    stand = await _stand(request)
    if not may_open(stand.progress, "branches"):
        return _go(request, next_setup_step(stand.progress))
    places = places_form(request.form)
    if changes_rows(request.form):
        return _branches_page(request, stand, places)
    values = places.values()
    found = check_company(complete_values(stand, values))
    if places.put_faults(() if isinstance(found, CompanyDescription) else found):
        return _branches_page(request, stand, places, 400)
    try:
        registered = await request.services.onboarding.register(stand, values, request.author)
    except CompanyError as error:
        places.branches.form.form_errors.append(str(error))
        return _branches_page(request, stand, places, 400)
    if isinstance(registered, Registered):
        progress = changed(stand.progress, company_id=registered.id)
        await _keep(request, SetupStand(progress))
        return _go(request, "key", request.say("La empresa quedó registrada y usted es su propietario."))
    places.put_faults(registered)
    return _branches_page(request, stand, places, 400)


async def get_key_step(request: PanelRequest) -> Response:
    """Shows the form for the first key."""
    stand = await _stand(request)
    if stand.progress.company_id is None or stand.progress.key:
        return _go(request, next_setup_step(stand.progress))
    return _key_page(request, stand, await _key_form(request, stand))


async def post_key_step(request: PanelRequest) -> Response:
    """Makes the first key and shows it, once."""
    stand = await _stand(request)
    company_id = stand.progress.company_id
    if company_id is None or stand.progress.key:
        return _go(request, next_setup_step(stand.progress))
    form = await _key_form(request, stand)
    if not form.validate():
        return _key_page(request, stand, form, 400)
    row = (await request.services.editor.read(company_id)).row
    company = Registered(row.id, row.nit, row.environment, row.name)
    key = await request.services.keys.create(company, str(form.point.data), request.author)
    await _keep(request, SetupStand(changed(stand.progress, key=key[:12])))
    return _key_page(request, stand, form, key=key)


async def get_done_step(request: PanelRequest) -> Response:
    """Shows what comes next: the first document."""
    stand = await _stand(request)
    if stand.progress.company_id is None:
        return _go(request, next_setup_step(stand.progress))
    return request.page(
        "setup/done.html",
        steps=steps_view(stand.progress, "done"),
        company_id=stand.progress.company_id,
        is_test=stand.progress.values.get("environment") == "00",
    )


async def post_end(request: PanelRequest) -> Response:
    """Ends the first run: what is not registered is forgotten."""
    stand = await _stand(request)
    await request.services.onboarding.forget(request.person.id)
    if stand.progress.company_id is None:
        return request.redirect(PANEL_PATH, request.say("Lo que había escrito quedó borrado."))
    wanted = "drafts" if "issue" in request.form else "company"
    return request.redirect(f"{PANEL_PATH}/c/{stand.progress.company_id}/{wanted}")


def _company_page(request: PanelRequest, stand: SetupStand, form: Form, status: int = 200) -> Response:
    return request.page(
        "setup/company.html",
        status,
        form=form,
        steps=steps_view(stand.progress, "company"),
        groups=(
            ("", (*IDENTITY, *FISCAL_FIELDS), False),
            ("Persona responsable", RESPONSIBLE, False),
            ("Impuestos y compradores", TAX_FIELDS, True),
        ),
        districts=district_names(),
        is_begun=bool(stand.progress.nit),
    )


def _mh_page(request: PanelRequest, stand: SetupStand, form: Form, status: int = 200) -> Response:
    return request.page(
        "setup/mh.html",
        status,
        form=form,
        steps=steps_view(stand.progress, "mh"),
        login=stand.progress.login,
        has_password=bool(stand.secrets.mh_password),
    )


def _certificate_page(request: PanelRequest, stand: SetupStand, form: Form, status: int = 200) -> Response:
    facts = stand.progress.certificate
    return request.page(
        "setup/certificate.html",
        status,
        form=form,
        steps=steps_view(stand.progress, "certificate"),
        certificate=certificate_view(facts, request.services.clock()) if facts is not None else None,
    )


def _branches_page(request: PanelRequest, stand: SetupStand, places: PlacesForm, status: int = 200) -> Response:
    return request.page(
        "setup/branches.html",
        status,
        places=places,
        steps=steps_view(stand.progress, "branches"),
        districts=district_names(),
    )


async def _key_form(request: PanelRequest, stand: SetupStand) -> KeyForm:
    company = await request.services.editor.read(stand.progress.company_id or 0)
    form = KeyForm(request.form if request.method == "POST" else None)
    points = [point.branch_code + point.pos_code for point in company.points]
    form.point.choices = choices_of({point: point for point in points})
    return form


def _key_page(request: PanelRequest, stand: SetupStand, form: Form, status: int = 200, key: str = "") -> Response:
    return request.page("setup/key.html", status, form=form, steps=steps_view(stand.progress, "key"), key=key)


async def _stand(request: PanelRequest) -> SetupStand:
    return await request.services.onboarding.find(request.person.id)


async def _keep(request: PanelRequest, stand: SetupStand) -> None:
    await request.services.onboarding.keep(request.person.id, stand)


def _go(request: PanelRequest, step: str, notice: str = "") -> Response:
    return request.redirect(f"{PANEL_PATH}/setup/{step}", notice)


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _route(
    path: str, get: PageHandler | None, post: PageHandler | None = None, *, is_guarded: bool = False
) -> PanelRoute:
    return PanelRoute(f"/setup{path}", "operator", get=get, post=post, is_guarded=is_guarded)


ROUTES: Final = (
    _route("", get_setup),
    _route("/company", get_company_step, post_company_step),
    _route("/said", get_said),
    _route("/activities", get_step_activities),
    _route("/mh", get_mh_step, post_mh_step, is_guarded=True),
    _route("/certificate", get_certificate_step, post_certificate_step),
    _route("/branches", get_branches_step, post_branches_step, is_guarded=True),
    _route("/key", get_key_step, post_key_step, is_guarded=True),
    _route("/done", get_done_step),
    _route("/end", None, post_end),
)
