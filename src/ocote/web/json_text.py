"""Reads a request body as strict JSON, and refuses a text that two programs might read differently.

Numbers of any size become ``Decimal`` directly from their text; no float and no big integer is ever made.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from ocote.web.invalid import InvalidRequest, invalid

MAX_DEPTH = 32
"""The most levels of nesting in a request; the deepest documented request needs three."""

WHOLE_BODY = "body"
"""The value of ``errors[].field`` for a fault of the body as a whole."""

_BOM = b"\xef\xbb\xbf"
# Matches an unfinished text too: otherwise a broken body would make the search start again at each quote.
_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _NotStrictError(Exception):
    """The text is JSON only for a lenient reader; a second, slower reading finds the place of the fault."""


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body: UTF-8, unique keys, finite numbers, whole characters, bounded nesting.

    Raises InvalidRequest with the path of the first fault (contract D2).
    """
    text = _text(body)
    _check_depth(body)
    try:
        value = _STRICT.decode(text)
    except json.JSONDecodeError as error:
        if not text.strip():
            raise invalid("body_empty", WHOLE_BODY) from None
        raise invalid("body_not_json", WHOLE_BODY, line=error.lineno, column=error.colno) from None
    except (_NotStrictError, InvalidOperation):
        raise _first_strictness_fault(text) from None
    if type(value) is not dict:
        raise invalid("body_not_object", WHOLE_BODY)
    if _SURROGATE_ESCAPE.search(body):
        _check_whole_characters(value)
    return value


def _text(body: bytes) -> str:
    try:
        return body.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        raise invalid("body_not_utf8", WHOLE_BODY, position=error.start) from None


def _check_depth(body: bytes) -> None:
    """Counts brackets outside of texts, before the parser would recurse into them."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _STRINGS.sub(b"", body).translate(None, _NOT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            raise invalid("body_too_deep", WHOLE_BODY, limit=MAX_DEPTH)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotStrictError
    return found


def _refuse_constant(_: str) -> NoReturn:
    raise _NotStrictError


_STRICT = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse_constant
)


class _Repeated(dict[str, Any]):
    """An object that had this key more than once."""

    key: str


def _object_or_repeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    marked = _Repeated(found)
    times = Counter(key for key, _ in pairs)
    marked.key = next(key for key, _ in pairs if times[key] > 1)
    return marked


class _OutOfRange(str):
    """A number that no ``Decimal`` can hold."""

    __slots__ = ()


def _number_or_mark(text: str) -> object:
    try:
        return Decimal(text)
    except InvalidOperation:
        return _OutOfRange(text)


_LENIENT = json.JSONDecoder(
    object_pairs_hook=_object_or_repeated,
    parse_float=_number_or_mark,
    parse_int=_number_or_mark,
    parse_constant=Decimal,
)


def _first_strictness_fault(text: str) -> InvalidRequest:
    """The fault at the first place where strict reading fails, found by a second reading that marks such places."""
    for path, value in _walk(_LENIENT.decode(text), ""):
        if isinstance(value, _Repeated):
            return invalid("body_duplicate_key", _printable(f"{path}.{value.key}".lstrip(".")))
        if isinstance(value, _OutOfRange):
            return invalid("body_number_out_of_range", _printable(path) or WHOLE_BODY)
        if isinstance(value, Decimal) and not value.is_finite():
            return invalid("body_number_not_finite", _printable(path) or WHOLE_BODY)
    raise AssertionError("the strict reading refused what the marking one finds flawless")


def _check_whole_characters(value: object) -> None:
    for path, found in _walk(value, ""):
        if isinstance(found, str) and _SURROGATE.search(found):
            raise invalid("body_lone_surrogate", _printable(path) or WHOLE_BODY)


def _walk(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Every value inside ``value`` with its path (``lines[0].quantity``), and every key as a text with its path."""
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            inner_path = f"{path}.{key}" if path else key
            yield inner_path, key
            yield from _walk(inner, inner_path)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _walk(inner, f"{path}[{position}]")


def _printable(path: str) -> str:
    """A path that is safe in an answer and a log, because keys come from the caller."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", path)[:200]
