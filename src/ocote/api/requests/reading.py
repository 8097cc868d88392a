"""Reads a request by its description, noting every fault instead of stopping at the first. Pure."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Protocol, TypeVar, cast

from msgspec import Struct

from ocote.api.requests.description import AtLeastOne, FieldGroup, InnerList, InnerObject, RequestField, RequestObject
from ocote.api.requests.kinds import Faulty, Kind
from ocote.dte.faults import Fault, InvalidIdentifier
from ocote.errors import fault
from ocote.web.invalid import InvalidRequest

_Read = TypeVar("_Read")
_NESTED = InnerObject | InnerList
_Part = RequestField[_Read] | FieldGroup[_Read]


class FoundValues(Protocol):
    """The values that an object of a request holds, by field and by group: a plain dictionary, with types."""

    def __getitem__(self, part: _Part[_Read], /) -> _Read:
        """The value of a field that is required or has a default, in a request without faults."""

    def get(self, part: _Part[_Read], /) -> _Read | None:
        """The value; None when the field was not sent or is faulty."""


class Reading:
    """An object of a request that is read by its description: what was sent, what was found, and every fault.

    ``null`` counts as absent, and unknown names are not looked at (contract D2). The faults of inner objects are noted
    together with those of the object around them.
    """

    __slots__ = ("_at", "_found", "_headers", "_plan", "_sent", "faults")

    def __init__(
        self,
        plan: "_Plan",
        sent: Mapping[str, Any],
        faults: list[Fault],
        at: str = "",
        headers: Mapping[str, str | None] | None = None,
    ) -> None:
        self._plan = plan
        self._sent = sent
        self.faults = faults
        self._at = at
        self._headers = headers
        self._found = plan.defaults.copy()
        for name, code in plan.needed_first:
            if sent.get(name) is None:
                faults.append(fault(code, self._path(name)))
        if plan.at_least_one is not None and not any(map(self.has, plan.at_least_one.fields)):
            self.refuse(plan.at_least_one.fields[0], plan.at_least_one.fault)
        self._read_parts()

    @property
    def found(self) -> FoundValues:
        """The values of the fields that were read."""
        return self._found

    def accepted(self) -> FoundValues:
        """The values of a request without faults. Raises InvalidRequest when faults were noted."""
        if self.faults:
            raise InvalidRequest(self.faults)
        return self._found

    def has(self, field: RequestField[Any]) -> bool:
        """Whether the field was sent with a value."""
        return self._sent.get(field.name) is not None

    def read(self, field: RequestField[_Read], kind: Kind[_Read] | None = None) -> _Read | None:
        """Reads the field, by ``kind`` in place of its own kind; None when the field is absent or faulty."""
        sent = self._sent.get(field.name)
        value: _Read | None
        value = self._value(kind or field.kind, field.name, sent) if sent is not None else self._absent(field)
        return value

    def refuse(self, field: RequestField[Any], code: str, **values: object) -> None:
        """Notes a fault of the field."""
        self.faults.append(fault(code, self._path(field.name), **values))

    def explain(self, field: RequestField[Any], code: str, message: str) -> None:
        """Notes a fault of the field in words of its own."""
        self.faults.append(Fault(code, self._path(field.name), message))

    def _read_parts(self) -> None:
        sent, found = self._sent, self._found
        for name, read_value, part in self._plan.parts:
            if read_value is None:
                value = part.read(self) if isinstance(part, FieldGroup) else self.read(part)
                if value is not None:
                    found[part] = value
            elif (value := sent.get(name)) is not None:
                try:
                    found[part] = read_value(value)
                except (Faulty, InvalidIdentifier) as error:
                    self.explain(part, error.code, error.message)

    def _value(self, kind: Any, name: str, sent: Any) -> Any:
        if isinstance(kind, InnerObject):
            return self._inner(kind.described, self._path(name), sent)
        if isinstance(kind, InnerList):
            return self._list(kind, self._path(name), sent)
        try:
            return kind.read(sent)
        except (Faulty, InvalidIdentifier) as error:
            self.faults.append(Fault(error.code, self._path(name), error.message))
            return None

    def _inner(self, described: RequestObject, path: str, sent: Any) -> FoundValues | None:
        plan = _plan(described, self._plan.document_type)
        return Reading(plan, sent, self.faults, path)._found if self._is_object(path, sent) else None

    def _list(self, kind: InnerList, path: str, sent: Any) -> list[FoundValues] | None:
        """The objects of a list. Elements that are no objects are noted before the faults of any object.

        What is wrong with the list as a whole is noted behind them.
        """
        if type(sent) is not list:
            self.faults.append(fault("list_expected", path))
        elif not sent:
            self.faults.append(fault("lines_empty", path))
        elif len(sent) > kind.most:
            self.faults.append(fault("lines_too_many", path, limit=kind.most))
        else:
            plan = _plan(kind.described, self._plan.document_type)
            elements = [(f"{path}[{position}]", element) for position, element in enumerate(sent)]
            objects = [each for each in elements if self._is_object(*each)]
            found: list[FoundValues] = [Reading(plan, element, self.faults, at)._found for at, element in objects]
            try:
                if kind.check is not None:
                    kind.check(found)
            except Faulty as error:
                self.faults.append(Fault(error.code, path, error.message))
            return found
        return None

    def _is_object(self, path: str, sent: Any) -> bool:
        if type(sent) is dict:
            return True
        self.faults.append(fault("object_expected", path))
        return False

    def _absent(self, field: RequestField[Any]) -> Any:
        """Notes the absence of a compulsory inner object or list, or reads the header that stands in for the field."""
        code = self._plan.needed_in_turn.get(field.name)
        if code is not None:
            self.refuse(field, code)
        if field.header is None or self._headers is None:
            return None
        sent = self._headers.get(field.header)
        return self._value(field.kind, field.header, sent) if sent is not None else None

    def _path(self, name: str) -> str:
        """Where a field is in the request, as ``errors[].field`` shows it."""
        return f"{self._at}.{name}" if self._at else name


def read_by(
    described: RequestObject, sent: Mapping[str, Any], headers: Mapping[str, str | None] | None = None
) -> Reading:
    """Reads what was sent as the description says; a header of ``headers`` stands in for an absent field."""
    return Reading(_plan(described, _document_type(described, sent)), sent, [], headers=headers)


class _Plan(Struct, frozen=True):
    """How the objects of one description are read when they belong to one type of document.

    ``needed_first`` are compulsory values: those absent are noted before any other fault. The absence of an inner
    object or list is noted in its turn. Each comes with the code of the fault. A part comes with its name, and with
    what reads its value when nothing but the value counts.
    """

    document_type: str | None
    defaults: dict[Any, Any]
    needed_first: tuple[tuple[str, str], ...]
    needed_in_turn: Mapping[str, str]
    at_least_one: AtLeastOne | None
    parts: tuple[tuple[str, Callable[[Any], Any] | None, Any], ...]


@cache
def _plan(described: RequestObject, document_type: str | None) -> _Plan:
    fields = [field for field in described.fields if _counts(field, document_type)]
    needed = [(field, code) for field in fields if (code := _code_of_absence(field, document_type))]
    parts = [part for part in described.parts if any(field in fields for field in part.fields)]
    return _Plan(
        document_type,
        {field: field.default for field in described.fields if field.default is not None},
        tuple((field.name, code) for field, code in needed if not _is_nested(field)),
        {field.name: code for field, code in needed if _is_nested(field)},
        described.at_least_one,
        tuple((part.fields[0].name, _reader(part), part) for part in parts),
    )


def _document_type(described: RequestObject, sent: Mapping[str, Any]) -> str | None:
    """The type of document that is meant: the default when none is sent, and in place of a faulty one."""
    field = described.document_type
    if field is None:
        return None
    value, kind = sent.get(field.name), cast("Kind[str]", field.kind)
    try:
        return kind.read(value) if value is not None else field.default
    except Faulty:
        return field.default


def _code_of_absence(field: RequestField[Any], document_type: str | None) -> str | None:
    return field.required_for.get(document_type or "", "field_required" if field.required else None)


def _counts(field: RequestField[Any], document_type: str | None) -> bool:
    return not field.only_for or document_type in field.only_for


def _is_nested(field: RequestField[Any]) -> bool:
    return isinstance(field.kind, _NESTED)


def _reader(part: RequestField[Any] | FieldGroup[Any]) -> Callable[[Any], Any] | None:
    if isinstance(part, FieldGroup) or part.header is not None:
        return None
    return None if isinstance(part.kind, _NESTED) else part.kind.read
