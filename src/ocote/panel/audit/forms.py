"""The filter of the audit log."""

from datetime import date, datetime, time, timedelta
from typing import Final

from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional, ValidationError

from ocote.clock import EL_SALVADOR
from ocote.panel.audit.words import ACTS
from ocote.panel.frame.panel_form import PanelForm
from ocote.store.engine.values import moment_text

_LONGEST: Final = 100
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2999


class _DayField(DateField):
    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads the day, which may be empty."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Escriba el día como 2026-12-31.") from None
        if self.data is not None and not _FIRST_YEAR <= self.data.year <= _LAST_YEAR:
            self.data = None
            raise ValueError("Escriba un día de este siglo.")


class AuditFilterForm(PanelForm):
    """The filters of the list: a person, an act, days."""

    person = StringField("Persona", [Optional(), Length(max=_LONGEST, message="Escriba menos letras.")])
    act = SelectField("Qué hizo", [Optional()], validate_choice=False)
    since = _DayField("Desde", [Optional()])
    until = _DayField("Hasta", [Optional()])

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
        return _beginning(self.since.data) if self.since.data else None

    def until_asked(self) -> str | None:
        """The moment before which all is."""
        return _beginning(self.until.data + timedelta(days=1)) if self.until.data else None


def _beginning(day: date) -> str:
    return moment_text(datetime.combine(day, time.min, EL_SALVADOR))
