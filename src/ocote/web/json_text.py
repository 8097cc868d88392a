"""Reads a request body as strict JSON, and refuses a text that two programs might read differently.

Numbers of any size become ``Decimal`` directly from their text; no float and no big integer is ever made. What a body
costs is bounded before it is parsed; where a fault is, is looked for only once there is one.
"""

import json
import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from itertools import accumulate
from typing import Any, Final, NoReturn

from msgspec import Struct

from ocote.web.invalid import InvalidRequest, invalid

MAX_DEPTH: Final = 32
"""The most levels of nesting in a request; the deepest documented request needs three."""

MAX_VALUES: Final = 50_000
"""The most values in a request: twenty-five for each of the 2,000 lines of a document, which has five."""

MAX_KEY_LENGTH: Final = 100
"""The longest name of a value, in characters; the longest documented name has 21."""

WHOLE_BODY: Final = "body"
"""The value of ``errors[].field`` for a fault of the body as a whole."""

_MAX_PATH: Final = 200

_BOM = b"\xef\xbb\xbf"
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = bytes.maketrans(b"[]{}", b"\x01\xff\x01\xff")
"""Each bracket as one level down or up, as signed bytes."""
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _NotStrictError(Exception):
    """The text is JSON only for a lenient reader; a second, slower reading finds the place of the fault."""


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body: UTF-8, unique keys, finite numbers, whole characters, bounded nesting and number.

    Raises InvalidRequest with the path of the first fault (contract D2).
    """
    text = _text(body)
    _check_structure(body)
    try:
        value = _decoded(_STRICT, text)
    except (_NotStrictError, InvalidOperation):
        raise _strictness_fault(_decoded(_MARKING, text)) from None
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


def _check_structure(body: bytes) -> None:
    """Counts brackets and commas outside of texts, before the parser would recurse into them or make the values."""
    openings = body.count(b"[") + body.count(b"{")
    if openings <= MAX_DEPTH and openings + body.count(b",") <= MAX_VALUES:
        return
    bare = _without_texts(body)
    # A body with more brackets than these is refused as well: it has too many values, or closes more than it opens.
    brackets = bare.translate(_STEPS, _NOT_BRACKETS)[: 2 * MAX_VALUES]
    if max(accumulate(memoryview(brackets).cast("b")), default=0) > MAX_DEPTH:
        raise invalid("body_too_deep", WHOLE_BODY, limit=MAX_DEPTH)
    if bare.count(b"[") + bare.count(b"{") + bare.count(b",") > MAX_VALUES:
        raise invalid("body_too_many_values", WHOLE_BODY, limit=MAX_VALUES)


def _without_texts(body: bytes) -> bytes:
    """The body without its texts; of a broken body, without every second piece between quotes."""
    plain = body.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in body else body
    return b"".join(plain.split(b'"')[::2])


def _decoded(decoder: json.JSONDecoder, text: str) -> Any:
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        if not text.strip():
            raise invalid("body_empty", WHOLE_BODY) from None
        raise invalid("body_not_json", WHOLE_BODY, line=error.lineno, column=error.colno) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs) or max(map(len, found), default=0) > MAX_KEY_LENGTH:
        raise _NotStrictError
    return found


def _refuse_constant(_: str) -> NoReturn:
    raise _NotStrictError


_STRICT = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse_constant
)


class _Mark(Struct, frozen=True):
    """Stands in place of a value that strict reading refuses; ``key`` is the name at fault inside an object."""

    code: str
    key: str | None = None


def _object_or_mark(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Mark:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            return _Mark("body_duplicate_key", key)
        if len(key) > MAX_KEY_LENGTH:
            return _Mark("body_key_too_long", key)
        found[key] = value
    return found


def _number_or_mark(text: str) -> Decimal | _Mark:
    try:
        return Decimal(text)
    except InvalidOperation:
        return _Mark("body_number_out_of_range")


def _mark_constant(_: str) -> _Mark:
    return _Mark("body_number_not_finite")


_MARKING = json.JSONDecoder(
    object_pairs_hook=_object_or_mark,
    parse_float=_number_or_mark,
    parse_int=_number_or_mark,
    parse_constant=_mark_constant,
)


def _strictness_fault(value: Any) -> InvalidRequest:
    """The fault at the first place where strict reading fails."""
    found = _find(value, lambda each: type(each) is _Mark)
    if found is None:
        raise AssertionError("the strict reading refused what the marking one finds flawless")
    mark, steps = found
    inside = () if mark.key is None else (mark.key,)
    return invalid(mark.code, _path((*steps, *inside)), limit=MAX_KEY_LENGTH)


def _check_whole_characters(value: Any) -> None:
    found = _find(value, lambda each: type(each) is str and _SURROGATE.search(each) is not None)
    if found is not None:
        raise invalid("body_lone_surrogate", _path(found[1]))


def _find(value: Any, is_wrong: Callable[[Any], bool]) -> tuple[Any, tuple[str | int, ...]] | None:
    """The first wrong value or key inside ``value``, in the order of the text, with the steps that lead there."""
    if is_wrong(value):
        return value, ()
    inside: Iterable[tuple[str | int, Any]] = ()
    if type(value) is dict:
        inside = value.items()
    elif type(value) is list:
        inside = enumerate(value)
    for step, each in inside:
        if is_wrong(step):
            return step, (step,)
        found = _find(each, is_wrong)
        if found is not None:
            return found[0], (step, *found[1])
    return None


def _path(steps: Iterable[str | int]) -> str:
    """Where a value is (``lines[0].quantity``), safe in an answer and a log, because keys come from the caller."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step[:_MAX_PATH]}" for step in steps)
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", path.removeprefix("."))[:_MAX_PATH] or WHOLE_BODY
