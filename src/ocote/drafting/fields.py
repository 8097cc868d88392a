"""Turns the fields of a form into the body of a request, and back, by the description of the request. Pure.

A field of a form has the path under which a fault names the field of the request: ``lines[2].unit_price``. Every field
of every description has such a path, so that a form can hold whatever a request can say. A value that no field of a
form can say (of an unknown name, or of another type than its field has) travels as JSON under its path behind ``~``,
so that it is never lost.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec
from msgspec import Struct

from ocote.dte.line_rules import MAX_LINES
from ocote.requests.description import InnerList, InnerObject, RequestField, RequestObject
from ocote.requests.kinds import (
    CatalogNumberValue,
    ChoiceValue,
    DecimalValue,
    SignedValue,
    WholeValue,
    YesNoValue,
)
from ocote.requests.related import PositionValue

KEPT: Final = "~"
"""The first character of the path of a value that is kept as JSON."""

MOST_FORM_ROWS: Final = 10_000
"""Positions of rows in a form; a higher position is none."""

MOST_DRAFT_ROWS: Final = MAX_LINES + 1
"""Rows of a list of a draft: enough for the request to be refused as too long, and no more."""

_MOST_DIGITS: Final = 40
"""Digits before the point, and zeros after it, of a number that is kept; writing more out takes memory without end."""

_DEEPEST: Final = 20
_MOST_VALUES: Final = 60_000
"""Values in one that is kept as JSON."""

_UNSTORABLE: Final = re.compile(r"[\x00\ud800-\udfff]")
"""Characters that no database keeps as text."""

_NUMBERS: Final = (CatalogNumberValue, ChoiceValue, DecimalValue, PositionValue, SignedValue, WholeValue)
_PLAIN_NUMBER: Final = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STEP: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*|%(?:[0-9a-f]{2})*)((?:\[[0-9]{1,5}\])?)(?:\.|$)")
_FLAGS: Final[Mapping[str, bool]] = {"true": True, "false": False}
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")

Path = tuple[str | int, ...]


class FormBody(Struct, frozen=True):
    """The body that a form says. ``rows`` are, by the path of a list, the positions that its rows have in the form.

    Rows that say nothing are left out of the body, so that a row may stand at another position there.
    """

    body: dict[str, Any]
    rows: Mapping[str, tuple[int, ...]]

    def field_of(self, path: str) -> str:
        """The field of the form for a path in the body, as a fault names it."""
        for listed, positions in self.rows.items():
            found = re.match(rf"{re.escape(listed)}\[([0-9]+)\](.*)", path)
            if found is not None and int(found[1]) < len(positions):
                return f"{listed}[{positions[int(found[1])]}]{found[2]}"
        return path


def decoded_body(text: str) -> dict[str, Any]:
    """The body in a stored text, with numbers as Decimal."""
    body: dict[str, Any] = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    return body


def encoded_body(body: Mapping[str, Any]) -> str:
    """The stored text of a body."""
    return _ENCODER.encode(body).decode()


def fields_of(described: RequestObject, body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The fields of the form that say a body; ``body_of`` makes the body of them again."""
    return list(_object_fields(described, body, ""))


def body_of(described: RequestObject, fields: Iterable[tuple[str, str]]) -> FormBody:
    """The body that the fields of a form say. Empty fields are absent; names that are no paths are not of the form."""
    tree: dict[str | int, Any] = {}
    kept: list[tuple[Path, Any]] = []
    for name, text in fields:
        if name.startswith(KEPT):
            path, value = _path(name[1:]), _json(text)
            if path and value is not _NO_JSON:
                kept.append((path, value))
        elif (said := storable(text).replace("\r\n", "\n")).strip() and (path := _path(name)):
            _plant(tree, path, said)
    for path, value in kept:
        _plant(tree, path, _Kept(value))
    rows: dict[str, tuple[int, ...]] = {}
    return FormBody(_object(described, tree, "", rows), rows)


class _Kept(Struct, frozen=True):
    value: Any


_NO_JSON: Final = object()


def storable(text: str) -> str:
    """The text without the characters that no database keeps."""
    return _UNSTORABLE.sub("", text)


def _json(text: str) -> Any:
    """The value of a JSON text; none for what is no JSON, and for more than any request says."""
    try:
        value = json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_number)
    except (ValueError, ArithmeticError, RecursionError):
        return _NO_JSON
    left = [_MOST_VALUES]
    cleaned = _cleaned(value, _DEEPEST, left)
    return cleaned if left[0] > 0 else _NO_JSON


def _number(text: str) -> Decimal:
    value = Decimal(text)
    if not _is_writable(value):
        raise ValueError("no number of a request")
    return value


def _is_writable(value: Decimal) -> bool:
    """Whether a number can be written out without an exponent in reasonable room."""
    return value.is_finite() and abs(value.adjusted()) <= _MOST_DIGITS


def _cleaned(value: Any, depth: int, left: list[int]) -> Any:
    """The value with texts that can be stored; ``left`` counts down to zero for a value too large or too deep."""
    left[0] = left[0] - 1 if depth else 0
    if left[0] <= 0:
        return None
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(name): _cleaned(each, depth - 1, left) for name, each in value.items()}
    return [_cleaned(each, depth - 1, left) for each in value] if isinstance(value, list) else value


