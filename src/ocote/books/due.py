"""The days until which the returns of a month are filed, by MH's calendar (books.md 1)."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from ocote.dte.business_days import nth_business_day

_VAT_DAY: Final = 10
_REPORT_DAY: Final = 15
_MONTH_DAYS: Final = 31


class DueDates(Struct, frozen=True):
    """The last days for the returns of one month: ``vat`` for F-07 and F-14, ``report`` for F-930."""

    vat: date
    report: date


def due_dates(year: int, month: int, holidays: Collection[date]) -> DueDates:
    """The 10th and the 15th business day of the following month."""
    last = (date(year, month, 1) + timedelta(days=_MONTH_DAYS)).replace(day=1) - timedelta(days=1)
    return DueDates(nth_business_day(last, _VAT_DAY, holidays), nth_business_day(last, _REPORT_DAY, holidays))
