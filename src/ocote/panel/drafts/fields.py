"""The fields of the form of a draft, made from the description of the request. Pure.

A field has the attributes of a field of WTForms that the macros of the pages look at.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final, Literal

from markupsafe import Markup, escape
from msgspec import Struct
from msgspec.structs import replace

from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog
from ocote.panel.drafts.completed import words_if_empty
from ocote.panel.drafts.labels import CASH_WORDS, FIELD_HINTS, IN_CASH, LABELS, OPTIONS, RELATED_WORDS, UNSAID, YES_NO
from ocote.requests.description import InnerList, InnerObject, RequestField, RequestObject
from ocote.requests.kinds import (
    CatalogNumberValue,
    CodeValue,
    DecimalValue,
    EmailValue,
    SignedValue,
    TextValue,
    WholeValue,
    YesNoValue,
)
from ocote.requests.related import PositionValue

Control = Literal["text", "number", "email", "area", "select"]

_END: Final = re.compile(r"\[([0-9]+)\]|\.")
"""Where a shorter path ends in a path."""

_POSITION: Final = re.compile(r"\[[^\]]*\]")
_MOST_OPTIONS: Final = 300
"""A catalog with more codes is searched instead of listed."""

MOST_DETAILED: Final = 60
"""Rows with all their fields on the page; of a longer list each row shows what it says."""

_PAYMENT_METHODS: Final = frozenset({"payment_method", "payments[].payment_method"})
_KNOWN_CODES: Final = ("taxes[].code", "special_tax.code", "regime", "activity_code")
"""Ends of the paths of fields whose codes people know."""

_CATALOGS: Final[Mapping[str, Catalog]] = {
    "related_documents[].doc_type": Catalog.DOCUMENT_TYPES,
    "lines[].special_tax.code": Catalog.TAXES,
}
"""Fields whose codes have words in a catalog of MH alone."""

_MORE_RELATED: Final = 3

_ALWAYS: Final = frozenset({"description", "quantity", "unit_price"})

_LONGEST_LINE: Final = 1000
"""Characters of a text in a control of one line."""


class Labelled(Struct, frozen=True):
    """The label of a field."""

    text: str


class Input(Struct, frozen=True):
    """The control of a field; ``input_type`` is empty for a choice and for a text of several lines."""

    input_type: str


class Flags(Struct, frozen=True):
    """Whether a field has to be filled in."""

    required: bool = False


class FormField(Struct, frozen=True):
    """A field of the form of a draft; calling it gives its control as HTML."""

    name: str
    label: Labelled
    control: Control
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()
    description: str = ""
    placeholder: str = ""
    flags: Flags = Flags()

    @property
    def is_activity(self) -> bool:
        """Whether the field is an economic activity, which is found by a word of its name."""
        return self.name.endswith("activity_code")

    @property
    def id(self) -> str:
        """The id of the control, to which a summary of faults leads."""
        return self.name

    @property
    def type(self) -> str:
        """The kind of field, as WTForms names it."""
        return "TextAreaField" if self.control == "area" else "StringField"

    @property
    def widget(self) -> Input:
        """The kind of control."""
        return Input("" if self.control in ("area", "select") else "text")

    def __call__(self, **attrs: object) -> Markup:
        """The control as HTML, with further attributes."""
        name, value = escape(self.name), escape(self.value)
        more = "".join(f' {escape(key)}="{escape(each)}"' for key, each in attrs.items())
        common = f'id="{name}" name="{name}"{more}'
        if self.control == "select":
            options = "".join(
                f'<option value="{escape(code)}"{" selected" if code == self.value else ""}>{escape(text)}</option>'
                for code, text in self._choices()
            )
            return Markup(f"<select {common}>{options}</select>")  # noqa: S704 - every part is escaped above
        if self.control == "area":
            return Markup(f'<textarea rows="3" {common}>\n{value}</textarea>')  # noqa: S704 - as above
        kind = "email" if self.control == "email" else "text"
        helps = ' inputmode="decimal"' if self.control == "number" else ""
        shown = f' placeholder="{escape(self.placeholder)}"' if self.placeholder else ""
        return Markup(  # noqa: S704 - as above
            f'<input type="{kind}" value="{value}" {common}{helps} autocomplete="off"{shown}>'
        )

    def _choices(self) -> Iterable[tuple[str, str]]:
        """The options, with the value itself when it is none of them, so that it is not lost."""
        yield "", self.placeholder
        if self.value and self.value not in dict(self.options):
            yield self.value, self.value
        yield from self.options


class FormGroup(Struct, frozen=True):
    """Fields under a heading; ``rows`` for a list, each with its position in the form, else ``fields``.

    ``template`` is the row that a script adds, ``next_index`` its position.
    """

    name: str
    label: str
    fields: "tuple[FormField | FormGroup, ...]" = ()
    rows: "tuple[tuple[str, tuple[FormField | FormGroup, ...]], ...]" = ()
    template: "tuple[FormField | FormGroup, ...]" = ()
    next_index: int = 0
    is_list: bool = False

    @property
    def is_used(self) -> bool:
        """Whether any field has a value or a fault."""
        return any(
            each.is_used if isinstance(each, FormGroup) else bool(each.value or each.errors)
            for each in (*self.fields, *(one for _, row in self.rows for one in row))
        )


class Filled(Struct, frozen=True):
    """The content of a form: the values and the faults by the names of the fields, and how texts are said.

    ``said`` are the paths at or below which there is a value or a fault, ``counts`` the rows of each list. With
    ``always`` a row shows these fields and those that say something.
    """

    kind: str
    values: Mapping[str, str]
    faults: Mapping[str, tuple[str, ...]]
    say: Callable[[str], str]
    blank: Mapping[str, int]
    said: frozenset[str]
    counts: Mapping[str, int]
    always: frozenset[str] = frozenset()


def filled_form(
    kind: str,
    values: Mapping[str, str],
    faults: Mapping[str, tuple[str, ...]],
    say: Callable[[str], str],
    blank: Mapping[str, int],
) -> Filled:
    """The content of a form with the places at which it says something."""
    said: set[str] = set()
    counts: dict[str, int] = {}
    for name in (*values, *faults):
        path = name.removeprefix("~")
        said.add(path)
        for found in _END.finditer(path):
            shorter = path[: found.start()]
            said.add(shorter)
            if found[1]:
                counts[shorter] = max(counts.get(shorter, 0), int(found[1]) + 1)
    return Filled(kind, values, faults, say, blank, frozenset(said), counts)


def counts_for(field: RequestField[Any], kind: str) -> bool:
    """Whether a type of document has the field."""
    return not field.only_for or kind in field.only_for


def form_part(field: RequestField[Any], path: str, filled: Filled) -> FormField | FormGroup:
    """The field, group or list of the form for a field of the request."""
    kind = field.kind
    if isinstance(kind, InnerObject):
        return FormGroup(path, _label(path, filled), fields=_parts(kind.described, path, filled))
    if isinstance(kind, InnerList):
        return _list(field, kind, path, filled)
    return _field(field, path, filled)


def _list(field: RequestField[Any], kind: InnerList, path: str, filled: Filled) -> FormGroup:
    count = filled.counts.get(path, 0) + filled.blank.get(path, 0)
    shown = replace(filled, always=_ALWAYS) if count > MOST_DETAILED else filled
    rows = tuple((str(position), _parts(kind.described, f"{path}[{position}]", shown)) for position in range(count))
    template = () if "[" in path else _parts(kind.described, f"{path}[__index__]", filled)
    return FormGroup(path, _label(path, filled), rows=rows, template=template, next_index=count, is_list=True)


def _parts(described: RequestObject, path: str, filled: Filled) -> tuple[FormField | FormGroup, ...]:
    return tuple(
        form_part(field, at, filled)
        for field in described.fields
        if counts_for(field, filled.kind)
        and (at := f"{path}.{field.name}")
        and (not filled.always or field.name in filled.always or at in filled.said)
    )


def _field(field: RequestField[Any], path: str, filled: Filled) -> FormField:
    control, options = _control(field, path, filled)
    plain = _POSITION.sub("[]", path)
    unsaid, words = UNSAID.get(plain, ("", ""))
    value = filled.values.get(path, "")
    return FormField(
        name=path,
        label=Labelled(_label(path, filled)),
        control=control,
        value=value,
        options=tuple(each for each in options if each[0] != unsaid or each[0] == value),
        placeholder=filled.say(words),
        description=_hint(path, value, filled),
        errors=filled.faults.get(path, ()),
        flags=Flags(required=field.is_always_needed or filled.kind in field.required_for),
    )


def _hint(path: str, value: str, filled: Filled) -> str:
    """The name of the activity whose code the field has, or what the document says of a field that is left empty."""
    if path.endswith("activity_code") and value in (names := catalogs.labels(Catalog.ACTIVITIES)):
        return names[value]
    plain = _POSITION.sub("[]", path)
    return filled.say(words_if_empty(filled.kind, path) or FIELD_HINTS.get(plain, ""))


def _label(path: str, filled: Filled) -> str:
    plain = _POSITION.sub("[]", path)
    return filled.say(LABELS.get(plain, plain))


def _control(field: RequestField[Any], path: str, filled: Filled) -> tuple[Control, tuple[tuple[str, str], ...]]:
    """The control of a field, and its options."""
    plain = _POSITION.sub("[]", path)
    if isinstance(field.kind, PositionValue):
        return "select", _related(filled)
    options = _options(field.kind, plain, filled.say)
    if options is not None:
        return ("select", options) if len(options) <= _MOST_OPTIONS else ("text", ())
    kind = field.kind
    if isinstance(kind, DecimalValue | SignedValue | WholeValue):
        return "number", ()
    if isinstance(kind, TextValue) and kind.most_breaks and kind.longest > _LONGEST_LINE:
        return "area", ()
    return "email" if isinstance(kind, EmailValue) else "text", ()


def _options(kind: object, plain: str, say: Callable[[str], str]) -> tuple[tuple[str, str], ...] | None:
    """The codes of a field with their words; None for a field without a list."""
    words = OPTIONS.get(plain, YES_NO if isinstance(kind, YesNoValue) else None)
    if words is not None:
        return tuple((code, say(text)) for code, text in words.items())
    if plain in _PLACES:
        return _PLACES[plain]()
    if isinstance(kind, CatalogNumberValue):
        return tuple(catalogs.labels(kind.catalog).items())
    if isinstance(kind, CodeValue):
        return tuple(_of_code(code, text, plain, say) for code, text in _labels(kind, plain).items())
    return None


def _labels(kind: CodeValue[Any], plain: str) -> Mapping[str, str]:
    """The codes of a field with MH's own words for them."""
    catalog = _CATALOGS.get(plain)
    if catalog is not None:
        return {code: text for code, text in catalogs.labels(catalog).items() if code in kind.known}
    return kind.known if isinstance(kind.known, Mapping) else {code: code for code in kind.known}


