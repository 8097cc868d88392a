"""The preferences of a client: the ``Prefer`` header (RFC 7240). Pure."""

import re
from collections.abc import Iterable
from typing import Final

from ocote.web.response import Header

STRICT_APPLIED: Final[Header] = (b"preference-applied", b"handling=strict")
"""What an answer says to a client whose wish for strict handling was heeded."""

_ESCAPED = re.compile(rb"\\.")
_SEPARATORS = b",;="


def asks_for_strict_handling(headers: Iterable[bytes]) -> bool:
    """Whether ``Prefer`` headers ask for strict handling; of a preference that is repeated the first counts.

    >>> asks_for_strict_handling([b"respond-async", b'a="x, handling=lenient"; b, Handling = "strict"'])
    True
    """
    for preference in _unquoted(b",".join(headers)).split(b","):
        name, _, value = preference.partition(b";")[0].partition(b"=")
        if name.strip().lower() == b"handling":
            return value.strip().lower() == b"strict"
    return False


def _unquoted(text: bytes) -> bytes:
    """The header without quotes, and without the separators that stand between quotes."""
    pieces = _ESCAPED.sub(b"", text).split(b'"')
    pieces[1::2] = [quoted.translate(None, _SEPARATORS) for quoted in pieces[1::2]]
    return b"".join(pieces)
