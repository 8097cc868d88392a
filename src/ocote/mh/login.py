"""Reads MH's answers to a login, and the lifetime of its token (``protocol.md`` 2)."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ocote.mh.fields import Fields, body_text, code_of, json_object, text_of
from ocote.mh.outcomes import Undetermined, UndeterminedKind

_PREFIX: Final = "Bearer "
_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,8000}")  # characters that are safe in a header
_LONGEST_LIFE_S: Final = 24 * 3600.0
_SHORTEST_LIFE_S: Final = 60.0
_MARGIN_S: Final = 300.0
_MOST_WORDS: Final = 80
_TROUBLE_AT_MH: Final = frozenset({"101", "109"})  # "contact support", "error while making the token"
_REFUSING: Final = frozenset({400, 401, 403})


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A successful login: ``authorization`` is the header to send, ``life_s`` its time of use in seconds."""

    authorization: str = field(repr=False)
    life_s: float


def read_login(status: int, body: bytes, now: float) -> LoggedIn | Undetermined:
    """The result of a login; ``now`` is the present in epoch seconds.

    A failed login is HTTP 200 with ``status`` ERROR by MH's manual, but 4xx in practice; both are read. The reason
    never quotes the body, which may hold a token.
    """
    fields = json_object(body_text(body))
    if fields is None:
        return Undetermined(
            UndeterminedKind.LOGIN_REFUSED if status == 401 else UndeterminedKind.LOGIN_FAILED,
            f"login: HTTP {status}, {len(body)} bytes that are no JSON object",
        )
    inner = fields.get("body")
    inside: Fields = inner if isinstance(inner, dict) else {}
    token = text_of(inside, "token")
    if text_of(fields, "status").upper() == "OK" and token:
        return _logged_in(token, now)
    return _refusal(status, fields, inside)


def _logged_in(token: str, now: float) -> LoggedIn | Undetermined:
    bare = token.removeprefix(_PREFIX).strip()
    if not _TOKEN.fullmatch(bare):
        return Undetermined(UndeterminedKind.LOGIN_FAILED, "login: a token that cannot stand in a header")
    # MH's token begins with "Bearer " (protocol.md 2); the prefix is never added twice.
    return LoggedIn(_PREFIX + bare, _life_s(bare, now))


def _refusal(status: int, fields: Fields, inside: Fields) -> Undetermined:
    code = _first(code_of, ("codigoMsg", "codigo"), fields, inside)
    said = _first(text_of, ("message", "descripcionMsg", "mensaje", "error"), fields, inside)
    refused = text_of(fields, "status").upper() == "ERROR" or status in _REFUSING
    kind = (
        UndeterminedKind.LOGIN_REFUSED
        if refused and status < 500 and code not in _TROUBLE_AT_MH
        else UndeterminedKind.LOGIN_FAILED
    )
    return Undetermined(
        kind, f"login: HTTP {status}, code {code or 'none'}, {said[:_MOST_WORDS]!r}", said=_words(f"{code} {said}")
    )


def _words(text: str) -> str:
    """The beginning of a text of MH without what a terminal would obey."""
    return " ".join("".join(filter(str.isprintable, word)) for word in text.split())[:_MOST_WORDS]


def _first(read: Callable[[Fields, str], str], names: tuple[str, ...], *places: Fields) -> str:
    """The first text under ``names`` in ``places``, because MH does not document the answer to a refused login."""
    return next((text for place in places for name in names if (text := read(place, name))), "")


def _life_s(token: str, now: float) -> float:
    """The seconds for which a token may be used: the lifetime in the token, at most 24 h, less a margin.

    ``exp`` − ``iat`` is preferred because it does not depend on two clocks that agree.
    """
    claims = _claims(token)
    expires, issued = _epoch_seconds(claims, "exp"), _epoch_seconds(claims, "iat")
    life = _LONGEST_LIFE_S
    if expires is not None:
        life = expires - (now if issued is None else issued)
    life = min(max(life, _SHORTEST_LIFE_S), _LONGEST_LIFE_S)
    return life - min(_MARGIN_S, life / 10)


def _epoch_seconds(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        return None
    return float(value)


def _claims(token: str) -> Mapping[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        decoded = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
    except (binascii.Error, ValueError):
        return {}
    return json_object(body_text(decoded)) or {}
