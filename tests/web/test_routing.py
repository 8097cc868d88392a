"""A prefix hands on every path below it, whatever characters it holds, and leaves the scope as it is."""

import pytest
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from ocote.web.routing import Below, raw_path


async def _nowhere(_: Scope, __: Receive, ___: Send) -> None:
    raise AssertionError("only the matching is tested")


def is_matched(prefix: str, path: str, kind: str = "http") -> bool:
    match, changes = Below(prefix, _nowhere).matches({"type": kind, "path": path})
    assert "root_path" not in changes
    assert "path" not in changes
    return match is Match.FULL


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/x/y", "/api/\n", "/api//x"])
def test_a_path_and_all_below_it_are_handed_on(path: str) -> None:
    assert is_matched("/api", path)


@pytest.mark.parametrize("path", ["/", "", "/apis", "/API", "//api", "/x/api", "/api\n"])
def test_others_are_not(path: str) -> None:
    assert not is_matched("/api", path)


def test_a_prefix_that_ends_with_a_slash_has_no_bare_path() -> None:
    assert is_matched("/health/", "/health/live")
    assert not is_matched("/health/", "/health")


@pytest.mark.parametrize("path", ["", "/", "*", "/x"])
def test_an_empty_prefix_stands_for_every_path(path: str) -> None:
    assert is_matched("", path)


def test_no_websocket_is_handed_on() -> None:
    assert not is_matched("", "/", kind="websocket")


def test_without_a_raw_path_the_decoded_one_counts() -> None:
    assert raw_path({"path": "/caja ñ", "raw_path": b"/caja%20%C3%B1"}) == b"/caja%20%C3%B1"
    assert raw_path({"path": "/ñ"}) == "/ñ".encode()
