"""Admits requests to the pages of the panel, in this order: TLS, page, session, right, form and its token.

A plain ASGI application. Every answer gets the headers that keep a page out of caches, frames and other sites' hands.
"""

import secrets
from collections.abc import Iterator
from hashlib import sha256
from itertools import chain
from time import perf_counter
from typing import Any, Final
from urllib.parse import quote, urlsplit

import structlog
from starlette.datastructures import FormData, QueryParams
from starlette.types import Receive, Scope, Send

from ocote.documents.view import Refused
from ocote.errors import message, status
from ocote.panel.frame import cookies
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.cookies import Cookies, theme_in
from ocote.panel.frame.forms import is_plain, read_form
from ocote.panel.frame.language import language_of_guest
from ocote.panel.frame.pace import GUEST_BYTES, GUEST_FIELDS, WAITING_BYTES, WAITING_FIELDS, keep_pace
from ocote.panel.frame.rendering import html, rendered, static_files
from ocote.panel.frame.request import PanelRequest, Visit, token_seed
from ocote.panel.frame.resuming import interrupted, resume_page
from ocote.panel.frame.routing import COMPANY_PART, FoundRoute, PanelRoute, Routes
from ocote.panel.login.forms import LoginForm
from ocote.panel.login.pages import confirm_page, login_page
from ocote.panel.services import PanelServices
from ocote.people.person import Membership, Session
from ocote.store.engine.store import StoreUnavailableError
from ocote.web import metrics
from ocote.web.body import ClientGone
from ocote.web.request_ids import new_request_id
from ocote.web.response import COME_AGAIN, Header, Response
from ocote.web.streaming import StreamedResponse
from ocote.web.transport import household_of, is_confidential

_STATIC: Final = "/static/"
_METHODS: Final = ("GET", "HEAD", "POST")
_LOGIN: Final = "/login"
_SESSION_ENDED: Final = html(401, "")
"""For a script that asks for a part of a page: the page stays as it is, and says that the session has ended."""

GUESTS_PER_MINUTE: Final = 240
GUESTS_PER_HOUR: Final = 2_400
"""Forms of all people without a session behind one address: more than attempts to log in, which have a limit too."""

_ELSEWHERE: Final = ("cross-site", "same-site")

_log = structlog.get_logger(__name__)


