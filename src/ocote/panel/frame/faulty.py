"""Shows the faults that the API finds at the fields of the form that a person sees."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from wtforms import Form

from ocote.dte.faults import Fault
from ocote.errors.endpoints import for_people

_HEAD: Final = re.compile(r"[\[.].*")


def show_faults(form: Form, faults: Iterable[Fault], fields: Mapping[str, str] | None = None) -> None:
    """Adds each fault to the field of its name, or else to the faults of the whole form.

    ``fields`` are the names of the form's fields where they differ from those of the API.
    """
    for found in faults:
        name = found.field.removeprefix("customer.")
        name = (fields or {}).get(name) or _HEAD.sub("", name)
        message = for_people(found.message)
        text = f"{message[:1].upper()}{message[1:]}."
        if name in form:
            form[name].errors = [*form[name].errors, text]
        else:
            form.form_errors.append(f"{found.field}: {text}")
