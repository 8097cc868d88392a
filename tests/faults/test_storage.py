"""While the database cannot take work callers are told to come again; nothing is half done, and it recovers alone."""

from pathlib import Path

from tests.databases import Databases
from tests.faults import storage


def test_postgres_may_be_restarted_under_load(tmp_path: Path) -> None:
    line = storage.restart_postgres(tmp_path, times=2)
    assert line.is_clean, line.findings


def test_postgres_may_be_read_only_for_a_while(tmp_path: Path) -> None:
    line = storage.forbid_postgres_to_write(tmp_path, times=1)
    assert line.is_clean, line.findings


def test_the_disk_may_be_full_for_a_while(all_databases: Databases, tmp_path: Path) -> None:
    line = storage.fill_disk(all_databases.sqlite(), tmp_path, times=1)
    assert line.is_clean, line.findings


def test_the_disk_of_the_journal_may_be_full_for_a_while(database_url: str, tmp_path: Path) -> None:
    line = storage.fill_journal_disk(database_url, tmp_path, times=1)
    assert line.is_clean, line.findings


def test_the_journal_may_be_missing_for_a_while(database_url: str, tmp_path: Path) -> None:
    line = storage.lose_journal_disk(database_url, tmp_path, times=1)
    assert line.is_clean, line.findings


def test_an_sqlite_file_may_turn_read_only_before_and_in_the_middle_of_a_sale(
    all_databases: Databases, tmp_path: Path
) -> None:
    line = storage.forbid_sqlite_to_write(all_databases.sqlite(), tmp_path, times=2)
    assert line.is_clean, line.findings
