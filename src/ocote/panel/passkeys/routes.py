"""Answers ``/panel/account/passkeys/…``, and the forms by which a passkey is used at the login and to confirm."""

from typing import Final

from ocote.documents.view import Refused
from ocote.panel.frame import cookies
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.browsers import browser_words
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.resuming import kept_in
from ocote.panel.frame.routing import PanelRoute
from ocote.panel.login.forms import LoginForm
from ocote.panel.login.pages import (
    begin_session,
    code_page,
    confirm_page,
    confirmed,
    enter_again,
    login_page,
    tell,
    wanted_path,
)
from ocote.panel.passkeys.forms import NewPasskeyForm, PasskeyLabelForm
from ocote.panel.passkeys.pages import why_not_here
from ocote.people.passkeys import KnownPasskey, PasskeyAnswer, PasskeyOffer
from ocote.web.response import Response

_ACCOUNT: Final = f"{PANEL_PATH}/account"
_NEW: Final = f"{_ACCOUNT}/passkeys/new"
_JSON: Final = b"application/json"


async def get_new_passkey(request: PanelRequest) -> Response:
    """Shows the form for a passkey to a person who has proved a short time ago who they are."""
    if not request.services.sessions.is_fresh(request.session):
        return request.redirect(f"{PANEL_PATH}/confirm?next={_NEW}")
    return _new_page(request, NewPasskeyForm(label=browser_words(request.client.agent, request.say)))


async def post_new_options(request: PanelRequest) -> Response:
    """Tells a browser how to make a passkey."""
    return _offered(request, await request.services.passkeys.offer_new(request.person, request.site))


async def post_new_passkey(request: PanelRequest) -> Response:
    """Keeps a new passkey, and shows the recovery codes to a person who has none."""
    form = NewPasskeyForm(request.form)
    if not form.validate():
        return _new_page(request, form, 400)
    try:
        codes = await request.services.passkeys.add(
            request.session, _answer(request), str(form.label.data), request.author
        )
    except Refused as error:
        return _new_page(request, form, tell(request, error))
    if codes:
        return request.page("account/codes.html", codes=codes, is_new=True)
    return request.redirect(_ACCOUNT, request.say("La llave de acceso quedó guardada. Sus demás sesiones terminaron."))


async def get_passkey(request: PanelRequest) -> Response:
    """Shows a passkey, to be renamed or removed."""
    passkey = await request.services.passkeys.one_of(request.person, request.part("passkey"))
    return _passkey_page(request, passkey, PasskeyLabelForm(label=passkey.label))


async def post_passkey(request: PanelRequest) -> Response:
    """Gives a passkey another label."""
    passkey = await request.services.passkeys.one_of(request.person, request.part("passkey"))
    form = PasskeyLabelForm(request.form)
    if not form.validate():
        return _passkey_page(request, passkey, form, 400)
    await request.services.passkeys.rename(request.person, passkey.id, str(form.label.data), request.author)
    return request.redirect(_ACCOUNT, request.say("Guardado."))


async def post_remove_passkey(request: PanelRequest) -> Response:
    """Removes a passkey."""
    await request.services.passkeys.remove(request.session, request.part("passkey"), request.author)
    notice = request.say("La llave de acceso ya no entra. Sus demás sesiones terminaron.")
    return request.redirect(_ACCOUNT, notice)


async def post_entrance_options(request: PanelRequest) -> Response:
    """Tells a browser how to log somebody in."""
    return _offered(request, await request.services.passkeys.offer_entrance(request.site))


async def post_entrance(request: PanelRequest) -> Response:
    """Begins a session of the person whose passkey has signed."""
    resumed, wanted = kept_in(request.form), wanted_path(request)
    try:
        secret = await request.services.entrance.enter_with_passkey(_answer(request), request.client)
    except Refused as error:
        return login_page(request, LoginForm(), wanted, resumed, tell(request, error))
    request.remove_cookie(cookies.HALF_WAY)
    return await begin_session(request, secret, wanted, resumed)


