"""Which path leads to which route."""

import pytest
from starlette.routing import Match

from ocote.api.app import all_routes
from ocote.api.request import ApiRequest
from ocote.api.routing import ApiRoute, api_router
from ocote.requests.cursor import Cursors
from ocote.web.response import Response


async def _nothing(_: ApiRequest) -> Response:
    return Response(200, b"")


ROUTES = (
    ApiRoute("/documents", GET=_nothing),
    ApiRoute("/documents/export", GET=_nothing),
    ApiRoute("/documents/{id:raw}/email", GET=_nothing, POST=_nothing),
    ApiRoute("/status/{id:raw}", GET=_nothing),
    ApiRoute("/suex/status/{id:raw}", GET=_nothing),
)


def match(path: bytes) -> tuple[str, str] | None:
    """The route of a raw path below ``/api/connect``, and the part of the path in place of ``{id}``."""
    for route in ROUTES:
        kind, found = route.matches({"type": "http", "method": "GET", "raw_path": b"/api/connect" + path})
        if kind is Match.FULL:
            return route.path, found["path_params"].get("id", "")
    return None


@pytest.mark.parametrize(
    ("path", "route", "argument"),
    [
        (b"/documents", "/documents", ""),
        (b"/documents/export", "/documents/export", ""),
        (b"/documents/caja-1/email", "/documents/{id}/email", "caja-1"),
        (b"/documents/caja%2F1/email", "/documents/{id}/email", "caja%2F1"),
        (b"/documents//email", "/documents/{id}/email", ""),
        (b"/status/email", "/status/{id}", "email"),
        (b"/suex/status/caja-1", "/suex/status/{id}", "caja-1"),
    ],
)
def test_a_path_leads_to_its_route(path: bytes, route: str, argument: str) -> None:
    assert match(path) == (route, argument)


@pytest.mark.parametrize(
    "path",
    [b"", b"/", b"documents", b"/document", b"/documents/caja-1", b"/documents/a/b/email", b"/email", b"/status/a/b"],
)
def test_any_other_leads_nowhere(path: bytes) -> None:
    assert match(path) is None


def test_a_route_is_defined_once() -> None:
    with pytest.raises(ValueError, match="defined twice"):
        api_router([ApiRoute("/status/{id:raw}", GET=_nothing)] * 2)


def test_the_gateway_has_each_route_once() -> None:
    assert api_router(all_routes(Cursors(b"secret"))).routes
