"""Parts of a URL, percent-encoded as UTF-8 and read strictly: a wrong part is refused, never half understood. Pure."""

import re
from typing import Final
from urllib.parse import unquote_plus, unquote_to_bytes

from ocote.dte.faults import Fault
from ocote.errors import fault
from ocote.web.invalid import InvalidRequest, invalid

_MALFORMED: Final = "path_malformed"
_MAX_SHOWN: Final = 100
_STRAY_PERCENT: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def decoded(raw: bytes, field: str) -> str:
    """The text of a part of the path. Raises InvalidRequest at ``field`` when the part is not percent-encoded UTF-8."""
    text = _decoded(raw)
    if text is None:
        raise invalid(_MALFORMED, field)
    return text


def require_encoded(query: bytes) -> None:
    """Raises InvalidRequest with each parameter of a URL whose name or value is not percent-encoded UTF-8.

    A lenient reader would look for other text than was meant, and find nothing.
    """
    faults: list[Fault] = []
    for parameter in query.split(b"&"):
        if _decoded(parameter) is None:
            name = unquote_plus(parameter.partition(b"=")[0].decode("latin-1"))
            faults.append(fault(_MALFORMED, name[:_MAX_SHOWN]))
    if faults:
        raise InvalidRequest(faults)


def _decoded(raw: bytes) -> str | None:
    if b"%" in raw:
        if _STRAY_PERCENT.search(raw):
            return None
        raw = unquote_to_bytes(raw)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
