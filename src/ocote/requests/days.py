"""Days in the URL, as El Salvador's calendar has them (contract 4.2)."""

from datetime import UTC, date, datetime, time, timedelta

from ocote.clock import EL_SALVADOR
from ocote.requests.description import RequestField
from ocote.requests.kinds import DayValue
from ocote.requests.reading import Reading

DATE_FROM = RequestField("date_from", DayValue(), "First day of posting, local time.", "2026-06-30")
DATE_TO = RequestField("date_to", DayValue(), "Last day of posting, included.", "2026-06-30")

Span = tuple[datetime | None, datetime | None]


def read_days(reading: Reading) -> Span:
    """``date_from`` and ``date_to``, both included, as the instants where they begin and where they are over.

    None for a day that was not sent or is faulty; the faults are noted.
    """
    first, last = reading.read(DATE_FROM), reading.read(DATE_TO)
    if first is not None and last is not None and first > last:
        reading.refuse(DATE_TO, "date_range_reversed")
    return (
        _midnight(first) if first is not None else None,
        _midnight(last + timedelta(days=1)) if last is not None else None,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), EL_SALVADOR).astimezone(UTC)