def _of_code(code: str, text: str, plain: str, say: Callable[[str], str]) -> tuple[str, str]:
    """An option; its code is part of the words only where people know the code, as that of a tax."""
    if plain in _PAYMENT_METHODS and code == IN_CASH:
        return code, say(CASH_WORDS)
    is_known = plain.endswith(_KNOWN_CODES) and text != code
    return code, f"{code} · {text}" if is_known else text


def _related(filled: Filled) -> tuple[tuple[str, str], ...]:
    """The related documents of the form by their positions, and some that a script may add."""
    count = filled.counts.get("related_documents", 0) + _MORE_RELATED
    return tuple((str(each), filled.say(RELATED_WORDS).format(number=each + 1)) for each in range(count))


@cache
def _districts() -> tuple[tuple[str, str], ...]:
    departments = catalogs.departments()
    named = [
        (f"{each.department}{each.code}", f"{each.full_name}, {departments[each.department].name}")
        for each in catalogs.districts().values()
    ]
    return tuple(sorted(named, key=lambda each: catalogs.fold(each[1])))


def _incoterms() -> tuple[tuple[str, str], ...]:
    return tuple(catalogs.labels(Catalog.INCOTERMS).items())


@cache
def _municipalities() -> tuple[tuple[str, str], ...]:
    departments = catalogs.departments()
    named = [
        (f"{each.department}{each.code}", f"{each.name}, {departments[each.department].name}")
        for each in catalogs.municipalities().values()
    ]
    return tuple(sorted(named, key=lambda each: catalogs.fold(each[1])))


_PLACES: Final[Mapping[str, Callable[[], tuple[tuple[str, str], ...]]]] = {
    "customer.district": _districts,
    "customer.municipality": _municipalities,
    "subject.district": _districts,
    "subject.municipality": _municipalities,
    "incoterm": _incoterms,
}
