from datetime import date

import pytest

from ocote.dte.editions import Schedule, edition_for, version_of
from tests.dte.editions.versions import VERSIONS


def test_normativa_v2_applies_from_the_first_of_december_2026_unless_the_company_says_otherwise() -> None:
    assert edition_for(Schedule(), "01", date(2026, 11, 30)) == "v1"
    assert edition_for(Schedule(), "01", date(2026, 12, 1)) == "v2"
    assert edition_for(Schedule(date(2026, 8, 1)), "03", date(2026, 8, 1)) == "v2"


def test_one_document_type_may_be_moved_or_kept_back() -> None:
    schedule = Schedule(overrides={"05": "v1", "11": "v2"})
    assert edition_for(schedule, "05", date(2027, 1, 1)) == "v1"
    assert edition_for(schedule, "11", date(2026, 6, 1)) == "v2"
    assert edition_for(schedule, "01", date(2026, 6, 1)) == "v1"


@pytest.mark.parametrize("name", VERSIONS)
def test_every_type_and_event_has_its_schema_version(name: str) -> None:
    assert (version_of(name, "v1"), version_of(name, "v2")) == VERSIONS[name]
