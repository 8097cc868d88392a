"""The pages of the panel as a table: the path, who may see it, and what answers."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from msgspec import Struct
from starlette.convertors import IntegerConvertor
from starlette.routing import compile_path

from ocote.panel.frame.access import PageAccess
from ocote.panel.frame.request import PanelRequest
from ocote.web.response import Response
from ocote.web.streaming import StreamedResponse

FORM_LIMIT: Final = 1024 * 1024
"""Bytes of a form without files; a document of 2,000 lines has room."""

PageHandler = Callable[[PanelRequest], Awaitable[Response | StreamedResponse]]

_LARGEST_NUMBER: Final = 2**62
"""Of a number in a path: what comes above it is the id of nothing, and more than a database compares."""

COMPANY_PART: Final = "company_id"
"""The part of a path that names a company: each path with a right has it, and no other path."""


class PanelRoute(Struct, frozen=True):
    """A page below ``/panel``, such as ``/c/{company_id:int}/documents``.

    ``is_guarded``: before a change the person proves again who they are, unless they did a short time ago.
    ``limit`` bounds the body of a form, in bytes.
    """

    path: str
    access: PageAccess
    get: PageHandler | None = None
    post: PageHandler | None = None
    is_guarded: bool = False
    limit: int = FORM_LIMIT


class FoundRoute(Struct, frozen=True):
    """A route and the values of the parts of its path."""

    route: PanelRoute
    values: dict[str, Any]


class Routes:
    """Finds the route of a path. Raises ValueError for a path that is there twice or has the wrong access."""

    def __init__(self, routes: Sequence[PanelRoute]) -> None:
        self.all = tuple(routes)
        if len({route.path for route in self.all}) != len(self.all):
            raise ValueError("a path of the panel is defined twice")
        for route in self.all:
            is_of_company = f"{{{COMPANY_PART}:int}}" in route.path
            if is_of_company == (route.access in ("anyone", "person", "operator")):
                raise ValueError(f"{route.path}: a right belongs to a company")
        self._compiled = [(*_compiled(route.path), route) for route in self.all]

    def find(self, path: str) -> FoundRoute | None:
        """The route of a path below ``/panel``; None for a path that no route has."""
        for pattern, convertors, route in self._compiled:
            found = pattern.fullmatch(path)
            if found is not None:
                parts = found.groupdict()
                if any(isinstance(convertors[name], IntegerConvertor) and _is_too_large(parts[name]) for name in parts):
                    return None
                return FoundRoute(route, {name: convertors[name].convert(text) for name, text in parts.items()})
        return None


def _is_too_large(number: str) -> bool:
    return len(number) > len(str(_LARGEST_NUMBER)) or int(number) > _LARGEST_NUMBER


def _compiled(path: str) -> tuple[re.Pattern[str], Any]:
    pattern, _, convertors = compile_path(path)
    return pattern, convertors
