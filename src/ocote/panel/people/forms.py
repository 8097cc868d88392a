"""The forms of a role and of an invitation."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from ocote.mail.address import LONGEST_ADDRESS, mail_address
from ocote.panel.frame.panel_form import PanelForm
from ocote.panel.frame.point_words import point_words
from ocote.people.team import Member

_ROLES: Final[Any] = {
    "owner": "Propietario: hace todo, también personas y claves",
    "accountant": "Contador: ve y descarga todo, no cambia nada",
    "cashier": "Cajero: vende, anula y reimprime en sus puntos de venta",
    "reader": "Consulta: ve los documentos",
}
_REACHES: Final[Any] = {"all": "Todos los puntos de venta", "some": "Solo estos"}
# The types of the library are older than choices in this form.


class RoleForm(PanelForm):
    """A role, with the points of sale of a cashier; ``seen`` is the role that the page has shown."""

    role = RadioField("Rol", [InputRequired("Elija un rol.")], choices=_ROLES)
    reach = RadioField("Dónde vende", choices=_REACHES, default="some", description="Solo cuenta para cajeros.")
    points = SelectMultipleField(
        "Puntos de venta del cajero",
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    seen = HiddenField()

    def offer(self, points: Sequence[str], say: Callable[[str], str]) -> None:
        """Offers the points of sale of the company, and those that the person has although they are closed."""
        chosen = [point for point in self.points.data or () if point not in points]
        offered: Any = {point: point_words(point, say) for point in (*points, *(chosen if self.seen.data else ()))}
        self.points.choices = offered

    @property
    def reached(self) -> tuple[str, ...]:
        """The points of sale that were chosen; none stands for all of the company."""
        return () if self.reach.data == "all" else tuple(self.points.data or ())

    def validate_points(self, field: SelectMultipleField) -> None:
        """Refuses a cashier of no point of sale, who would reach all of them."""
        if self.role.data == "cashier" and self.reach.data == "some" and not field.data:
            raise ValidationError("Marque al menos un punto de venta, o elija «Todos los puntos de venta».")


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


def form_of(member: Member) -> RoleForm:
    """The form with the role and the points of sale that a person has."""
    is_everywhere = member.role == "cashier" and not member.points
    reach = "all" if is_everywhere else "some"
    return RoleForm(role=member.role, reach=reach, points=list(member.points), seen=seen_as(member))


def seen_as(member: Member) -> str:
    """The role and the points of sale of a person, as the form brings them back.

    >>> seen_as(Member(7, "a@b.sv", "Ana", "cashier", ("M001P001",), False, True, None))
    'cashier M001P001'
    """
    return " ".join((member.role, *member.points))
