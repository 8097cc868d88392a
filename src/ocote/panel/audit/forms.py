"""The filter of the audit log."""

from datetime import date, timedelta
from typing import Final

from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional, ValidationError

from ocote.panel.audit.words import ACTS
from ocote.panel.frame.day_field import DayField, beginning_of
from ocote.panel.frame.panel_form import PanelForm

_LONGEST: Final = 100


class AuditFilterForm(PanelForm):
    """The filters of the list: a person, an act, days."""

    person = StringField("Persona", [Optional(), Length(max=_LONGEST, message="Escriba menos letras.")])
    act = SelectField("Qué hizo", [Optional()], validate_choice=False)
    since = DayField("Desde", [Optional()])
    until = DayField("Hasta", [Optional()])

    def validate_until(self, field: DateField) -> None:
        """The last day is not before the first."""
        first = self.since.data
        if isinstance(first, date) and isinstance(field.data, date) and field.data < first:
            raise ValidationError("El último día no puede ser anterior al primero.")

    def asked(self) -> dict[str, str]:
        """The fields that are filled in, as the query of an address."""
        values = {
            "person": self.person_asked(),
            "act": self.act_asked(),
            "since": self.since.data and self.since.data.isoformat(),
            "until": self.until.data and self.until.data.isoformat(),
        }
        return {name: value for name, value in values.items() if value}

    def person_asked(self) -> str | None:
        """The part of a name, without what no name has."""
        return "".join(letter for letter in self.person.data or "" if letter.isprintable()).strip() or None

    def act_asked(self) -> str | None:
        """The act; None for one that does not exist."""
        return self.act.data if self.act.data in ACTS else None

    def since_asked(self) -> str | None:
        """The first moment."""
        return beginning_of(self.since.data) if self.since.data else None

    def until_asked(self) -> str | None:
        """The moment before which all is."""
        return beginning_of(self.until.data + timedelta(days=1)) if self.until.data else None
