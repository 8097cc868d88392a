"""MH's own examples of rules.md 5.2 and the contract's windows."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from ocote.dte.business_days import shipped_holidays
from ocote.dte.deadlines import ADJUSTMENT, invalidation_window, last_moment
from ocote.dte.editions import Edition
from ocote.dte.windows import Window

LOCAL = timezone(timedelta(hours=-6))
BOOKSHOP = "47610"
PHARMACY = "47721"


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00-06:00")


def last_day(window: Window | None, stamped_on: str, issued_on: str | None = None) -> str:
    assert window is not None
    last = last_moment(window, noon(issued_on or stamped_on), noon(stamped_on), shipped_holidays())
    assert (last.hour, last.minute, last.second, last.utcoffset()) == (23, 59, 59, timedelta(hours=-6))
    return last.date().isoformat()


@pytest.mark.parametrize("doc_type", ["03", "05"])
@pytest.mark.parametrize(
    ("stamped_on", "expected"),
    [("2026-03-19", "2026-04-20"), ("2026-04-25", "2026-05-15"), ("2026-04-15", "2026-05-15")],
)
def test_mhs_examples_of_the_tenth_business_day_of_the_next_month(
    doc_type: str, stamped_on: str, expected: str
) -> None:
    assert last_day(invalidation_window("v2", doc_type, BOOKSHOP), stamped_on) == expected


@pytest.mark.parametrize("doc_type", ["01", "11", "14"])
@pytest.mark.parametrize(
    ("stamped_on", "expected"),
    [("2025-11-11", "2026-02-11"), ("2025-11-30", "2026-02-28"), ("2026-10-15", "2027-01-15")],
)
def test_mhs_examples_of_three_calendar_months(doc_type: str, stamped_on: str, expected: str) -> None:
    assert last_day(invalidation_window("v2", doc_type, BOOKSHOP), stamped_on) == expected


def test_some_activities_have_two_years_for_invoices_and_exports_only() -> None:
    assert last_day(invalidation_window("v2", "01", PHARMACY), "2026-12-31") == "2028-12-31"
    assert last_day(invalidation_window("v2", "11", PHARMACY), "2028-02-29") == "2030-02-28"
    assert last_day(invalidation_window("v2", "14", PHARMACY), "2026-12-31") == "2027-03-31"
    assert invalidation_window("v1", "11", PHARMACY) is None


def test_a_december_seal_ends_in_january_after_the_public_vacation() -> None:
    """4 January 2027 is the first Monday open: 4 to 8 and 11 to 15."""
    assert last_day(invalidation_window("v2", "03", BOOKSHOP), "2026-12-28") == "2027-01-15"


def test_in_version_one_a_ccf_can_be_invalidated_until_the_end_of_the_day_after_its_issue() -> None:
    assert last_day(invalidation_window("v1", "03", BOOKSHOP), "2026-06-05", issued_on="2026-06-03") == "2026-06-04"


def test_in_version_one_the_ninety_business_days_of_an_invoice_are_told_but_left_to_mh() -> None:
    window = invalidation_window("v1", "01", BOOKSHOP)
    assert window is not None
    assert not window.enforced
    # Working days: 16 left in June, 23 in July, 17 in August, 21 in September; the 13th of October is the 19th.
    assert last_day(window, "2026-06-05") == "2026-10-19"


@pytest.mark.parametrize("doc_type", ["05", "11", "14"])
def test_in_version_one_the_other_types_are_left_to_mh_altogether(doc_type: str) -> None:
    assert invalidation_window("v1", doc_type, BOOKSHOP) is None


@pytest.mark.parametrize(("edition", "expected"), [("v1", "2026-10-19"), ("v2", "2026-09-05")])
def test_a_ccf_can_be_adjusted_for_ninety_business_days_or_three_months(edition: Edition, expected: str) -> None:
    assert last_day(ADJUSTMENT[edition], "2026-06-06", issued_on="2026-06-05") == expected


def test_a_day_is_a_day_in_el_salvador() -> None:
    window = invalidation_window("v1", "03", BOOKSHOP)
    assert window is not None
    late_evening = datetime(2026, 6, 4, 5, 30, tzinfo=UTC)
    assert last_moment(window, late_evening, late_evening, ()).astimezone(LOCAL).date() == date(2026, 6, 4)
