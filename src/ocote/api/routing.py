"""Which route serves a path. Works on the raw path, so that an encoded slash stays inside a reference."""

from collections.abc import Awaitable, Callable, Iterable

from msgspec import Struct

from ocote.api.call import Call
from ocote.web.answer import Answer, Streamed

Handler = Callable[[Call], Awaitable[Answer | Streamed]]


class Route(Struct, frozen=True):
    """One endpoint below ``/api/connect``. The last or the last but one part of its path may be a ``{name}``."""

    method: str
    path: str
    handler: Handler


class Match(Struct, frozen=True):
    """The routes of one path by method, its documented form, and what the path says in place of its ``{name}``."""

    by_method: dict[str, Route]
    path: str
    argument: bytes

    def allowed(self) -> str:
        """The value of an ``Allow`` header."""
        return ", ".join(sorted(self.by_method))


class Router:
    """Finds routes in three look-ups: the whole path, else all but its last part, else all but the last but one."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._whole: dict[bytes, tuple[str, dict[str, Route]]] = {}
        self._open: dict[tuple[bytes, bytes], tuple[str, dict[str, Route]]] = {}
        for route in routes:
            prefix, brace, rest = route.path.encode().partition(b"{")
            suffix = rest.partition(b"}")[2]
            found = (route.path, dict[str, Route]())
            _, by_method = (
                self._open.setdefault((prefix, suffix), found) if brace else self._whole.setdefault(prefix, found)
            )
            if route.method in by_method:
                raise ValueError(f"{route.method} {route.path} is defined twice")
            by_method[route.method] = route

    def match(self, path: bytes) -> Match | None:
        """The routes of a path; None when there is no such path."""
        found = self._whole.get(path)
        if found is not None:
            return Match(found[1], found[0], b"")
        end = len(path)
        for _ in range(2):
            cut = path.rfind(b"/", 0, end) + 1
            found = self._open.get((path[:cut], path[end:]))
            if found is not None:
                return Match(found[1], found[0], path[cut:end])
            end = cut - 1
        return None
