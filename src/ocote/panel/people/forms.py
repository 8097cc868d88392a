"""The forms of a role and of an invitation."""

from collections.abc import Sequence
from typing import Any, Final

from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from ocote.mail.address import LONGEST_ADDRESS, mail_address
from ocote.panel.frame.panel_form import PanelForm
from ocote.people.team import Member

_ROLES: Final[Any] = {
    "owner": "Propietario: hace todo, también personas y claves",
    "accountant": "Contador: ve y descarga todo, no cambia nada",
    "cashier": "Cajero: vende, anula y reimprime en sus puntos de venta",
    "reader": "Consulta: ve los documentos",
}
# The types of the library are older than choices in this form.


class RoleForm(PanelForm):
    """A role, with the points of sale of a cashier; ``seen`` is the role that the page has shown."""

    role = RadioField("Rol", [InputRequired("Elija un rol.")], choices=_ROLES)
    points = SelectMultipleField(
        "Puntos de venta",
        choices=[],
        description="Solo para cajeros. Sin ninguno marcado: todos los de la empresa.",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    seen = HiddenField()

    def offer(self, points: Sequence[str]) -> None:
        """Offers the points of sale of the company, and those that the person has although they are closed."""
        chosen = [point for point in self.points.data or () if point not in points]
        offered: Any = {point: point for point in (*points, *(chosen if self.seen.data else ()))}
        self.points.choices = offered


class InvitationForm(RoleForm):
    """The e-mail address and the role of somebody to invite."""

    email = StringField(
        "Correo",
        description="Si lo escribe, solo esa persona puede aceptar. Sin él, quien tenga el enlace.",
        validators=[Length(max=LONGEST_ADDRESS, message="Este correo es demasiado largo.")],
        render_kw={"autocomplete": "off", "inputmode": "email", "maxlength": LONGEST_ADDRESS},
        filters=[lambda text: text.strip() if text else text],
    )

    by_mail = BooleanField(
        "Enviarle el enlace por correo ahora",
        description="Sale por el servidor de correo de la empresa. El enlace se muestra de todos modos.",
    )

    def validate_email(self, field: StringField) -> None:
        """Refuses what has not the form of an e-mail address."""
        try:
            if field.data:
                mail_address(field.data)
        except ValueError:
            raise ValidationError("Este correo no tiene la forma de un correo.") from None


def seen_as(member: Member) -> str:
    """The role and the points of sale of a person, as the form brings them back.

    >>> seen_as(Member(7, "a@b.sv", "Ana", "cashier", ("M001P001",), False, True, None))
    'cashier M001P001'
    """
    return " ".join((member.role, *member.points))
