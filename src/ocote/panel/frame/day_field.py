"""The field of a form for a day of this century."""

from datetime import date, datetime, time
from typing import Final

from wtforms import DateField

from ocote.clock import EL_SALVADOR
from ocote.store.engine.values import moment_text

_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2999


class DayField(DateField):
    """A day, which may be empty."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads the day."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Escriba el día como 2026-12-31.") from None
        if self.data is not None and not _FIRST_YEAR <= self.data.year <= _LAST_YEAR:
            self.data = None
            raise ValueError("Escriba un día de este siglo.")


def beginning_of(day: date) -> str:
    """The first moment of a day in El Salvador, as stored text."""
    return moment_text(datetime.combine(day, time.min, EL_SALVADOR))
