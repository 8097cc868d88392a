"""Which path leads to which route."""

import pytest

from ocote.api.call import Call
from ocote.api.routing import Route, Router
from ocote.web.answer import Answer


async def _nothing(_: Call) -> Answer:
    return Answer(200, b"")


ROUTER = Router(
    Route(method, path, _nothing)
    for method, path in (
        ("GET", "/documents"),
        ("GET", "/documents/export"),
        ("GET", "/documents/{id}/email"),
        ("POST", "/documents/{id}/email"),
        ("GET", "/status/{id}"),
        ("GET", "/suex/status/{id}"),
    )
)


@pytest.mark.parametrize(
    ("path", "route", "argument"),
    [
        (b"/documents", "/documents", b""),
        (b"/documents/export", "/documents/export", b""),
        (b"/documents/caja-1/email", "/documents/{id}/email", b"caja-1"),
        (b"/documents/caja%2F1/email", "/documents/{id}/email", b"caja%2F1"),
        (b"/documents//email", "/documents/{id}/email", b""),
        (b"/status/email", "/status/{id}", b"email"),
        (b"/suex/status/caja-1", "/suex/status/{id}", b"caja-1"),
    ],
)
def test_a_path_leads_to_its_route(path: bytes, route: str, argument: bytes) -> None:
    match = ROUTER.match(path)
    assert match is not None
    assert (match.path, match.argument) == (route, argument)


@pytest.mark.parametrize(
    "path",
    [b"", b"/", b"documents", b"/document", b"/documents/caja-1", b"/documents/a/b/email", b"/email", b"/status/a/b"],
)
def test_any_other_leads_nowhere(path: bytes) -> None:
    assert ROUTER.match(path) is None


def test_one_path_may_have_several_methods() -> None:
    match = ROUTER.match(b"/documents/x/email")
    assert match is not None
    assert match.allowed() == "GET, POST"


def test_a_route_is_defined_once() -> None:
    with pytest.raises(ValueError, match="defined twice"):
        Router([Route("GET", "/status/{id}", _nothing)] * 2)
