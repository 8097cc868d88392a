"""A lost database comes back from an older copy and the journal, with everything in it."""

from pathlib import Path
from typing import Literal

import pytest

from tests.databases import Databases
from tests.faults.lost_database import POINTS, kill_replays, lose_and_replay


def test_a_lost_database_comes_back_from_a_copy_and_the_journal(
    database_url: str, all_databases: Databases, tmp_path: Path
) -> None:
    line = lose_and_replay(database_url, tmp_path, all_databases)
    assert line.is_clean, line.findings


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_replay_that_was_killed_at_any_point_is_repeated(
    kind: Literal["sqlite", "postgres"], all_databases: Databases, tmp_path: Path
) -> None:
    line = kill_replays(all_databases, kind, tmp_path)
    assert line.is_clean, line.findings
    assert line.tried == len(POINTS)
