"""Answers ``/c/{company}/company/production``: the way of a company from MH's test environment to production."""

from typing import Final

from msgspec.structs import replace as changed
from wtforms import Form

from ocote.companies.certificate_check import CertificateFile
from ocote.companies.editing import CompanyChangedError
from ocote.companies.onboarding import SetupSecrets
from ocote.companies.production import PRODUCTION, ReadyChecks, Switched
from ocote.companies.production_way import GoesAlong, SwitchProgress, SwitchStand
from ocote.companies.registry import CompanyError
from ocote.companies.stored import StoredCompany
from ocote.panel.described.certificates import CertificateForm, certificate_view, chosen_file
from ocote.panel.described.fields import MH_LOGIN
from ocote.panel.described.forms import described_values, description_form, put_fault
from ocote.panel.frame.pace import keep_login_pace
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PageHandler, PanelRoute
from ocote.panel.production.forms import PHRASE, AlongForm, NumbersForm, PhraseForm, is_the_phrase
from ocote.panel.production.pages import (
    may_open_step,
    next_switch_step,
    ready_lines,
    switch_steps,
    switch_summary,
)
from ocote.web.response import Response
from ocote.web.streaming import StreamedResponse

_PATH: Final = "/c/{company_id:int}/company/production"
_HERE: Final = "/company/production"
SWITCH_CHANGED: Final = (
    "Otra persona cambió algo de este paso o de los datos de la empresa mientras usted tenía abierta la página, y no "
    "se guardó nada de lo que usted envió. Revise lo que está guardado ahora y envíe de nuevo."
)


async def get_production(request: PanelRequest) -> Response:
    """Shows what should be ready, and where the way was left."""
    return await _ready_page(request)


async def _ready_page(request: PanelRequest, status: int = 200) -> Response:
    stored, stand = await _stand(request)
    checks = await request.services.production.checks(stored)
    membership = request.person.membership(checks.twin_id) if checks.twin_id is not None else None
    return request.page(
        "production/ready.html",
        status,
        seen=stand.seen,
        steps=switch_steps(request.link(_HERE), "ready"),
        lines=ready_lines(checks, request.say),
        has_twin=checks.twin_id is not None,
        twin_id=membership.company_id if membership is not None else None,
        next_href=request.link(f"{_HERE}/{next_switch_step(stand.progress)}"),
        is_begun=bool(stand.progress.login),
    )


async def get_production_mh(request: PanelRequest) -> Response:
    """Shows the form for user and password at MH's production environment."""
    stored, stand = await _stand(request)
    user = stand.progress.mh_user or stored.row.mh_user
    return _mh_page(request, stand, description_form(MH_LOGIN, None, {"mh": {"user": user}}))


async def post_production_mh(request: PanelRequest) -> Response:
    """Tries user and password once. Without an answer of MH they are kept untried, and the person may go on."""
    stored, stand = await _stand(request)
    form = description_form(MH_LOGIN, request.form)
    if _seen(request) != stand.seen:
        return _mh_page(request, _changed(request, form, stand), form, 409)
    values = described_values(form, MH_LOGIN)["mh"]
    user, password = values["user"], values["password"] or stand.secrets.mh_password
    if not _is_login(request, form, stand):
        return _mh_page(request, stand, form, 400)
    await keep_login_pace(request.services.limiter, PRODUCTION, stored.row.nit)
    tried = await request.services.production.try_login(stored, user, password, request.author)
    if tried.verdict == "refused":
        words = request.say("El ambiente de producción de Hacienda no acepta este usuario con esta contraseña:")
        put_fault(form, "mh-password", f"{words} {tried.why}")
        return _mh_page(request, stand, form, 400)
    secrets = SetupSecrets(password, stand.secrets.certificate, stand.secrets.certificate_password)
    kept = await _keep(request, stored, stand, changed(stand.progress, mh_user=user, login=tried.verdict), secrets)
    if kept is None:
        return _mh_page(request, _changed(request, form, (await _stand(request))[1]), form, 409)
    if tried.verdict == "accepted":
        return _go(request, "certificate", request.say("Hacienda acepta el usuario y la contraseña."))
    request.notify(
        "waiting", f"{request.say('Hacienda no contestó, y la contraseña quedó guardada sin probar:')} {tried.why}."
    )
    return _mh_page(request, kept, form, 400)


