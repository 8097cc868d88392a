"""The form in which an operator types a company's NIT before disabling it."""

from wtforms import Form, StringField
from wtforms.validators import InputRequired


class TypedNitForm(Form):
    """The NIT of the company, typed by hand: nobody disables the wrong company by a click."""

    nit = StringField(
        "Escriba el NIT de la empresa",
        [InputRequired("Escriba el NIT, para estar seguros de que es esta empresa.")],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "maxlength": 20},
    )
