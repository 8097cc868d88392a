from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.dte.business_days import is_business_day, nth_business_day, read_holidays, shipped_holidays

HOLIDAYS = shipped_holidays()


@pytest.mark.parametrize(
    "closed",
    [
        "2025-04-18", "2025-05-01", "2025-12-26", "2026-01-02", "2026-03-30", "2026-04-01", "2026-04-06",
        "2026-06-17", "2026-08-06", "2026-09-15", "2026-11-02", "2027-03-22", "2027-03-29", "2027-12-31",
    ],
)  # fmt: skip
def test_public_offices_close_on_holidays_and_in_their_three_vacations(closed: str) -> None:
    day = date.fromisoformat(closed)
    assert day.weekday() < 5
    assert not is_business_day(day, HOLIDAYS)


@pytest.mark.parametrize("open_on", ["2025-04-22", "2026-01-05", "2026-03-27", "2026-04-07", "2026-08-07"])
def test_public_offices_work_on_the_days_around(open_on: str) -> None:
    assert is_business_day(date.fromisoformat(open_on), HOLIDAYS)


def test_the_first_ten_business_days_of_april_2026_are_those_of_mhs_example() -> None:
    days = [nth_business_day(date(2026, 3, 31), count, HOLIDAYS).day for count in range(1, 11)]
    assert days == [7, 8, 9, 10, 13, 14, 15, 16, 17, 20]


def test_weekends_are_never_business_days_and_an_operator_may_edit_the_table() -> None:
    table = read_holidays("date,name\n2026-07-20,Día local\n")
    assert not is_business_day(date(2026, 7, 18), table)
    assert nth_business_day(date(2026, 7, 17), 1, table) == date(2026, 7, 21)


def test_a_table_with_something_else_in_it_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid isoformat"):
        read_holidays("date,name\n20 de julio,Día local\n")


@given(st.dates(date(2025, 1, 1), date(2027, 6, 30)), st.integers(1, 90))
def test_counting_on_never_goes_back_and_always_ends_on_a_working_day(day: date, count: int) -> None:
    reached = nth_business_day(day, count, HOLIDAYS)
    assert is_business_day(reached, HOLIDAYS)
    between = sum(is_business_day(day + timedelta(days=step + 1), HOLIDAYS) for step in range((reached - day).days))
    assert between == count