async def post_second_step_options(request: PanelRequest) -> Response:
    """Tells a browser how to take the second step."""
    ticket = request.cookie(cookies.HALF_WAY)
    if ticket is None:
        raise Refused("login_expired")
    return _offered(request, await request.services.entrance.offer_second_step(ticket, request.site))


async def post_second_step(request: PanelRequest) -> Response:
    """Begins a session after the second step with a passkey."""
    resumed, wanted = kept_in(request.form), wanted_path(request)
    ticket, answer = request.cookie(cookies.HALF_WAY), _answer(request)
    if ticket is None:
        return enter_again(request, Refused("login_expired"), wanted, resumed)
    try:
        secret = await request.services.entrance.second_step_with_passkey(ticket, answer, request.client)
    except Refused as error:
        if error.code == "login_expired":
            return enter_again(request, error, wanted, resumed)
        return code_page(request, ticket, None, wanted, resumed, tell(request, error))
    request.remove_cookie(cookies.HALF_WAY)
    return await begin_session(request, secret, wanted, resumed)


async def post_confirm_options(request: PanelRequest) -> Response:
    """Tells a browser how a person proves again who they are."""
    offer = await request.services.passkeys.offer_proof("confirm", request.person.id, request.site)
    return _offered(request, offer)


async def post_confirm_with_passkey(request: PanelRequest) -> Response:
    """Notes that the person has proved with a passkey who they are, and goes on with what they wanted to do."""
    resumed, wanted = kept_in(request.form), wanted_path(request)
    try:
        await request.services.entrance.confirm_with_passkey(request.session, _answer(request), request.client)
    except Refused as error:
        return confirm_page(request, None, wanted, resumed, tell(request, error))
    return confirmed(request, wanted, resumed)


def _offered(request: PanelRequest, offer: PasskeyOffer) -> Response:
    """The options for the script of a page; the challenge in them waits in a cookie."""
    request.set_cookie(cookies.PASSKEY, offer.kept)
    return Response(200, offer.options.encode(), _JSON)


def _answer(request: PanelRequest) -> PasskeyAnswer:
    """The answer of the browser, with the challenge of the cookie, which is there for one answer alone."""
    sent = request.form.get("credential")
    kept = request.cookie(cookies.PASSKEY)
    request.remove_cookie(cookies.PASSKEY)
    return PasskeyAnswer(kept, sent if isinstance(sent, str) else "", request.site)


def _new_page(request: PanelRequest, form: NewPasskeyForm, code: int = 200) -> Response:
    return request.page("passkeys/new.html", code, form=form, why_not=why_not_here(request.site))


def _passkey_page(request: PanelRequest, passkey: KnownPasskey, form: PasskeyLabelForm, code: int = 200) -> Response:
    return request.page("passkeys/passkey.html", code, form=form, passkey=passkey)


ROUTES: Final = (
    PanelRoute("/account/passkeys/new", "person", get=get_new_passkey, post=post_new_passkey, is_guarded=True),
    PanelRoute("/account/passkeys/new/options", "person", post=post_new_options, is_guarded=True),
    PanelRoute("/account/passkeys/{passkey:int}", "person", get=get_passkey, post=post_passkey),
    PanelRoute("/account/passkeys/{passkey:int}/remove", "person", post=post_remove_passkey, is_guarded=True),
    PanelRoute("/login/passkey", "anyone", post=post_entrance),
    PanelRoute("/login/passkey/options", "anyone", post=post_entrance_options),
    PanelRoute("/login/code/passkey", "anyone", post=post_second_step),
    PanelRoute("/login/code/passkey/options", "anyone", post=post_second_step_options),
    PanelRoute("/confirm/passkey", "person", post=post_confirm_with_passkey),
    PanelRoute("/confirm/passkey/options", "person", post=post_confirm_options),
)
