"""Calendar months, as MH counts its deadlines (rules.md 5.2)."""

from calendar import monthrange
from datetime import date


def months_after(day: date, count: int) -> date:
    """The day of the month ``day``, ``count`` months later, or the last day of a shorter month.

    >>> months_after(date(2025, 11, 30), 3)
    datetime.date(2026, 2, 28)
    """
    years, month = divmod(day.month - 1 + count, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
