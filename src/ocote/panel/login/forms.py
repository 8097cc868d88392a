"""The forms to log in and to prove again who one is."""

from wtforms import Form, PasswordField, StringField
from wtforms.validators import InputRequired

from ocote.people.passwords import LONGEST_PASSWORD

_NEEDED = "Complete este dato."


class LoginForm(Form):
    """The e-mail address and the password of a person."""

    email = StringField(
        "Correo", [InputRequired(_NEEDED)], render_kw={"autocomplete": "username", "inputmode": "email"}
    )
    password = PasswordField(
        "Contraseña",
        [InputRequired(_NEEDED)],
        render_kw={"autocomplete": "current-password", "maxlength": LONGEST_PASSWORD},
    )


class ConfirmForm(Form):
    """The password of the person who has logged in."""

    password = PasswordField(
        "Contraseña",
        [InputRequired(_NEEDED)],
        render_kw={"autocomplete": "current-password", "maxlength": LONGEST_PASSWORD},
    )
