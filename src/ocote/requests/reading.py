"""Reads a request by its description, noting every fault instead of stopping at the first. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Any, Final, Protocol, TypeGuard, TypeVar, cast

from msgspec import Struct

from ocote.documents.view import AnswerWarning
from ocote.dte.characters import invisible_characters, listed_characters, without_invisible
from ocote.dte.faults import Fault, InvalidIdentifier
from ocote.errors import fault, message
from ocote.requests.description import AtLeastOne, FieldGroup, InnerList, InnerObject, RequestField, RequestObject
from ocote.requests.hints import means_yes, seen
from ocote.requests.kinds import Faulty, Kind
from ocote.requests.misnamed import is_a_trial, likely_name, why_ignored
from ocote.requests.noted import Noted
from ocote.web.invalid import MAX_FAULTS, InvalidRequest

_Read = TypeVar("_Read")
_NESTED = InnerObject | InnerList
_Part = RequestField[_Read] | FieldGroup[_Read]

_MOST_COMPARED: Final = 8
"""Unknown names of an object among which a missing field is looked for."""

_MOST_AFFIRMED: Final = 500
"""Unknown names with a value that says yes, among which the wish for a trial is looked for."""

_LONGEST_COMPARED: Final = 1000
"""A longer text is read as it is, but for its outer blanks and for what nobody sees."""

_IGNORED: Final = "field_ignored"
_INVISIBLE: Final = "invisible_removed"


class FoundValues(Protocol):
    """The values that an object of a request holds, by field and by group: a plain dictionary, with types."""

    def __getitem__(self, part: _Part[_Read], /) -> _Read:
        """The value of a field that is required or has a default, in a request without faults."""

    def get(self, part: _Part[_Read], /) -> _Read | None:
        """The value; None when the field was not sent or is faulty."""

    def __len__(self) -> int:
        """How many fields and groups have a value, those with a default among them."""


def says(found: FoundValues, part: _Part[Any]) -> bool:
    """Whether a value was read that says something: neither an empty list, nor zero, nor false."""
    return bool(found.get(part))


class Reading:
    """An object of a request that is read by its description: what was sent, what was found, every fault and warning.

    ``null`` counts as absent, and a value with an unknown name is ignored with a warning (contract D2). What is noted
    of inner objects stands together with what is noted of the object around them.
    """

    __slots__ = ("_at", "_found", "_headers", "_is_short", "_noted", "_plan", "_sent", "_strange", "faults")

    def __init__(
        self,
        plan: "_Plan",
        sent: Mapping[str, Any],
        noted: Noted,
        at: str = "",
        headers: Mapping[str, str | None] | None = None,
        *,
        is_short: bool = False,
    ) -> None:
        self._plan = plan
        self._sent = sent
        self._noted = noted
        self.faults = noted.faults
        self._at = at
        self._is_short = is_short
        self._headers = headers
        self._found = plan.defaults.copy()
        self._strange = () if sent.keys() <= plan.known else self._ignore_strangers()
        for name, code, substitutes in plan.needed_first:
            if all(sent.get(each) is None for each in (name, *substitutes)):
                self._miss(name, code)
        if plan.at_least_one is not None and not any(map(self.has, plan.at_least_one.fields)):
            self.refuse(plan.at_least_one.fields[0], plan.at_least_one.fault)
        self._read_parts()
        if plan.check is not None:
            plan.check(self)

    @property
    def document_type(self) -> str | None:
        """The type of document that the request means; None for a request without such a type."""
        return self._plan.document_type

    @property
    def found(self) -> FoundValues:
        """The values of the fields that were read."""
        return self._found

    def accepted(self) -> FoundValues:
        """The values of a request without faults. Raises InvalidRequest when faults were noted."""
        self._noted.close()
        if self.faults:
            raise InvalidRequest(self.faults)
        return self._found

    def has(self, field: RequestField[Any]) -> bool:
        """Whether the field was sent with a value."""
        return self._sent.get(field.name) is not None

    def has_inside(self, lists: RequestField[Any], field: RequestField[Any]) -> bool:
        """Whether an object of the list was sent with the field."""
        return any(each.get(field.name) is not None for _, each in self.objects(lists))

    def objects(self, lists: RequestField[Any]) -> list[tuple[str, Mapping[str, Any]]]:
        """The objects of the list, each with its path and as it was sent, in step with the objects that were read."""
        sent, path = self._sent.get(lists.name), self._path(lists.name)
        elements = enumerate(sent) if type(sent) is list else ()
        return [(f"{path}[{position}]", each) for position, each in elements if type(each) is dict]

    def has_only_objects(self, lists: RequestField[Any]) -> bool:
        """Whether every element of the list is an object, so that positions count what was read."""
        return len(self.objects(lists)) == len(self._sent.get(lists.name) or ())

    def miss(self, field: RequestField[Any], code: str = "field_required", instead: str = "") -> None:
        """Notes the absence of a field that this request needs, and under which wrong name it may have been sent.

        Where no such name was sent, ``instead`` ends the message.
        """
        self._miss(field.name, code, instead)

    def text(self, field: RequestField[Any]) -> str:
        """The text that was sent as the field, unread; empty when there is none."""
        sent = self._sent.get(field.name)
        return sent.strip() if isinstance(sent, str) else ""

    def read(self, field: RequestField[_Read], kind: Kind[_Read] | None = None) -> _Read | None:
        """Reads the field, by ``kind`` in place of its own kind; None when the field is absent or faulty."""
        sent = self._sent.get(field.name)
        value: _Read | None
        value = self._value(kind or field.kind, field.name, sent) if sent is not None else self._absent(field)
        return value

    def refuse(self, field: RequestField[Any], code: str, hint: str = "", **values: object) -> None:
        """Notes a fault of the field, with a hint at the end of its message."""
        self.explain(field, code, message(code, **values) + hint)

    def explain(self, field: RequestField[Any], code: str, message: str) -> None:
        """Notes a fault of the field in words of its own."""
        self.faults.append(Fault(code, self._path(field.name), message))

    def ignore(self, field: RequestField[Any], why: str) -> None:
        """Notes that the value of the field is ignored; ``why`` is a Spanish clause."""
        self._ignore(field.name, why)

    def _ignore(self, name: str, why: str) -> None:
        path = self._path(name)
        if self._noted.has_room(_IGNORED, path):
            self._noted.warn(_IGNORED, path, why=why)

    def _ignore_strangers(self) -> tuple[str, ...]:
        """Notes every value that is ignored for its name; returns the first of the names that nobody knows.

        The wish for a trial is a fault instead, because a trial never becomes a document, and so is a field whose loss
        would change the document.
        """
        plan, sent = self._plan, self._sent
        strange = [name for name, value in sent.items() if name not in plan.known and value is not None]
        affirmed = () if self._at else (name for name in strange if means_yes(sent[name]))
        trials = frozenset(filter(is_a_trial, islice(affirmed, _MOST_AFFIRMED)))
        unsent: tuple[str, ...] | None = None
        for name in strange:
            path = self._path(name)
            if name in trials:
                self.faults.append(fault("dry_run_misspelled", path))
                continue
            refused = plan.refused.get(name)
            if refused is not None:
                if sent[name] != []:
                    self.faults.append(fault(refused.elsewhere, path, types=_types(refused)))
                continue
            if not self._noted.has_room(_IGNORED, path):
                continue
            if unsent is None:
                unsent = tuple(each for each in plan.names if sent.get(each) is None)
            types = plan.elsewhere_typed.get(name)
            why = (
                f"solo cuenta en doc_type {types}"
                if types
                else why_ignored(name, unsent, plan.outside, is_of_others=plan.is_of_others)
            )
            self._noted.warn(_IGNORED, path, why=why)
        unknown = (name for name in strange if name not in plan.elsewhere_typed and name not in plan.refused)
        return tuple(islice(unknown, _MOST_COMPARED))

    def _miss(self, name: str, code: str, instead: str = "") -> None:
        """Notes the absence of a compulsory field, and under which wrong name it may have been sent."""
        hint = ""
        if self._strange and len(self.faults) < MAX_FAULTS:
            likely = (each for each in self._strange if each.isprintable() and likely_name(each, (name,)))
            sent_as = next(likely, None)
            hint = f"; ¿lo envió como «{sent_as}»?" if sent_as is not None else self._hint_of_envelope(name)
        self.faults.append(Fault(code, self._path(name), message(code) + (hint or instead)))

    def _hint_of_envelope(self, name: str) -> str:
        """Where a missing field stands inside of an object or a list that nobody knows."""
        for strange in self._strange:
            inside = self._sent[strange]
            within = inside[0] if type(inside) is list and inside else inside
            if type(within) is dict and name in within and strange.isprintable():
                return f"; está dentro de «{strange}»: envíelo un nivel más arriba, sin ese envoltorio"
        return ""

    def _note_invisible(self, name: str, sent: Any, kept: object) -> None:
        """Notes that characters were taken out of a text that show nothing."""
        if type(sent) is not str or sent.isascii() or kept == sent.strip():
            return
        if len(sent) <= _LONGEST_COMPARED and without_invisible(sent) == sent:
            return
        path = self._path(name)
        if self._noted.has_room(_INVISIBLE, path):
            self._noted.warn(_INVISIBLE, path, characters=listed_characters(invisible_characters(sent)))

    def _read_parts(self) -> None:
        sent, found, optional = self._sent, self._found, self._plan.optional
        for name, read_value, part in self._plan.parts:
            if read_value is None:
                if name in optional and sent.get(name) is None:
                    continue
                value = part.read(self) if isinstance(part, FieldGroup) else self.read(part)
                if value is not None:
                    found[part] = value
            elif (value := sent.get(name)) is not None:
                try:
                    found[part] = kept = read_value(value)
                    if kept is not value:
                        self._note_invisible(name, value, kept)
                except (Faulty, InvalidIdentifier) as error:
                    self.explain(part, error.code, error.message)

    def _value(self, kind: Any, name: str, sent: Any) -> Any:
        if isinstance(kind, InnerObject):
            return self._inner(kind.described, self._path(name), sent)
        if isinstance(kind, InnerList):
            return self._list(kind, self._path(name), sent)
        try:
            value = kind.read(sent)
            self._note_invisible(name, sent, value)
            return value
        except (Faulty, InvalidIdentifier) as error:
            self.faults.append(Fault(error.code, self._path(name), error.message))
            return None

    def _inner(self, described: RequestObject, path: str, sent: Any) -> FoundValues | None:
        plan = _plan(described, self._plan.document_type, self._plan.root)
        return Reading(plan, sent, self._noted, path)._found if self._is_object(path, sent) else None

    def _list(self, kind: InnerList, path: str, sent: Any) -> list[FoundValues] | None:
        """The objects of a list. Elements that are no objects are noted before the faults of any object.

        What is wrong with the list as a whole is noted behind them.
        """
        most = kind.most_for.get(self._plan.document_type or "", kind.most)
        if type(sent) is not list:
            hint = "; envíe una lista, aunque tenga un solo elemento" if type(sent) is dict else ""
            self.faults.append(Fault("list_expected", path, message("list_expected") + seen(sent) + hint))
        elif len(sent) < kind.least:
            self.faults.append(fault("lines_empty", path))
        elif len(sent) > most:
            self.faults.append(fault(kind.too_many, path, limit=most))
        else:
            plan = _plan(kind.described, self._plan.document_type, self._plan.root)
            elements = [(f"{path}[{position}]", element) for position, element in enumerate(sent)]
            found = self._short(kind, plan, elements) if kind.shorthand is not None else self._objects(plan, elements)
            try:
                if kind.check is not None:
                    kind.check(found)
            except Faulty as error:
                self.faults.append(Fault(error.code, path, error.message))
            return found
        return None

    def _objects(self, plan: "_Plan", elements: Sequence[tuple[str, Any]]) -> list[FoundValues]:
        objects = [each for each in elements if self._is_object(*each)]
        return [Reading(plan, element, self._noted, at)._found for at, element in objects]

    def _short(self, kind: InnerList, plan: "_Plan", elements: Sequence[tuple[str, Any]]) -> list[FoundValues]:
        """The objects of a list in which a text stands for an object with one field."""
        found: list[FoundValues] = []
        for at, element in elements:
            if kind.shorthand is not None and isinstance(element, str | Decimal):
                short = {kind.shorthand.name: element}
                found.append(Reading(plan, short, self._noted, at, is_short=True)._found)
            else:
                found += self._objects(plan, [(at, element)])
        return found

    def _is_object(self, path: str, sent: Any) -> bool:
        if type(sent) is dict:
            return True
        self.faults.append(Fault("object_expected", path, message("object_expected") + seen(sent)))
        return False

    def _absent(self, field: RequestField[Any]) -> Any:
        """Notes the absence of a compulsory inner object or list, or reads the header that stands in for the field."""
        code = self._plan.needed_in_turn.get(field.name)
        if code is not None:
            self._miss(field.name, code)
        if field.header is None or self._headers is None:
            return None
        sent = self._headers.get(field.header)
        return self._value(field.kind, field.header, sent) if sent is not None else None

    def compare_headers(self, headers: Mapping[str, str | None]) -> None:
        """Notes a header that says something else than the field that it may stand in for."""
        for field in self._plan.headed:
            sent = headers.get(field.header)
            if sent is not None and self.text(field) not in ("", sent.strip()):
                self._ignore(field.header, f"cuenta {field.name}, que dice otra cosa")

    def _path(self, name: str) -> str:
        """Where a field is in the request, as ``errors[].field`` shows it."""
        if self._is_short:
            return self._at
        return f"{self._at}.{name}" if self._at else name


def read_by(
    described: RequestObject,
    sent: Mapping[str, Any],
    headers: Mapping[str, str | None] | None = None,
    warnings: list[AnswerWarning] | None = None,
) -> Reading:
    """Reads what was sent as the description says; a header of ``headers`` stands in for an absent field.

    ``warnings`` is the list that warnings are added to.
    """
    plan = _plan(described, _document_type(described, sent), described)
    reading = Reading(plan, sent, Noted(warnings), headers=headers)
    if headers is not None:
        reading.compare_headers(headers)
    return reading


class _Plan(Struct, frozen=True):
    """How the objects of one description are read when they belong to one type of document.

    ``needed_first`` are compulsory values: those absent are noted before any other fault. The absence of an inner
    object or list is noted in its turn. Each comes with the code of the fault, a value also with the names of the
    fields that make up for it. A part comes with its name, and with what reads its value when nothing but the value
    counts.

    ``names`` are the fields that count, ``optional`` the inner objects and lists among the parts that may be absent.
    ``elsewhere_typed`` are those that count for other types of document alone, with these types; ``refused`` those of
    other types or requests that are refused here; ``outside`` are the fields of the other objects of the whole request,
    ``root``, with their places.
    """

    document_type: str | None
    root: RequestObject
    names: tuple[str, ...]
    known: frozenset[str]
    optional: frozenset[str]
    elsewhere_typed: Mapping[str, str]
    refused: Mapping[str, RequestField[Any]]
    outside: Mapping[str, str]
    is_of_others: bool
    defaults: dict[Any, Any]
    needed_first: tuple[tuple[str, str, tuple[str, ...]], ...]
    needed_in_turn: Mapping[str, str]
    at_least_one: AtLeastOne | None
    check: Callable[[Reading], None] | None
    headed: tuple[Any, ...]
    parts: tuple[tuple[str, Callable[[Any], Any] | None, Any], ...]


@cache
def _plan(described: RequestObject, document_type: str | None, root: RequestObject) -> _Plan:
    fields = [field for field in described.fields if _counts(field, document_type)]
    needed = [(field, code) for field in fields if (code := _code_of_absence(field, document_type))]
    parts = [part for part in described.parts if any(field in fields for field in part.fields)]
    names = tuple(field.name for field in fields)
    elsewhere = [field for field in described.fields if field not in fields]
    refused = [*(field for field in described.foreign if field.name not in names), *elsewhere]
    return _Plan(
        document_type,
        root,
        names,
        frozenset(names),
        frozenset(part.name for part in parts if _may_be_absent(part, document_type)),
        {field.name: _types(field) for field in elsewhere if not field.elsewhere},
        {field.name: field for field in refused if field.elsewhere},
        _outside(described, document_type, root),
        described.is_of_others,
        {field: field.default for field in described.fields if field.default is not None},
        tuple(
            (field.name, code, tuple(each.name for each in field.substitutes))
            for field, code in needed
            if not _is_nested(field)
        ),
        {field.name: code for field, code in needed if _is_nested(field)},
        described.at_least_one,
        described.check,
        tuple(field for field in fields if field.header is not None),
        tuple((part.fields[0].name, _reader(part), part) for part in parts),
    )


def _outside(described: RequestObject, document_type: str | None, root: RequestObject) -> Mapping[str, str]:
    """The names of the fields of all other objects of a request, each with the first place where a person finds it."""
    places: dict[str, str] = {}
    for name, place in _places_outside(described, document_type, root):
        places.setdefault(name, place)
    return places


def _places_outside(
    described: RequestObject, document_type: str | None, root: RequestObject
) -> Iterator[tuple[str, str]]:
    if described is not root:
        for field in root.fields:
            if _counts(field, document_type):
                yield field.name, f"«{field.name}», fuera de este objeto"
    for field in root.fields:
        if isinstance(field.kind, _NESTED) and field.kind.described is not described:
            at = f"{field.name}[]" if isinstance(field.kind, InnerList) else field.name
            for inner in field.kind.described.fields:
                if _counts(inner, document_type):
                    yield inner.name, f"«{at}.{inner.name}»"


def _document_type(described: RequestObject, sent: Mapping[str, Any]) -> str | None:
    """The type of document that is meant: the default when none is sent, and in place of a faulty one."""
    field = described.document_type
    if field is None:
        return described.only_type
    value, kind = sent.get(field.name), cast("Kind[str]", field.kind)
    try:
        return kind.read(value) if value is not None else field.default
    except Faulty:
        return field.default


def _types(field: RequestField[Any]) -> str:
    return ", ".join(sorted(field.only_for))


def _code_of_absence(field: RequestField[Any], document_type: str | None) -> str | None:
    return field.required_for.get(document_type or "", "field_required" if field.required else None)


def _counts(field: RequestField[Any], document_type: str | None) -> bool:
    return not field.only_for or document_type in field.only_for


def _may_be_absent(
    part: RequestField[Any] | FieldGroup[Any], document_type: str | None
) -> TypeGuard[RequestField[Any]]:
    """Whether a part is an inner object or list of which nothing is noted when it was not sent."""
    return isinstance(part, RequestField) and _is_nested(part) and not _code_of_absence(part, document_type)


def _is_nested(field: RequestField[Any]) -> bool:
    return isinstance(field.kind, _NESTED)


def _reader(part: RequestField[Any] | FieldGroup[Any]) -> Callable[[Any], Any] | None:
    if isinstance(part, FieldGroup) or part.header is not None:
        return None
    return None if isinstance(part.kind, _NESTED) else part.kind.read
