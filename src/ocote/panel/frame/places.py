"""The position of a page in a list, as it stands in an address: a stored moment and an id.

A position is no secret and is not signed: a page of a company shows rows of this company alone, wherever it begins.
"""

import re
from typing import Final
from urllib.parse import urlencode

from ocote.documents.view import Refused

_PLACE: Final = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z)_([0-9A-Za-z_-]{1,64})", re.ASCII)


def read_place(text: str | None) -> tuple[str, str] | None:
    """The position in an address; None without one. Raises Refused for a text that no page has written."""
    if not text:
        return None
    found = _PLACE.fullmatch(text)
    if found is None:
        raise Refused("page_not_found")
    return found[1], found[2]


def place_href(path: str, place: tuple[str, str] | None, name: str = "before", **filters: str) -> str | None:
    """The address of the page behind a position, with the filters of the list; None without a position."""
    return filtered_href(path, **filters, **{name: "_".join(place)}) if place is not None else None


def filtered_href(path: str, **filters: str) -> str:
    """The address of the first page of a list, with its filters."""
    query = urlencode({name: value for name, value in filters.items() if value})
    return f"{path}?{query}" if query else path
