"""Finds the line of a JSON text on which a value stands, by the path that a fault names. Pure."""

import re
from typing import Final

_TOKEN: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+|\n')
_MARKS: Final = frozenset("[]{}:,\n")


def line_in_body(text: str, path: str) -> int | None:
    """The line, from 1, of a value by its path (``lines[0].quantity``), or of what it should stand in.

    None when the path leads nowhere at all, as that of a header does.

    >>> body = '{\\n "lines": [\\n  {"quantity": 0}\\n ]\\n}'
    >>> [line_in_body(body, path) for path in ("lines[0].quantity", "lines[0].unit_price", "customer.nit")]
    [3, 3, None]
    """
    places = _places(text)
    while path:
        if path in places:
            return places[path]
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return None


def _places(text: str) -> dict[str, int]:
    """The line of each value by its path; as much of it as a broken text tells."""
    found: dict[str, int] = {}
    around: list[tuple[str, int | None]] = []  # the path of each open object and list, with the index in a list
    line, path, name = 1, "", ""
    for piece in _TOKEN.findall(text):
        if piece == "\n":
            line += 1
        elif piece in ("{", "["):
            path = _below(around, name)
            found.setdefault(path, line)
            around.append((path, 0 if piece == "[" else None))
            name = ""
        elif piece in ("}", "]"):
            if around:
                around.pop()
        elif piece == ",":
            name = ""
            if around and around[-1][1] is not None:
                around[-1] = (around[-1][0], around[-1][1] + 1)
        elif piece == ":":
            found.setdefault(_below(around, name), line)
        elif piece not in _MARKS and around:
            if around[-1][1] is not None:
                found.setdefault(_below(around, ""), line)
            elif not name:
                name = piece.strip('"')
    return found


def _below(around: list[tuple[str, int | None]], name: str) -> str:
    if not around:
        return ""
    path, index = around[-1]
    if index is not None:
        return f"{path}[{index}]"
    return f"{path}.{name}" if path else name
