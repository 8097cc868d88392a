"""The form in which an operator types a company's NIT before disabling it."""

from wtforms import StringField
from wtforms.validators import InputRequired

from ocote.panel.frame.panel_form import PanelForm


class TypedNitForm(PanelForm):
    """The NIT of the company, typed by hand: nobody disables the wrong company by a click."""

    nit = StringField(
        "Escriba el NIT de la empresa",
        [InputRequired("Escriba el NIT, para estar seguros de que es esta empresa.")],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "maxlength": 20},
    )