def _path(name: str) -> Path:
    """The steps of a path; none for a name that is no path."""
    steps: list[str | int] = []
    at = 0
    while at < len(name):
        found = _STEP.match(name, at)
        if found is None:
            return ()
        steps.append(_named(found[1]))
        if found[2]:
            position = int(found[2][1:-1])
            if position >= MOST_FORM_ROWS:
                return ()
            steps.append(position)
        at = found.end()
    return () if name.endswith(".") else tuple(steps)


def _named(step: str) -> str:
    """The name in a step of a path; one of other characters is written in hexadecimal digits."""
    return storable(bytes.fromhex(step[1:]).decode(errors="replace")) if step.startswith("%") else step


def _step(name: str) -> str:
    return name if _NAME.fullmatch(name) else f"%{name.encode(errors='replace').hex()}"


def _plant(tree: dict[str | int, Any], path: Path, value: object) -> None:
    for step in path[:-1]:
        inner = tree.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        tree = inner
    tree.setdefault(path[-1], value)


def _object(described: RequestObject, tree: Mapping[str | int, Any], at: str, rows: dict[str, Any]) -> dict[str, Any]:
    """The object that a tree of fields says, in the order of its description, then what has no description."""
    fields = {field.name: field for field in described.fields}
    body: dict[str, Any] = {}
    for name in (*(each for each in fields if each in tree), *(each for each in tree if each not in fields)):
        said, path = tree[name], f"{at}.{name}" if at else str(name)
        if isinstance(said, _Kept):
            if name not in fields or _fits(fields[str(name)], said.value):
                body[str(name)] = said.value
        elif name in fields:
            value = _value(fields[str(name)], said, path, rows)
            if value is not None:
                body[str(name)] = value
    return body


def _fits(field: RequestField[Any], value: object) -> bool:
    """Whether a kept value is of the kind that everything expects of a field: an object, a list, or neither."""
    if isinstance(field.kind, InnerObject):
        return isinstance(value, dict)
    if isinstance(field.kind, InnerList):
        return isinstance(value, list) and len(value) <= MOST_DRAFT_ROWS
    return True


def _value(field: RequestField[Any], said: Any, path: str, rows: dict[str, Any]) -> Any:
    kind = field.kind
    if isinstance(kind, InnerObject):
        if isinstance(said, dict):
            return _object(kind.described, said, path, rows) or None
        return {} if said == "{}" else None
    if isinstance(kind, InnerList):
        if not isinstance(said, dict):
            return [] if said == "[]" else None
        return _rows(kind, said, path, rows)
    return _scalar(kind, said) if isinstance(said, str) else None


def _rows(kind: InnerList, said: Mapping[str | int, Any], path: str, rows: dict[str, Any]) -> list[Any] | None:
    positions: list[int] = []
    listed: list[Any] = []
    for position in sorted(each for each in said if isinstance(each, int)):
        row, at = said[position], f"{path}[{len(listed)}]"
        if isinstance(row, _Kept):
            value: Any = row.value
        elif isinstance(row, dict):
            value = _object(kind.described, row, at, rows)
            if not value:
                continue
        elif row == "{}":
            value = {}
        else:
            continue
        positions.append(position)
        listed.append(value)
        if len(listed) == MOST_DRAFT_ROWS:
            break
    if positions != list(range(len(positions))):
        rows[path] = tuple(positions)
    return listed or None


def _scalar(kind: Any, text: str) -> Any:
    if isinstance(kind, YesNoValue):
        return _FLAGS.get(text, text)
    if isinstance(kind, _NUMBERS) and _PLAIN_NUMBER.fullmatch(text.strip()):
        try:
            return Decimal(text.strip())
        except InvalidOperation:
            return text
    return text


def _object_fields(described: RequestObject, body: Mapping[str, Any], at: str) -> Iterator[tuple[str, str]]:
    fields = {field.name: field for field in described.fields}
    for name, value in body.items():
        path = f"{at}.{_step(name)}" if at else _step(name)
        kind = fields[name].kind if name in fields else None
        if isinstance(kind, InnerObject) and isinstance(value, Mapping):
            yield from _object_fields(kind.described, value, path) if value else [(path, "{}")]
        elif isinstance(kind, InnerList) and isinstance(value, list):
            yield from _list_fields(kind, value, path) if value else [(path, "[]")]
        else:
            text = _text(kind, value)
            yield (KEPT + path, encoded_json(value)) if text is None else (path, text)


def _list_fields(kind: InnerList, listed: list[Any], path: str) -> Iterator[tuple[str, str]]:
    for position, element in enumerate(listed):
        at = f"{path}[{position}]"
        if isinstance(element, Mapping):
            yield from _object_fields(kind.described, element, at) if element else [(at, "{}")]
        else:
            yield KEPT + at, encoded_json(element)


def encoded_json(value: object) -> str:
    """A value of a body as JSON."""
    return _ENCODER.encode(value).decode()


def _text(kind: Any, value: Any) -> str | None:
    """The text of a field that says a value; None when no text does."""
    if kind is None or isinstance(kind, InnerObject | InnerList):
        return None
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, Decimal):
        if not _is_writable(value):
            return None
        text = f"{value:f}"
    elif isinstance(value, str):
        text = value
    else:
        return None
    says = text.strip() and "\r\n" not in text and _scalar(kind, text) == value
    is_alike = says and type(_scalar(kind, text)) is type(value)
    return text if is_alike else None
