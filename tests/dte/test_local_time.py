from datetime import UTC, datetime

import pytest

from ocote.dte.local_time import date_and_hour, from_date_and_hour


def test_an_instant_after_six_in_the_evening_local_time_still_belongs_to_the_same_day() -> None:
    assert date_and_hour(datetime(2026, 6, 4, 5, 59, 59, 999999, tzinfo=UTC)) == ("2026-06-03", "23:59:59")
    assert date_and_hour(datetime(2026, 6, 4, 6, 0, tzinfo=UTC)) == ("2026-06-04", "00:00:00")


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        date_and_hour(datetime(2026, 6, 4, 6, 0))  # noqa: DTZ001 - what is refused


def test_what_a_document_states_is_an_instant_again() -> None:
    assert from_date_and_hour("2026-06-03", "23:59:59") == datetime(2026, 6, 4, 5, 59, 59, tzinfo=UTC)
