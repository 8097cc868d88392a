"""The days until which returns are filed, against MH's calendar of 2026."""

from datetime import date

import pytest

from ocote.books.due import due_dates
from ocote.dte.business_days import shipped_holidays

CALENDAR_OF_2026 = [
    ("2026-01-16", "2026-01-23"),
    ("2026-02-13", "2026-02-20"),
    ("2026-03-13", "2026-03-20"),
    ("2026-04-20", "2026-04-27"),
    ("2026-05-15", "2026-05-22"),
    ("2026-06-12", "2026-06-22"),
    ("2026-07-14", "2026-07-21"),
    ("2026-08-20", "2026-08-27"),
    ("2026-09-14", "2026-09-22"),
    ("2026-10-14", "2026-10-21"),
    ("2026-11-16", "2026-11-23"),
    ("2026-12-14", "2026-12-21"),
]
"""The days for F-07 with F-14 and for F-930, by the month in which they are filed."""


@pytest.mark.parametrize(("filed_in", "expected"), list(enumerate(CALENDAR_OF_2026, start=1)))
def test_every_due_date_of_2026_is_that_of_mhs_calendar(filed_in: int, expected: tuple[str, str]) -> None:
    year, month = (2025, 12) if filed_in == 1 else (2026, filed_in - 1)

    due = due_dates(year, month, shipped_holidays())

    assert (due.vat.isoformat(), due.report.isoformat()) == expected


def test_the_return_of_april_2027_depends_on_the_tenth_of_may() -> None:
    holidays = shipped_holidays()
    mothers_day = date(2027, 5, 10)

    assert mothers_day in holidays
    assert due_dates(2027, 4, holidays).vat == date(2027, 5, 17)
    assert due_dates(2027, 4, holidays - {mothers_day}).vat == date(2027, 5, 14)
