"""Migrations are history: none changes any more, and from each version the tables of today are reached."""

from pathlib import Path

import pytest

from ocote.store.engine.migrate import migrate
from tests.databases import Databases
from tests.histories.history import ENGINES, History, digest_of_migration, histories, migrations, tables

EVERY_HISTORY = pytest.mark.parametrize(
    "history", histories(), ids=lambda history: f"{history.version}-{history.engine}"
)


def test_every_version_but_the_newest_has_its_history() -> None:
    versions = [script.revision for script in migrations().walk_revisions()]
    kept = {history.version for history in histories()}
    missing = sorted(set(versions[1:]) - kept)
    assert not missing, f"make the history of {missing} with the program of that version: see tests/histories/make.py"
    assert kept <= set(versions)


def test_versions_follow_each_other_in_one_line_and_in_the_order_of_their_names() -> None:
    versions = [script.revision for script in migrations().walk_revisions()]
    assert versions == [f"{number:04}" for number in range(len(versions), 0, -1)]


@pytest.mark.parametrize("version", sorted({history.version for history in histories()}))
def test_a_migration_with_a_history_never_changes(version: str) -> None:
    kept = (History(version, ENGINES[0]).folder / "migration.sha256").read_text(encoding="ascii").strip()
    assert digest_of_migration(version) == kept, (
        f"migration {version} has been applied to databases that will not apply it again: "
        "undo the change and write a new migration instead (docs/migrations.md)"
    )


@EVERY_HISTORY
def test_an_old_database_gets_exactly_the_tables_of_a_fresh_one(
    history: History, all_databases: Databases, tmp_path: Path
) -> None:
    fresh = all_databases.sqlite() if history.engine == "sqlite" else all_databases.postgres()
    with history.loaded(all_databases, tmp_path) as old:
        migrate(old)
        assert tables(all_databases, old) == tables(all_databases, fresh), (
            "an earlier migration makes other tables than it did: write a new migration instead (docs/migrations.md)"
        )
    all_databases.give_back(fresh)


@EVERY_HISTORY
def test_every_table_of_a_history_holds_something(history: History) -> None:
    script = history.file("database.sql").read_text(encoding="utf-8").replace("public.", "").replace('"', "")
    made = {line.split()[2].partition("(")[0] for line in script.splitlines() if line.startswith("CREATE TABLE ")}
    filled = {line.split()[2].partition("(")[0] for line in script.splitlines() if line.startswith("INSERT INTO ")}
    assert made == filled
