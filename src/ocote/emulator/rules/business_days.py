"""The working days of a month, as deadlines count them (rules.md 5.2).

MH's calendar is not published with the rules. The days below are this emulator's reading of the leave of the public
service; they agree with every dated example of the manual (19-03-2026 → 20-04-2026 needs 1 to 6 April 2026 off,
25-04-2026 → 15-05-2026 needs 1 May off).
"""

from datetime import date, timedelta

_FIXED = (
    (1, 1), (1, 2), (5, 1), (5, 10), (6, 17), (8, 1), (8, 2), (8, 3), (8, 4), (8, 5), (8, 6), (9, 15), (11, 2),
    (12, 24), (12, 25), (12, 26), (12, 27), (12, 28), (12, 29), (12, 30), (12, 31),
)  # fmt: skip
_SATURDAY = 5


def nth_business_day(year: int, month: int, count: int) -> date:
    """The n-th working day of a month."""
    day = date(year, month, 1)
    while True:
        if is_business_day(day):
            count -= 1
        if count == 0:
            return day
        day += timedelta(days=1)


def is_business_day(day: date) -> bool:
    """Whether ``day`` is Monday to Friday, no public holiday, and not from Palm Sunday to Easter Monday."""
    easter = easter_sunday(day.year)
    in_holy_week = easter - timedelta(days=7) <= day <= easter + timedelta(days=1)
    return day.weekday() < _SATURDAY and (day.month, day.day) not in _FIXED and not in_holy_week


def easter_sunday(year: int) -> date:
    """Easter Sunday of a year in the Gregorian calendar (the anonymous computus)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_shift + 15) % 30
    leaps, rest = divmod(of_century, 4)
    weekday = (32 + 2 * century_rest + 2 * leaps - epact - rest) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
