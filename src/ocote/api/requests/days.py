"""Days in the URL, as El Salvador's calendar has them (contract 4.2)."""

import re
from datetime import UTC, date, datetime, time, timedelta

from ocote.api.requests.fields import RequestFields
from ocote.clock import EL_SALVADOR

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EARLIEST = date(2000, 1, 1)
_LATEST = date(2199, 12, 31)


def read_days(fields: RequestFields) -> tuple[datetime | None, datetime | None]:
    """``date_from`` and ``date_to``, both included, as the instants where they begin and where they are over.

    None for one that was not sent or is faulty; the faults are noted.
    """
    first, last = _day(fields, "date_from"), _day(fields, "date_to")
    if first is not None and last is not None and first > last:
        fields.refuse("date_range_reversed", "date_to")
    return (
        _midnight(first) if first is not None else None,
        _midnight(last + timedelta(days=1)) if last is not None else None,
    )


def _day(fields: RequestFields, name: str) -> date | None:
    sent = fields.text(name, 100)
    if sent is None:
        return None
    if _DATE.fullmatch(sent):
        try:
            day = date.fromisoformat(sent)
        except ValueError:
            pass
        else:
            if _EARLIEST <= day <= _LATEST:
                return day
    fields.refuse("date_unknown", name, first=_EARLIEST.year, last=_LATEST.year)
    return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), EL_SALVADOR).astimezone(UTC)
