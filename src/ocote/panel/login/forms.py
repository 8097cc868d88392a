"""The forms to log in and to prove again who one is."""

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from ocote.mail.address import LONGEST_ADDRESS
from ocote.panel.frame.panel_form import PanelForm
from ocote.people.passwords import LONGEST_PASSWORD

_NEEDED = "Complete este dato."
_TOO_LONG = "Este correo es demasiado largo."
_CODE_HINT = "Los seis dígitos que muestra su aplicación ahora, o un código de recuperación."
_LONGEST_CODE = 40


def _password() -> PasswordField:
    return PasswordField(
        "Contraseña",
        [InputRequired(_NEEDED)],
        render_kw={"autocomplete": "current-password", "maxlength": LONGEST_PASSWORD},
    )


def _code() -> StringField:
    return StringField(
        "Código",
        [InputRequired(_NEEDED), Length(max=_LONGEST_CODE)],
        description=_CODE_HINT,
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
    )


class LoginForm(PanelForm):
    """The e-mail address and the password of a person."""

    email = StringField(
        "Correo",
        [InputRequired(_NEEDED), Length(max=LONGEST_ADDRESS, message=_TOO_LONG)],
        render_kw={"autocomplete": "username", "inputmode": "email", "maxlength": LONGEST_ADDRESS},
    )
    password = _password()


class CodeForm(PanelForm):
    """The code of the second step."""

    code = _code()


class ConfirmForm(PanelForm):
    """The password of the person who has logged in."""

    password = _password()


class ConfirmWithCodeForm(ConfirmForm):
    """The password and a code of a person with a second factor."""

    code = _code()


def confirm_form(*, has_second_factor: bool) -> type[ConfirmForm]:
    """The form that asks a person for everything they have."""
    return ConfirmWithCodeForm if has_second_factor else ConfirmForm
