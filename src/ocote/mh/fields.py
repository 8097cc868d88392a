"""Reads the body of an answer without ever failing: a field that is missing or has a wrong type counts as absent."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from ocote.clock import EL_SALVADOR
from ocote.mh.outcomes import MhAnswer, Undetermined, UndeterminedKind

Fields = Mapping[str, Any]

_STAMP: Final = re.compile(r"[0-9A-Z]{40}")
_LOCAL_TIME: Final = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2})")
_LONGEST_EXCERPT: Final = 80


def body_text(body: bytes) -> str:
    """The body as text, with broken UTF-8 replaced, so that a wrong byte in a description never costs a stamp.

    NUL is removed, because PostgreSQL cannot store it.
    """
    return body.decode("utf-8", errors="replace").removeprefix("\ufeff").replace("\x00", "")


def json_object(text: str) -> Fields | None:
    """The JSON object of a body, or None for anything else."""
    try:
        decoded = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return decoded if isinstance(decoded, dict) else None


def text_of(fields: Fields, name: str) -> str:
    """The text of a field as sent; "" for a missing field or another type."""
    value = fields.get(name)
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "") if "\x00" in value else value


def code_of(fields: Fields, name: str) -> str:
    """A message code of three digits, which MH writes as text (``"004"``); the number 4 is read as ``"004"`` too."""
    value = fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 999:
        return f"{value:03d}"
    return text_of(fields, name).strip()


def state_of(fields: Fields) -> str:
    """``estado`` in capitals; "" for a missing field or another type."""
    return text_of(fields, "estado").strip().upper()


def stamp_of(fields: Fields) -> str | None:
    """A well-formed ``selloRecibido``, or None (``protocol.md`` 3.2)."""
    stamp = text_of(fields, "selloRecibido").strip()
    return stamp if _STAMP.fullmatch(stamp) else None


def instant_of(fields: Fields, name: str) -> datetime | None:
    """The instant in UTC of a field ``dd/MM/yyyy HH:mm:ss`` in El Salvador's time, or None (``protocol.md`` 1)."""
    written = _LOCAL_TIME.fullmatch(text_of(fields, name))
    if written is None:
        return None
    day, month, year, hour, minute, second = map(int, written.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=EL_SALVADOR).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def observations_of(fields: Fields) -> tuple[str, ...]:
    """The texts of ``observaciones`` as sent, without the blank texts that MH's sample shows."""
    value = fields.get("observaciones")
    entries = value if isinstance(value, list) else [value]
    return tuple(entry.replace("\x00", "") for entry in entries if isinstance(entry, str) and entry.strip())


def answer_of(fields: Fields, raw: str) -> MhAnswer:
    """The answer about one document, read from the fields of ``protocol.md`` 3.1."""
    return MhAnswer(
        state=state_of(fields),
        stamp=stamp_of(fields),
        generation_code=text_of(fields, "codigoGeneracion").strip().upper() or None,
        processed_at=instant_of(fields, "fhProcesamiento"),
        class_code=code_of(fields, "clasificaMsg"),
        code=code_of(fields, "codigoMsg"),
        description=text_of(fields, "descripcionMsg"),
        observations=observations_of(fields),
        raw=raw,
    )


def without_verdict(status: int, text: str, fields: Fields | None) -> Undetermined:
    """The outcome of an answer without MH's verdict, decided by the HTTP status alone (``protocol.md`` 3.5)."""
    reason = f"HTTP {status}, {_described(text, fields)}"
    if status in {401, 403}:
        return Undetermined(UndeterminedKind.UNAUTHORIZED, reason)
    if status >= 500 or status in {408, 429}:
        return Undetermined(UndeterminedKind.SERVER_ERROR, reason)
    return Undetermined(UndeterminedKind.UNREADABLE, reason)


def _described(text: str, fields: Fields | None) -> str:
    if fields is not None:
        said = text_of(fields, "message") or text_of(fields, "error") or text_of(fields, "descripcionMsg")
        return f"JSON without a verdict: {said[:_LONGEST_EXCERPT]!r}" if said else "JSON without a verdict"
    if not text.strip():
        return "no body"
    return f"{len(text)} characters that are no JSON object, beginning {text[:_LONGEST_EXCERPT]!r}"
