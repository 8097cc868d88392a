"""Answers ``/panel/account`` and the pages below it, and ``/panel/language``."""

from typing import Final, cast
from urllib.parse import urlsplit

from ocote.documents.view import Refused
from ocote.errors import message, status
from ocote.panel.account.forms import AuthenticatorForm, NewPasswordForm, ProfileForm
from ocote.panel.account.pages import authenticator_qr, identity_view, in_groups, session_view
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.pace import keep_pace
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.resuming import safe_path
from ocote.panel.frame.routing import PanelRoute
from ocote.panel.passkeys.pages import passkey_view, why_not_here
from ocote.people.accounts import TotpOffer
from ocote.people.passwords import WeakPasswordError
from ocote.people.person import Language
from ocote.web.response import Response

_ACCOUNT: Final = f"{PANEL_PATH}/account"
_LANGUAGES: Final = ("es", "en")
_PER_MINUTE: Final = 10
_PER_HOUR: Final = 60
"""New passwords that a session may try: whether one is good takes a while to say."""


async def get_account(request: PanelRequest) -> Response:
    """Shows the account."""
    person = request.person
    return await _account(request, ProfileForm(name=person.name, language=person.language))


async def post_account(request: PanelRequest) -> Response:
    """Changes name and language."""
    form = ProfileForm(request.form)
    if not form.validate():
        return await _account(request, form, 400)
    language = cast("Language", form.language.data)
    await request.services.accounts.introduce(request.person, str(form.name.data), language, request.author)
    return request.redirect(_ACCOUNT, request.say("Guardado."))


async def post_language(request: PanelRequest) -> Response:
    """Changes the language, and goes back to the page on which it was chosen."""
    asked = request.form.get("language")
    if asked in _LANGUAGES:
        person = request.person
        await request.services.accounts.introduce(person, person.name, cast("Language", asked), request.author)
    sent = next((value for name, value in request.scope["headers"] if name == b"referer"), b"").decode("latin-1")
    return request.redirect(_path_of(sent))


def _path_of(address: str) -> str:
    """The path and the query of the address of a page of the panel; the panel itself for every other address."""
    try:
        parts = urlsplit(address)
    except ValueError:  # of an address such as "http://["
        return PANEL_PATH
    return safe_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)


async def get_password(request: PanelRequest) -> Response:
    """Shows the form for a new password."""
    return request.page("account/password.html", form=NewPasswordForm())


async def post_password(request: PanelRequest) -> Response:
    """Changes the password."""
    form = NewPasswordForm(request.form)
    code = 400
    if form.validate():
        await keep_pace(request.services.limiter, f"password/{request.session.id}", _PER_MINUTE, _PER_HOUR)
        try:
            await request.services.accounts.change_password(
                request.session, str(form.current_password.data), str(form.new_password.data), request.author
            )
        except WeakPasswordError as error:
            form.new_password.errors = [str(error)]
        except Refused as error:
            form.current_password.errors = [message(error.code, **error.values)]
            code = status(error.code) if status(error.code) == 429 else 400
        else:
            return request.redirect(_ACCOUNT, request.say("La contraseña cambió. Sus demás sesiones terminaron."))
    return request.page("account/password.html", code, form=form)


async def get_authenticator(request: PanelRequest) -> Response:
    """Shows a new authenticator to a person who has proved a short time ago who they are."""
    if request.person.has_authenticator or not request.person.has_password:
        return request.redirect(_ACCOUNT)
    if not request.services.sessions.is_fresh(request.session):
        return request.redirect(f"{PANEL_PATH}/confirm?next={_ACCOUNT}/authenticator")
    offer = request.services.accounts.offer_totp(request.person)
    return _authenticator(request, offer, AuthenticatorForm(sealed=offer.sealed))


async def post_authenticator(request: PanelRequest) -> Response:
    """Begins to ask for codes, and shows the recovery codes to a person who had none."""
    form = AuthenticatorForm(request.form)
    accounts = request.services.accounts
    if request.person.has_authenticator or not request.person.has_password:
        return request.redirect(_ACCOUNT)
    if form.validate():
        try:
            codes = await accounts.switch_on(
                request.session, str(form.sealed.data), str(form.code.data), request.author
            )
        except Refused as error:
            form.code.errors = [message(error.code)]
        else:
            if codes:
                return request.page("account/codes.html", codes=codes, is_new=True)
            notice = request.say("La aplicación de códigos está encendida. Sus demás sesiones terminaron.")
            return request.redirect(_ACCOUNT, notice)
    try:
        offer = accounts.offered_again(request.person, str(form.sealed.data))
    except Refused:
        offer = accounts.offer_totp(request.person)
        form.sealed.data = offer.sealed
    return _authenticator(request, offer, form, 400)


async def post_no_authenticator(request: PanelRequest) -> Response:
    """Asks for codes no more."""
    await request.services.accounts.switch_off(request.session, request.author)
    return request.redirect(_ACCOUNT, request.say("La aplicación de códigos está apagada."))


async def post_codes(request: PanelRequest) -> Response:
    """Shows new recovery codes; the old ones count no more."""
    if not request.person.has_second_factor:
        return request.redirect(_ACCOUNT)
    codes = await request.services.accounts.renew_codes(request.session, request.author)
    return request.page("account/codes.html", codes=codes, is_new=False)


async def post_end_session(request: PanelRequest) -> Response:
    """Ends one session of the person."""
    ended = request.part("session")
    await request.services.sessions.end_one(request.session, ended)
    return request.redirect(_ACCOUNT, request.say("La sesión terminó."))


async def post_end_others(request: PanelRequest) -> Response:
    """Ends every session of the person but this one."""
    await request.services.sessions.end_others(request.session)
    return request.redirect(_ACCOUNT, request.say("Sus demás sesiones terminaron."))


async def _account(request: PanelRequest, form: ProfileForm, code: int = 200) -> Response:
    sessions = await request.services.sessions.open_sessions(request.session)
    left = await request.services.accounts.codes_left(request.person) if request.person.has_second_factor else 0
    passkeys = await request.services.passkeys.known(request.person)
    identities = request.services.identities
    linked = await identities.linked(request.person) if identities is not None else ()
    return request.page(
        "account/account.html",
        code,
        form=form,
        sessions=[session_view(each, request.say) for each in sessions],
        codes_left=left,
        passkeys=[passkey_view(each, request.say) for each in passkeys],
        why_not=why_not_here(request.site),
        identities=[identity_view(each) for each in linked],
    )


def _authenticator(request: PanelRequest, offer: TotpOffer, form: AuthenticatorForm, code: int = 200) -> Response:
    return request.page(
        "account/authenticator.html", code, form=form, qr=authenticator_qr(offer.uri), secret=in_groups(offer.secret)
    )


ROUTES: Final = (
    PanelRoute("/account", "person", get=get_account, post=post_account),
    PanelRoute("/account/password", "person", get=get_password, post=post_password),
    PanelRoute("/account/authenticator", "person", get=get_authenticator, post=post_authenticator, is_guarded=True),
    PanelRoute("/account/authenticator/off", "person", post=post_no_authenticator, is_guarded=True),
    PanelRoute("/account/codes", "person", post=post_codes, is_guarded=True),
    PanelRoute("/account/sessions/others/end", "person", post=post_end_others),
    PanelRoute("/account/sessions/{session}/end", "person", post=post_end_session),
    PanelRoute("/language", "person", post=post_language),
)
