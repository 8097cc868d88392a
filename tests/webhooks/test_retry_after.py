"""For how long a receiver wants to be left alone."""

import doctest
from datetime import UTC, datetime, timedelta

import pytest

from ocote.webhooks import retry_after
from ocote.webhooks.retry_after import LONGEST_RETRY_AFTER, pause_until

NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def test_the_examples_in_the_docstring_are_true() -> None:
    assert doctest.testmod(retry_after).failed == 0


@pytest.mark.parametrize(
    ("header", "pause"),
    [
        ("120", timedelta(minutes=2)),
        (" 120 ", timedelta(minutes=2)),
        ("Fri, 20 Nov 2026 18:10:00 GMT", timedelta(minutes=10)),
        ("Friday, 20-Nov-26 18:10:00 GMT", timedelta(minutes=10)),
        ("Fri Nov 20 18:10:00 2026", timedelta(minutes=10)),
        ("Fri, 20 Nov 2026 12:10:00 -0600", timedelta(minutes=10)),
        ("9" * 90, LONGEST_RETRY_AFTER),
        ("Fri, 20 Nov 2099 18:10:00 GMT", LONGEST_RETRY_AFTER),
    ],
)
def test_seconds_and_dates_are_understood_within_bounds(header: str, pause: timedelta) -> None:
    assert pause_until(header, NOON) == NOON + pause


@pytest.mark.parametrize(
    "header",
    ["", "0", "-5", "1.5", "soon", "9" * 5000, "Fri, 20 Nov 2026 17:00:00 GMT", "Fri, 99 Nov 2026 18:10:00 GMT", "1²"],
)
def test_nothing_else_delays_an_announcement(header: str) -> None:
    assert pause_until(header, NOON) is None
