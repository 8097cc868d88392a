"""The routes of API Connect, matched on the raw path: an encoded slash stays inside a reference."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final

from msgspec import Struct
from starlette.routing import BaseRoute, Match, Router, compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from ocote.api.request import ApiRequest
from ocote.api.request_log import API_PATH, path_below
from ocote.documents.view import Refused
from ocote.web.response import Response, wrong_method
from ocote.web.routing import raw_path
from ocote.web.streaming import StreamedResponse

Handler = Callable[[ApiRequest], Awaitable[Response | StreamedResponse]]


_LIKELY: Final = 0.7
"""The least likeness of a mistyped path, from 0 to 1 (``SequenceMatcher.ratio``)."""


_NAMED_BY_CLIENTS: Final = {"{id_or_ref}": "una referencia", "{code}": "un código"}
"""Parts of a path in which a slash may belong to the value, with what they are."""


class Endpoint(Struct, frozen=True):
    """The handler of a method of a path, and the parameters of the URL that the handler reads."""

    handler: Handler
    parameters: tuple[str, ...] = ()


def taking(handler: Handler, *parameters: str) -> Endpoint:
    """An endpoint that reads these parameters of the URL; an endpoint without any is its handler alone."""
    return Endpoint(handler, parameters)


class ApiRoute(BaseRoute):
    """One path below ``/api/connect`` with the handler of each method: ``ApiRoute("/suex", POST=post_purchase)``.

    HEAD is answered like GET; the server leaves the body out (RFC 9110 9.3.2). A route of Starlette would name in
    ``Allow`` only the methods of the first route of a path.
    """

    def __init__(self, path: str, **handlers: Handler | Endpoint) -> None:
        self._regex, documented, _ = compile_path(API_PATH + path)
        self.path = documented.removeprefix(API_PATH)
        """The path as the documentation writes it, such as ``/status/{id_or_ref}``."""
        self.handlers = {
            method: each if isinstance(each, Endpoint) else Endpoint(each) for method, each in handlers.items()
        }

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Compares the raw path only; ``handle`` checks the method."""
        found = self._regex.fullmatch(raw_path(scope).decode("latin-1"))
        if found is None:
            return Match.NONE, {}
        return Match.FULL, {"endpoint": self, "path_params": found.groupdict()}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request that the gate has admitted."""
        request = ApiRequest.of(scope)
        request.log.route = self.path
        method = scope["method"]
        endpoint = self.handlers.get("GET" if method == "HEAD" else method)
        if endpoint is None:
            request.log.code = "method_not_allowed"
            allowed = {*self.handlers, "HEAD"} if "GET" in self.handlers else self.handlers
            response: ASGIApp = wrong_method(method, ", ".join(sorted(allowed)))
        else:
            request.take_parameters(endpoint.parameters)
            response = await endpoint.handler(request)
        await response(scope, receive, send)


def api_router(routes: Iterable[ApiRoute]) -> Router:
    """The router of these routes. Raises ValueError when a path is defined twice."""
    listed = list(routes)
    seen: set[str] = set()
    for route in listed:
        if route.path in seen:
            raise ValueError(f"{route.path} is defined twice")
        seen.add(route.path)

    async def unknown(scope: Scope, _: Receive, __: Send) -> None:
        path = path_below(scope).decode("latin-1")[:200]
        raise Refused("route_unknown", path=API_PATH + path, remedy=_remedy(path, [route.path for route in listed]))

    return Router(listed, redirect_slashes=False, default=unknown)


def _remedy(path: str, known: Sequence[str]) -> str:
    """The advice about a path that does not exist and was most often mistyped; ``known`` are the documented paths."""
    parts = [part.lower() for part in path.split("/") if part]
    likely, likeness = "", _LIKELY
    for route in known:
        template = route.strip("/").split("/")
        cut = _cut_by_bare_slash(parts, template)
        if cut is not None:
            return f"una barra que es parte de {cut} se escribe %2F"
        pairs = [(sent, meant) for sent, meant in zip(parts, template, strict=False) if not meant.startswith("{")]
        sent, meant = ("/".join(each) for each in zip(*pairs, strict=True)) if pairs else ("", "")
        ratio = SequenceMatcher(None, sent, meant).ratio()
        if len(parts) == len(template) and ratio > likeness:
            likely, likeness = route, ratio
    return f"¿quiso decir {API_PATH}{likely}?" if likely else f"las que hay están en {API_PATH}/docs"


def _cut_by_bare_slash(parts: Sequence[str], template: Sequence[str]) -> str | None:
    """The words for a name that a path holds in several parts; None for a path that is not of this form otherwise."""
    at = next((at for at, part in enumerate(template) if part in _NAMED_BY_CLIENTS), None)
    if at is None or len(parts) <= len(template):
        return None
    behind = len(template) - at - 1
    is_cut = [*parts[:at], *parts[len(parts) - behind :]] == [*template[:at], *template[at + 1 :]]
    return _NAMED_BY_CLIENTS[template[at]] if is_cut else None
