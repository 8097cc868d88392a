from datetime import UTC, date, datetime, timedelta

import pytest

from ocote.clock import local, local_date, system_clock


def test_the_system_clock_tells_an_aware_instant_in_utc() -> None:
    assert system_clock().utcoffset() == timedelta(0)


def test_el_salvador_is_six_hours_behind_utc_in_summer_and_winter() -> None:
    assert local(datetime(2026, 6, 3, 14, 15, 40, tzinfo=UTC)).isoformat() == "2026-06-03T08:15:40-06:00"
    assert local(datetime(2026, 12, 3, 14, 15, 40, tzinfo=UTC)).isoformat() == "2026-12-03T08:15:40-06:00"


def test_the_local_day_ends_at_six_in_the_morning_utc() -> None:
    assert local_date(datetime(2026, 12, 1, 5, 59, 59, tzinfo=UTC)) == date(2026, 11, 30)
    assert local_date(datetime(2026, 12, 1, 6, 0, 0, tzinfo=UTC)) == date(2026, 12, 1)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local(datetime(2026, 6, 3, 8, 15))  # noqa: DTZ001 - the point of the test
