"""The form of a person who accepts an invitation and is new."""

from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from ocote.mail.address import LONGEST_ADDRESS
from ocote.panel.frame.panel_form import PanelForm
from ocote.panel.frame.phrases import phrase
from ocote.people.passwords import LONGEST_PASSWORD, SHORTEST
from ocote.people.person import shown_name

_NEEDED = "Complete este dato."
_LONGEST_NAME = 100


class IntroductionForm(PanelForm):
    """The name and the password of a person whose invitation names the e-mail address."""

    name = StringField(
        "Su nombre",
        [
            DataRequired(_NEEDED),
            Length(max=_LONGEST_NAME, message=phrase("Use %(n)s letras como máximo.", n=_LONGEST_NAME)),
        ],
        render_kw={"autocomplete": "name", "maxlength": _LONGEST_NAME},
        filters=[lambda text: shown_name(text) if text else text],
    )
    new_password = PasswordField(
        "Contraseña",
        [InputRequired(_NEEDED)],
        description=phrase(
            "%(n)s caracteres o más. Varias palabras que no se digan juntas son fáciles de recordar.", n=SHORTEST
        ),
        render_kw={"autocomplete": "new-password", "maxlength": LONGEST_PASSWORD},
    )
    again_password = PasswordField(
        "Contraseña, otra vez",
        [InputRequired(_NEEDED), EqualTo("new_password", "Las dos contraseñas no son iguales.")],
        render_kw={"autocomplete": "new-password", "maxlength": LONGEST_PASSWORD},
    )


class OpenIntroductionForm(IntroductionForm):
    """The form of a person whose invitation is for whoever has the link."""

    email = StringField(
        "Correo",
        [InputRequired(_NEEDED), Length(max=LONGEST_ADDRESS, message="Este correo es demasiado largo.")],
        render_kw={"autocomplete": "username", "inputmode": "email", "maxlength": LONGEST_ADDRESS},
    )


def introduction_form(*, asks_email: bool) -> type[IntroductionForm]:
    """The form of an invitation, which asks for the e-mail address that it does not name."""
    return OpenIntroductionForm if asks_email else IntroductionForm
