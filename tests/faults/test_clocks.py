"""Years, months, deadlines and clocks that go back: numbers, dates and stamps are what they have to be."""

from pathlib import Path

import pytest

from tests.databases import Databases
from tests.faults.clocks import SITUATIONS, play


@pytest.mark.parametrize("name", SITUATIONS)
def test_time_does_no_harm(name: str, all_databases: Databases, tmp_path: Path) -> None:
    line = play(name, all_databases.sqlite(), tmp_path)
    assert line.is_clean, line.findings
