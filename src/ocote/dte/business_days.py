"""Days on which MH works: Monday to Friday, except a table of holidays that the operator may edit (rules.md 5.2).

The shipped table, ``holidays.csv``, covers 2025 to 2027: the national holidays, and the three vacations of public
employees under their law of 1940 (eight days in Holy Week, 1 to 6 August, 24 December to 2 January). The table gives
all 24 due dates of MH's tax calendar of 2026, and the example of April 2026 in MH's manual, which requires that MH is
closed on 1 and 6 April. MH publishes its calendar year by year: that of 2027 will show whether MH closes on 10 May, a
holiday of the labour law that was a Sunday in 2026 and is a Monday in 2027.
"""

import csv
from collections.abc import Collection
from datetime import date, timedelta
from functools import cache
from importlib import resources

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


@cache
def shipped_holidays() -> frozenset[date]:
    """The holidays of ``holidays.csv``."""
    text = (resources.files(__package__) / "holidays.csv").read_text(encoding="utf-8")
    return read_holidays(text)


def read_holidays(text: str) -> frozenset[date]:
    """Holidays from CSV with columns ``date`` (ISO) and ``name``; raises ValueError or KeyError for anything else."""
    return frozenset(date.fromisoformat(row["date"]) for row in csv.DictReader(text.splitlines()))


def is_business_day(day: date, holidays: Collection[date]) -> bool:
    """Whether MH works on ``day``."""
    return day.weekday() < _SATURDAY and day not in holidays


def nth_business_day(after: date, count: int, holidays: Collection[date]) -> date:
    """The ``count``-th business day after ``after``; the day ``after`` is not counted."""
    day = after
    for _ in range(count):
        day += _ONE_DAY
        while not is_business_day(day, holidays):
            day += _ONE_DAY
    return day
