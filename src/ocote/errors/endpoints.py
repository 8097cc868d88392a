"""Words what the API says for people, who call no endpoint."""

import re
from collections.abc import Mapping
from typing import Final

_ENDPOINT: Final = re.compile(r"[,;]? (?:en|con) (?:GET|POST|PUT|DELETE) (?:/api/connect)?/([^\s;,]*[^\s;,.])")
"""Where a message names an endpoint."""

_INSTEAD: Final[Mapping[str, str]] = {
    "catalogs/activities?search=…": "; escriba una palabra de su nombre y elíjala de la lista",
    "credit-memo": " desde la página de su crédito fiscal",
    "items": " en Artículos",
    "suex": " con su propio formulario",
    "catalogs/districts/search?search=…": "; elíjalo de la lista",
}
"""What a person does instead of calling an endpoint, where a form has a field for it."""


def for_people(message: str) -> str:
    """The message without the endpoints that it names."""
    return _ENDPOINT.sub(lambda found: _INSTEAD.get(found[1], ""), message)
