"""The rules on the date of a document (rules.md 3)."""

import calendar
from datetime import date, timedelta

from ocote.emulator.messages import DOCUMENT, Finding, at
from ocote.emulator.rules.reading import Reading

_MONTH_END_TOLERANCE = timedelta(minutes=30)
_DAYS_AHEAD = {"v1": 1, "v2": 5}


def emission_date(reading: Reading) -> Finding | None:
    """A document may be dated a few days ahead of its transmission, but not into the next tax period.

    v2.0 allows 5 days inside the month, v1.x 1 day; on the last day of a month only the clock decides, with 30
    minutes of tolerance, which in v1.x may also cross midnight. No source states how far back a date may lie.
    """
    now, issued_at = reading.now, reading.facts.issued_at
    today, issued_on = now.date(), reading.facts.issued_on
    if today == last_of_month(today):
        if issued_on > today and reading.edition == "v2":
            return at("identificacion.fecEmi", "018", DOCUMENT)
        if issued_at > now + _MONTH_END_TOLERANCE:
            field = "fecEmi" if issued_on > today else "horEmi"
            return at(f"identificacion.{field}", "018", DOCUMENT)
        return None
    if issued_on <= today:
        return None
    too_far = issued_on > today + timedelta(days=_DAYS_AHEAD[reading.edition])
    if too_far or issued_on > last_of_month(today):
        return at("identificacion.fecEmi", "018", DOCUMENT)
    return None


def differs_from_today(reading: Reading) -> tuple[str, ...]:
    """The observation on a document that is not sent on its own date (protocol.md 3.3)."""
    if reading.facts.issued_on == reading.now.date():
        return ()
    return ("[identificacion.fecEmi] DIFIERE DE LA FECHA DE ENVIO",)


def last_of_month(day: date) -> date:
    """The last day of the month of ``day``, which is the end of its tax period."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_later(day: date, months: int) -> date:
    """The day of the month ``day``, ``months`` later, or the last day of a shorter month (rules.md 5.2, examples)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
