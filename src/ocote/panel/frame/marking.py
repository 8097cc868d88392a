"""Puts the faults of a request, as the API finds them, beside the fields of the form that it came from."""

from collections.abc import Iterable, Mapping

from starlette.datastructures import FormData, QueryParams
from wtforms import Form

from ocote.dte.faults import Fault
from ocote.errors.endpoints import for_people


def sent_values(sent: FormData | QueryParams, names: Iterable[str]) -> dict[str, str]:
    """The values of a form under some names; what was left empty was not sent."""
    found = {name: sent.get(name) for name in names}
    return {name: value.strip() for name, value in found.items() if isinstance(value, str) and value.strip()}


def mark_faults(form: Form, faults: Iterable[Fault], fields: Mapping[str, str] | None = None) -> None:
    """Shows each fault at its field, or above the form when it has no such field.

    ``fields`` maps the paths of the API to names of the form, where the two differ.
    """
    for each in faults:
        name = (fields or {}).get(each.field, each.field)
        message = for_people(each.message)
        text = message[:1].upper() + message[1:]
        if name in form:
            form[name].errors = [*form[name].errors, text]
        else:
            form.form_errors.append(f"{each.field}: {message}")
