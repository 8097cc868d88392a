"""The form for a new API key."""

from typing import Final

from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from ocote.companies.keys import USUAL_LIMITS
from ocote.panel.frame.panel_form import PanelForm
from ocote.panel.frame.phrases import phrase

_MOST: Final = 1_000_000
_WRONG: Final = phrase("Escriba un número entero de 1 a %(most)s.", most=_MOST)


class NewKeyForm(PanelForm):
    """The point of sale of a key, and how many requests it may make."""

    point = SelectField("Punto de venta", [InputRequired("Elija un punto de venta.")])
    per_minute = IntegerField(
        "Solicitudes por minuto", [NumberRange(1, _MOST, _WRONG)], default=USUAL_LIMITS.per_minute
    )
    per_hour = IntegerField("Solicitudes por hora", [NumberRange(1, _MOST, _WRONG)], default=USUAL_LIMITS.per_hour)