def _is_login(request: PanelRequest, form: Form, stand: SwitchStand) -> bool:
    """Whether there are a user and a password; the one that is stored is used for its own user alone."""
    values = described_values(form, MH_LOGIN)["mh"]
    if not values["user"]:
        put_fault(form, "mh-user", request.say("Complete este dato."))
    if not values["password"] and not stand.secrets.mh_password:
        put_fault(form, "mh-password", request.say("Complete este dato."))
    elif values["user"] and not values["password"] and values["user"] != stand.progress.mh_user:
        put_fault(form, "mh-password", request.say("Escriba la contraseña de este otro usuario."))
    return not any(field.errors for field in form)


async def get_production_certificate(request: PanelRequest) -> Response:
    """Shows the production certificate that was chosen, and the form for another."""
    _, stand = await _stand(request)
    if not may_open_step(stand.progress, "certificate"):
        return _go(request, next_switch_step(stand.progress))
    return _certificate_page(request, stand, CertificateForm())


async def post_production_certificate(request: PanelRequest) -> Response:
    """Keeps a certificate whose password is right, and shows whose it is and how long it lasts."""
    stored, stand = await _stand(request)
    if not may_open_step(stand.progress, "certificate"):
        return _go(request, next_switch_step(stand.progress))
    form, file = CertificateForm(request.form), await chosen_file(request.form, "certificate")
    is_complete = form.validate()
    if file is None and not form.certificate.errors:
        put_fault(form, "certificate", request.say("Elija el archivo."))
    if not is_complete or file is None:
        return _certificate_page(request, stand, form, 400)
    sent = CertificateFile(file.content, str(form.certificate_password.data))
    try:
        facts = request.services.production.look_at(stored, sent)
    except CompanyError as error:
        put_fault(form, "certificate", str(error))
        return _certificate_page(request, stand, form, 400)
    secrets = SetupSecrets(stand.secrets.mh_password, sent.content, sent.password)
    kept = await _keep(request, stored, stand, changed(stand.progress, certificate=facts), secrets)
    if kept is None:
        return _certificate_page(request, _changed(request, form, (await _stand(request))[1]), form, 409)
    if facts.fingerprint == stored.row.certificate_fingerprint:
        request.notify(
            "waiting",
            request.say("Es el mismo certificado de pruebas. El de producción se crea aparte en el sitio de Hacienda."),
        )
        return _certificate_page(request, kept, CertificateForm())
    return _go(request, "numbers", request.say("El certificado quedó guardado."))


async def get_production_numbers(request: PanelRequest) -> Response:
    """Shows how the numbers begin."""
    stored, stand = await _stand(request)
    if not may_open_step(stand.progress, "numbers"):
        return _go(request, next_switch_step(stand.progress))
    return _numbers_page(request, stored, stand, NumbersForm(None, stand.progress.numbers))


async def post_production_numbers(request: PanelRequest) -> Response:
    """Keeps how the numbers begin."""
    stored, stand = await _stand(request)
    if not may_open_step(stand.progress, "numbers"):
        return _go(request, next_switch_step(stand.progress))
    form = NumbersForm(request.form)
    if request.form.get("add_row") or request.form.get("remove_row"):
        return _numbers_page(request, stored, _as_sent(request, stand), form)
    progress = changed(stand.progress, numbers=form.numbers())
    is_right = form.check(stored)
    faults = request.services.production.faults(stored, SwitchStand(progress, stand.secrets))
    if form.put_faults(faults, stored) or not is_right:
        return _numbers_page(request, stored, _as_sent(request, stand), form, 400)
    if await _keep(request, stored, stand, progress) is None:
        stored, stand = await _stand(request)
        return _numbers_page(request, stored, _changed(request, form.start, stand), form, 409)
    return _go(request, "along")


