"""The forms of a person's own account."""

from typing import Any

from wtforms import HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from ocote.panel.frame.panel_form import PanelForm
from ocote.panel.frame.phrases import phrase
from ocote.people.passwords import LONGEST_PASSWORD, SHORTEST
from ocote.people.person import shown_name

_NEEDED = "Complete este dato."
LONGEST_NAME = 100
_LANGUAGES: Any = {"es": "Español", "en": "English"}  # the types of the library are older than this form


class ProfileForm(PanelForm):
    """The name and the language of a person."""

    name = StringField(
        "Nombre",
        [
            DataRequired(_NEEDED),
            Length(max=LONGEST_NAME, message=phrase("Use %(n)s letras como máximo.", n=LONGEST_NAME)),
        ],
        render_kw={"autocomplete": "name", "maxlength": LONGEST_NAME},
        filters=[lambda text: shown_name(text) if text else text],
    )
    language = RadioField("Idioma", [InputRequired(_NEEDED)], choices=_LANGUAGES)


class NewPasswordForm(PanelForm):
    """A new password, twice, with the present one."""

    current_password = PasswordField(
        "Contraseña de ahora",
        [InputRequired(_NEEDED)],
        render_kw={"autocomplete": "current-password", "maxlength": LONGEST_PASSWORD},
    )
    new_password = PasswordField(
        "Contraseña nueva",
        [InputRequired(_NEEDED)],
        description=phrase(
            "%(n)s caracteres o más. Varias palabras que no se digan juntas son fáciles de recordar.", n=SHORTEST
        ),
        render_kw={"autocomplete": "new-password", "maxlength": LONGEST_PASSWORD},
    )
    again_password = PasswordField(
        "Contraseña nueva, otra vez",
        [InputRequired(_NEEDED), EqualTo("new_password", "Las dos contraseñas no son iguales.")],
        render_kw={"autocomplete": "new-password", "maxlength": LONGEST_PASSWORD},
    )


class AuthenticatorForm(PanelForm):
    """The first code of a new authenticator."""

    sealed = HiddenField()
    code = StringField(
        "Código que muestra la aplicación",
        [InputRequired(_NEEDED), Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
