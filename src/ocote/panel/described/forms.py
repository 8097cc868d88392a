"""Forms made of the fields of a company: read into values of the description, with its faults at their fields."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.datastructures import FormData
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    Form,
    PasswordField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from ocote.companies.description.check import FieldFault
from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog, labels
from ocote.dte.catalogs.places import fold
from ocote.panel.described.fields import ShownField, field_name
from ocote.panel.frame.choosing import choices_of
from ocote.panel.frame.panel_form import PanelForm
from ocote.panel.frame.phrases import phrase, together

_CODE_FIRST: Final = re.compile(r"\s*(\d{5})\b.*", re.DOTALL)
_MOST_FOUND: Final = 12
_OF_ADDRESS: Final = re.compile(r"(.*address)\.(department|municipality)")
_OPTIONAL_GROUPS: Final = ("brand", "editions", "export", "smtp")
_NEEDED: Final = "Complete este dato."

_WIDGETS: Final[Mapping[str, type[Field]]] = {
    "text": StringField,
    "colour": StringField,
    "email": EmailField,
    "tel": TelField,
    "date": StringField,
    "secret": PasswordField,
    "select": SelectField,
    "flag": BooleanField,
    "lines": TextAreaField,
}


def description_form(
    fields: Sequence[ShownField], data: FormData | None, values: Mapping[str, Any] | None = None
) -> Form:
    """A form with these fields: as it was sent, or with values of the description."""
    made = {field.name: _field(field) for field in fields}
    given = {field.name: _shown(field, values or {}) for field in fields}
    form: Form = type("DescriptionForm", (PanelForm,), made)(
        data, data={k: v for k, v in given.items() if v is not None}
    )
    return form


def described_values(form: Form, fields: Sequence[ShownField]) -> dict[str, Any]:
    """The values of a form in the shape of the description: no text is None, an optional group without values too."""
    values: dict[str, Any] = {}
    for field in fields:
        _put(values, field.path, _read(field, form[field.name].data))
    if "address" in values:
        values["address"] = place_values(values["address"]["district"], values["address"]["complement"])
    return {
        key: None if key in _OPTIONAL_GROUPS and not any(value.values()) else value for key, value in values.items()
    }


def put_faults(form: Form, faults: Sequence[FieldFault]) -> None:
    """Puts each fault at its field; one of a field that the form does not have, above the form."""
    for fault in faults:
        path = _OF_ADDRESS.sub(r"\1.district", fault.path)
        text = _NEEDED if fault.is_missing else _sentence(fault.text)
        if path == "activity_code" and not fault.is_missing:
            text = together(text, _likely(str(form[field_name(path)].data))) if field_name(path) in form else text
        put_fault(form, field_name(path), text)


def put_fault(form: Form, name: str, text: str) -> None:
    """Puts a sentence at a field, or above a form that has no such field."""
    if name in form:
        form[name].errors = [*form[name].errors, text]
    else:
        form.form_errors.append(text)


def found_activities(term: str) -> list[tuple[str, str]]:
    """The activities (CAT-019) whose code begins with a term or whose name has all of its words, the nearest first."""
    phrase = fold(term)
    words = phrase.split()
    if not words:
        return []

    def fits(code: str, label: str) -> bool:
        return code.startswith(words[0]) or all(word in fold(label) for word in words)

    def distance(found: tuple[str, str]) -> tuple[bool, int]:
        return phrase not in fold(found[1]), len(found[1])

    found = [(code, label) for code, label in labels(Catalog.ACTIVITIES).items() if fits(code, label)]
    return sorted(found, key=distance)[:_MOST_FOUND]


def district_names() -> list[str]:
    """Every district with its department, as the field takes it."""
    known = catalogs.departments()
    return sorted(
        f"{one.full_name}, {known[one.department].name}"
        for one in catalogs.districts().values()
        if one.department != "00"
    )


def _field(field: ShownField) -> Any:
    attributes: dict[str, Any] = dict(field.attributes)
    if field.kind == "secret":
        attributes.setdefault("autocomplete", "off")
    options: dict[str, Any] = {"description": field.hint, "render_kw": attributes}
    validators = [InputRequired(_NEEDED) if field.is_required else Optional()]
    if field.kind == "select":
        return SelectField(field.label, validators, choices=choices_of(field.choices), validate_choice=False, **options)
    widget: Any = _WIDGETS[field.kind]
    return widget(field.label, validators, **options)


def _shown(field: ShownField, values: Mapping[str, Any]) -> Any:
    """A value of the description as its field shows it."""
    if field.path == "address.district":
        return place_text(values.get("address"))
    value = _at(values, field.path)
    if value is None or field.kind == "flag":
        return value
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def _read(field: ShownField, data: Any) -> Any:
    if field.kind == "flag":
        return bool(data)
    text = str(data or "")
    if not text.strip():
        return None
    if field.kind == "secret":
        return text
    return activity_code(text) if field.path == "activity_code" else text.strip()


def activity_code(text: str) -> str:
    """The code in a text that was chosen or typed: ``56101 Restaurantes``, or the name of one activity.

    >>> activity_code("10791 - Elaboración de productos"), activity_code("nada de eso")
    ('10791', 'nada de eso')
    """
    if found := _CODE_FIRST.fullmatch(text):
        return found[1]
    named = [code for code, label in labels(Catalog.ACTIVITIES).items() if fold(label) == fold(text)]
    return named[0] if len(named) == 1 else text.strip()


def place_values(text: str | None, complement: str | None) -> dict[str, Any]:
    """The address of a text with the district, and after a comma the department.

    >>> place_values("Mejicanos, San Salvador", "Calle 1")["department"]
    'San Salvador'
    """
    district, _, department = (text or "").rpartition(",")
    if not district:
        district, department = department, ""
    return {"department": department.strip(), "district": district.strip() or None, "complement": complement}


def place_text(address: Mapping[str, Any] | None) -> str:
    """The district of an address as ``place_values`` reads it."""
    if not address or not address.get("district"):
        return ""
    known = catalogs.districts().get((address.get("department") or "", address["district"]))
    if known is None:
        return ", ".join(filter(None, (address["district"], address.get("department"))))
    return f"{known.full_name}, {catalogs.departments()[known.department].name}"


def _likely(text: str) -> str:
    found = found_activities(text)[:4]
    return (
        phrase("¿Quiso decir %(these)s?", these=" / ".join(f"{code} ({label})" for code, label in found))
        if found
        else ""
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _at(values: Mapping[str, Any], path: str) -> Any:
    found: Any = values
    for key in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


def _put(values: dict[str, Any], path: str, value: Any) -> None:
    *groups, key = path.split(".")
    for group in groups:
        values = values.setdefault(group, {})
    values[key] = value
