"""The form to set the number of the next document of a series."""

from typing import Any, Final

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, ValidationError

from ocote.dte.control_number import LARGEST_CORRELATIVE
from ocote.panel.frame.panel_form import PanelForm
from ocote.panel.frame.phrases import phrase

_NEEDED: Final = "Complete este dato."
_MOST_DIGITS: Final = len(str(LARGEST_CORRELATIVE))


class _NumberField(StringField):
    def pre_validate(self, form: Any) -> None:
        del form
        text = (self.data or "").strip()
        if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text)):
            raise ValidationError(phrase("Escriba un número de 1 a %(last)s, solo cifras.", last=LARGEST_CORRELATIVE))


class SetNumberForm(PanelForm):
    """The series and its next number."""

    point = SelectField("Punto de venta", [InputRequired(_NEEDED)])
    doc_type = SelectField("Tipo de documento", [InputRequired(_NEEDED)])
    year = SelectField("Año", [InputRequired(_NEEDED)])
    next = _NumberField(
        "Número del próximo documento", [InputRequired(_NEEDED)], render_kw={"inputmode": "numeric", "maxlength": 15}
    )