async def get_production_along(request: PanelRequest) -> Response:
    """Shows who and what can go along."""
    stored, stand = await _stand(request)
    if not may_open_step(stand.progress, "along"):
        return _go(request, next_switch_step(stand.progress))
    along = stand.progress.along or GoesAlong()
    form = AlongForm(
        people=list(along.people),
        items=along.items,
        customers=along.customers,
        mail_server=along.mail_server,
        webhooks=along.webhooks,
    )
    return await _along_page(request, stored, stand, form)


async def post_production_along(request: PanelRequest) -> Response:
    """Keeps who and what goes along."""
    stored, stand = await _stand(request)
    if not may_open_step(stand.progress, "along"):
        return _go(request, next_switch_step(stand.progress))
    form = AlongForm(request.form)
    form.offer(await request.services.team.members(request.company_id), request.person.id)
    if not form.validate():
        return await _along_page(request, stored, _as_sent(request, stand), form, 400)
    if await _keep(request, stored, stand, changed(stand.progress, along=form.chosen())) is None:
        stored, stand = await _stand(request)
        return await _along_page(request, stored, _changed(request, form, stand), form, 409)
    return _go(request, "confirm")


async def get_production_confirm(request: PanelRequest) -> Response:
    """Shows what is going to happen, and asks for the phrase."""
    stored, stand = await _stand(request)
    if not may_open_step(stand.progress, "confirm"):
        return _go(request, next_switch_step(stand.progress))
    return _confirm_page(request, stored, stand, PhraseForm())


async def post_production_confirm(request: PanelRequest) -> Response:
    """Registers the production company when the phrase is right, and shows the secrets of its webhooks, once."""
    stored, stand = await _stand(request)
    if not may_open_step(stand.progress, "confirm"):
        return _go(request, next_switch_step(stand.progress))
    form = PhraseForm(request.form)
    if not form.validate() or not is_the_phrase(str(form.phrase.data), stored.row.nit):
        if not form.phrase.errors:
            put_fault(form, "phrase", request.say("No es la frase. Escríbala completa, con el NIT al final."))
        return _confirm_page(request, stored, _as_sent(request, stand), form, 400)
    try:
        switched = await request.services.production.register(stored, _as_sent(request, stand), request.author)
    except CompanyError as error:
        form.form_errors.append(str(error))
        return _confirm_page(request, stored, stand, form, 400)
    except CompanyChangedError:
        stored, stand = await _stand(request)
        return _confirm_page(request, stored, _changed(request, form, stand), form, 409)
    if not isinstance(switched, Switched):
        for fault in switched:
            form.form_errors.append(f"{fault.path}: {fault.text}")
        return _confirm_page(request, stored, stand, form, 400)
    points = [point.branch_code + point.pos_code for point in stored.points]
    return request.page("production/done.html", switched=switched, points=points)


async def post_production_discard(request: PanelRequest) -> Response:
    """Forgets what was filled in, with its secrets."""
    stored, stand = await _stand(request)
    try:
        await request.services.production.discard(stored, stand, _seen(request), request.author)
    except (CompanyChangedError, CompanyError):
        request.notify("waiting", request.say(SWITCH_CHANGED))
        return await _ready_page(request, 409)
    return request.redirect(request.link("/company"), request.say("Lo que había escrito quedó borrado."))


def _mh_page(request: PanelRequest, stand: SwitchStand, form: Form, status: int = 200) -> Response:
    return request.page(
        "production/mh.html",
        status,
        form=form,
        steps=switch_steps(request.link(_HERE), "mh"),
        login=stand.progress.login,
        has_password=bool(stand.secrets.mh_password),
        seen=stand.seen,
    )


def _certificate_page(request: PanelRequest, stand: SwitchStand, form: Form, status: int = 200) -> Response:
    facts = stand.progress.certificate
    return request.page(
        "production/certificate.html",
        status,
        form=form,
        steps=switch_steps(request.link(_HERE), "certificate"),
        certificate=certificate_view(facts, request.services.clock()) if facts is not None else None,
        seen=stand.seen,
    )


