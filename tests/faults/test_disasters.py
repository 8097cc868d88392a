"""The database is lost. With a journal nothing else is; without one no number is given out twice."""

from pathlib import Path

import pytest

from tests.databases import Databases
from tests.faults.disasters import Kind, lose_database_with_journal, lose_database_without_journal

_KINDS: tuple[Kind, ...] = ("sqlite", "postgres")


@pytest.mark.parametrize("kind", _KINDS)
def test_a_backup_alone_issues_nothing_before_the_numbers_are_confirmed(
    kind: Kind, all_databases: Databases, tmp_path: Path
) -> None:
    line = lose_database_without_journal(all_databases, kind, tmp_path)
    assert line.is_clean, line.findings


@pytest.mark.parametrize("kind", _KINDS)
def test_a_backup_and_the_journal_bring_everything_back(kind: Kind, all_databases: Databases, tmp_path: Path) -> None:
    line = lose_database_with_journal(all_databases, kind, tmp_path, times=2)
    assert line.is_clean, line.findings
