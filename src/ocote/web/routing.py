"""Matching of paths for the cases in which Starlette's own matching would change an answer.

Starlette matches the decoded path, in which an encoded slash has become a separator, and a mount of Starlette matches
neither a path with a line break nor its own path without a slash at the end.
"""

from typing import Any

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Scope


def raw_path(scope: Scope) -> bytes:
    """The path as the client sent it, still percent-encoded."""
    raw: bytes | None = scope.get("raw_path")
    return raw if raw is not None else str(scope["path"]).encode("utf-8")


class _RawPart(StringConvertor):
    """A part of a raw path, still percent-encoded and perhaps empty: ``{name:raw}`` in a route."""

    regex = "[^/]*"


register_url_convertor("raw", _RawPart())


class Below(Mount):
    """Passes every HTTP request for a path and all paths below to one application, with the scope unchanged.

    An empty path stands for every path. The application gets the whole path: nothing is moved into ``root_path``.
    """

    def __init__(self, path: str, app: ASGIApp, **more: Any) -> None:
        super().__init__(path, app, **more)
        self._bare = path
        self._start = f"{self.path}/" if path else ""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Compares the beginning of the decoded path."""
        if scope["type"] != "http":
            return Match.NONE, {}
        path: str = scope["path"]
        if path == self._bare or path.startswith(self._start):
            return Match.FULL, {"endpoint": self.app}
        return Match.NONE, {}
