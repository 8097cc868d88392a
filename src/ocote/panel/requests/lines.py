"""Finds the lines of a JSON text on which values stand, by the paths that faults name. Pure.

The text is whatever a person wrote: it is read once for all paths, in steps that grow as the text does, and no more of
it is kept than was asked for.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from ocote.web.json_text import MAX_DEPTH

LONGEST_SEARCHED: Final = 256 * 1024
"""The longest text, in characters, in which a person looks for a line."""

# An unclosed text ends with its line. Every part is possessive: no piece is read twice, whatever follows it.
_PIECE: Final = re.compile(r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?+|[\[\]{}:,]|[^\s\[\]{}:,"]++|\n')

_Around: TypeAlias = list[tuple[str | None, int | None]]
"""The path of each open object and list, None where nothing below is asked for; with the index in a list."""


def lines_in_body(text: str, paths: Iterable[str]) -> dict[str, int]:
    """The line, from 1, of each value by its path (``lines[0].quantity``), or of what the value should stand in.

    A path that leads nowhere at all, as that of a header does, is left out; so is every path in a longer text than
    ``LONGEST_SEARCHED``, and what is nested deeper than the API reads.

    >>> body = '{\\n "lines": [\\n  {"quantity": 0}\\n ]\\n}'
    >>> lines_in_body(body, ("lines[0].quantity", "lines[0].unit_price", "customer.nit"))
    {'lines[0].quantity': 3, 'lines[0].unit_price': 3}
    """
    ways = {path: tuple(_way_to(path)) for path in paths}
    wanted = frozenset(place for way in ways.values() for place in way)
    if not wanted or len(text) > LONGEST_SEARCHED:
        return {}
    found = _found(text, wanted)
    nearest = {path: next((found[place] for place in way if place in found), None) for path, way in ways.items()}
    return {path: line for path, line in nearest.items() if line is not None}


def pieces(text: str) -> Iterator[str]:
    """The texts, numbers, words, marks and ends of lines of a JSON text, however broken."""
    return (found[0] for found in _PIECE.finditer(text))


def _way_to(path: str) -> Iterator[str]:
    """The path, and each path of what it stands in, the nearest first."""
    while path:
        yield path
        path = path[: max(path.rfind("."), path.rfind("["), 0)]


def _found(text: str, wanted: frozenset[str]) -> dict[str, int]:
    """The line of each wanted value; as much of it as a broken text tells."""
    found: dict[str, int] = {}
    around: _Around = []
    line, name = 1, ""

    def note(path: str | None) -> None:
        if path in wanted:
            found.setdefault(path, line)

    for piece in pieces(text):
        if piece == "\n":
            line += 1
        elif piece in ("{", "["):
            if len(around) == MAX_DEPTH:
                break
            path = _below(around, name)
            note(path)
            around.append((path if path == "" or path in wanted else None, 0 if piece == "[" else None))
            name = ""
        elif piece in ("}", "]"):
            if around:
                around.pop()
        elif piece == ",":
            name = ""
            if around and around[-1][1] is not None:
                around[-1] = (around[-1][0], around[-1][1] + 1)
        elif piece == ":":
            note(_below(around, name))
        elif around and around[-1][1] is not None:
            note(_below(around, ""))
        elif around and not name:
            name = piece.strip('"')
    return found


def _below(around: _Around, name: str) -> str | None:
    if not around:
        return ""
    path, index = around[-1]
    if path is None:
        return None
    if index is not None:
        return f"{path}[{index}]"
    return f"{path}.{name}" if path else name