def _numbers_page(
    request: PanelRequest, stored: StoredCompany, stand: SwitchStand, form: NumbersForm, status: int = 200
) -> Response:
    progress = stand.progress
    return request.page(
        "production/numbers.html",
        status,
        form=form,
        points=[point.branch_code + point.pos_code for point in stored.points],
        steps=switch_steps(request.link(_HERE), "numbers"),
        seen=stand.seen,
        old_year=progress.numbers_year if progress.numbers is None else None,
    )


async def _along_page(
    request: PanelRequest, stored: StoredCompany, stand: SwitchStand, form: AlongForm, status: int = 200
) -> Response:
    form.offer(await request.services.team.members(request.company_id), request.person.id)
    checks: ReadyChecks = await request.services.production.checks(stored)
    steps = switch_steps(request.link(_HERE), "along")
    return request.page("production/along.html", status, form=form, checks=checks, steps=steps, seen=stand.seen)


def _confirm_page(
    request: PanelRequest, stored: StoredCompany, stand: SwitchStand, form: Form, status: int = 200
) -> Response:
    along = stand.progress.along or GoesAlong()
    return request.page(
        "production/confirm.html",
        status,
        form=form,
        steps=switch_steps(request.link(_HERE), "confirm"),
        summary=switch_summary(stand.progress, len(along.people), request.say),
        wanted=f"{PHRASE} {stored.row.nit}",
        company=stored.row,
        seen=stand.seen,
    )


async def _stand(request: PanelRequest) -> tuple[StoredCompany, SwitchStand]:
    """The company of the test environment and its way. Raises Refused for a company that is in production."""
    stored = await request.services.production.company(request.company_id)
    return stored, await request.services.production.find(stored)


async def _keep(
    request: PanelRequest,
    stored: StoredCompany,
    stand: SwitchStand,
    progress: SwitchProgress,
    secrets: SetupSecrets | None = None,
) -> SwitchStand | None:
    """Keeps what a step has filled in over the version that the person saw; None when somebody else was first."""
    kept = SwitchStand(progress, secrets or stand.secrets, _seen(request))
    try:
        return await request.services.production.keep(stored, stand, kept, request.author)
    except (CompanyChangedError, CompanyError):
        return None


def _seen(request: PanelRequest) -> str:
    return str(request.form.get("seen", ""))


def _as_sent(request: PanelRequest, stand: SwitchStand) -> SwitchStand:
    """The way, with the version that the person saw when the form was filled in."""
    return changed(stand, seen=_seen(request))


def _changed(request: PanelRequest, form: Form, stand: SwitchStand) -> SwitchStand:
    """Says above a form that somebody else was first; returns the way, which the person sees from now on."""
    form.form_errors.append(request.say(SWITCH_CHANGED))
    return stand


def _go(request: PanelRequest, step: str, notice: str = "") -> Response:
    return request.redirect(request.link(f"{_HERE}/{step}"), notice)


def _step(
    path: str, get: PageHandler | None, post: PageHandler | None = None, *, is_guarded: bool = False
) -> PanelRoute:
    """A step; for a company that is in production already it leads to the first page, which says that."""

    def while_open(handler: PageHandler) -> PageHandler:
        async def handle(request: PanelRequest) -> Response | StreamedResponse:
            stored = await request.services.production.company(request.company_id)
            if await request.services.production.is_there(stored):
                return request.redirect(request.link(_HERE))
            return await handler(request)

        return handle

    return PanelRoute(
        f"{_PATH}{path}",
        "edit_settings",
        get=while_open(get) if get is not None else None,
        post=while_open(post) if post is not None else None,
        is_guarded=is_guarded,
    )


ROUTES: Final = (
    PanelRoute(_PATH, "edit_settings", get=get_production),
    _step("/mh", get_production_mh, post_production_mh, is_guarded=True),
    _step("/certificate", get_production_certificate, post_production_certificate, is_guarded=True),
    _step("/numbers", get_production_numbers, post_production_numbers),
    _step("/along", get_production_along, post_production_along),
    _step("/confirm", get_production_confirm, post_production_confirm, is_guarded=True),
    _step("/discard", None, post_production_discard, is_guarded=True),
)
