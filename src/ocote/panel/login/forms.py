"""The forms to log in and to prove again who one is."""

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from ocote.mail.address import LONGEST_ADDRESS
from ocote.panel.frame.panel_form import PanelForm
from ocote.people.passwords import LONGEST_PASSWORD
from ocote.people.person import PanelPerson

_NEEDED = "Complete este dato."
_TOO_LONG = "Este correo es demasiado largo."
_CODE_HINT = "Los seis dígitos que muestra su aplicación ahora, o un código de recuperación."
_RECOVERY_HINT = "Uno de los que guardó cuando encendió el segundo paso."
_LONGEST_CODE = 40


def _password() -> PasswordField:
    return PasswordField(
        "Contraseña",
        [InputRequired(_NEEDED)],
        render_kw={"autocomplete": "current-password", "maxlength": LONGEST_PASSWORD},
    )


def _code(label: str, hint: str) -> StringField:
    return StringField(
        label,
        [InputRequired(_NEEDED), Length(max=_LONGEST_CODE)],
        description=hint,
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
    )


class LoginForm(PanelForm):
    """The e-mail address and the password of a person."""

    email = StringField(
        "Correo",
        [InputRequired(_NEEDED), Length(max=LONGEST_ADDRESS, message=_TOO_LONG)],
        render_kw={"autocomplete": "username webauthn", "inputmode": "email", "maxlength": LONGEST_ADDRESS},
    )
    password = _password()


class CodeForm(PanelForm):
    """The code of the second step."""

    code = _code("Código", _CODE_HINT)


class RecoveryForm(PanelForm):
    """The code of the second step of a person whose passkey is not at hand."""

    code = _code("Código de recuperación", _RECOVERY_HINT)


class ConfirmForm(PanelForm):
    """The password of the person who has logged in."""

    password = _password()


class ConfirmWithCodeForm(ConfirmForm):
    """The password and a code of a person with an authenticator."""

    code = _code("Código", _CODE_HINT)


class ConfirmWithRecoveryForm(ConfirmForm):
    """The password and a recovery code of a person with passkeys alone."""

    code = _code("Código de recuperación", _RECOVERY_HINT)


def code_form(*, has_authenticator: bool) -> type[PanelForm]:
    """The form for the code of the second step."""
    return CodeForm if has_authenticator else RecoveryForm


def confirm_form(person: PanelPerson) -> type[ConfirmForm]:
    """The form that asks a person for everything they have."""
    if not person.has_second_factor:
        return ConfirmForm
    return ConfirmWithCodeForm if person.has_authenticator else ConfirmWithRecoveryForm
