"""The forms on the way to production: first numbers, what goes along, and the typed phrase."""

from collections.abc import Sequence
from typing import Any, Final

from starlette.datastructures import FormData
from wtforms import BooleanField, Form, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from ocote.companies.description.check import FieldFault
from ocote.companies.production_way import GoesAlong, StartNumber
from ocote.companies.stored import StoredCompany
from ocote.dte.catalogs.places import fold
from ocote.panel.described.branches import TEMPLATE_ROW
from ocote.panel.described.forms import put_fault
from ocote.panel.frame.panel_form import PanelForm
from ocote.panel.frame.phrases import phrase
from ocote.panel.people.pages import ROLE_NAMES
from ocote.panel.setup.forms import number_fields, sent_number_rows
from ocote.people.team import Member

PHRASE: Final = "PASAR A PRODUCCIÓN"

_BEGINNINGS: Final[Any] = {
    "one": "La empresa nunca emitió en producción: todo empieza en 1",
    "other": "La empresa ya emitía en producción con otro sistema",
}
# The types of the library are older than choices in this form.


class StartForm(PanelForm):
    """How the numbers begin in production."""

    beginning = RadioField("Primeros números", [InputRequired("Elija uno.")], choices=_BEGINNINGS)


class NumbersForm:
    """The choice of the beginning, and rows of a point of sale, a type and its next number."""

    def __init__(self, data: FormData | None, kept: Sequence[StartNumber] | None = None) -> None:
        rows = sent_number_rows(data) if data else [str(row) for row in range(len(kept or ()))]
        made: dict[str, Any] = {}
        for row in (*rows, TEMPLATE_ROW):
            made |= number_fields(row)
        given = {
            f"number-{row}-{part}": value
            for row, number in enumerate(kept or ())
            for part, value in (("point", number.point), ("type", number.doc_type), ("next", number.next))
        }
        beginning = None if kept is None else "other" if kept else "one"
        self.rows = tuple(rows)
        self.start = StartForm(data, beginning=beginning)
        self.rest: Form = type("StartRowsForm", (Form,), made)(data, data=given)

    @property
    def next_index(self) -> int:
        """The index of the row that is added next."""
        return max((int(row) for row in self.rows), default=-1) + 1

    def numbers(self) -> tuple[StartNumber, ...]:
        """The numbers that were written; none where everything begins with 1."""
        if self.start.beginning.data != "other":
            return ()
        found = (StartNumber(*(self._text(row, part) for part in ("point", "type", "next"))) for row in self.rows)
        return tuple(number for number in found if number.point or number.next)

    def check(self, stored: StoredCompany) -> bool:
        """Whether every row is complete, names a point of sale of the company, and no series comes twice."""
        is_right = self.start.validate()
        if self.start.beginning.data != "other":
            return is_right
        known = {point.branch_code + point.pos_code for point in stored.points}
        seen: set[tuple[str, str]] = set()
        for row in self.rows:
            point, doc_type, number = (self._text(row, part) for part in ("point", "type", "next"))
            if not point and not number:
                continue
            if point not in known:
                put_fault(self.rest, f"number-{row}-point", "No está entre los puntos de venta de la empresa.")
                is_right = False
            if (point, doc_type) in seen:
                put_fault(self.rest, f"number-{row}-type", "Este documento ya tiene un número en este punto de venta.")
                is_right = False
            if not number:
                put_fault(self.rest, f"number-{row}-next", "Complete este dato.")
                is_right = False
            seen.add((point, doc_type))
        if not self.numbers():
            self.start.form_errors.append("Escriba por lo menos un próximo número, o elija que todo empieza en 1.")
            is_right = False
        return is_right

    def put_faults(self, faults: Sequence[FieldFault], stored: StoredCompany) -> bool:
        """Puts the faults of first numbers at their rows; whether there are any."""
        branches: dict[str, list[str]] = {}
        for place in stored.points:
            branches.setdefault(place.branch_code, []).append(place.pos_code)
        paths = {
            f"{branch}{pos}": f"branch[{at}].pos[{number}].next_number."
            for at, (branch, codes) in enumerate(branches.items(), start=1)
            for number, pos in enumerate(codes, start=1)
        }
        has_any = False
        for row in self.rows:
            path = f"{paths.get(self._text(row, 'point'), '')}{self._text(row, 'type')}"
            for fault in faults:
                if fault.path == path:
                    put_fault(self.rest, f"number-{row}-next", fault.text[:1].upper() + fault.text[1:])
                    has_any = True
        return has_any

    def _text(self, row: str, part: str) -> str:
        text = str(self.rest[f"number-{row}-{part}"].data or "").strip()
        return text.upper() if part == "point" else text


class AlongForm(PanelForm):
    """Who and what goes along to production."""

    people = SelectMultipleField(
        "Otras personas",
        coerce=int,
        choices=[],
        description="Con el rol y los puntos de venta que tienen ahora. Usted entra siempre, como propietario.",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    items = BooleanField("Copiar los artículos")
    customers = BooleanField("Copiar los clientes", description="Solo si son reales: los de prueba estorban después.")
    mail_server = BooleanField("Usar el mismo servidor de correo")
    webhooks = BooleanField(
        "Copiar los webhooks", description="A las mismas direcciones, con secretos nuevos que se muestran una vez."
    )

    def offer(self, members: Sequence[Member], me: int) -> None:
        """Offers the other people of the company."""
        offered: Any = {
            member.person_id: phrase(
                "%(name)s (%(email)s), %(role)s",
                name=member.name,
                email=member.email,
                role=phrase(ROLE_NAMES[member.role]),
            )
            for member in members
            if member.person_id != me
        }
        self.people.choices = offered

    def chosen(self) -> GoesAlong:
        """The choice."""
        return GoesAlong(
            people=tuple(self.people.data or ()),
            items=bool(self.items.data),
            customers=bool(self.customers.data),
            mail_server=bool(self.mail_server.data),
            webhooks=bool(self.webhooks.data),
        )


class PhraseForm(PanelForm):
    """The phrase that a person types so that nobody switches by mistake."""

    phrase = StringField(
        "Escriba la frase",
        [InputRequired("Escriba la frase completa.")],
        render_kw={"autocomplete": "off", "spellcheck": "false", "maxlength": "80"},
    )


def is_the_phrase(typed: str, nit: str) -> bool:
    """Whether somebody typed the phrase with the NIT; accents, case, hyphens and double blanks do not matter.

    >>> is_the_phrase("pasar a  produccion 0614-010126-001-7", "06140101260017")
    True
    """
    return fold(typed.replace("-", "")).split() == [*fold(PHRASE).split(), nit]