class PanelGate:
    """The panel as an ASGI application. ``allow_http`` admits plain HTTP from this machine."""

    def __init__(self, routes: Routes, services: PanelServices, secret: str, *, allow_http: bool = False) -> None:
        self._routes = routes
        self._known = frozenset(route.path for route in routes.all)
        self._services = services
        self._cookies = Cookies(secret)
        self._token_secret = sha256(b"ocote panel forms " + secret.partition(",")[0].strip().encode()).digest()
        self._allow_http = allow_http

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request below ``/panel``."""
        began = perf_counter()
        request_id = new_request_id()
        nonce = secrets.token_urlsafe(16)
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                route, response = await self._answer(scope, receive, nonce)
            except ClientGone:
                return
            except StoreUnavailableError as error:
                _log.warning("store_unavailable", route="panel", error=str(error))
                route, response = "panel", _problem(scope, "service_unavailable", nonce)
            except Exception:  # noqa: BLE001 - last resort: the person gets a page, and the log has the reason
                _log.exception("unforeseen_fault", route="panel")
                route, response = "panel", _problem(scope, "internal_error", nonce, request_id=request_id)
            metrics.count(f"{PANEL_PATH}{route}", _status_of(response), perf_counter() - began)
            try:
                await response(scope, receive, send)
            except ClientGone:
                return

    async def _answer(self, scope: Scope, receive: Receive, nonce: str) -> tuple[str, Response | StreamedResponse]:
        if not is_confidential(scope, allow_http=self._allow_http):
            return "", _problem(scope, "https_required", nonce)
        below = str(scope["path"]).removeprefix(PANEL_PATH) or "/"
        if below.startswith(_STATIC):
            return _STATIC, _static(scope, below.removeprefix(_STATIC), nonce)
        if scope["method"] not in _METHODS:
            # No route: a metric with a path that strangers choose would grow without end.
            return "", _problem(scope, "method_not_allowed", nonce, method=scope["method"], allowed="GET, HEAD, POST")
        found = self._routes.find(below)
        request = await self._request(scope, receive, found, nonce)
        try:
            response = await self._admitted(request, found)
        except Refused as error:
            response = refused_page(request, error)
        finally:
            await request.form.close()  # the files that came with it
        return (
            found.route.path if found is not None else "",
            _with_headers(response, (*request.headers, *_safe_headers(nonce))),
        )

    async def _request(self, scope: Scope, receive: Receive, found: FoundRoute | None, nonce: str) -> PanelRequest:
        """The request with the session of its cookie, and a cookie for a guest who has none."""
        is_secure = scope["scheme"] == "https"
        header = next((value for name, value in scope["headers"] if name == b"cookie"), b"").decode("latin-1")

        def cookie(kind: str) -> str | None:
            return self._cookies.read(header, kind, is_secure=is_secure)

        secret = cookie(cookies.SESSION)
        session = await self._services.sessions.find(secret) if secret is not None else None
        guest = cookie(cookies.GUEST)
        seed = secret if session is not None and secret is not None else guest or secrets.token_urlsafe(24)
        visit = Visit(
            parts=found.values if found is not None else {},
            known=self._known,
            session=session,
            membership=_membership(session, found),
            language=session.person.language if session is not None else language_of_guest(scope),
            is_secure=is_secure,
            nonce=nonce,
            token_seed=token_seed(seed),
            token_secret=self._token_secret,
            notice=cookie(cookies.NOTICE),
            theme=theme_in(header),
        )
        request = PanelRequest(scope, receive, self._services, self._cookies, visit)
        if session is None and guest is None:
            request.set_cookie(cookies.GUEST, seed)
        return request

    async def _admitted(self, request: PanelRequest, found: FoundRoute | None) -> Response | StreamedResponse:
        if found is None or not is_plain(str(request.scope["path"])) or not all(map(is_plain, _texts(request.query))):
            raise Refused("page_not_found")
        route = found.route
        is_change = request.method == "POST"
        handler = route.post if is_change else route.get
        if handler is None:
            raise Refused("method_not_allowed", method=request.method, allowed="GET" if is_change else "POST")
        if is_change:
            if _is_from_elsewhere(request.scope):
                raise Refused("form_from_elsewhere")
            request.form = await self._form(request, route)
        if route.access != "anyone":
            if request.visit.session is None:
                return _log_in_first(request)
            _check_access(request, route)
        if is_change and not request.token_is_right():
            return _resume(request)
        if is_change and route.is_guarded and not self._services.sessions.is_fresh(request.session):
            return _confirm_first(request)
        return await handler(request)

    async def _form(self, request: PanelRequest, route: PanelRoute) -> FormData:
        """The form of a change. Strangers send small ones, and not too often. Raises Refused and ClientGone."""
        scope, limit = request.scope, route.limit
        if request.visit.session is not None:
            return await read_form(scope, request.receive, limit)
        await keep_pace(self._services.limiter, f"guest/{household_of(scope)}", GUESTS_PER_MINUTE, GUESTS_PER_HOUR)
        if route.access == "anyone":
            return await read_form(scope, request.receive, min(limit, WAITING_BYTES), WAITING_FIELDS)
        return await read_form(scope, request.receive, min(limit, GUEST_BYTES), GUEST_FIELDS)


def refused_page(request: PanelRequest, error: Refused) -> Response:
    """The page about a refused operation, with the text of the table of codes."""
    code = status(error.code)
    text = message(error.code, **error.values)
    response = request.page("frame/problem.html", code, text=text, code=error.code)
    if code == 503:
        request.headers.append(COME_AGAIN)
    return response


def _check_access(request: PanelRequest, route: PanelRoute) -> None:
    """Raises Refused: a company of others looks like one that does not exist."""
    if route.access == "person":
        return
    if route.access == "operator":
        if not request.person.is_operator:
            raise Refused("page_not_found")
        return
    if route.access == "anyone" or request.visit.membership is None:
        raise Refused("page_not_found")
    if not request.visit.membership.may(route.access):
        raise Refused("right_missing")
    if not request.visit.membership.company_active:
        if request.method == "POST":
            raise Refused("company_disabled_here")
        request.notify("waiting", request.say("La empresa está desactivada: se puede ver todo y no se cambia nada."))


def _log_in_first(request: PanelRequest) -> Response:
    """The page to log in; a form that was sent waits there."""
    if request.is_fragment:
        return _SESSION_ENDED
    if request.method == "GET":
        return request.redirect(f"{PANEL_PATH}{_LOGIN}?next={quote(request.path, safe='')}")
    return login_page(request, LoginForm(), "", interrupted(request.path, request.form), 401)


def _confirm_first(request: PanelRequest) -> Response:
    """The page on which a person proves again who they are; the form waits there."""
    return confirm_page(request, None, "", interrupted(request.path, request.form), 401)


def _resume(request: PanelRequest) -> Response:
    """The page from which a form is sent again that came with the token of another session."""
    if request.is_fragment:
        return _SESSION_ENDED
    return resume_page(request, interrupted(request.path, request.form), 409)


def _is_from_elsewhere(scope: Scope) -> bool:
    """Whether a browser says that a form comes from a page of another site."""
    found: dict[bytes, str] = {name: value.decode("latin-1") for name, value in scope["headers"]}
    if found.get(b"sec-fetch-site") in _ELSEWHERE:
        return True
    origin = found.get(b"origin")
    if origin is None or origin == "null":
        return False
    try:
        return urlsplit(origin).netloc != found.get(b"host")
    except ValueError:  # of an address such as "http://["
        return True


def _texts(query: QueryParams) -> Iterator[str]:
    """The names and the values of a query."""
    return chain.from_iterable(query.multi_items())


def _membership(session: Session | None, found: FoundRoute | None) -> Membership | None:
    company_id = found.values.get(COMPANY_PART) if found is not None else None
    return session.person.membership(company_id) if session is not None and company_id is not None else None


def _static(scope: Scope, name: str, nonce: str) -> Response:
    file = static_files().get(name)
    return file.response(scope["query_string"]) if file is not None else _problem(scope, "page_not_found", nonce)


def _problem(scope: Scope, code: str, nonce: str, **values: Any) -> Response:
    """A page about a request that comes to no page: it shows nothing of anybody."""
    text, language = message(code, **values), language_of_guest(scope)
    shown = {"text": text, "language": language, "nonce": nonce, "files": static_files()}
    page = rendered(language, "frame/alone.html", None, shown)
    headers = (COME_AGAIN,) if status(code) == 503 else ()
    return html(status(code), page, (*headers, *_safe_headers(nonce)))


def _safe_headers(nonce: str) -> tuple[Header, ...]:
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self' data:; "
        "connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'self'"
    )
    return (
        (b"content-security-policy", policy.encode("ascii")),
        (b"cache-control", b"private, no-store"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        (b"x-frame-options", b"SAMEORIGIN"),
        (b"x-robots-tag", b"noindex, nofollow, noarchive"),
    )


def _with_headers(response: Response | StreamedResponse, headers: tuple[Header, ...]) -> Response | StreamedResponse:
    """The response with the headers that it does not have itself."""
    own = {name for name, _ in response.headers if name != b"set-cookie"}
    more = tuple(each for each in headers if each[0] not in own)
    if isinstance(response, StreamedResponse):
        return StreamedResponse(response.pieces, response.media_type, (*response.headers, *more))
    return Response(response.status, response.body, response.media_type, (*response.headers, *more))


def _status_of(response: Response | StreamedResponse) -> int:
    return response.status if isinstance(response, Response) else 200
