"""A lost database comes back from an older copy and the journal, with everything in it."""

from pathlib import Path

from tests.databases import Databases
from tests.faults.lost_database import lose_and_replay


def test_a_lost_database_comes_back_from_a_copy_and_the_journal(
    database_url: str, all_databases: Databases, tmp_path: Path
) -> None:
    line = lose_and_replay(database_url, tmp_path, all_databases)
    assert line.is_clean, line.findings
